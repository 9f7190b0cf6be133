// After hashes of former times are wrapped, everybody is found by the addresses by which they were found
// before, whoever looks has the key, and nothing tells that a list of addresses would reverse.
#include "retention/migrator.h"

#include "base/error.h"
#include "base/hex.h"
#include "erasure/world.h"
#include "lookup/lookup.h"
#include "model/dice.h"
#include "restore/import.h"
#include "restore/recognition.h"
#include "retention/erased.h"
#include "seal/sealer.h"
#include "seal/verifier.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using retention::MigrateCounts;
using retention::MigrateOptions;
using retention::Migrator;

namespace {

const std::string key_of_today = "a key of the test, long enough";

MigrateOptions unkeyed() {
    MigrateOptions options;
    options.made_by = ledger::HashKey{{"md5", "sha256"}, ""};
    options.seals.ledger_database = World::ledger_name;
    return options;
}

void use_key(World& world, const std::string& key = key_of_today) {
    world.hash.key = key;
    world.prepare();
}

MigrateCounts migrate(World& world, const MigrateOptions& options) {
    Migrator migrator(world.rules(), options, [](const seal::Seal&) {});
    while (migrator.next(world.daemon)) continue;
    return migrator.counts();
}

std::string all_rows(World& world) { return world.mautic.dump() + world.ledger_dump(); }

// Who is found by an address, and how.
std::string found_by(World& world, const std::string& address) {
    lookup::Lookup lookup(world.daemon,
                          {world.plan().table_prefix, World::ledger_name, world.hash, {}, true});
    const auto answer = lookup.find(address);
    std::string text = std::to_string(answer.mails_without_contact.sent) + " mails, " +
                       (answer.deleted_contact_erased_at ? "deleted" : "") + '\n';
    for (const auto& one : answer.contacts) {
        text += std::to_string(one.contact) + (one.is_reused ? " reused" : "");
        for (const lookup::Trace trace : one.traces) text += std::string(" ") + name_of(trace);
        for (const auto& noted : one.addresses) text += std::string(" ") + name_of(noted.kind);
        if (one.erasure && one.kind_in(*one.erasure)) text += " recorded";
        text += ' ' + std::to_string(one.mails.sent) + '\n';
    }
    return text;
}

// Whatever somebody without the key may test a guess with, in Mautic or in the ledger.
std::vector<std::string> tests_of(const std::string& value, const policy::HashOptions& made_by) {
    const policy::Hasher hasher(made_by);
    std::vector<std::string> tests;
    for (const auto kind : {policy::Normalisation::email, policy::Normalisation::plain}) {
        const std::string hash = hasher.hash(value, kind);
        tests.push_back(hash);
        tests.push_back(std::to_string(ledger::fingerprint_of(hash)));
        for (const char* column : {"email", "firstname", "lastname", "mobile", "phone"}) {
            tests.push_back(ledger::Marks::mark_of(column, hash));
        }
    }
    return tests;
}

// In the contact's own row and in its mails.
std::string hashes_of(World& world, ContactId contact) {
    std::string text;
    for (const char* field : {"email", "firstname", "lastname", "mobile", "phone"}) {
        text += world.mautic.field(contact, field) + '\n';
    }
    return text + world.mautic.value("SELECT GROUP_CONCAT(email_address ORDER BY id) FROM " +
                                     world.mautic.real_name("email_stats") +
                                     " WHERE lead_id = " + std::to_string(contact));
}

}  // namespace

