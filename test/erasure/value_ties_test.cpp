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
    bool is_whole = true;  // not without its town
};

Text a_telephone(Dice& dice, std::uint64_t households) {
    if (dice.chance(12)) return {dice.chance(50) ? "" : "ask at the desk", "", "", false};
    const std::uint64_t household = dice.below(households);
    const std::string number =
        std::to_string(170 + household * 7) + std::to_string(4'431'907 + household * 1'203'111);
    const std::string area = number.substr(0, 3);
    const std::string rest = number.substr(3);
    if (dice.chance(10))
        return {dice.chance(50) ? rest : rest.substr(0, 3) + " " + rest.substr(3), number, "short", false,
                false};
    const std::vector<std::string> international{
        "+49" + area + rest, "0049 " + area + "/" + rest, "+49 (0)" + area + " " + rest,
        " +49-" + area + "-" + rest.substr(0, 3) + "." + rest.substr(3)};
    const std::vector<std::string> of_any_country{"0" + area + rest, "(0" + area + ") " + rest,
                                                  "0" + area + "/" + rest, "49" + area + rest};
    if (dice.chance(30)) return {dice.pick(of_any_country), number, "", false};
    return {dice.pick(international), number, "49", true};
}

// The same in other digits, or beside something else. Short ones are not looked for in other texts.
Text among_words(Dice& dice, Text text) {
    if (text.number.empty()) return text;
    if (!text.is_whole) return {};
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

namespace {

constexpr const char* messages = R"(
[[table]]
name = "messages"
why = "x"
tie = { kind = "column", column = "lead_id" }
[table.columns]
number = { action = "delete", why = "x" }
said = { action = "delete", why = "x" }

[[table]]
name = "messages"
part = "by-number"
why = "x"
tie = { kind = "text", text_columns = ["number"], fields = ["mobile"], compare = "telephone", where = { lead_id = "NULL" } }
same_columns_as = "messages"

[[table]]
name = "chats"
why = "x"
tie = { kind = "column", column = "lead_id" }
[table.columns]
number = { action = "delete", why = "x" }
phone_number = { action = "delete", why = "x" }

[[table]]
name = "chat_lines"
why = "x"
tie = { kind = "parent", column = "chat_id", parent = "chats", parent_column = "id" }
[table.columns]
mobile = { action = "delete", why = "x" }

[[table]]
name = "field_values"
why = "x"
rows = "delete"
tie = { kind = "column", column = "lead_id" }

[[table]]
name = "payments"
why = "x"
tie = { kind = "text", text_columns = ["account"], fields = ["skype"], where = { lead_id = "NULL" } }
[table.columns]
account = { action = "delete", why = "x" }

[[table]]
name = "payments"
part = "of-contact"
why = "x"
tie = { kind = "column", column = "lead_id" }
same_columns_as = "payments"
)";

void create_messages(World& world) {
    for (const char* table :
         {"messages (id INT AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT UNSIGNED, number VARCHAR(40), said "
          "TEXT, KEY (lead_id))",
          "chats (id INT AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT UNSIGNED, number BIGINT, "
          "phone_number VARCHAR(40), KEY (lead_id))",
          "chat_lines (id INT AUTO_INCREMENT PRIMARY KEY, chat_id INT, mobile VARCHAR(40), KEY (chat_id))",
          "field_values (lead_id BIGINT UNSIGNED, lead_field_id INT, value TEXT, amount DOUBLE, "
          "PRIMARY KEY (lead_id, lead_field_id))",
          "form_results_5_visit (submission_id INT PRIMARY KEY, form_id INT, answer LONGTEXT)",
          "payments (id INT AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT UNSIGNED, account VARCHAR(40), "
          "KEY (lead_id), KEY (account))"}) {
        world.mautic.connection().change("CREATE TABLE " + std::string(table) + " CHARSET utf8mb4");
    }
    world.mautic.connection().change("ALTER TABLE companies ADD COLUMN hotline DOUBLE, ADD COLUMN desk INT");
    world.mautic.add_field("viber", "number", "DOUBLE");
    world.mautic.add_field("threema", "number", "BIGINT");
    world.mautic.add_field("pager", "number", "DECIMAL(20,2)");
    world.mautic.read_columns();
    world.mautic.insert("forms", {{"id", 5}, {"name", "Visit"}, {"alias", "visit"}});
    world.map = with_entry(messages);
}

void set_field(World& world, ContactId contact, const std::string& field, const std::string& value) {
    const std::vector<database::Value> values{value, std::uint64_t{contact}};
    world.mautic.connection().change("UPDATE leads SET " + field + " = ? WHERE id = ?", values);
}

// Where the same number may stand; `number` has a country, and no sign.
using Place = void (*)(World& world, ContactId contact, const std::string& number);
struct NamedPlace {
    const char* name;
    Place put;
    bool is_of_contact = true;  // not of a company, which is somebody else whoever works there
};

const std::vector<NamedPlace> places{
    {"a row of the same table",
     [](World& world, ContactId contact, const std::string& number) {
         world.mautic.insert("messages", {{"lead_id", std::uint64_t{contact}}, {"number", "+" + number}});
     }},
    {"a field of floating point",
     [](World& world, ContactId contact, const std::string& number) {
         set_field(world, contact, "viber", number);
     }},
    {"a field of whole numbers",
     [](World& world, ContactId contact, const std::string& number) {
         set_field(world, contact, "threema", number);
     }},
    {"a field of decimals, without the country",
     [](World& world, ContactId contact, const std::string& number) {
         set_field(world, contact, "pager", number.substr(2));
     }},
    {"a company's number",
     [](World& world, ContactId, const std::string& number) {
         world.mautic.insert("companies", {{"companyname", "x"}, {"hotline", number}});
     },
     false},
    {"a company's short number",
     [](World& world, ContactId, const std::string& number) {
         world.mautic.insert("companies", {{"companyname", "x"}, {"desk", number.substr(2)}});
     },
     false},
    {"a column named like a telephone number",
     [](World& world, ContactId contact, const std::string& number) {
         world.mautic.insert("chats",
                             {{"lead_id", std::uint64_t{contact}}, {"phone_number", "0" + number.substr(2)}});
     }},
    {"a column named like the row's",
     [](World& world, ContactId contact, const std::string& number) {
         world.mautic.insert("chats", {{"lead_id", std::uint64_t{contact}}, {"number", number}});
     }},
    {"a row that hangs on another",
     [](World& world, ContactId contact, const std::string& number) {
         const auto chat = world.mautic.insert("chats", {{"lead_id", std::uint64_t{contact}}});
         world.mautic.insert("chat_lines", {{"chat_id", chat}, {"mobile", number}});
     }},
    {"a field in a table of its own",
     [](World& world, ContactId contact, const std::string& number) {
         world.mautic.insert(
             "field_values",
             {{"lead_id", std::uint64_t{contact}}, {"lead_field_id", 1}, {"value", "+" + number}});
     }},
    {"a number in a table of fields",
     [](World& world, ContactId contact, const std::string& number) {
         world.mautic.insert("field_values",
                             {{"lead_id", std::uint64_t{contact}}, {"lead_field_id", 2}, {"amount", number}});
     }},
    {"what was typed into a form",
     [](World& world, ContactId contact, const std::string& number) {
         const auto submission =
             world.mautic.insert("form_submissions", {{"form_id", 5}, {"lead_id", std::uint64_t{contact}}});
         world.mautic.insert("form_results_5_visit", {{"submission_id", submission},
                                                      {"form_id", 5},
                                                      {"answer", "call me at +" + number + ", evenings"}});
     }},
};

void add_with_mobile(World& world, ContactId id, const std::string& mobile) {
    world.mautic.add_contact(id);
    world.mautic.unsubscribe(id);
    const std::vector<database::Value> values{mobile, std::uint64_t{id}};
    world.mautic.connection().change("UPDATE leads SET mobile = ?, phone = NULL, fax = NULL WHERE id = ?",
                                     values);
}

}  // namespace

