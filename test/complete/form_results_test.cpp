// A number of a submission comes into use again, and so does a form's: what was typed belongs to the
// submission of the same form, and what may be somebody else's stays and is reported.
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "complete/erased_history.h"
#include "files/contact_files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId contacts = 6;
constexpr int submissions = 30;

// A table of results; `is_own`: of the form that has the number now.
struct Table {
    std::string name;
    int form;
    bool is_own;
};

const std::vector<Table>& tables() {
    static const std::vector<Table> all{
        {"form_results_5_first", 5, true},  {"form_results_6_second", 6, true},
        {"form_results_7_gone", 7, false},  {"form_results_8_again", 8, true},
        {"form_results_8_older", 8, false}, {"form_results_x", 0, false}};
    return all;
}

struct Typed {
    const Table* table;
    int submission;
    int form;         // that the row names
    ContactId named;  // whose address it holds; 0: somebody else's
};

class Forms {
  public:
    Forms(World& world, std::uint64_t seed) : world_(world), random_(seed) {
        for (ContactId contact = 1; contact <= contacts; ++contact) {
            world.mautic.insert("leads", {{"id", contact},
                                          {"email", address_of(contact)},
                                          {"date_identified", "2020-01-01 08:00:00"}});
            world.mautic.unsubscribe(contact);
        }
        const std::vector<std::pair<int, const char*>> forms{{5, "first"}, {6, "second"}, {8, "again"}};
        for (const auto& [id, alias] : forms) {
            world.mautic.insert("forms",
                                {{"id", std::int64_t{id}}, {"name", "Form"}, {"alias", std::string(alias)}});
        }
        for (const Table& table : tables()) {
            world.mautic.connection().change("CREATE TABLE " + table.name +
                                             " (submission_id INT NOT NULL PRIMARY KEY, form_id INT NOT NULL,"
                                             " email LONGTEXT, f_name LONGTEXT)");
        }
        for (int submission = 1; submission <= submissions; ++submission) submit(submission, forms);
        add_rows();
    }

    const std::vector<Typed>& rows() const { return rows_; }
    int form_of(const Typed& row) const { return form_of_.at(row.submission); }
    ContactId contact_of(const Typed& row) const { return contact_of_.at(row.submission); }

    bool is_there(const Typed& row) {
        const std::string where =
            " FROM " + row.table->name + " WHERE submission_id = " + std::to_string(row.submission);
        const std::string typed = world_.mautic.value("SELECT CONCAT_WS(' ', email, f_name)" + where);
        if (typed.empty()) return false;
        CHECK(typed == (row.named == 0 ? "cili@example.net" : address_of(row.named)) + " Typed");
        return true;
    }

  private:
    int any(int from, int until) { return std::uniform_int_distribution(from, until)(random_); }
    static std::string address_of(ContactId contact) {
        return "c" + std::to_string(contact) + "x@example.org";
    }

    void submit(int submission, const std::vector<std::pair<int, const char*>>& forms) {
        form_of_[submission] = forms[static_cast<std::size_t>(any(0, 2))].first;
        contact_of_[submission] = static_cast<ContactId>(any(1, contacts));
        world_.mautic.insert("form_submissions", {{"id", std::int64_t{submission}},
                                                  {"form_id", std::int64_t{form_of_[submission]}},
                                                  {"lead_id", contact_of_[submission]},
                                                  {"date_submitted", "2025-01-01 08:00:00"},
                                                  {"referer", "https://www.example.org/"}});
    }

    // What the submission itself typed, and what stands under its number in other tables from before.
    void add_rows() {
        for (int submission = 1; submission <= submissions; ++submission) {
            for (const Table& table : tables()) {
                const bool is_its = table.is_own && table.form == form_of_[submission];
                if (!is_its && any(0, 1) == 0) continue;
                Typed row{&table, submission, table.form, 0};
                if (is_its && any(0, 9) == 0) row.form = 9;
                const int named = any(0, 2);
                if (named == 1 || is_its) row.named = contact_of_[submission];
                if (named == 2 && !is_its) row.named = static_cast<ContactId>(any(1, contacts));
                world_.mautic.connection().change(
                    "INSERT INTO " + table.name + " VALUES (?, ?, ?, 'Typed')",
                    std::vector<database::Value>{
                        std::int64_t{submission}, std::int64_t{row.form},
                        row.named == 0 ? "cili@example.net" : address_of(row.named)});
                rows_.push_back(row);
            }
        }
    }