TEST_CASE("A wrapped hash is found by address and key, and a dry run changes nothing") {
    for (const policy::Algorithm algorithm : {policy::Algorithm::md5, policy::Algorithm::sha256}) {
        drop_seals();
        World world;
        world.hash.algorithm = algorithm;
        const policy::HashOptions former = world.hash;
        const Person somebody = invented_person(7);
        world.mautic.add_contact(7);
        erase_wholly(world, 7);
        const std::string before = world.mautic.field(7, "email");
        const std::string found = found_by(world, somebody.fields.at("email"));
        CHECK_THROWS_WITH(Migrator(world.rules(), unkeyed(), {}), ContainsSubstring("[hash] key_file"));
        use_key(world);
        CHECK(found_by(world, somebody.fields.at("email")) == found);
        auto options = unkeyed();
        options.dry_run = true;
        const std::string rows = all_rows(world);
        const MigrateCounts would = migrate(world, options);
        CHECK(all_rows(world) == rows);
        const MigrateCounts counts = migrate(world, unkeyed());
        CHECK(would.cells == counts.cells);
        CHECK(counts.contacts == 1);
        CHECK(counts.records == 1);
        CHECK(counts.addresses == would.addresses);
        CHECK(counts.cells.at("leads.email") == 1);
        CHECK(counts.unknown == 0);
        const auto record = world.ledger(7);
        CHECK(record->algorithm == "wrapped-" + policy::Hasher(former).algorithm_name());
        CHECK(record->key_id == policy::Hasher(world.hash).key_id());
        CHECK(world.mautic.field(7, "email") == record->subject_hash);
        CHECK(record->subject_hash.size() == before.size());
        CHECK(found_by(world, somebody.fields.at("email")) == found);
        const std::string after = all_rows(world);
        for (const std::string& value : hashed_values(somebody)) {
            for (const std::string& test : tests_of(value, former)) {
                INFO(value << " as " << test);
                CHECK(after.find(test) == std::string::npos);
            }
        }
        migrate(world, unkeyed());
        CHECK(all_rows(world) == after);

        // A later pass takes them for what they are; a restore of the contact is recognised.
        const std::string own = world.rows_of(7, world.notes_of(7));
        world.erase(7, 2, false);
        CHECK(world.rows_of(7, world.notes_of(7)) == own);
        CHECK(world.ledger(7)->algorithm == record->algorithm);
        CHECK(world.ledger(7)->subject_hash == record->subject_hash);
        const restore::AddressHashes hashes({key_of_today});
        restore::Present present;
        present.address = somebody.fields.at("email");
        CHECK(restore::recognise(*world.ledger(7), present, hashes) == restore::Recognition::same_person);
        present.address.clear();
        for (const char* field : {"firstname", "lastname"}) {
            present.values.push_back({field, somebody.fields.at(field), policy::Normalisation::plain, true});
        }
        CHECK(restore::recognise(*record, present, hashes) == restore::Recognition::same_person);
        CHECK(restore::recognise(*record, present, restore::AddressHashes({})) ==
              restore::Recognition::not_erased);
    }
}

TEST_CASE("What a backup brought back of wrapped hashes is ours, and is wrapped again") {
    drop_seals();
    World world;
    world.mautic.add_contact(7);
    erase_wholly(world, 7);
    std::map<std::string, std::string> before;
    for (const char* field : {"email", "firstname", "lastname"}) before[field] = world.mautic.field(7, field);
    use_key(world);
    migrate(world, unkeyed());
    const std::string wrapped = all_rows(world);
    for (const auto& [field, value] : before) {
        CHECK(world.mautic.field(7, field) != value);
        world.mautic.connection().change("UPDATE " + world.mautic.real_name("leads") + " SET " + field +
                                         " = '" + value + "' WHERE id = 7");
    }
    const std::string restored = world.rows_of(7, world.notes_of(7));
    world.erase(7, 2, false);
    CHECK(world.rows_of(7, world.notes_of(7)) == restored);
    const std::string passed = world.ledger_dump();
    auto options = unkeyed();
    options.made_by.reset();
    CHECK(migrate(world, options).cells.at("leads.email") == 1);
    for (const auto& [field, value] : before) {
        CHECK(world.mautic.field(7, field) == *policy::Hasher(world.hash).wrapped(value));
    }
    const std::string once = all_rows(world);
    migrate(world, options);
    CHECK(all_rows(world) == once);
}

