// Every address a person had is filed with its hash in the erasing transaction, and nobody else's is.
#include "ledger/addresses.h"

#include "complete/schemas.h"
#include "erasure/world.h"
#include "fixture/explain.h"
#include "fixture/php_serialize.h"
#include "ledger/owner.h"
#include "lookup/lookup.h"
#include "model/dice.h"
#include "reconciliation/address_filing.h"
#include "restore/reapply.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::ErasedAddress;
using ledger::ErasedAddresses;

namespace {

using Filed = std::map<std::string, AddressKind>;  // by address

constexpr ContactId person = 7;
constexpr ContactId neighbour = 8;
constexpr ContactId loser = 70;  // was merged into the person

std::string change(const std::string& before, const std::string& after) {
    return php::map(
        {{"fields", php::map({{"email", php::list({before.empty() ? php::null() : php::string(before),
                                                   php::string(after)})}})}});
}

void add_change(World& world, ContactId contact, const std::string& details, const char* object = "lead",
                const char* date = "2024-12-24 10:00:00") {
    world.mautic.insert("audit_log", {{"user_name", "System"},
                                      {"bundle", "lead"},
                                      {"object", object},
                                      {"object_id", contact},
                                      {"action", "update"},
                                      {"details", details},
                                      {"date_added", date},
                                      {"ip_address", ""}});
}

void add_mail(World& world, std::optional<ContactId> contact, const std::string& address) {
    world.mautic.insert(
        "email_stats",
        {{"lead_id", contact ? database::Value(*contact) : database::Value(nullptr)},
         {"email_address", address},
         {"date_sent", "2025-02-01 07:00:00"},
         {"tracking_hash", "h" + std::to_string(std::hash<std::string>{}(address) % 1'000'000)},
         {"tokens", php::map({{"{friend}", php::string("in.tokens@example.org")}})}});
}

void add_merge(World& world, ContactId winner, ContactId merged, const std::string& name) {
    world.mautic.insert("contact_merge_records", {{"contact_id", winner},
                                                  {"merged_id", merged},
                                                  {"name", name},
                                                  {"date_added", "2025-01-01 00:00:00"}});
}

// A form with the e-mail field that fills the contact's, and another one for a friend's address.
void make_form(World& world) {
    world.mautic.insert("forms", {{"id", std::int64_t{3}}, {"name", "Sign up"}, {"alias", "signup"}});
    for (const char* alias : {"email", "friend"}) {
        const bool is_own = std::string_view(alias) == "email";
        const database::Value field = is_own ? database::Value("email") : database::Value(nullptr);
        const database::Value object = is_own ? database::Value("contact") : database::Value(nullptr);
        world.mautic.insert("form_fields", {{"form_id", std::int64_t{3}},
                                            {"label", alias},
                                            {"alias", alias},
                                            {"type", "email"},
                                            {"lead_field", field},
                                            {"mapped_field", field},
                                            {"mapped_object", object}});
    }
    world.mautic.connection().change("CREATE TABLE " + world.mautic.real_name("form_results_3_signup") +
                                     " (submission_id INT UNSIGNED NOT NULL, form_id INT UNSIGNED NOT NULL,"
                                     " email LONGTEXT, friend LONGTEXT, PRIMARY KEY (submission_id))");
    world.mautic.read_columns();
}

void add_submission(World& world, ContactId contact, const std::string& own, const std::string& friends) {
    const std::string ip = world.mautic.value("SELECT MIN(id) FROM {prefix}ip_addresses");
    const std::uint64_t submission =
        world.mautic.insert("form_submissions", {{"form_id", std::int64_t{3}},
                                                 {"lead_id", contact},
                                                 {"ip_id", ip},
                                                 {"date_submitted", "2025-01-05 00:00:00"},
                                                 {"referer", "https://www.example.org/"}});
    world.mautic.insert(
        "form_results_3_signup",
        {{"submission_id", submission}, {"form_id", std::int64_t{3}}, {"email", own}, {"friend", friends}});
}

std::vector<ErasedAddress> filed_of(World& world, ContactId contact) {
    return ErasedAddresses(world.daemon, World::ledger_name).of_contacts(std::span(&contact, 1));
}

// Of all addresses that occur anywhere those that are filed under the contact.
Filed filed_among(World& world, ContactId contact, const std::set<std::string>& addresses) {
    const policy::Hasher md5{world.hash};
    std::map<std::string, std::string> by_hash;
    for (const std::string& one : addresses) by_hash[md5.hash(one, policy::Normalisation::email)] = one;
    Filed filed;
    for (const ErasedAddress& one : filed_of(world, contact)) {
        const auto known = by_hash.find(one.hash);
        const std::string address = known == by_hash.end() ? "unknown " + one.hash : known->second;
        const auto [there, is_new] = filed.try_emplace(address, one.kind);
        if (!is_new) there->second = std::min(there->second, one.kind);
    }
    return filed;
}

// One person whose history has an address by every tie, and other people's beside each.
Filed add_everything(World& world, std::set<std::string>& all) {
    world.mautic.add_contact(person);
    world.mautic.add_contact(neighbour);
    make_form(world);
    const Person known = invented_person(person);
    Filed own{{known.email(), AddressKind::current},
              {known.old_email, AddressKind::former},
              {"changed@example.org", AddressKind::former},
              {"loser.now@example.org", AddressKind::merged},
              {"loser.before@example.org", AddressKind::merged},
              {"mailed@example.org", AddressKind::seen},
              {"typed@example.org", AddressKind::seen}};
    add_change(world, person, change("changed@example.org", known.old_email));
    add_change(world, loser, change("loser.before@example.org", "loser.now@example.org"));
    add_merge(world, person, loser, "loser.name@example.org");
    add_merge(world, person, 71, "A name, and no address");
    add_mail(world, person, "mailed@example.org");
    add_submission(world, person, "typed@example.org", "friend@example.org");
    if (world.mautic.has_table("sync_object_field_change_report")) {
        own["synchronised@example.org"] = AddressKind::former;
        for (const char* column : {"email", "manager_email"}) {
            world.mautic.insert("sync_object_field_change_report",
                                {{"integration", "crm"},
                                 {"object_id", person},
                                 {"object_type", "Mautic\\LeadBundle\\Entity\\Lead"},
                                 {"modified_at", "2025-01-05 00:00:00"},
                                 {"column_name", column},
                                 {"column_type", "string"},
                                 {"column_value", std::string(column) == "email" ? "synchronised@example.org"
                                                                                 : "manager@example.org"}});
        }
    }
    if (world.mautic.has_table("plugin_citrix_events")) {
        own["webinar@example.org"] = AddressKind::seen;
        world.mautic.insert("plugin_citrix_events", {{"lead_id", person},
                                                     {"product", "webinar"},
                                                     {"email", "webinar@example.org"},
                                                     {"event_name", "x"},
                                                     {"event_type", "registered"},
                                                     {"event_date", "2025-01-05 00:00:00"}});
    }
    // What is not the person's. A merge record may name a contact by its company's address.
    add_merge(world, person, neighbour, "neighbour.name@example.org");  // lives
    add_change(world, neighbour, change("neighbour.before@example.org", "x@example.org"));
    add_change(world, person, change("mail.template@example.org", "y@example.org"), "email");
    add_change(world, person, php::map({{"dnc_channel_status", php::string("dnc@example.org")}}));
    add_mail(world, person, "two@example.org, recipients@example.org");
    add_mail(world, neighbour, "neighbour.mail@example.org");
    add_mail(world, std::nullopt, "nobody@example.org");
    add_submission(world, neighbour, "neighbour.form@example.org", known.email());
    for (const auto& [address, kind] : own) all.insert(address);
    for (const char* other :
         {"friend", "manager", "loser.name", "neighbour.name", "neighbour.before", "x", "y", "dnc", "two",
          "mail.template", "recipients", "neighbour.mail", "nobody", "neighbour.form", "in.tokens"}) {
        all.insert(std::string(other) + "@example.org");
    }
    all.insert("two@example.org, recipients@example.org");
    world.mautic.unsubscribe(person);
    return own;
}

}  // namespace

