// After the end of their time no hash of a person is anywhere, and everybody else's rows are as they were.
#include "retention/forgetter.h"

#include "base/error.h"
#include "base/hex.h"
#include "erasure/world.h"
#include "ledger/addresses.h"
#include "lookup/lookup.h"
#include "model/dice.h"
#include "retention/erased.h"
#include "seal/sealer.h"
#include "seal/verifier.h"
#include "subjects/hold_finder.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using retention::ForgetCounts;
using retention::ForgetOptions;
using retention::Forgetter;

namespace {

const std::string ledger_name = World::ledger_name;

ForgetOptions three_years(World& world) {
    ForgetOptions options;
    options.rule.before = now() - std::chrono::days{3 * 365};
    options.seals.ledger_database = ledger_name;
    options.contacts_per_batch = 3;
    if (world.rules() == nullptr) world.prepare();
    return options;
}

ForgetCounts forget(World& world, ForgetOptions options) {
    Forgetter forgetter(world.rules(), std::move(options), [](const seal::Seal&) {});
    while (forgetter.next(world.daemon)) continue;
    return forgetter.counts();
}

// All that the ledger has is four years older.
void age(World& world, const std::string& contacts = "") {
    const std::string among = contacts.empty() ? "" : " WHERE contact_id IN (" + contacts + ")";
    auto& root = world.mautic.connection();
    for (const char* table : {"erasure", "former_erasure"}) {
        std::string set;
        for (const char* column :
             {"opted_out_at", "requested_at", "erased_at", "last_pass_at", "completed_at"}) {
            set += (set.empty() ? "" : ", ") + std::string(column) + " = " + column + " - INTERVAL 4 YEAR";
        }
        root.change("UPDATE " + ledger_name + "." + table + " SET " + set + among);
    }
    root.change("UPDATE " + ledger_name + ".erased_address SET noted_at = noted_at - INTERVAL 4 YEAR" +
                among);
    if (contacts.empty()) {
        root.change("UPDATE " + ledger_name + ".hash_fingerprint SET noted_on = noted_on - INTERVAL 4 YEAR");
    }
}

std::string dump_of_ledger(World& world) {
    std::string text;
    auto& root = world.mautic.connection();
    std::vector<std::string> tables;
    {
        auto rows = root.select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" +
                                ledger_name + "' ORDER BY 1");
        while (rows.next()) tables.push_back(rows.text(0));
    }
    for (const std::string& table : tables) {
        auto rows = root.select("SELECT * FROM " + ledger_name + "." + table + " ORDER BY 1");
        while (rows.next()) {
            for (std::size_t column = 0; column < rows.column_count(); ++column) {
                text += table + '.' + rows.column_name(column) + '=' +
                        rows.optional_text(column).value_or("NULL") + '\n';
            }
        }
    }
    return text;
}

std::string dump_of_everything(World& world) { return world.mautic.dump() + dump_of_ledger(world); }

// Every way in which somebody may test whether a value was here.
std::vector<std::string> traces_of(World& world, const std::string& value) {
    const policy::Hasher hasher(world.hash);
    std::vector<std::string> traces{hasher.hash(value, policy::Normalisation::email),
                                    hasher.hash(value, policy::Normalisation::plain), sha256_hex(value),
                                    policy::Hasher({}).hash(value, policy::Normalisation::email)};
    const std::size_t hashes = traces.size();
    for (std::size_t i = 0; i < hashes; ++i) {
        traces.push_back("fingerprint=" + std::to_string(ledger::fingerprint_of(traces[i])) + '\n');
        ledger::Marks marks;
        for (const char* column : {"email", "firstname", "lastname", "mobile", "phone"}) {
            ledger::Marks mark;
            mark.add(column, traces[i]);
            traces.push_back(mark.text());
        }
    }
    return traces;
}

Person person(ContactId contact, const std::string& address, const std::string& old_address) {
    Person one = invented_person(contact);
    one.fields["email"] = address;
    one.old_email = old_address;
    return one;
}

std::string rows_of(World& world, ContactId contact) {
    return world.rows_of(contact, world.notes_of(contact));
}