// As where the id is somebody else's by now, whom another tool hashed.
TEST_CASE("A value that only looks like a hash is not wrapped, whatever stands in the contact's address") {
    drop_seals();
    World world;
    for (const ContactId id : {7, 8}) {
        world.mautic.add_contact(id);
        erase_wholly(world, id);
    }
    const std::string token = "deadbeefdeadbeefdeadbeefdeadbeef";
    const std::string by_another_tool = world.md5("of another tool");
    const std::string set_token =
        "UPDATE " + world.mautic.real_name("leads") + " SET lastname = '" + token + "'";
    world.mautic.connection().change(set_token + ", email = '" + by_another_tool + "' WHERE id = 7");
    // Nor where no fingerprint is left.
    world.mautic.connection().change(set_token + " WHERE id = 8");
    world.daemon.change("DELETE FROM " + std::string(World::ledger_name) + ".hash_fingerprint");
    use_key(world);
    const std::string first_name = world.mautic.field(8, "firstname");
    const MigrateCounts counts = migrate(world, unkeyed());
    CHECK(counts.unknown == 1);
    CHECK(world.mautic.field(7, "email") == by_another_tool);
    CHECK(world.mautic.field(7, "lastname") == token);
    CHECK(world.mautic.field(8, "lastname") == token);
    // What the record has a mark of is ours all the same.
    CHECK(world.mautic.field(8, "firstname") == *policy::Hasher(world.hash).wrapped(first_name));
}

TEST_CASE("An erasure after a restore records what was wrapped as such, and --again wraps the rest") {
    drop_seals();
    World world;
    const Person somebody = invented_person(7);
    const policy::HashOptions former = world.hash;
    for (const ContactId id : {7, 8}) world.mautic.add_contact(id);
    auto& root = world.mautic.connection();
    const std::string leads = world.mautic.real_name("leads");
    const std::string mails = world.mautic.real_name("email_stats");
    const std::string ledger = World::ledger_name;
    root.change("UPDATE " + leads + " SET email = NULL WHERE id = 8");
    for (const ContactId id : {7, 8}) erase_wholly(world, id);
    root.change("CREATE TABLE backup_of_leads AS SELECT * FROM " + leads);
    root.change("CREATE TABLE backup_of_mails AS SELECT id, email_address FROM " + mails);
    const std::string old_hash = world.ledger(7)->subject_hash;
    root.change("INSERT IGNORE INTO " + ledger + ".mark (name, at) VALUES ('" +
                std::string(ledger::FilingMarks::done) + "', UTC_TIMESTAMP())");
    use_key(world);
    migrate(world, unkeyed());
    const auto before = world.ledger(7);
    REQUIRE(before->algorithm == "wrapped-md5");

    for (const char* field : {"email", "firstname", "lastname", "mobile", "phone"}) {
        root.change("UPDATE " + leads + " l JOIN backup_of_leads b ON b.id = l.id SET l." + field + " = b." +
                    field);
    }
    root.change("UPDATE " + mails +
                " m JOIN backup_of_mails b ON b.id = m.id SET m.email_address = b.email_address");
    REQUIRE(world.mautic.field(7, "email") == old_hash);
    const bool has_other_record = GENERATE(false, true);
    if (has_other_record) {  // The one that knows the hash is a former one.
        root.change("UPDATE " + leads + " SET email = 'between@example.org' WHERE id = 7");
        erase_wholly(world, 7);
        CHECK(world.ledger(7)->algorithm == "hmac-md5");
        root.change("UPDATE " + leads + " SET email = '" + old_hash + "' WHERE id = 7");
    }
    // They opt out once more.
    root.change("UPDATE " + ledger + ".erasure SET erased_at = erased_at - INTERVAL 1 HOUR," +
                " opted_out_at = opted_out_at - INTERVAL 1 HOUR");
    root.change("UPDATE " + world.mautic.real_name("lead_donotcontact") +
                " SET date_added = UTC_TIMESTAMP()");
    for (const ContactId id : {7, 8}) {
        const auto earlier = world.former(id).size();
        world.erase(id);
        CHECK(world.former(id).size() == earlier + 1);
        CHECK(world.ledger(id)->algorithm == "wrapped-md5");
        CHECK(world.ledger(id)->key_id == before->key_id);
    }
    CHECK(world.ledger(7)->subject_hash == before->subject_hash);
    CHECK(world.ledger(8)->subject_hash.empty());
    CHECK(world.ledger_dump().find(old_hash) == std::string::npos);
    CHECK(world.mautic.value("SELECT COUNT(*) FROM " + ledger + ".mark WHERE name = '" +
                             std::string(ledger::FilingMarks::done) + "'") == "1");
    const std::string found = found_by(world, somebody.fields.at("email"));
    CHECK_THAT(found, ContainsSubstring("recorded"));

    // Former versions took it for a hash of today's key.
    if (GENERATE(false, true)) {
        const std::string key_id = policy::Hasher(world.hash).key_id();
        const std::string values =
            "_hash = '" + old_hash + "', algorithm = 'hmac-md5', key_id = '" + key_id + "' WHERE ";
        root.change("UPDATE " + ledger + ".erasure SET subject" + values + "contact_id = 7");
        root.change("UPDATE " + ledger + ".erased_address SET address" + values + "contact_id = 7" +
                    " AND address_hash = '" + before->subject_hash + "' ORDER BY noted_at DESC LIMIT 1");
    }
    auto options = unkeyed();
    options.made_by.reset();
    migrate(world, options);
    CHECK(world.ledger(7)->algorithm == "wrapped-md5");
    CHECK(world.ledger(7)->key_id == before->key_id);
    CHECK(world.ledger(7)->subject_hash == before->subject_hash);
    CHECK(world.mautic.field(7, "email") == before->subject_hash);
    CHECK(found_by(world, somebody.fields.at("email")) == found);
    root.change("DROP TABLE backup_of_leads, backup_of_mails");
    const std::string after = all_rows(world);
    for (const Person& one : {somebody, invented_person(8)}) {
        for (const std::string& value : hashed_values(one)) {
            for (const std::string& test : tests_of(value, former)) {
                INFO(value << " as " << test);
                CHECK(after.find(test) == std::string::npos);
            }
        }
    }
    migrate(world, options);
    CHECK(all_rows(world) == after);
}