    World& world_;
    std::mt19937_64 random_;
    std::map<int, int> form_of_;
    std::map<int, ContactId> contact_of_;
    std::vector<Typed> rows_;
};

bool is_erased(ContactId contact) { return contact != 0 && contact % 2 == 0; }

// Slowly and plainly: does the row go?
bool goes(const Forms& forms, const Typed& row) {
    const int form = forms.form_of(row);
    if (!row.table->is_own) return is_erased(row.named);
    return form == row.table->form && row.form == form && is_erased(forms.contact_of(row));
}

// Whom the row is reported of, while it stays: nobody knows whether it is another submission's.
ContactId doubted_of(const Forms& forms, const Typed& row) {
    const bool is_numbered = forms.form_of(row) == row.table->form || row.table->form == 0;
    return is_numbered ? forms.contact_of(row) : ContactId{0};
}

}  // namespace

TEST_CASE("what was typed belongs to the submission of the same form, or to whom it names") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        World world;
        Forms forms(world, seed);
        std::map<ContactId, std::map<std::string, std::uint64_t>> reported;
        for (ContactId contact = 1; contact <= contacts; ++contact) {
            if (is_erased(contact)) world.erase(contact);
        }
        for (ContactId contact = 1; contact <= contacts; ++contact) {
            if (!is_erased(contact)) continue;
            for (const auto& finding : world.erase(contact, 1, false).findings) {
                if (finding.table.starts_with("form_results_"))
                    reported[contact][finding.table] = finding.cells;
            }
        }
        std::map<ContactId, std::map<std::string, std::uint64_t>> expected;
        for (const Typed& row : forms.rows()) {
            CAPTURE(row.table->name, row.submission, row.form, row.named, forms.form_of(row),
                    forms.contact_of(row));
            CHECK(forms.is_there(row) != goes(forms, row));
            const ContactId doubted = doubted_of(forms, row);
            if (!goes(forms, row) && is_erased(doubted)) ++expected[doubted][row.table->name];
        }
        CHECK(reported == expected);
    }
}

TEST_CASE("a file that was sent with an earlier submission of the same number is another person's") {
    World world("", "5.2.10", false);
    const TemporaryDirectory directory;
    const auto write = [&](const std::string& name) {
        const auto file = directory.path() / "media/files/form" / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << "x";
        return file;
    };
    auto& database = world.mautic.connection();
    for (const int form : {5, 6}) {
        world.mautic.insert("forms", {{"id", std::int64_t{form}}, {"name", "Form"}, {"alias", "cv"}});
        world.mautic.insert("form_fields", {{"id", std::int64_t{form}},
                                            {"form_id", std::int64_t{form}},
                                            {"label", "CV"},
                                            {"alias", "cv"},
                                            {"type", "file"}});
    }
    for (const char* table : {"form_results_5_cv", "form_results_6_cv", "form_results_5_older"}) {
        database.change("CREATE TABLE " + std::string(table) +
                        " (submission_id INT NOT NULL PRIMARY KEY, form_id INT NOT NULL, cv LONGTEXT)");
    }
    const auto own = write("5/5/anna.pdf");
    const auto of_other_form = write("6/6/cili.pdf");
    const auto of_former_form = write("5/5/dora.pdf");
    world.files = std::make_shared<const files::ContactFiles>(directory.path());
    world.mautic.add_contact(1);
    world.mautic.unsubscribe(1);
    world.mautic.insert("form_submissions", {{"id", std::int64_t{10}},
                                             {"form_id", std::int64_t{5}},
                                             {"lead_id", std::int64_t{1}},
                                             {"date_submitted", "2025-01-01 08:00:00"},
                                             {"referer", ""}});
    database.change("INSERT INTO form_results_5_cv VALUES (10, 5, 'anna.pdf')");
    database.change("INSERT INTO form_results_6_cv VALUES (10, 6, 'cili.pdf')");
    database.change("INSERT INTO form_results_5_older VALUES (10, 5, 'dora.pdf')");
    const auto result = world.erase(1);
    CHECK_FALSE(std::filesystem::exists(own));
    CHECK(std::filesystem::exists(of_other_form));
    CHECK(std::filesystem::exists(of_former_form));
    CHECK(world.mautic.value("SELECT cv FROM form_results_5_cv") == "NULL");
    CHECK(world.mautic.value("SELECT cv FROM form_results_6_cv") == "cili.pdf");
    CHECK(world.mautic.value("SELECT cv FROM form_results_5_older") == "dora.pdf");
    CHECK(result.status == ledger::Status::partial);
}
