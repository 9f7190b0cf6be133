// Rows that a value of the contact's own fields ties: telephone numbers, and numbers of accounts. Random
// people of a few households beside a judge who knows which number each text was made of.
#include "base/text.h"
#include "complete/schemas.h"
#include "erasure/tied_rows.h"
#include "model/dice.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
using model::Dice;

namespace {

constexpr const char* tables = R"(
[[table]]
name = "calls"
why = "x"
tie = { kind = "text", text_columns = ["number"], fields = ["mobile", "phone"], compare = "telephone" }
[table.columns]
number = { action = "delete", why = "x" }
said = { action = "delete", why = "x" }

[[table]]
name = "accounts"
why = "x"
tie = { kind = "text", text_columns = ["account"], fields = ["skype"] }
[table.columns]
account = { action = "delete", why = "x" }
said = { action = "delete", why = "x" }

[[table]]
name = "bills"
why = "x"
rows = "delete"
tie = { kind = "parent", column = "account", parent = "leads", parent_column = "skype" }
)";

void create_tables(World& world) {
    auto& root = world.mautic.connection();
    const std::string end = " CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci";
    root.change("CREATE TABLE calls (id INT AUTO_INCREMENT PRIMARY KEY, number VARCHAR(40), said TEXT)" +
                end);
    root.change(
        "CREATE TABLE accounts (id INT AUTO_INCREMENT PRIMARY KEY, account VARCHAR(40), said TEXT, "
        "KEY (account))" +
        end);
    root.change("CREATE TABLE bills (id INT AUTO_INCREMENT PRIMARY KEY, account VARCHAR(40), KEY (account))" +
                end);
    // Somebody's number may stand in any text, and columns of one table differ in their collation.
    root.change("ALTER TABLE companies ADD COLUMN hotline LONGTEXT COLLATE utf8mb4_bin");
    world.mautic.add_field("whatsapp", "text", "VARCHAR(191) COLLATE utf8mb4_bin");
    world.map = with_entry(tables);
}

void add_row(World& world, const std::string& table, const std::string& column, const std::string& text) {
    const bool has_text = table != "bills";
    const std::vector<database::Value> values{text};
    world.mautic.connection().change("INSERT INTO " + table + " (" + column + (has_text ? ", said" : "") +
                                         ") VALUES (?" + (has_text ? ", 'x')" : ")"),
                                     values);
}

// A text as it stands in a cell, and what it was made of.
struct Text {
    std::string written;
    std::string number;  // the subscriber's, or the account's in lower case; "" for none
    std::string form;    // the same number in the same form is the same
    bool is_proof = false;
};

Text a_telephone(Dice& dice, std::uint64_t households) {
    if (dice.chance(12)) return {dice.chance(50) ? "" : "ask at the desk", "", "", false};
    const std::uint64_t household = dice.below(households);
    const std::string number =
        std::to_string(170 + household * 7) + std::to_string(4'431'907 + household * 1'203'111);
    const std::string area = number.substr(0, 3);
    const std::string rest = number.substr(3);
    if (dice.chance(10))
        return {dice.chance(50) ? rest : rest.substr(0, 3) + " " + rest.substr(3), number, "short", false};
    const std::vector<std::string> international{
        "+49" + area + rest, "0049 " + area + "/" + rest, "49" + area + rest, "+49 (0)" + area + " " + rest,
        " +49-" + area + "-" + rest.substr(0, 3) + "." + rest.substr(3)};
    const std::vector<std::string> national{"0" + area + rest, "(0" + area + ") " + rest,
                                            "0" + area + "/" + rest};
    const bool is_national = dice.chance(30);
    return {dice.pick(is_national ? national : international), number, is_national ? "0" : "49", true};
}

// The same in other digits, or beside something else. Short ones are not looked for in other texts.
Text among_words(Dice& dice, Text text) {
    if (text.number.empty()) return text;
    if (!text.is_proof) return {};
    if (dice.chance(40)) {
        std::string wide;
        for (const char c : text.written) {
            if (is_digit(c)) {
                append_utf8(wide, 0xFF10 + static_cast<std::uint32_t>(c - '0'));
            } else {
                wide += c;
            }
        }
        text.written = wide;
    } else if (dice.chance(60)) {
        text.written = "office 030/1234567, WhatsApp " + text.written + " (evenings)";
    }
    return text;
}