TEST_CASE("every address of a person is filed by every tie, and nobody else's, on every schema") {
    for (const SchemaCase& schema : schema_cases()) {
        CAPTURE(schema.name());
        World world(schema.prefix, schema.version, schema.upgraded);
        std::set<std::string> all;
        const Filed own = add_everything(world, all);
        REQUIRE(world.erase(person).verdict == erasure::Verdict::erased);
        CHECK(filed_among(world, person, all) == own);
        CHECK(filed_of(world, neighbour).empty());
        const auto record = world.ledger(person);
        for (const ErasedAddress& one : filed_of(world, person)) {
            CHECK(one.noted_at == record->last_pass_at);
            CHECK(one.algorithm == "md5");
        }
        const auto filed = filed_of(world, person).size();
        // A later pass finds the hashes in the mails: nothing new, but an address that came meanwhile is.
        add_change(world, person, change("meanwhile@example.org", "meanwhile@example.org"));
        world.erase(person, 1);
        CHECK(filed_of(world, person).size() == filed + 1);
        all.insert("meanwhile@example.org");
        CHECK(filed_among(world, person, all).at("meanwhile@example.org") == AddressKind::former);
        for (const auto& [address, kind] : own) {
            CAPTURE(address);
            lookup::LookupOptions options{world.mautic.prefix(), World::ledger_name, world.hash, {}, false};
            const auto answer = lookup::Lookup(world.daemon, options).find(address);
            REQUIRE(answer.contacts.size() == 1);
            CHECK(answer.contacts[0].contact == person);
            CHECK(answer.contacts[0].kind_in(*answer.contacts[0].erasure) == kind);
        }
        lookup::LookupOptions options{world.mautic.prefix(), World::ledger_name, world.hash, {}, false};
        for (const char* other : {"friend@example.org", "two@example.org", "loser.name@example.org"}) {
            CHECK_FALSE(lookup::Lookup(world.daemon, options).find(other).found());
        }
    }
}