TEST_CASE("An import of an older export brings no unwrapped hash back") {
    drop_seals();
    World world;
    world.mautic.add_contact(7);
    erase_wholly(world, 7);
    const auto old_record = world.ledger(7);
    const ContactId contact = 7;
    const auto old_addresses =
        ledger::ErasedAddresses(world.daemon, World::ledger_name).of_contacts(std::span(&contact, 1));
    use_key(world);
    migrate(world, unkeyed());
    const std::string wrapped = world.ledger_dump();
    const std::vector<ledger::Record> records{*old_record};
    restore::import_page(world.daemon, World::ledger_name, records, false);
    restore::import_addresses(world.daemon, World::ledger_name, world.rules()->hasher, old_addresses);
    CHECK(world.ledger_dump() == wrapped);
    // One that another program imported is dealt with by the next run.
    ledger::ErasedAddresses(world.daemon, World::ledger_name).add(old_addresses);
    migrate(world, unkeyed());
    CHECK(world.ledger_dump().find(old_record->subject_hash) == std::string::npos);
}

TEST_CASE("A former key's hashes are wrapped too, and name both keys") {
    drop_seals();
    World world;
    const Person somebody = invented_person(7);
    world.mautic.add_contact(7);
    use_key(world, "a key that is given up");
    const std::string former_id = policy::Hasher(world.hash).key_id();
    erase_wholly(world, 7);
    use_key(world);
    auto options = unkeyed();
    options.made_by = ledger::HashKey{{"hmac-md5", "hmac-sha256"}, former_id};
    CHECK(migrate(world, unkeyed()).records == 0);
    CHECK(migrate(world, options).records == 1);
    const auto record = world.ledger(7);
    CHECK(record->algorithm == "wrapped-hmac-md5");
    CHECK(record->key_id == policy::Hasher(world.hash).key_id() + former_id);
    lookup::Lookup with_both(
        world.daemon,
        {world.plan().table_prefix, World::ledger_name, world.hash, {"a key that is given up"}, true});
    REQUIRE(with_both.find(somebody.fields.at("email")).contacts.size() == 1);
    lookup::Lookup without(world.daemon,
                           {world.plan().table_prefix, World::ledger_name, world.hash, {}, true});
    const auto answer = without.find(somebody.fields.at("email"));
    CHECK(answer.contacts.empty());
    REQUIRE(answer.missing_keys.size() == 1);
    CHECK(answer.missing_keys[0].key_id == record->key_id);
}