void move_mails(World& world, ContactId from, const std::string& to) {
    world.mautic.connection().change("UPDATE " + world.mautic.real_name("email_stats") +
                                     " SET lead_id = " + to + " WHERE lead_id = " + std::to_string(from));
}

}  // namespace

TEST_CASE("A forgotten contact is one that was erased, of whom nothing tells who it was") {
    for (const char* key : {"", "a key of the test"}) {
        CAPTURE(key);
        World world;
        world.hash.key = key;
        world.mautic.add_contact(7);
        world.mautic.add_contact(8);
        erase_wholly(world, 7);
        age(world);
        erase_wholly(world, 8);
        for (const char* former : {"7", "8"}) {
            world.daemon.change("INSERT INTO " + ledger_name + ".sighting VALUES ('reappeared', 900, " +
                                std::string(former) + ", 'reported', NOW(3))");
            world.daemon.change("INSERT INTO " + ledger_name + ".audit_row VALUES ('notes', 'text', '" +
                                std::string(former) + "', " + former + ")");
            world.daemon.change(
                "INSERT INTO " + ledger_name +
                ".notification (receiver, message, contact_id, subject_hash, algorithm,"
                " erased_at, state, attempts, due_at, last_error) SELECT 'crm', REPEAT('a', 32),"
                " contact_id, subject_hash, algorithm, erased_at, 'parked', 3, NOW(3), ''"
                " FROM " +
                ledger_name + ".erasure WHERE contact_id = " + former);
        }
        const std::string neighbour = rows_of(world, 8);
        const auto record_of_neighbour = world.ledger(8);
        auto options = three_years(world);
        const std::string before = dump_of_everything(world);
        options.dry_run = true;
        const ForgetCounts would = forget(world, options);
        CHECK(dump_of_everything(world) == before);
        options.dry_run = false;
        const ForgetCounts counts = forget(world, options);
        CHECK(counts.contacts == 1);
        CHECK(counts.records == 1);
        CHECK(counts.addresses == 2);
        CHECK(counts.cells.at("leads.email") == 1);
        CHECK(counts.cells.at("email_stats.email_address") == 3);
        CHECK(would.cells == counts.cells);
        CHECK(would.records == counts.records);
        const auto record = world.ledger(7);
        REQUIRE(record.has_value());
        CHECK(record->forgotten_at.has_value());
        CHECK(record->erased_at.has_value());
        CHECK(record->subject_hash.empty());
        CHECK(record->status == ledger::Status::complete);
        const std::string after = dump_of_everything(world);
        for (const std::string& value : hashed_values(invented_person(7))) {
            for (const std::string& trace : traces_of(world, value)) {
                CHECK(after.find(trace) == std::string::npos);
            }
        }
        // Nor does anything lead from somebody with an address to the contact's id.
        CHECK(world.mautic.value("SELECT GROUP_CONCAT(former_id) FROM " + ledger_name + ".sighting") == "8");
        CHECK(world.mautic.value("SELECT GROUP_CONCAT(contact_id) FROM " + ledger_name + ".audit_row") ==
              "8");
        CHECK(world.mautic.value("SELECT COUNT(subject_hash) FROM " + ledger_name + ".notification") == "1");
        CHECK(rows_of(world, 8) == neighbour);
        CHECK(world.ledger(8)->subject_hash == record_of_neighbour->subject_hash);
        CHECK(world.ledger(8)->marks.text() == record_of_neighbour->marks.text());
        // Twice is once; and what is forgotten is taken for erased by whoever looks.
        const std::string once = dump_of_everything(world);
        CHECK(forget(world, options).contacts == 0);
        CHECK(dump_of_everything(world) == once);
        const auto again = world.erase({erasure::Request{7, Origin::sweep, now(), 0, true, true}});
        CHECK(world.ledger(7)->erased_at >= record->erased_at);
    }
}