TEST_CASE("a message is left and told wherever somebody else has its number, and else it is the contact's") {
    World world;
    create_messages(world);
    enum class Whose { of_another, of_the_contact, another_number };
    struct Case {
        ContactId contact = 0;
        bool is_left = false;
    };
    constexpr ContactId bystander = 500;
    world.mautic.add_contact(bystander);
    std::map<std::string, Case> cases;
    std::vector<std::pair<std::string, ContactId>> rows;
    ContactId next = 100;
    for (const NamedPlace& place : places) {
        for (const Whose whose : {Whose::of_another, Whose::of_the_contact, Whose::another_number}) {
            const ContactId id = next++;
            const std::string number = "3630" + std::to_string(4'100'037 + id * 1'207);
            add_with_mobile(world, id, "+" + number);
            world.mautic.insert("messages", {{"number", "+" + number}, {"said", "to " + std::to_string(id)}});
            const ContactId other = id + 1000;
            world.mautic.add_contact(other);
            const std::vector<database::Value> of{std::uint64_t{other}};
            world.mautic.connection().change(
                "UPDATE leads SET mobile = NULL, phone = NULL, fax = NULL "
                "WHERE id = ?",
                of);
            const std::string there = whose == Whose::another_number ? "36309" + number.substr(5) : number;
            place.put(world, whose == Whose::of_the_contact ? id : other, there);
            const bool is_left =
                whose == Whose::of_another || (whose == Whose::of_the_contact && !place.is_of_contact);
            cases[std::string(place.name) + ", " + std::to_string(static_cast<int>(whose))] = {id, is_left};
        }
    }
    for (const auto& [name, of] : cases) {
        CAPTURE(name, of.contact);
        CHECK(cells(world.erase(of.contact), "messages") == (of.is_left ? 1 : 0));
        const std::string said = "said = 'to " + std::to_string(of.contact) + "'";
        CHECK(world.mautic.row_count("messages", said) == (of.is_left ? 1 : 0));
    }
}

TEST_CASE("a row with an account is left and told where the table says that it is another contact's, too") {
    World world;
    create_messages(world);
    for (const ContactId id : {ContactId{7}, ContactId{8}, ContactId{9}}) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
        set_field(world, id, "skype", "account-" + std::to_string(id));
        world.mautic.insert("payments", {{"account", "account-" + std::to_string(id)}});
    }
    world.mautic.insert("payments", {{"lead_id", 9}, {"account", "account-7"}});
    world.mautic.insert("payments", {{"lead_id", 8}, {"account", "account-8"}});
    CHECK(cells(world.erase(7), "payments") == 1);
    CHECK(cells(world.erase(8), "payments") == 0);
    CHECK(rows_gone(world, "payments", "account IS NOT NULL", 3) == std::set<std::size_t>{1});
}

TEST_CASE("where more rows may hold a number than are searched, its message is left and told") {
    World world;
    create_messages(world);
    for (const ContactId id : {ContactId{7}, ContactId{8}}) {
        add_with_mobile(world, id, "+3630123456" + std::to_string(id));
        world.mautic.insert("messages", {{"number", "+3630123456" + std::to_string(id)}, {"said", "x"}});
    }
    CHECK(cells(world.erase(7), "messages") == 0);
    const std::string ten =
        "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 "
        "UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    world.mautic.connection().change(
        "INSERT INTO field_values (lead_id, lead_field_id) SELECT 1000 + a.d + 10 * b.d + 100 "
        "* c.d, 1000 * d.d + 100 * e.d + 10 * f.d FROM " +
        ten + " a, " + ten + " b, " + ten + " c, " + ten + " d, " + ten + " e, " + ten + " f");
    CHECK(cells(world.erase(8), "messages") == 1);
    CHECK(rows_gone(world, "messages", "said = 'x'", 2) == std::set<std::size_t>{0});
}