TEST_CASE("an address that is noted under the id from before the person is somebody else's") {
    World world("", "5.2.10", false);
    world.mautic.add_contact(person);
    world.mautic.unsubscribe(person);
    world.mautic.connection().change("UPDATE leads SET date_added = '2025-06-01 08:00:00'");
    const auto note_change = [&](const std::string& address, const std::string& date) {
        world.mautic.insert("sync_object_field_change_report",
                            {{"integration", "hub"},
                             {"object_id", person},
                             {"object_type", "Mautic\\LeadBundle\\Entity\\Lead"},
                             {"modified_at", date},
                             {"column_name", "email"},
                             {"column_type", "string"},
                             {"column_value", address}});
    };
    note_change("cili@example.net", "2025-02-02 08:00:00");
    note_change("anna.before@example.org", "2025-06-02 08:00:00");
    SECTION("the log tells of the one before") {
        world.mautic.insert("audit_log", {{"object", "lead"},
                                          {"object_id", person},
                                          {"action", "delete"},
                                          {"date_added", "2025-03-01 08:00:00"},
                                          {"details", "a:0:{}"}});
        world.erase(person);
        CHECK(world.mautic.value("SELECT column_value FROM sync_object_field_change_report") ==
              "cili@example.net");
    }
    SECTION("or has been cleaned") {
        world.erase(person);
        CHECK(world.mautic.row_count("sync_object_field_change_report") == 0);
    }
    lookup::LookupOptions options{"", World::ledger_name, world.hash, {}, false};
    CHECK_FALSE(lookup::Lookup(world.daemon, options).find("cili@example.net").found());
    CHECK(lookup::Lookup(world.daemon, options).find("anna.before@example.org").found());
}

TEST_CASE("a person is found by an address that stood in the field with something around it") {
    const struct {
        const char* field;
        std::vector<const char*> addresses;
    } cases[] = {{"Ned <ned@example.org>", {"ned@example.org"}},
                 {"<max@example.org>", {"max@example.org"}},
                 {"Max M. <MAX@Example.org>", {"max@example.org"}},
                 {"mailto:lea@example.org", {"lea@example.org"}},
                 {"ann@example.org, bob@example.org", {"ann@example.org", "bob@example.org"}},
                 {"ann@example.org;bob@example.org", {"ann@example.org", "bob@example.org"}},
                 {"kim@example.org.", {"kim@example.org"}},
                 {"'kim@example.org'", {"kim@example.org"}},
                 {"o'neil@example.org", {"o'neil@example.org"}}};
    for (const auto& c : cases) {
        CAPTURE(c.field);
        World world;
        Person known = invented_person(person);
        known.fields["email"] = c.field;
        world.mautic.add_contact(person, known);
        world.mautic.unsubscribe(person);
        REQUIRE(world.erase(person).verdict == erasure::Verdict::erased);
        world.erase(person, 1);
        lookup::LookupOptions options{"", World::ledger_name, world.hash, {}, false};
        for (const char* address : c.addresses) {
            CAPTURE(address);
            const auto answer = lookup::Lookup(world.daemon, options).find(address);
            REQUIRE(answer.contacts.size() == 1);
            CHECK(answer.contacts[0].contact == person);
            CHECK_FALSE(answer.contacts[0].is_reused);
            CHECK(answer.contacts[0].kind_in(*answer.contacts[0].erasure) == AddressKind::current);
        }
        for (const char* other : {"neil@example.org", "m@example.org"}) {
            CHECK_FALSE(lookup::Lookup(world.daemon, options).find(other).found());
        }
    }
}

TEST_CASE("addresses are filed together with the erasure or not at all") {
    World world;
    add_unsubscribed(world);
    const std::string address = world.mautic.field(person, "email");
    server().execute(
        std::string("CREATE TRIGGER test_ledger.refused BEFORE INSERT ON"
                    " test_ledger.erased_address FOR EACH ROW"
                    " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'"));
    CHECK_THROWS_AS(world.erase(person), database::DatabaseError);
    CHECK(world.mautic.field(person, "email") == address);
    CHECK_FALSE(world.ledger(person).has_value());
    server().execute("DROP TRIGGER test_ledger.refused");
    world.erase(person);
    CHECK(filed_of(world, person).size() == 2);
}