TEST_CASE("In random histories no hash of who is forgotten is left, and nobody else's rows change") {
    drop_seals();
    std::size_t forgotten_ones = 0;
    std::size_t with_shared = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        model::Dice dice(seed);
        World world;
        const std::vector<std::string> pool{"shared.one@example.org", "shared.two@example.org",
                                            "Shared.Three@Example.org"};
        enum class Fate { living, young, unfinished, plain, deleted, merged, returned, erased_again };
        struct Contact {
            Person who;
            Fate fate;
            std::set<std::string> values;  // that were hashed by an erasure which is to be forgotten
            std::set<std::string> known;   // by one which is not
        };
        std::map<ContactId, Contact> contacts;
        const auto address = [&](ContactId id, const char* what) {
            return dice.chance(40) ? dice.pick(pool) : what + std::to_string(id) + "@example.net";
        };
        for (ContactId id = 1; id <= 12; ++id) {
            Contact one{person(id, address(id, "now"), address(id, "then")),
                        static_cast<Fate>(dice.below(8)),
                        {},
                        {}};
            if (dice.chance(40)) one.who.fields["firstname"] = "Anna";
            world.mautic.add_contact(id, one.who);
            contacts.emplace(id, std::move(one));
        }
        const auto is_old = [](Fate fate) { return fate != Fate::living && fate != Fate::young; };
        for (auto& [id, one] : contacts) {
            if (!is_old(one.fate)) continue;
            erase_wholly(world, id);
            (one.fate == Fate::unfinished ? one.known : one.values) = hashed_values(one.who);
        }
        age(world);
        for (auto& [id, one] : contacts) {
            if (one.fate == Fate::unfinished) {
                world.daemon.change(
                    "UPDATE " + ledger_name +
                    ".erasure SET status = 'partial' WHERE contact_id = " + std::to_string(id));
            }
            const std::string of_row = " WHERE id = " + std::to_string(id);
            const std::string leads = world.mautic.real_name("leads");
            if (one.fate == Fate::returned || one.fate == Fate::erased_again) {
                world.mautic.connection().change("UPDATE " + leads + " SET email = '" + address(id, "again") +
                                                 "', firstname = 'Anna'" + of_row);
            }
            if (one.fate == Fate::returned) {
                world.mautic.resubscribe(id);
                world.daemon.change(
                    "UPDATE " + ledger_name +
                    ".erasure SET status = 'superseded' WHERE contact_id = " + std::to_string(id));
            }
        }
        for (auto& [id, one] : contacts) {
            if (one.fate == Fate::erased_again) {
                one.known = {world.mautic.field(id, "email"), "Anna"};
                if (hashed_values(one.who).contains(one.who.old_email)) one.known.insert(one.who.old_email);
                erase_wholly(world, id);
                for (const auto& filed :
                     ledger::ErasedAddresses(world.daemon, ledger_name).of_contacts(std::span(&id, 1))) {
                    if (filed.noted_at < now() - std::chrono::days{30}) continue;
                    for (const auto& value : hashed_values(one.who)) {
                        if (policy::Hasher({}).hash(value, policy::Normalisation::email) == filed.hash)
                            one.known.insert(value);
                    }
                }
                // Its own row keeps, hashed, what the new erasure found hashed.
                for (const char* field : {"firstname", "lastname", "mobile", "phone"})
                    one.known.insert(one.who.fields.at(field));
            }
            if (one.fate == Fate::young) {
                erase_wholly(world, id);
                one.known = hashed_values(one.who);
            }
        }
        std::map<ContactId, ContactId> winners;
        for (auto& [id, one] : contacts) {
            const std::string leads = world.mautic.real_name("leads");
            if (one.fate == Fate::deleted) {
                move_mails(world, id, "NULL");
                world.mautic.connection().change("DELETE FROM " + leads +
                                                 " WHERE id = " + std::to_string(id));
            }
            if (one.fate == Fate::merged) {
                ContactId winner = 1 + dice.below(12);
                const Fate of_winner = contacts.at(winner).fate;
                if (winner == id || of_winner == Fate::deleted || of_winner == Fate::merged) continue;
                winners[id] = winner;
                world.mautic.insert("contact_merge_records", {{"contact_id", winner},
                                                              {"merged_id", id},
                                                              {"name", "x"},
                                                              {"date_added", "2025-01-01 00:00:00"}});
                move_mails(world, id, std::to_string(winner));
                world.mautic.connection().change("DELETE FROM " + leads +
                                                 " WHERE id = " + std::to_string(id));
            }
        }

        std::set<std::string> known;
        for (const auto& [id, one] : contacts) {
            for (const std::string& value : one.known) {
                known.insert(policy::Hasher({}).hash(value, policy::Normalisation::email));
                known.insert(policy::Hasher({}).hash(value, policy::Normalisation::plain));
            }
        }
        std::map<ContactId, std::string> before;
        for (const auto& [id, one] : contacts) before[id] = rows_of(world, id);
        auto options = three_years(world);
        options.contacts_per_batch = 1 + dice.below(6);
        forget(world, options);
        const std::string after = dump_of_everything(world);

        for (const auto& [id, one] : contacts) {
            CAPTURE(id, static_cast<int>(one.fate));
            std::set<std::string> own_traces;
            for (const std::string& value : one.values) {
                const std::string of_email = policy::Hasher({}).hash(value, policy::Normalisation::email);
                const std::string plain = policy::Hasher({}).hash(value, policy::Normalisation::plain);
                if (known.contains(of_email) || known.contains(plain)) {
                    ++with_shared;
                    if (!one.known.empty()) continue;
                    const std::string rows = rows_of(world, id);
                    if (one.fate != Fate::living) {
                        INFO(value << ' ' << rows);
                        CHECK(rows.find(of_email) == std::string::npos);
                        CHECK(rows.find(plain) == std::string::npos);
                    }
                    continue;
                }
                for (const std::string& trace : {of_email, plain, sha256_hex(value)}) {
                    const auto at = after.find(trace);
                    INFO(value << " in "
                               << (at == std::string::npos ? ""
                                                           : after.substr(after.rfind('\n', at) + 1, 80)));
                    CHECK(at == std::string::npos);
                }
            }
            if (!one.values.empty()) {
                ++forgotten_ones;
                if (one.known.empty()) {
                    CHECK(world.ledger(id)->forgotten_at.has_value());
                }
                CHECK(world.ledger(id)->tells_of_erasure());
            }
            // Everybody else, to the byte: only mails that a merge brought may have lost their hash.
            if (!one.values.empty()) continue;
            std::string expected = before[id];
            for (const auto& [loser, winner] : winners) {
                if (winner != id) continue;
                for (const std::string& value : contacts.at(loser).values) {
                    const std::string hash = policy::Hasher({}).hash(value, policy::Normalisation::email);
                    if (one.known.contains(value)) continue;
                    const std::string line = "email_address=" + hash + '\n';
                    for (auto at = expected.find(line); at != std::string::npos; at = expected.find(line)) {
                        expected.replace(at, line.size(), "email_address=\n");
                    }
                }
            }
            CHECK(rows_of(world, id) == expected);
        }
    }
    CHECK(forgotten_ones > 30);
    CHECK(with_shared > 10);
}