TEST_CASE("Wrapping is sealed in its own transaction, and the old seals show nobody's hash") {
    World world;
    drop_seals();
    for (const ContactId id : {7, 8}) {
        world.mautic.add_contact(id);
        erase_wholly(world, id);
    }
    const std::string salt = world.ledger(7)->salt;
    const SigningKey key(make_signing_key());
    const auto seal_all = [&] {
        seal::Sealer sealer({World::ledger_name, key, {}}, [](const seal::Seal&) {});
        while (sealer.next(world.daemon, [] {})) continue;
        return sealer.run();
    };
    const auto verify = [&] {
        return seal::verify_seals(world.daemon, {World::ledger_name, {key.public_key()}, {}});
    };
    seal_all();
    use_key(world);
    auto options = unkeyed();
    CHECK_THROWS_WITH(migrate(world, options), ContainsSubstring("[seal] key_file: missing"));
    CHECK(world.ledger(7)->algorithm == "md5");
    options.seals.key = key;
    const bool is_forged = GENERATE(false, true);
    if (is_forged) {
        world.daemon.change("UPDATE " + std::string(World::ledger_name) +
                            ".erasure SET rows_changed = 99 WHERE contact_id = 7");
    }
    migrate(world, options);
    CHECK(world.ledger(7)->salt != salt);
    const auto report = verify();
    CHECK(report.found_count == (is_forged ? 1 : 0));
    CHECK(seal_all().findings == (is_forged ? 1 : 0));
    // The erasure goes on, and may be followed by another, as if nothing had been.
    world.mautic.connection().change("UPDATE " + world.mautic.real_name("leads") +
                                     " SET email = 'again@example.org' WHERE id = 8");
    erase_wholly(world, 8);
    CHECK(seal_all().findings == (is_forged ? 1 : 0));
    CHECK(verify().found_count == (is_forged ? 1 : 0));
    drop_seals();
}

