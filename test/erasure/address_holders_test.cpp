// Rows that quote a former address of a contact, which may be somebody else's by now.
#include <algorithm>

#include "base/base64.h"
#include "complete/schemas.h"
#include "content/zlib.h"
#include "erasure/tied_rows.h"
#include "model/dice.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
using model::Dice;

namespace {

void set_address(World& world, ContactId contact, const std::string& address) {
    const std::vector<database::Value> values{address, std::uint64_t{contact}};
    world.mautic.connection().change(
        "UPDATE " + world.mautic.real_name("leads") + " SET email = ? WHERE id = ?", values);
}

// A mail once went there.
std::uint64_t add_mail(World& world, std::optional<ContactId> contact, const std::string& address) {
    static std::uint64_t number = 0;
    return world.mautic.insert("email_stats",
                               {{"lead_id", contact ? database::Value(std::uint64_t{*contact}) : nullptr},
                                {"email_address", address},
                                {"date_sent", "2025-02-01 07:00:00"},
                                {"tracking_hash", "hash " + std::to_string(++number)}});
}

std::uint64_t cells_in(const erasure::Result& result, const std::string& table) {
    std::uint64_t count = 0;
    for (const auto& finding : result.findings) count += finding.table == table ? finding.cells : 0;
    return count;
}

// Rows of many kinds that nothing but this address ties, and whether they are as they were.
class Quotes {
  public:
    Quotes(World& world, const std::string& address) : world_(world) {
        world.mautic.connection().change("SET SESSION foreign_key_checks = 0");  // of members of staff
        add("lead_event_log", "properties", R"({"line":3,"error":"Otto Other, )" + address + R"(: bad"})",
            {{"bundle", "lead"}, {"object", "import"}, {"action", "failed"}});
        add("notifications", "message", "Otto Other <" + address + "> could not be sent a text message", {});
        add("contact_export_scheduler", "data",
            R"(a:1:{s:6:"search";s:)" + std::to_string(address.size()) + ":\"" + address + "\";}", {});
        add("page_hits", "url", "https://www.example.org/?email=" + address,
            {{"date_hit", "2025-02-01 08:00:00"}, {"tracking_id", "unknown browser"}});
        add("audit_log", "details",
            R"(a:1:{s:4:"text";s:)" + std::to_string(address.size()) + ":\"" + address + "\";}",
            {{"object", "note"}, {"bundle", "lead"}, {"action", "delete"}});
        rows_.push_back({"webhook_logs", "note", add_answer(world, "no such user " + address), ""});
        rows_.push_back({"email_stats", "email_address", add_mail(world, std::nullopt, address), ""});
        // MySQL has a way of its own of writing JSON.
        for (Row& row : rows_) row.text = text_of(row);
    }
    std::set<std::string> tables() const {
        std::set<std::string> tables;
        for (const Row& row : rows_) tables.insert(row.table);
        return tables;
    }
    std::set<std::string> unchanged() const {
        std::set<std::string> tables;
        for (const Row& row : rows_) {
            if (text_of(row) == row.text) tables.insert(row.table);
        }
        return tables;
    }

  private:
    struct Row {
        std::string table, column;
        std::uint64_t id = 0;
        std::string text;
    };
    void add(const std::string& table, const std::string& column, const std::string& text,
             MauticDatabase::Row more) {
        more.emplace_back(column, text);
        rows_.push_back({table, column, world_.mautic.insert(table, more), ""});
    }

    std::string text_of(const Row& row) const {
        return world_.mautic.value("SELECT " + row.column + " FROM {prefix}" + row.table +
                                   " WHERE id = " + std::to_string(row.id));
    }