TEST_CASE("On hold means untouched, also for hashes") {
    drop_seals();
    World world;
    world.holds.fields = {{"city", {"Court"}}};
    for (const ContactId id : {7, 8, 9}) {
        world.mautic.add_contact(id);
        erase_wholly(world, id);
    }
    age(world);
    world.mautic.connection().change("UPDATE " + world.mautic.real_name("leads") +
                                     " SET city = 'Court' WHERE id = 7");
    // And whose mails somebody on hold has by now.
    world.mautic.insert("contact_merge_records", {{"contact_id", ContactId{7}},
                                                  {"merged_id", ContactId{8}},
                                                  {"name", "x"},
                                                  {"date_added", "2025-01-01 00:00:00"}});
    move_mails(world, 8, "7");
    const std::string held = rows_of(world, 7);
    const ForgetCounts counts = forget(world, three_years(world));
    CHECK(counts.contacts == 1);
    CHECK(counts.held == 2);
    CHECK(rows_of(world, 7) == held);
    CHECK_FALSE(world.ledger(7)->forgotten_at.has_value());
    CHECK_FALSE(world.ledger(8)->forgotten_at.has_value());
    CHECK(world.ledger(9)->forgotten_at.has_value());
}

TEST_CASE("Whoever a backup brought back is not forgotten before they are erased again") {
    drop_seals();
    World world;
    for (const ContactId id : {7, 8}) {
        world.mautic.add_contact(id);
        const std::string leads = world.mautic.real_name("leads");
        const std::string of_it = " FROM " + leads + " WHERE id = " + std::to_string(id);
        world.mautic.connection().change("CREATE TABLE backup_of_" + std::to_string(id) + " AS SELECT *" +
                                         of_it);
        erase_wholly(world, id);
    }
    age(world);
    auto& root = world.mautic.connection();
    root.change("UPDATE " + world.mautic.real_name("leads") +
                " l JOIN backup_of_7 b ON b.id = l.id SET l.email = b.email");
    SECTION("in another spelling, too") {
        root.change("UPDATE " + world.mautic.real_name("leads") + " SET email = UPPER(email) WHERE id = 7");
    }
    SECTION("as it was") {}
    const ForgetCounts counts = forget(world, three_years(world));
    CHECK(counts.there_again == 1);
    CHECK(counts.contacts == 1);
    CHECK_FALSE(world.ledger(7)->forgotten_at.has_value());
    CHECK(world.ledger(8)->forgotten_at.has_value());
}