TEST_CASE("In random histories everybody is found as before, at any time, and no old hash is left") {
    drop_seals();
    std::size_t wrapped_ones = 0;
    std::size_t interrupted = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        model::Dice dice(seed);
        World world;
        world.hash.algorithm = dice.chance(50) ? policy::Algorithm::md5 : policy::Algorithm::sha256;
        world.holds.fields = {{"city", {"Court"}}};
        const policy::HashOptions former = world.hash;
        enum class Fate { living, young, finished, settling, deleted, merged, again, held };
        struct Contact {
            Person who;
            Fate fate;
        };
        const std::vector<std::string> pool{"shared.one@example.org", "shared.two@example.org",
                                            "Shared.Three@Example.org"};
        std::set<std::string> addresses;
        const auto address = [&](ContactId id, const char* what) {
            const std::string made =
                dice.chance(40) ? dice.pick(pool) : what + std::to_string(id) + "@example.net";
            addresses.insert(made);
            return made;
        };
        std::map<ContactId, Contact> contacts;
        for (ContactId id = 1; id <= 10; ++id) {
            Contact one{invented_person(id), static_cast<Fate>(dice.below(8))};
            one.who.fields["email"] = address(id, "now");
            one.who.old_email = address(id, "then");
            if (dice.chance(40)) one.who.fields["firstname"] = "Anna";
            world.mautic.add_contact(id, one.who);
            contacts.emplace(id, std::move(one));
        }
        const std::string leads = world.mautic.real_name("leads");
        const auto of_row = [](ContactId id) { return " WHERE id = " + std::to_string(id); };
        for (const auto& [id, one] : contacts) {
            if (one.fate == Fate::living || one.fate == Fate::young) continue;
            if (one.fate != Fate::settling) {
                erase_wholly(world, id);
            } else {
                world.mautic.unsubscribe(id);
                world.erase(id);
            }
        }
        use_key(world);
        std::set<ContactId> held;
        for (const auto& [id, one] : contacts) {
            auto& root = world.mautic.connection();
            if (one.fate == Fate::again) {
                root.change("UPDATE " + leads + " SET email = '" + address(id, "again") +
                            "', firstname = 'Berta'" + of_row(id));
                erase_wholly(world, id);
            }
            if (one.fate == Fate::young) erase_wholly(world, id);
            if (one.fate == Fate::held) {
                root.change("UPDATE " + leads + " SET city = 'Court'" + of_row(id));
                held.insert(id);
            }
            if (one.fate == Fate::deleted || one.fate == Fate::merged) {
                ContactId winner = 1 + dice.below(10);
                const Fate of_winner = contacts.at(winner).fate;
                const bool is_merged =
                    one.fate == Fate::merged && of_winner != Fate::deleted && of_winner != Fate::merged;
                if (is_merged) {
                    world.mautic.insert("contact_merge_records", {{"contact_id", winner},
                                                                  {"merged_id", id},
                                                                  {"name", "x"},
                                                                  {"date_added", "2025-01-01 00:00:00"}});
                    if (of_winner == Fate::held) held.insert(id);
                }
                root.change("UPDATE " + world.mautic.real_name("email_stats") +
                            " SET lead_id = " + (is_merged ? std::to_string(winner) : "NULL") +
                            " WHERE lead_id = " + std::to_string(id));
                root.change("DELETE FROM " + leads + of_row(id));
            }
        }
        std::map<std::string, std::string> found;
        for (const std::string& one : addresses) found[one] = found_by(world, one);

        // Cut off at any batch, begun anew, with other sizes; everybody is found all the time.
        auto options = unkeyed();
        for (bool more = true; more;) {
            options.contacts_per_batch = 1 + dice.below(5);
            Migrator migrator(world.rules(), options, [](const seal::Seal&) {});
            while ((more = migrator.next(world.daemon))) {
                if (!dice.chance(40)) continue;
                ++interrupted;
                break;
            }
            wrapped_ones += migrator.counts().contacts;
            for (const std::string& one : addresses) {
                INFO(one);
                CHECK(found_by(world, one) == found[one]);
            }
        }
        const std::string after = all_rows(world);
        migrate(world, unkeyed());
        CHECK(all_rows(world) == after);

        std::set<std::string> kept;  // of those on hold
        for (const ContactId id : held) {
            for (const std::string& value : hashed_values(contacts.at(id).who)) kept.insert(value);
        }
        for (const auto& [id, one] : contacts) {
            if (one.fate == Fate::living || one.fate == Fate::young || held.contains(id)) continue;
            CAPTURE(id, static_cast<int>(one.fate));
            for (const std::string& value : hashed_values(one.who)) {
                if (kept.contains(value)) continue;
                for (const std::string& test : tests_of(value, former)) {
                    const auto at = after.find(test);
                    INFO(value << " in "
                               << (at == std::string::npos ? ""
                                                           : after.substr(after.rfind('\n', at) + 1, 90)));
                    CHECK(at == std::string::npos);
                }
            }
            if (one.fate != Fate::settling) continue;
            const std::string hashes = hashes_of(world, id);
            world.erase(id, 1, false);
            CHECK(hashes_of(world, id) == hashes);
        }
    }
    CHECK(wrapped_ones > 30);
    CHECK(interrupted > 10);
}