    World& world_;
    std::vector<Row> rows_;
};

std::set<std::string> tables_of(const std::vector<ledger::Finding>& findings) {
    std::set<std::string> tables;
    for (const auto& finding : findings) tables.insert(finding.table);
    return tables;
}

// Contact 7 was once written to at what is the address of contact 70 now.
class Successor : public World {
  public:
    explicit Successor(std::string former = "otto@example.org",
                       const std::string& present = "Otto@Example.org")
        : World("", schema_cases().back().version, schema_cases().back().upgraded),
          address(std::move(former)) {
        add_people(*this);
        add_mail(*this, erased, address);
        set_address(*this, other, present);
    }
    const std::string address;
};

}  // namespace

TEST_CASE("what quotes a former address stays while it is somebody else's, and is told") {
    Successor world;
    const Quotes quotes(world, world.address);
    for (const int pass : {0, 1}) {
        CAPTURE(pass);
        const auto result = world.erase(erased, pass);
        CHECK(quotes.unchanged() == quotes.tables());
        CHECK(tables_of(result.findings) == quotes.tables());
        for (const std::string& table : quotes.tables()) CHECK(cells_in(result, table) == 1);
        CHECK(result.status == Status::partial);
    }
    // Nobody has it any more, and the later pass knows it by its hash only.
    set_address(world, other, "otto.new@example.org");
    CHECK(world.erase(erased, 2).findings.empty());
    CHECK(quotes.unchanged().empty());
}

TEST_CASE("a successor is known in other letters, although the column's collation tells them apart") {
    Successor world;
    world.mautic.connection().change("ALTER TABLE " + world.mautic.real_name("leads") +
                                     " MODIFY email VARCHAR(191) COLLATE utf8mb4_bin NULL");
    const Quotes quotes(world, world.address);
    CHECK(tables_of(world.erase(erased).findings) == quotes.tables());
    CHECK(quotes.unchanged() == quotes.tables());
}

TEST_CASE("a former address with a plus sign is known as somebody else's, too") {
    Successor world("info+sales@example.org", "Info+Sales@example.org");
    const Quotes quotes(world, world.address);
    const auto result = world.erase(erased);
    CHECK(quotes.unchanged() == quotes.tables());
    CHECK(tables_of(result.findings) == quotes.tables());
}

TEST_CASE("what quotes a former address that is nobody's now goes with the contact") {
    Successor world;
    set_address(world, other, "otto.new@example.org");
    const Quotes quotes(world, world.address);
    CHECK(world.erase(erased).findings.empty());
    CHECK(quotes.unchanged().empty());
}

TEST_CASE("a contact on hold keeps what quotes its address, whoever had that before") {
    Successor world;
    world.mautic.unsubscribe(other);
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", "hold"}});
    world.mautic.insert("lead_tags_xref", {{"lead_id", other}, {"tag_id", std::uint64_t{1}}});
    world.holds.tags = {"hold"};
    const Quotes quotes(world, world.address);
    const auto results = world.erase(std::vector<erasure::Request>{{erased, Origin::webhook, now(), 0, true},
                                                                   {other, Origin::webhook, now(), 0, true}});
    CHECK(results.at(1).verdict == erasure::Verdict::held);
    CHECK(quotes.unchanged() == quotes.tables());
    CHECK(tables_of(results.at(0).findings) == quotes.tables());
}

TEST_CASE("what two contacts of a batch have had one after the other goes with the present one") {
    Successor world;
    world.mautic.unsubscribe(other);
    const Quotes quotes(world, world.address);
    for (const auto& result : world.erase(std::vector<erasure::Request>{
             {erased, Origin::webhook, now(), 0, true}, {other, Origin::webhook, now(), 0, true}})) {
        CHECK(result.findings.empty());
    }
    CHECK(quotes.unchanged().empty());
}

TEST_CASE("a long history knows at its end whose a former address is") {
    Successor world;
    world.slice_rows = 2;
    for (int i = 0; i < 7; ++i) add_mail(world, erased, world.address);
    const Quotes quotes(world, world.address);
    const auto result = world.erase(erased);
    CHECK(quotes.unchanged() == quotes.tables());
    CHECK(tables_of(result.findings) == quotes.tables());
    CHECK(world.mautic.row_count("email_stats", "lead_id = 7 AND email_address LIKE '%@%'") == 0);
}