TEST_CASE("Hashes of whoever a hold has named stay, and all while nobody knows whom it names") {
    drop_seals();
    World world;
    auto& root = world.mautic.connection();
    world.holds.tags = {"claim"};
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("claim")}});
    for (const ContactId id : {7, 8}) {
        world.mautic.add_contact(id);
        erase_wholly(world, id);
    }
    age(world);
    subjects::HoldFinder(world.daemon, world.plan(), world.holds, World::ledger_name).remember_named();
    world.mautic.insert("lead_tags_xref", {{"lead_id", ContactId{7}}, {"tag_id", std::uint64_t{1}}});
    root.change("UPDATE " + world.mautic.real_name("lead_tags") + " SET tag = 'claims'");
    const std::string kept = rows_of(world, 7);
    CHECK(forget(world, three_years(world)).contacts == 1);
    CHECK(rows_of(world, 7) == kept);
    CHECK_FALSE(world.ledger(7)->forgotten_at.has_value());
    CHECK(world.ledger(8)->forgotten_at.has_value());

    root.change("DELETE FROM " + world.mautic.real_name("lead_tags_xref"));
    world.holds.segments = {"gone"};
    world.prepare();
    CHECK(forget(world, three_years(world)).held == 1);
    CHECK_FALSE(world.ledger(7)->forgotten_at.has_value());
    world.holds.segments.clear();
    world.prepare();
    CHECK(forget(world, three_years(world)).contacts == 1);
}

TEST_CASE("Forgetting is sealed in its own transaction, and takes the key of the seals") {
    World world;
    drop_seals();
    for (const ContactId id : {7, 8}) {
        world.mautic.add_contact(id);
        erase_wholly(world, id);
    }
    age(world);
    const SigningKey key(make_signing_key());
    const auto seal_all = [&] {
        seal::Sealer sealer({ledger_name, key, {}}, [](const seal::Seal&) {});
        while (sealer.next(world.daemon, [] {})) continue;
        return sealer.run();
    };
    const auto verify = [&] {
        return seal::verify_seals(world.daemon, {ledger_name, {key.public_key()}, {}});
    };
    seal_all();
    const std::string leaves_before = world.mautic.value("SELECT COUNT(*) FROM seals_of_test_ledger.leaf");
    auto options = three_years(world);
    CHECK_THROWS_WITH(forget(world, options), ContainsSubstring("[seal] key_file: missing"));
    CHECK_FALSE(world.ledger(7)->forgotten_at.has_value());
    CHECK_FALSE(world.mautic.field(7, "email").empty());
    options.seals.key = key;
    SECTION("honest") {
        forget(world, options);
        const auto report = verify();
        CHECK(report.found_count == 0);
        CHECK(report.forgotten == 1);
        CHECK(report.unsealed == 0);
        CHECK(seal_all().findings == 0);
        CHECK(verify().found_count == 0);
    }
    SECTION("a row that was forged before stays a finding") {
        world.daemon.change("UPDATE " + ledger_name + ".erasure SET rows_changed = 99 WHERE contact_id = 7");
        forget(world, options);
        CHECK(world.ledger(7)->forgotten_at.has_value());
        const auto report = verify();
        REQUIRE(report.found_count == 1);
        CHECK(report.found[0].key == 7);
    }
    SECTION("one that the program did not do is found, due or not") {
        world.daemon.change("UPDATE " + ledger_name +
                            ".erasure SET subject_hash = NULL, key_id = NULL, hash_marks = '', salt = NULL,"
                            " forgotten_at = NOW(3) WHERE contact_id = 8");
        CHECK(seal_all().findings == 1);
        REQUIRE(verify().found_count == 1);
        CHECK(verify().found[0].key == 8);
    }
}