Text an_account(Dice& dice) {
    static const std::vector<std::string> known{"acc-10001", "acc-10002", "10003", "Ärger 5", "n/a", ""};
    const std::string account = dice.pick(known);
    const bool upper = account.starts_with("acc") && dice.chance(25);
    const std::string written = upper ? "ACC" + account.substr(3) : account;
    return {written, account, written, account.size() >= 5};
}

struct Contact {
    Text mobile, phone, account, whatsapp;
    bool is_erased = false;
};

struct Judge {
    std::map<ContactId, Contact> contacts;
    std::vector<Text> calls, accounts, bills;  // by id - 1
    std::vector<Text> companies;
    std::set<std::size_t> calls_gone, accounts_gone, bills_gone;

    using Field = Text Contact::*;

    // How many of the rows are left that may be each contact's. `same_case`: others are not looked for.
    std::map<ContactId, std::uint64_t> erase(const std::set<ContactId>& batch, const std::vector<Text>& rows,
                                             std::set<std::size_t>& gone, const std::vector<Field>& fields,
                                             bool same_case) const {
        std::map<ContactId, std::uint64_t> left;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (gone.contains(row) || rows[row].number.empty()) continue;
            std::set<ContactId> same, maybe;
            bool has_others = false;
            for (const auto& [id, contact] : contacts) {
                bool is_same = false, may_be = false;
                for (const Field field : fields) {
                    const Text& value = contact.*field;
                    if (value.number != rows[row].number) continue;
                    may_be = may_be || !same_case || value.written == rows[row].written;
                    has_others = has_others || (!batch.contains(id) && !contact.is_erased);
                    is_same = is_same || (value.form == rows[row].form && value.is_proof);
                }
                if (contact.is_erased || !batch.contains(id)) continue;
                if (is_same) same.insert(id);
                if (may_be) maybe.insert(id);
            }
            for (const auto& [id, contact] : contacts) {
                const bool is_owner = same.contains(id);
                has_others = has_others || (fields.size() == 2 && !contact.is_erased && !is_owner &&
                                            contact.whatsapp.number == rows[row].number);
            }
            for (const Text& company : companies) {
                has_others = has_others || (company.number == rows[row].number && fields.size() == 2);
            }
            if (!same.empty() && !has_others && (same_case || same == maybe)) {
                gone.insert(row);
                continue;
            }
            for (const ContactId contact : maybe) ++left[contact];
        }
        return left;
    }
};

std::uint64_t cells(const erasure::Result& result, const std::string& table) {
    std::uint64_t count = 0;
    for (const auto& finding : result.findings) count += finding.table == table ? finding.cells : 0;
    return count;
}

std::set<std::size_t> rows_gone(World& world, const std::string& table, const std::string& condition,
                                std::size_t rows) {
    std::set<std::size_t> gone;
    for (std::size_t id = 1; id <= rows; ++id) {
        const bool is_there =
            world.mautic.row_count(table, "id = " + std::to_string(id) + " AND " + condition) > 0;
        if (!is_there) gone.insert(id - 1);
    }
    return gone;
}

}  // namespace