TEST_CASE("a row that says by an id whose it is needs no address of its own") {
    Successor world;
    world.mautic.connection().change("SET SESSION foreign_key_checks = 0");  // of members of staff
    world.mautic.insert("notifications", {{"header", "Failed"},
                                          {"message", "<a href=\"/s/contacts/view/7\">" + world.address}});
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    world.mautic.insert("webhook_queue",
                        {{"webhook_id", webhook},
                         {"event_id", event},
                         {"payload_compressed",
                          content::deflate(R"({"contact":{"id":7,"email":")" + world.address + "\"}}")}});
    CHECK(world.erase(erased).findings.empty());
    CHECK(world.mautic.row_count("notifications") == 0);
    CHECK(content::inflate(world.mautic.value("SELECT payload_compressed FROM webhook_queue"), 1000) ==
          R"({"contact":{"id":7,"email":""}})");
}

TEST_CASE("a company with a former address is the contact's own unless somebody else has that now") {
    for (const bool has_successor : {true, false}) {
        CAPTURE(has_successor);
        Successor world;
        world.policy.own_company = policy::OwnCompany::same_name;
        if (!has_successor) set_address(world, other, "otto.new@example.org");
        const auto company =
            world.mautic.insert("companies", {{"companyname", "Bakery"}, {"companyemail", world.address}});
        world.mautic.insert("companies_leads", {{"company_id", company}, {"lead_id", erased}});
        world.erase(erased);
        CHECK(world.mautic.row_count("companies", "companyemail = '" + world.address + "'") ==
              (has_successor ? 1 : 0));
    }
}

namespace {

// Who has which address, had which ones before, and which rows quote what.
struct AddressJudge {
    struct Contact {
        std::string address;
        std::set<std::string> former;
        bool is_erased = false;
    };
    struct Row {
        std::string table, column;
        std::uint64_t id = 0;
        std::string text;
        std::set<std::string> quoted;
        bool in_base64 = false;  // where a hash does not find it
        bool is_gone = false;
    };
    std::map<ContactId, Contact> contacts;
    std::vector<Row> rows;