TEST_CASE("an address belongs to the erasure that met it, and two may have met it") {
    World world;
    add_unsubscribed(world);
    const Person known = invented_person(person);
    world.erase(person);
    world.mautic.resubscribe(person);
    world.mautic.connection().change("UPDATE leads SET email = 'second@example.org' WHERE id = 7");
    world.mautic.unsubscribe(person);
    world.erase(person);
    lookup::LookupOptions options{"", World::ledger_name, world.hash, {}, false};
    const auto find = [&](const std::string& address) {
        return lookup::Lookup(world.daemon, options).find(address).contacts.at(0);
    };
    auto found = find("second@example.org");
    CHECK(found.kind_in(*found.erasure) == AddressKind::current);
    CHECK_FALSE(found.is_of_address(found.former.at(0)));
    // Mails still tell of it, as a hash.
    found = find(known.old_email);
    CHECK(found.kind_in(found.former.at(0)) == AddressKind::former);
    CHECK(found.kind_in(*found.erasure) == AddressKind::seen);
    found = find(known.email());
    CHECK(found.kind_in(found.former.at(0)) == AddressKind::current);
    CHECK(found.kind_in(*found.erasure) == AddressKind::seen);
}

TEST_CASE("an address that somebody else has now is told with the one who has it") {
    World world;
    add_unsubscribed(world);
    world.mautic.add_contact(neighbour);
    const Person known = invented_person(person);
    world.erase(person);
    world.mautic.connection().change("UPDATE leads SET email = '" + known.old_email + "' WHERE id = 8");
    lookup::LookupOptions options{"", World::ledger_name, world.hash, {}, false};
    const auto answer = lookup::Lookup(world.daemon, options).find(known.old_email);
    REQUIRE(answer.contacts.size() == 2);
    CHECK(answer.contacts[0].used_now_by == std::vector<ContactId>{neighbour});
    CHECK(answer.contacts[1].used_now_by.empty());
    CHECK_FALSE(answer.contacts[1].erasure.has_value());
}

TEST_CASE("addresses in a history of many chunks are filed with the chunk that meets them") {
    World world;
    world.slice_rows = 5;
    add_unsubscribed(world);
    std::set<std::string> all{invented_person(person).email(), invented_person(person).old_email};
    for (int i = 0; i < 23; ++i) {
        const std::string address = "chunk" + std::to_string(i) + "@example.org";
        add_mail(world, person, address);
        all.insert(address);
    }
    world.erase(person);
    const Filed filed = filed_among(world, person, all);
    CHECK(filed.size() == all.size());
    CHECK(filed.at("chunk22@example.org") == AddressKind::seen);
    CHECK(filed.at(invented_person(person).email()) == AddressKind::current);
}

TEST_CASE("an index answers for an address") {
    World world;
    std::string rows;
    for (int i = 1; i <= 2'000; ++i) {
        rows += (i == 1 ? "" : ",") + std::string("(") + std::to_string(i) + ", MD5_" +
                ", 'md5', '', 'seen', NOW(3))";
        const std::string hash = policy::Hasher({}).hash(std::to_string(i), policy::Normalisation::plain);
        rows.replace(rows.find("MD5_"), 4, "'" + hash + "'");
    }
    server().execute(
        "INSERT INTO test_ledger.erased_address (contact_id, address_hash, algorithm, key_id, kind,"
        " noted_at) VALUES " +
        rows);
    const std::string one = policy::Hasher({}).hash("7", policy::Normalisation::plain);
    const auto lines =
        explain(world.daemon,
                "SELECT contact_id, kind FROM test_ledger.erased_address a WHERE"
                " address_hash IN ('" +
                    one + "','" + std::string(64, 'f') + "') ORDER BY contact_id, noted_at, id");
    for (auto line : lines) {
        CHECK(line["key"] == "address");
        CHECK(std::stoull(line["rows"]) <= 10);
    }
}