TEST_CASE("random people of a few households lose what is theirs alone, and the rest is told") {
    std::size_t gone = 0;
    std::uint64_t doubtful = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        World world;
        create_tables(world);
        Judge judge;
        for (ContactId id = 7; id < 14; ++id) {
            world.mautic.add_contact(id);
            world.mautic.unsubscribe(id);
            Contact& contact = judge.contacts[id];
            contact = {a_telephone(dice, 8), a_telephone(dice, 8), an_account(dice), {}};
            if (dice.chance(40)) contact.whatsapp = among_words(dice, a_telephone(dice, 8));
            const std::vector<database::Value> values{contact.mobile.written, contact.phone.written,
                                                      contact.account.written, contact.whatsapp.written,
                                                      std::uint64_t{id}};
            world.mautic.connection().change(
                "UPDATE leads SET mobile = ?, phone = ?, fax = NULL, skype = ?, whatsapp = ? WHERE id = ?",
                values);
        }
        for (std::uint64_t i = 0; i < 2; ++i) {
            judge.companies.push_back(a_telephone(dice, 8));
            world.mautic.insert("companies",
                                {{"companyname", "x"}, {"companyphone", judge.companies.back().written}});
        }
        judge.companies.push_back(among_words(dice, a_telephone(dice, 8)));
        world.mautic.insert("companies", {{"companyname", "x"}, {"hotline", judge.companies.back().written}});
        for (int i = 0; i < 30; ++i) {
            judge.calls.push_back(a_telephone(dice, 9));
            add_row(world, "calls", "number", judge.calls.back().written);
            judge.accounts.push_back(an_account(dice));
            add_row(world, "accounts", "account", judge.accounts.back().written);
            judge.bills.push_back(an_account(dice));
            add_row(world, "bills", "account", judge.bills.back().written);
        }
        world.mautic.connection().change("INSERT INTO calls (number, said) VALUES (NULL, 'x')");

        std::vector<ContactId> order;
        for (const auto& [id, contact] : judge.contacts) order.push_back(id);
        dice.shuffle(order);
        while (!order.empty()) {
            std::set<ContactId> batch;
            std::vector<erasure::Request> requests;
            for (std::uint64_t left = std::min<std::uint64_t>(dice.between(1, 3), order.size()); left > 0;
                 --left) {
                batch.insert(order.back());
                requests.push_back({order.back(), Origin::webhook, now(), 0, true});
                order.pop_back();
            }
            CAPTURE(batch);
            auto calls =
                judge.erase(batch, judge.calls, judge.calls_gone, {&Contact::mobile, &Contact::phone}, false);
            auto accounts =
                judge.erase(batch, judge.accounts, judge.accounts_gone, {&Contact::account}, false);
            auto bills = judge.erase(batch, judge.bills, judge.bills_gone, {&Contact::account}, true);
            for (const ContactId id : batch) judge.contacts.at(id).is_erased = true;

            for (const auto& result : world.erase(requests)) {
                CAPTURE(result.contact);
                CHECK(cells(result, "calls") == calls[result.contact]);
                CHECK(cells(result, "accounts") == accounts[result.contact]);
                CHECK(cells(result, "bills") == bills[result.contact]);
                // A later pass does not know the values any more, and takes nothing back.
                const auto later = world.erase(result.contact, 1);
                CHECK(later.counts.unexpected() == 0);
                CHECK(cells(later, "calls") == calls[result.contact]);
                CHECK(cells(later, "bills") == bills[result.contact]);
                doubtful += calls[result.contact] + accounts[result.contact] + bills[result.contact];
            }
            CHECK(rows_gone(world, "calls", "said = 'x'", judge.calls.size()) == judge.calls_gone);
            CHECK(rows_gone(world, "accounts", "said = 'x'", judge.accounts.size()) == judge.accounts_gone);
            CHECK(rows_gone(world, "bills", "TRUE", judge.bills.size()) == judge.bills_gone);
        }
        gone += judge.calls_gone.size() + judge.accounts_gone.size() + judge.bills_gone.size();
    }
    CHECK(gone > 60);
    CHECK(doubtful > 60);
}

TEST_CASE("a text that is too long for a search by the server is read") {
    World world;
    create_tables(world);
    for (const ContactId id : {ContactId{7}, ContactId{8}}) {
        const std::string mobile = "+49 170 55559" + std::string(2, static_cast<char>('0' + id));
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
        const std::vector<database::Value> values{mobile, std::uint64_t{id}};
        world.mautic.connection().change("UPDATE leads SET mobile = ?, phone = NULL WHERE id = ?", values);
        add_row(world, "calls", "number", mobile);
    }
    world.mautic.connection().change(
        "INSERT INTO companies (companyname, hotline) VALUES ('x', CONCAT(REPEAT('a1', 2000000), "
        "' 0170/5555988'))");

    CHECK(cells(world.erase(7), "calls") == 0);
    CHECK(cells(world.erase(8), "calls") == 1);
    CHECK(rows_gone(world, "calls", "said = 'x'", 2) == std::set<std::size_t>{0});
}