    bool has_another(ContactId contact, const std::string& address, const std::set<ContactId>& batch) const {
        return std::any_of(contacts.begin(), contacts.end(), [&](const auto& entry) {
            const bool is_there = !entry.second.is_erased || batch.contains(entry.first);
            return entry.first != contact && is_there && entry.second.address == address;
        });
    }
    bool proves(ContactId contact, const std::string& address, const std::set<ContactId>& batch) const {
        const Contact& of = contacts.at(contact);
        if (of.address == address) return true;
        return of.former.contains(address) && !has_another(contact, address, batch);
    }
    // Of each contact and table: how many rows are left that may be the contact's.
    std::map<std::pair<ContactId, std::string>, std::uint64_t> erase(const std::set<ContactId>& batch,
                                                                     int pass) {
        std::map<std::pair<ContactId, std::string>, std::uint64_t> left;
        for (Row& row : rows) {
            if (row.is_gone || (row.in_base64 && pass > 0)) continue;
            std::set<ContactId> maybe;
            for (const ContactId contact : batch) {
                for (const std::string& address : row.quoted) {
                    row.is_gone = row.is_gone || proves(contact, address, batch);
                    if (contacts.at(contact).former.contains(address)) maybe.insert(contact);
                }
            }
            if (row.is_gone) continue;
            for (const ContactId contact : maybe) ++left[{contact, row.table}];
        }
        for (const ContactId contact : batch) contacts.at(contact).is_erased = true;
        return left;
    }
};

std::string in_capitals(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

std::string quoted_in(Dice& dice, const std::string& address) {
    std::string escaped = address;
    escaped.replace(escaped.find('@'), 1, "%40");
    return dice.pick(std::vector<std::string>{address, in_capitals(address), escaped, "mailto:" + address});
}

void add_quote(World& world, AddressJudge& judge, Dice& dice, const std::vector<std::string>& addresses) {
    const std::string first = dice.pick(addresses);
    AddressJudge::Row row{"", "", 0, quoted_in(dice, first), {first}};
    switch (dice.below(4)) {
        case 0:
            row.id = add_mail(world, std::nullopt, first);
            row.text = first;
            row.table = "email_stats";
            row.column = "email_address";
            judge.rows.push_back(row);
            return;
        case 1:
            row.table = "page_hits";
            row.column = "url";
            row.text = "https://www.example.org/?email=" + row.text;
            row.id = world.mautic.insert(
                "page_hits",
                {{"date_hit", "2025-02-01 08:00:00"}, {"tracking_id", "unknown browser"}, {"url", row.text}});
            judge.rows.push_back(row);
            return;
        case 2:
            row.in_base64 = true;
            row.text = base64_encoded("user " + first + " is unknown");
            break;
        default:
            if (dice.chance(50)) break;
            const std::string second = dice.pick(addresses);
            row.quoted.insert(second);
            row.text += ", " + quoted_in(dice, second);
            break;
    }
    row.table = "webhook_logs";
    row.column = "note";
    row.id = add_answer(world, row.text);
    judge.rows.push_back(row);
}

}  // namespace

TEST_CASE("random addresses pass from one person to another, and rows go with whose they are") {
    std::uint64_t gone = 0, doubtful = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        World world;
        AddressJudge judge;
        std::vector<std::string> addresses;
        for (int i = 0; i < 10; ++i)
            addresses.push_back(dice.letters(5) + std::to_string(i) + "@example.org");
        for (ContactId id = 7; id < 14; ++id) {
            world.mautic.add_contact(id);
            world.mautic.unsubscribe(id);
            auto& contact = judge.contacts[id];
            contact.address = dice.pick(addresses);
            set_address(world, id, dice.chance(30) ? in_capitals(contact.address) : contact.address);
            for (std::uint64_t mails = dice.below(4); mails > 0; --mails) {
                const std::string former = dice.pick(addresses);
                add_mail(world, id, former);
                contact.former.insert(former);
            }
            contact.former.erase(contact.address);
        }
        for (int i = 0; i < 25; ++i) add_quote(world, judge, dice, addresses);

        std::vector<ContactId> order;
        for (const auto& [id, contact] : judge.contacts) order.push_back(id);
        dice.shuffle(order);
        const auto check = [&](const std::set<ContactId>& batch, int pass) {
            auto left = judge.erase(batch, pass);
            std::vector<erasure::Request> requests;
            for (const ContactId id : batch) requests.push_back({id, Origin::webhook, now(), pass, true});
            for (const auto& result : world.erase(requests)) {
                for (const char* table : {"email_stats", "page_hits", "webhook_logs"}) {
                    CAPTURE(result.contact, table, pass);
                    CHECK(cells_in(result, table) == left[{result.contact, table}]);
                    doubtful += cells_in(result, table);
                }
            }
            for (const auto& row : judge.rows) {
                CAPTURE(row.table, row.text);
                const std::string there = world.mautic.value("SELECT " + row.column + " FROM " + row.table +
                                                             " WHERE id = " + std::to_string(row.id));
                CHECK((there != row.text) == row.is_gone);
            }
        };
        while (!order.empty()) {
            std::set<ContactId> batch;
            for (std::uint64_t n = std::min<std::uint64_t>(dice.between(1, 3), order.size()); n > 0; --n) {
                batch.insert(order.back());
                order.pop_back();
            }
            CAPTURE(batch);
            check(batch, 0);
            if (dice.chance(60)) check(batch, 1);
        }
        for (const auto& row : judge.rows) gone += row.is_gone ? 1 : 0;
    }
    CHECK(gone > 60);
    CHECK(doubtful > 10);
}