TEST_CASE("A key's hashes go at once, those of other keys stay") {
    drop_seals();
    World world;
    world.mautic.add_contact(7);
    world.mautic.add_contact(8);
    erase_wholly(world, 7);
    world.hash.key = "another one";
    world.hash.algorithm = policy::Algorithm::sha256;
    world.prepare();
    erase_wholly(world, 8);
    const std::string neighbour = rows_of(world, 8);
    auto options = three_years(world);
    options.rule = {std::nullopt, ledger::HashKey{{"md5"}, ""}};
    const ForgetCounts counts = forget(world, options);
    CHECK(counts.contacts == 1);
    CHECK(counts.fingerprints >= 4);
    CHECK(rows_of(world, 8) == neighbour);
    world.hash = {};
    const std::string after = dump_of_everything(world);
    for (const std::string& value : hashed_values(invented_person(7))) {
        for (const std::string& trace : traces_of(world, value)) {
            INFO(value << " as " << trace);
            CHECK(after.find(trace) == std::string::npos);
        }
    }
    CHECK_FALSE(world.ledger(8)->subject_hash.empty());
}

TEST_CASE("What a restore of an older backup brought back goes again") {
    drop_seals();
    World world;
    world.mautic.add_contact(7);
    world.mautic.add_contact(8);
    erase_wholly(world, 7);
    const std::string leads = world.mautic.real_name("leads");
    const std::string hash = world.mautic.field(7, "email");
    age(world);
    forget(world, three_years(world));
    CHECK(world.mautic.field(7, "email") != hash);
    const std::string forgotten = rows_of(world, 7);
    world.mautic.connection().change("UPDATE " + leads + " SET email = '" + hash + "' WHERE id = 7");
    auto options = three_years(world);
    options.again = true;
    CHECK(forget(world, options).cells.at("leads.email") == 1);
    CHECK(rows_of(world, 7) == forgotten);
    // Somebody who has that id and an address is left alone.
    world.mautic.connection().change("UPDATE " + leads + " SET email = 'somebody@example.org' WHERE id = 7");
    CHECK(forget(world, options).cells.empty());
    CHECK(world.mautic.field(7, "email") == "somebody@example.org");
}

TEST_CASE("What a former policy hashed goes, whatever today's policy does with the column") {
    for (const policy::FieldRule rule : {policy::FieldRule::keep, policy::FieldRule::remove}) {
        drop_seals();
        World world;
        world.mautic.add_contact(7);
        erase_wholly(world, 7);
        age(world);
        for (auto& [field, of_field] : world.policy.fields) {
            if (of_field == policy::FieldRule::hash) of_field = rule;
        }
        world.prepare();
        forget(world, three_years(world));
        const std::string after = dump_of_everything(world);
        for (const std::string& value : hashed_values(invented_person(7))) {
            for (const std::string& trace : traces_of(world, value)) {
                INFO(value << " as " << trace);
                CHECK(after.find(trace) == std::string::npos);
            }
        }
    }
}

TEST_CASE(
    "Where a UNIQUE index wants each value once and none may be NULL, a value of nobody takes the place") {
    drop_seals();
    World world;
    for (const ContactId id : {7, 8}) world.mautic.add_contact(id);
    world.mautic.connection().change("ALTER TABLE " + world.mautic.real_name("leads") +
                                     " MODIFY email VARCHAR(191) NOT NULL, ADD UNIQUE KEY one_each (email)");
    world.mautic.read_columns();
    for (const ContactId id : {7, 8}) erase_wholly(world, id);
    const std::string hash = world.mautic.field(7, "email");
    age(world);
    forget(world, three_years(world));
    CHECK(world.mautic.field(7, "email") != world.mautic.field(8, "email"));
    CHECK(dump_of_everything(world).find(hash) == std::string::npos);
    CHECK(world.ledger(8)->forgotten_at.has_value());
}