// What Mautic has deleted counts as one contact.
TEST_CASE("a copy of very many addresses of one contact goes on where it was") {
    World world;
    const auto hash_of = [](int i) {
        return policy::Hasher({}).hash(std::to_string(i), policy::Normalisation::plain);
    };
    std::string rows;
    for (int i = 1; i <= 5'000; ++i) {
        rows += (i == 1 ? "(0,'" : ",(0,'") + hash_of(i) + "','md5','','seen','2025-01-01')";
    }
    server().execute(
        "INSERT INTO test_ledger.erased_address (contact_id, address_hash, algorithm, key_id, kind,"
        " noted_at) VALUES " +
        rows);
    const auto total = [&] {
        std::uint64_t sum = 0;
        database::Rows status = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (status.next()) sum += std::stoull(status.text(1));
        return sum;
    };
    ledger::ErasedAddresses addresses(world.daemon, World::ledger_name);
    ledger::ErasedAddress last{0, std::string(32, 'e'), "md5", "", AddressKind::seen, now()};
    const std::uint64_t before = total();
    const auto page = addresses.page(last, 100);
    const std::uint64_t read = total() - before;
    CHECK(page.size() == 100);
    CHECK(read < 1'000);
}

TEST_CASE("an address that very many contacts have is told with some of the others") {
    constexpr std::size_t many = 2'000;
    World world;
    std::string rows;
    for (std::size_t id = 1; id <= many; ++id) {
        rows += (id == 1 ? "(" : ",(") + std::to_string(id) + ",'office@example.org',1,0)";
    }
    world.mautic.connection().change("INSERT INTO leads (id, email, is_published, points) VALUES " + rows);
    const auto answer = lookup::Lookup(world.daemon, {"", World::ledger_name, world.hash, {}, false})
                            .find("office@example.org");
    REQUIRE(answer.contacts.size() == many);
    std::size_t others = 0;
    for (const auto& found : answer.contacts) others += found.used_now_by.size();
    CHECK(answer.contacts[0].used_now_by.size() == lookup::FoundContact::others_max);
    CHECK(answer.contacts[0].used_now_by.front() == 2);
    CHECK(others <= many * lookup::FoundContact::others_max);
}

namespace {

// Invents people who share what people share, and writes down, once more and plainly, which addresses were
// each one's own.
class Neighbourhood {
  public:
    Neighbourhood(World& world, std::uint64_t seed) : world_(world), dice_(seed) {
        make_form(world);
        const auto people = static_cast<ContactId>(dice_.between(2, 6));
        for (ContactId contact = 1; contact <= people; ++contact) {
            world.mautic.add_contact(contact);
            contacts.push_back(contact);
            own[contact] = {invented_person(contact).email(), invented_person(contact).old_email};
            all.insert(own[contact].begin(), own[contact].end());
        }
        for (std::uint64_t i = dice_.between(5, 40); i > 0; --i) add_something();
        for (const ContactId contact : contacts) {
            if (dice_.chance(70)) erased.push_back(contact);
        }
        for (const ContactId contact : erased) world.mautic.unsubscribe(contact);
    }

    std::vector<ContactId> contacts;
    std::vector<ContactId> erased;
    std::map<ContactId, std::set<std::string>> own;
    std::set<std::string> all;

  private:
    // A new one, or one that somebody has, had or mentioned already.
    std::string address() {
        if (!all.empty() && dice_.chance(50))
            return dice_.pick(std::vector<std::string>(all.begin(), all.end()));
        std::string fresh = dice_.letters(8) + "@example.org";
        all.insert(fresh);
        return fresh;
    }
    void add_own(ContactId contact, const std::string& address) { own[contact].insert(address); }

    void add_something() {
        const ContactId contact = dice_.pick(contacts);
        const ContactId other = dice_.pick(contacts);
        const std::string one = address();
        const std::string two = address();
        switch (dice_.below(10)) {
            case 0:
                add_mail(world_, contact, one);
                return add_own(contact, one);
            case 1:
                return add_mail(world_, contact, one + "; " + two);
            case 2:
                return add_mail(world_, std::nullopt, one);
            case 3:
                if (dice_.chance(25)) {  // of whoever had the id before
                    return add_change(world_, contact, change(one, two), "lead", "2024-12-24 09:59:59");
                }
                add_change(world_, contact, change(one, two));
                add_own(contact, one);
                return add_own(contact, two);
            case 4:
                return add_change(world_, contact, change(one, two), dice_.chance(50) ? "company" : "note");
            case 5:
                add_submission(world_, contact, one, two);
                return add_own(contact, one);
            case 6: {
                const ContactId merged = next_merged_++;
                add_merge(world_, contact, merged, one);  // perhaps the company's
                add_change(world_, merged, change("", two));
                return add_own(contact, two);
            }
            case 7:
                return add_merge(world_, contact, other, one);  // the other one lives
            case 8:
                world_.mautic.insert("lead_notes", {{"lead_id", contact},
                                                    {"text", "Wrote from " + one},
                                                    {"date_added", "2025-01-05 00:00:00"}});
                return;
            default:
                world_.mautic.insert("lead_event_log", {{"lead_id", contact},
                                                        {"bundle", "lead"},
                                                        {"object", "import"},
                                                        {"action", "inserted"},
                                                        {"properties", "{\"email\":\"" + one + "\"}"},
                                                        {"date_added", "2025-01-05 00:00:00"}});
        }
    }

    World& world_;
    model::Dice dice_;
    ContactId next_merged_ = 1'000;
};

}  // namespace

TEST_CASE("in histories of neighbours nobody else's address is filed, and every own one is") {
    const auto versions = MauticDatabase::facts_versions();
    if (versions.empty()) return;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        CAPTURE(seed);
        World world("", versions[seed % versions.size()], false);
        model::Dice dice(seed + 1'000);
        world.slice_rows = dice.chance(30) ? 4 : 10'000;
        const Neighbourhood people(world, seed);
        const auto erase = [&](int pass) {
            if (world.slice_rows > 4) {
                std::vector<erasure::Request> requests;
                for (const ContactId contact : people.erased) {
                    requests.push_back({contact, Origin::webhook, now(), pass, true});
                }
                world.erase(requests);
                return;
            }
            for (const ContactId contact : people.erased) world.erase(contact, pass);
        };
        erase(0);
        if (dice.chance(50)) erase(1);
        for (const ContactId contact : people.contacts) {
            CAPTURE(contact);
            std::set<std::string> filed;
            for (const auto& [address, kind] : filed_among(world, contact, people.all)) filed.insert(address);
            const bool is_erased =
                std::find(people.erased.begin(), people.erased.end(), contact) != people.erased.end();
            CHECK(filed == (is_erased ? people.own.at(contact) : std::set<std::string>{}));
        }
    }
}

namespace {

// As `lookup` asks: all mails are read only where not every address is filed.
lookup::LookupAnswer look_up(World& world, const std::string& address, const policy::HashOptions& hash) {
    const bool is_filed = reconciliation::AddressFiling::is_done(world.daemon, World::ledger_name);
    return lookup::Lookup(world.daemon, {world.mautic.prefix(), World::ledger_name, hash, {}, !is_filed})
        .find(address);
}

lookup::LookupAnswer look_up(World& world, const std::string& address) {
    return look_up(world, address, world.hash);
}

void file_addresses(World& world) {
    reconciliation::AddressFiling filing({world.mautic.prefix(), World::ledger_name, false});
    while (filing.next(world.daemon)) continue;
}

}  // namespace

TEST_CASE("a key that only filed addresses were hashed with is missed, too") {
    World world;
    world.hash.key = std::string(32, 'k');
    world.mautic.add_contact(person);
    world.mautic.connection().change("UPDATE leads SET email = NULL WHERE id = 7");
    world.mautic.unsubscribe(person);
    world.erase(person);
    REQUIRE(world.ledger(person)->subject_hash.empty());
    const std::string address = invented_person(person).old_email;
    REQUIRE(look_up(world, address).found());
    policy::HashOptions with_new_key = world.hash;
    with_new_key.key = std::string(32, 'n');
    const auto answer = look_up(world, address, with_new_key);
    CHECK((answer.found() || !answer.missing_keys.empty()));
}

// The ledger was lost, and the contacts are erased again by `sweep`.
TEST_CASE("an older address is found also where the ledger does not know the hash that stands in the mail") {
    World world;
    add_unsubscribed(world);
    world.erase(person);
    server().execute(std::string("DROP DATABASE ") + World::ledger_name);
    ledger::Ledger(world.daemon, World::ledger_name).create();
    file_addresses(world);
    world.erase(person);
    CHECK(look_up(world, invented_person(person).email()).found());
    CHECK(look_up(world, invented_person(person).old_email).found());
}

TEST_CASE("a new ledger takes nothing for filed where Mautic has hashes of addresses") {
    World world;
    add_unsubscribed(world);
    const auto is_filed_in_new_ledger = [&] {
        server().execute(std::string("DROP DATABASE ") + World::ledger_name);
        ledger::open_ledger(world.daemon, World::ledger_name, world.mautic.prefix());
        return reconciliation::AddressFiling::is_done(world.daemon, World::ledger_name);
    };
    CHECK(is_filed_in_new_ledger());
    world.erase(person);
    CHECK_FALSE(is_filed_in_new_ledger());
    // Mautic leaves the mails of a deleted contact.
    world.mautic.connection().change("UPDATE email_stats SET lead_id = NULL WHERE lead_id = 7");
    world.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    CHECK_FALSE(is_filed_in_new_ledger());
}

// A mail of a contact that was erased, and then merged into this one.
TEST_CASE("hashes that a history has already are filed in every chunk") {
    for (const std::size_t slice_rows : {std::size_t{10'000}, std::size_t{5}}) {
        CAPTURE(slice_rows);
        World world;
        world.slice_rows = slice_rows;
        world.mautic.add_contact(neighbour);
        world.mautic.unsubscribe(neighbour);
        world.erase(neighbour);
        add_unsubscribed(world);
        for (int i = 0; i < 23; ++i) add_mail(world, person, "own" + std::to_string(i) + "@example.org");
        const policy::Hasher md5{world.hash};
        const std::string address = invented_person(neighbour).email();
        add_mail(world, person, md5.hash(address, policy::Normalisation::email));
        world.erase(person);
        CHECK(filed_among(world, person, {address}).contains(address));
    }
}

// Daemons are restarted one after the other: one of the version before goes on erasing beside a new ledger.
TEST_CASE("what a daemon of the version before erases after the filing is filed by the next one") {
    World world;
    add_unsubscribed(world);
    world.mautic.add_contact(neighbour);
    world.mautic.unsubscribe(neighbour);
    world.erase(neighbour);
    file_addresses(world);
    world.erase(person);
    server().execute("DELETE FROM erased_address WHERE contact_id = 7", World::ledger_name);
    file_addresses(world);
    CHECK(look_up(world, invented_person(person).old_email).found());
}

TEST_CASE("an address is found in every case of its letters, however hashes in Mautic's tables are made") {
    for (const bool normalise : {true, false}) {
        CAPTURE(normalise);
        World world;
        world.hash.normalise_email = normalise;
        add_unsubscribed(world);
        add_change(world, person, change("", "Ann.Example@Example.org"));
        world.erase(person);
        CHECK(look_up(world, "ann.example@example.org").found());
    }
}

// Mautic leaves the log of a deleted contact. A dump without AUTO_INCREMENT, or a server before
// MariaDB 10.2.4 and MySQL 8 that was started again, gives the highest id once more.
TEST_CASE("what the log has of the one who had the id before is not the contact's own address") {
    World world;
    add_change(world, person, change("", "before.in.log@example.org"), "lead", "2024-12-24 09:59:59");
    add_change(world, person, change("", "since.in.log@example.org"));
    add_unsubscribed(world);
    world.erase(person);
    CHECK_FALSE(look_up(world, "before.in.log@example.org").found());
    CHECK(look_up(world, "since.in.log@example.org").found());
}

// The backup is from the time of the one who had the id before, and who never opted out.
TEST_CASE("a living person who has an erased one's id after a restore is not erased in their place") {
    World world;
    add_change(world, person, change("", "before.in.log@example.org"));
    add_unsubscribed(world);
    world.erase(person);
    world.mautic.connection().change("DELETE FROM lead_donotcontact");
    world.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    world.mautic.insert(
        "leads",
        {{"id", person}, {"email", "before.in.log@example.org"}, {"date_added", "2022-01-01 00:00:00"}});
    restore::ReapplyOptions options;
    options.ledger_database = World::ledger_name;
    options.plan = world.rules()->plan;
    options.triggers = world.triggers;
    options.hash_keys = {""};
    restore::Reapply reapply(options);
    const auto to_erase = reapply.next(world.daemon, restore::Reapply::Mode::put_opt_outs_back);
    REQUIRE(to_erase);
    CHECK(to_erase->empty());
    CHECK(reapply.findings().other_address == std::vector<ContactId>{person});
    CHECK(world.mautic.row_count("lead_donotcontact", "lead_id = 7") == 0);
}

// Mautic merged contact 70 into 7 after the backup was made, and 7 opted out: the backup has 70 alone.
TEST_CASE("who is back under the id of a contact that was merged away is named, and nobody else") {
    World world;
    const std::string address = "merged@example.org";
    add_unsubscribed(world);
    const bool is_merged = GENERATE(true, false);
    if (is_merged) {
        add_change(world, loser, change("", address));
        add_merge(world, person, loser, "A Name");
    } else {
        add_mail(world, person, address);
    }
    world.erase(person);
    const auto named = [&](ContactId id, const std::string& date_added) {
        world.mautic.insert("leads", {{"id", id}, {"email", address}, {"date_added", date_added}});
        restore::ReapplyOptions options;
        options.ledger_database = World::ledger_name;
        options.plan = world.rules()->plan;
        options.triggers = world.triggers;
        options.hash_keys = {""};
        options.page_rows = 2;
        restore::Reapply reapply(options);
        while (reapply.next(world.daemon, restore::Reapply::Mode::look)) continue;
        CHECK(reapply.findings().under_other_ids == reapply.findings().under_other_id_contacts.size());
        CHECK((reapply.findings().under_other_ids == 0 || reapply.findings().needs_a_look()));
        return reapply.findings().under_other_id_contacts;
    };
    using Contacts = std::vector<ContactId>;
    CHECK(named(71, format_utc(now() + std::chrono::hours{1})).empty());  // new since the erasure
    // A family may share an address, unless a merge says that it was one person.
    CHECK(named(70, "2022-01-01 00:00:00") == (is_merged ? Contacts{70} : Contacts{}));
    world.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    CHECK(named(72, "2022-01-01 00:00:00") == Contacts{70, 72});
    world.mautic.connection().change("UPDATE test_ledger.erasure SET status = 'superseded'");
    CHECK(named(73, "2022-01-01 00:00:00").empty());
}

TEST_CASE(
    "an address in Mautic's spelling is found in any, also where hashes are made of it as it is written") {
    World world;
    world.hash.normalise_email = false;
    add_unsubscribed(world);
    world.mautic.connection().change("UPDATE leads SET email = 'Ann.Zq@Example.org' WHERE id = 7");
    world.mautic.connection().change("DELETE FROM email_stats");
    world.erase(person);
    CHECK(look_up(world, "ann.zq@example.org").found());
    CHECK(look_up(world, "Ann.Zq@Example.org").found());
}

// Mautic names a merged contact by its name, without one by its company, and only then by its address.
TEST_CASE("the address of a company is not filed by the name of a merge record") {
    World world;
    add_unsubscribed(world);
    add_merge(world, person, loser, "office@example.org");
    add_change(
        world, loser,
        php::map(
            {{"fields", php::map({{"company", php::list({php::null(), php::string("office@example.org")})},
                                  {"email", php::list({php::null(), php::string("loser@example.org")})}})}}));
    world.erase(person);
    CHECK(look_up(world, "loser@example.org").found());
    CHECK_FALSE(look_up(world, "office@example.org").found());
}

TEST_CASE("filing old mails makes no deleted contact of somebody who is known") {
    World world;
    add_unsubscribed(world);
    const std::string address = invented_person(person).email();
    add_mail(world, std::nullopt, address);
    world.erase(person);
    REQUIRE(world.mautic.row_count("email_stats", "lead_id IS NULL AND email_address LIKE '%@%'") == 0);
    REQUIRE_FALSE(look_up(world, address).deleted_contact_erased_at);
    file_addresses(world);
    CHECK_FALSE(look_up(world, address).deleted_contact_erased_at);
}

TEST_CASE("an address that another erased contact had last is told with it") {
    World world;
    add_unsubscribed(world);
    world.mautic.add_contact(neighbour);
    const std::string address = invented_person(person).old_email;
    world.mautic.connection().change("UPDATE leads SET email = '" + address + "' WHERE id = 8");
    world.mautic.unsubscribe(neighbour);
    world.erase(person);
    world.erase(neighbour);
    const auto answer = look_up(world, address);
    REQUIRE(answer.contacts.size() == 2);
    CHECK(answer.contacts[0].used_last_by == std::vector<ContactId>{neighbour});
    CHECK(answer.contacts[0].used_now_by.empty());
    CHECK(answer.contacts[1].used_last_by.empty());
    world.mautic.connection().change("UPDATE leads SET email = '" + address + "' WHERE id = 7");
    CHECK(look_up(world, address).contacts[0].used_last_by == std::vector<ContactId>{neighbour});
}

// Mautic 5 and later write mapped_object and mapped_field only. They empty lead_field together with these,
// and leave there what an earlier version wrote where a field is mapped to something else.
TEST_CASE("what an earlier Mautic mapped is not believed of a field that fills a company's since") {
    World world("", "5.1.1", true);
    world.mautic.add_contact(person);
    make_form(world);
    world.mautic.connection().change(
        "UPDATE form_fields SET mapped_object = 'company',"
        " mapped_field = 'companyemail' WHERE alias = 'email'");
    add_submission(world, person, "office@example.org", "friend@example.org");
    world.mautic.unsubscribe(person);
    world.erase(person);
    CHECK_FALSE(look_up(world, "office@example.org").found());
}

TEST_CASE("An address that begins with a sign is no other one, and nobody else's rows go for it") {
    const std::string sign = GENERATE("*", "`", "'", "_", "+", "~");
    const bool is_of_person = GENERATE(true, false);
    const std::string others = (is_of_person ? "" : sign) + "star@example.org";
    CAPTURE(sign, is_of_person);
    World world;
    world.mautic.add_contact(person);
    world.mautic.add_contact(neighbour);
    const auto give = [&](ContactId contact, const std::string& address) {
        world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = ?",
                                         std::vector<database::Value>{address, contact});
    };
    give(person, (is_of_person ? sign : "") + "star@example.org");
    give(neighbour, others);
    add_mail(world, std::nullopt, others);
    world.mautic.unsubscribe(person);
    world.erase(person);
    const auto rows_of_others = world.mautic.value("SELECT COUNT(*) FROM email_stats WHERE email_address = " +
                                                   database::quote_text(others));
    CHECK(rows_of_others == "1");
    const std::string hash = world.rules()->hasher.hash(others, policy::Normalisation::email);
    CHECK(ErasedAddresses(world.mautic.connection(), world.rules()->ledger_database)
              .find(std::vector<std::string>{hash})
              .empty());
}
