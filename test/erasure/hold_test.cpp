// Contacts on hold: nothing is changed while a tag, a segment or a field holds them.
#include <array>
#include <random>

#include "erasure/world.h"
#include "mautic/hold_values.h"
#include "mautic/holds.h"
#include "mautic/schema.h"
#include "subjects/hold_finder.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Status;
using policy::Hold;

namespace {

// A Mautic with the tags "legal claim" (1) and "friend" (2), the segment "court" (1), and rules for them.
class Held : public World {
  public:
    explicit Held(const std::string& prefix = "") : World(prefix) {
        mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("legal claim")}});
        mautic.insert("lead_tags", {{"id", std::uint64_t{2}}, {"tag", std::string("friend")}});
        mautic.insert(
            "lead_lists",
            {{"id", std::uint64_t{1}}, {"name", std::string("In court")}, {"alias", std::string("court")}});
        mautic.add_field("unpaid", "boolean", "TINYINT(1)");
        holds.tags = {"invoice", "legal claim"};
        holds.segments = {"court"};
        holds.fields = {{"unpaid", {"1"}}};
    }
    void add(ContactId contact) {
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
    }
    void tag(ContactId contact, std::uint64_t tag) {
        mautic.insert("lead_tags_xref", {{"lead_id", contact}, {"tag_id", tag}});
    }
    void join(ContactId contact, bool removed = false, std::uint64_t segment = 1) {
        mautic.insert("lead_lists_leads", {{"lead_id", contact},
                                           {"leadlist_id", segment},
                                           {"manually_removed", std::uint64_t{removed ? 1u : 0u}},
                                           {"date_added", std::string("2026-03-01 10:00:00")}});
    }
    void set(ContactId contact, const std::string& assignment) {
        mautic.connection().change("UPDATE " + mautic.real_name("leads") + " SET " + assignment +
                                   " WHERE id = " + std::to_string(contact));
    }
    void change(const std::string& sql) { mautic.connection().change(sql); }
    // What the daemon does each time it looks at the schema.
    void look() {
        prepare();
        subjects::HoldFinder(daemon, plan(), holds, ledger_name).remember_named();
    }
};

// Into which Mautic merges another contact, with its notes and its opt-out.
void merge(Held& world, ContactId loser, ContactId winner, const std::string& at) {
    const std::string from = std::to_string(loser);
    const std::string to = std::to_string(winner);
    world.mautic.insert(
        "contact_merge_records",
        {{"contact_id", winner}, {"merged_id", loser}, {"name", std::string("x")}, {"date_added", at}});
    for (const char* table : {"lead_notes", "lead_donotcontact"}) {
        world.change("UPDATE " + world.mautic.real_name(table) + " SET lead_id = " + to +
                     " WHERE lead_id = " + from);
    }
    world.change("DELETE FROM " + world.mautic.real_name("leads") + " WHERE id = " + from);
}

}  // namespace

TEST_CASE("every kind of hold keeps a contact as it is, in one batch with others that are erased") {
    for (const char* prefix : {"", "mtc_"}) {
        CAPTURE(prefix);
        Held world(prefix);
        for (ContactId contact = 1; contact <= 6; ++contact) world.add(contact);
        world.tag(1, 1);
        world.join(2);
        world.set(3, "unpaid = 1");
        world.tag(4, 2);
        world.join(5, true);
        world.set(6, "unpaid = 0");
        world.prepare();
        std::map<ContactId, std::string> before;
        for (ContactId contact = 1; contact <= 3; ++contact) {
            before[contact] = world.rows_of(contact, world.notes_of(contact));
        }
        std::vector<erasure::Request> requests;
        for (ContactId contact = 1; contact <= 6; ++contact)
            requests.push_back({contact, Origin::webhook, now()});
        const Timestamp started = now();
        const auto results = world.erase(requests);
        const std::map<ContactId, std::string> expected{{1, "[hold] tags number 2, \"legal claim\""},
                                                        {2, "[hold] segments number 1, \"court\""},
                                                        {3, "[hold.fields] unpaid, value number 1"}};
        for (const auto& result : results) {
            CAPTURE(result.contact);
            const auto hold = expected.find(result.contact);
            CHECK(result.verdict == (hold != expected.end() ? Verdict::held : Verdict::erased));
            if (hold == expected.end()) continue;
            CHECK(policy::describe(*result.hold) == hold->second);
            CHECK(result.newly_held);
            CHECK(result.due_at >= started + world.holds.look_again);
            CHECK(world.rows_of(result.contact, world.notes_of(result.contact)) == before[result.contact]);
            const auto row = world.ledger(result.contact);
            REQUIRE(row.has_value());
            CHECK(row->status == Status::held);
            CHECK_FALSE(row->erased_at.has_value());
            CHECK(row->opted_out_at.has_value());
            CHECK(row->subject_hash.empty());
            CHECK(row->marks.text().empty());
            CHECK(row->passes == 0);
        }
    }
}

TEST_CASE("a hold is recorded once and lifting it erases") {
    Held world;
    world.add(1);
    world.tag(1, 1);
    CHECK(world.erase(1).newly_held);
    const std::string recorded = world.ledger_dump();
    const auto again = world.erase(1);
    CHECK(again.verdict == Verdict::held);
    CHECK_FALSE(again.newly_held);
    CHECK(world.ledger_dump() == recorded);
    world.change("DELETE FROM lead_tags_xref");
    const auto result = world.erase(1);
    CHECK(result.verdict == Verdict::erased);
    const auto row = world.ledger(1);
    CHECK(row->status == Status::settling);
    CHECK(row->erased_at.has_value());
    CHECK(row->passes == 1);
    CHECK(row->rows_late == 0);
    CHECK(row->subject_hash == world.md5(invented_person(1).email()));
    CHECK(world.mautic.places_of(invented_person(1).marker).empty());
}

// What `check` says of a rule, and what an erasure does by it.
TEST_CASE("a field's rule holds by the values that check takes for possible, whatever the column's type") {
    struct Field {
        const char* type;
        const char* literal;
        const char* rule;
    };
    const std::vector<Field> fields{
        {"BIT(1)", "b'1'", "1"},
        {"BIT(20)", "300", "300"},
        {"BOOLEAN", "TRUE", "1"},
        {"SMALLINT UNSIGNED", "17", "17"},
        {"INT ZEROFILL", "1", "1"},
        {"INT(4) ZEROFILL", "17", "0017"},
        {"BIGINT", "-17", "-17"},
        {"DECIMAL(10,2)", "17.5", "17.50"},
        {"DECIMAL(8,2) ZEROFILL", "17.5", "17.50"},
        {"DOUBLE", "17.5", "17.5"},
        {"FLOAT", "0.25", "0.25"},
        {"YEAR", "2026", "2026"},
        {"DATE", "'2026-03-01'", "2026-03-01"},
        {"DATETIME(3)", "'2026-03-01 09:30:00.5'", "2026-03-01 09:30:00.500"},
        {"TIMESTAMP NULL", "'2026-03-01 09:30:00'", "2026-03-01 09:30:00"},
        {"TIME", "'09:30'", "09:30:00"},
        {"ENUM('yes','no')", "'yes'", "yes"},
        {"SET('a','b')", "'a,b'", "a,b"},
        {"CHAR(10)", "'court'", "court"},
        {"VARCHAR(20) CHARACTER SET utf16", "'größe'", "größe"},
        {"VARBINARY(20)", "'court'", "court"},
        {"LONGBLOB", "'court'", "court"},
    };
    Held world;
    world.holds = {};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string name = "field_" + std::to_string(i);
        world.mautic.add_field(name, "text", fields[i].type);
        world.add(i + 1);
        world.set(i + 1, name + " = " + fields[i].literal);
        world.holds.fields.push_back({name, {fields[i].rule}});
    }
    world.add(fields.size() + 1);
    world.look();
    const mautic::Schema schema = mautic::read_schema(world.daemon, "");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        CAPTURE(fields[i].type, fields[i].rule);
        const mautic::Column* column = schema.find("leads")->find("field_" + std::to_string(i));
        REQUIRE(column != nullptr);
        CHECK(mautic::why_never_held(fields[i].rule, *column, "text", std::nullopt) == "");
        CHECK(world.erase(i + 1).verdict == Verdict::held);
    }
    CHECK(world.erase(fields.size() + 1).verdict == Verdict::erased);
}

TEST_CASE("a tag that gets another name holds whom it held, until they lose it or the rule is taken out") {
    Held world;
    for (ContactId contact = 1; contact <= 3; ++contact) {
        world.add(contact);
        world.tag(contact, 1);
        CHECK(world.erase(contact).newly_held);
    }
    world.change("UPDATE lead_tags SET tag = 'legal claims' WHERE id = 1");
    const auto renamed = world.erase(1);
    CHECK(renamed.verdict == Verdict::held);
    CHECK(renamed.hold->names_nothing);
    CHECK(policy::describe(*renamed.hold) == "[hold] tags number 2, \"legal claim\"");
    world.change("DELETE FROM lead_tags_xref WHERE lead_id = 1");
    CHECK(world.erase(1).verdict == Verdict::erased);
    // Mautic deletes a tag that nobody has any more.
    world.change("DELETE FROM lead_tags_xref WHERE lead_id = 2");
    world.change("DELETE FROM lead_tags WHERE id <> 1");
    CHECK(world.erase(2).verdict == Verdict::erased);
    world.holds.tags = {"legal claims"};
    world.prepare();
    CHECK_FALSE(world.erase(3).hold->names_nothing);
    world.holds.tags = {"invoice"};
    world.prepare();
    CHECK(world.erase(3).verdict == Verdict::erased);
}

TEST_CASE("what a rule has named holds whoever has it, also who opts out when it has another name") {
    for (const bool somebody_was_held : {true, false}) {
        CAPTURE(somebody_was_held);
        Held world;
        for (ContactId contact = 1; contact <= 4; ++contact) world.mautic.add_contact(contact);
        world.tag(1, 1);
        world.tag(2, 1);
        world.join(3);
        world.join(4);
        world.look();
        for (const ContactId contact : {1, 3}) {
            if (!somebody_was_held) break;
            world.mautic.unsubscribe(contact);
            CHECK(world.erase(contact).newly_held);
        }
        world.change("UPDATE lead_tags SET tag = 'claims' WHERE id = 1");
        world.change("UPDATE lead_lists SET name = 'Claims', alias = 'claims'");
        world.look();
        for (const ContactId contact : {2, 4}) {
            world.mautic.unsubscribe(contact);
            const auto result = world.erase(contact);
            CHECK(result.newly_held);
            CHECK(result.hold->names_nothing);
        }
        world.change("DELETE FROM lead_tags_xref");
        world.change("UPDATE lead_lists_leads SET manually_removed = 1");
        CHECK(world.erase(2).verdict == Verdict::erased);
        CHECK(world.erase(4).verdict == Verdict::erased);
    }
}

TEST_CASE("a tag or segment keeps whom it holds when its name is given to another one") {
    Held world;
    for (ContactId contact = 1; contact <= 3; ++contact) world.add(contact);
    world.tag(1, 1);
    world.join(2);
    CHECK(world.erase(1).newly_held);
    CHECK(world.erase(2).newly_held);
    world.change("UPDATE lead_tags SET tag = 'old claim' WHERE id = 1");
    world.change("UPDATE lead_tags SET tag = 'legal claim' WHERE id = 2");
    world.change("UPDATE lead_lists SET name = 'In court 2025', alias = 'court-2025'");
    world.mautic.insert(
        "lead_lists",
        {{"id", std::uint64_t{2}}, {"name", std::string("In court")}, {"alias", std::string("court")}});
    world.look();
    world.tag(3, 2);
    CHECK(world.erase(1).verdict == Verdict::held);
    CHECK(world.erase(2).verdict == Verdict::held);
    CHECK_FALSE(world.erase(3).hold->names_nothing);
    world.holds.tags = {"Legal Claim"};
    world.holds.segments = {"COURT"};
    world.prepare();
    CHECK(world.erase(1).verdict == Verdict::erased);
    CHECK(world.erase(2).verdict == Verdict::erased);
    CHECK(world.erase(3).verdict == Verdict::held);
}

TEST_CASE("a segment or field that was deleted and made again ends nobody's hold") {
    Held world;
    for (ContactId contact = 1; contact <= 3; ++contact) world.add(contact);
    world.join(1);
    world.set(2, "unpaid = 1");
    world.look();
    CHECK(world.erase(1).newly_held);
    CHECK(world.erase(2).newly_held);
    const bool of_field = GENERATE(true, false);
    CAPTURE(of_field);
    if (of_field) {
        world.change("UPDATE lead_fields SET id = 900 WHERE alias = 'unpaid'");
        world.change("UPDATE leads SET unpaid = NULL");
    } else {
        world.change("DELETE FROM lead_lists");
        world.mautic.insert(
            "lead_lists",
            {{"id", std::uint64_t{2}}, {"name", std::string("In court")}, {"alias", std::string("court")}});
    }
    world.look();
    const ContactId lost = of_field ? 2 : 1;
    CHECK(world.erase(lost).verdict == Verdict::held);
    CHECK(world.erase(lost).hold->names_nothing);
    CHECK(world.erase(3).verdict == Verdict::erased);
    // The operator's word that today's one is meant.
    if (of_field) world.holds.fields = {{"UNPAID", {"1"}}};
    if (!of_field) world.holds.segments = {"In court"};
    world.prepare();
    CHECK(world.erase(lost).verdict == Verdict::erased);
}

TEST_CASE("in random histories of tags and segments whatever a rule has named holds, and nothing else") {
    struct Thing {
        std::string name;
        bool was_named = false;  // by its rule, when somebody looked
    };
    for (const std::uint32_t seed : {1u, 2u, 3u, 4u}) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto any = [&](std::size_t count) { return random() % count; };
        Held world;
        world.change("DELETE FROM lead_tags");
        world.change("DELETE FROM lead_lists");
        world.holds = {};
        world.holds.tags = {"claim"};
        world.holds.segments = {"claim"};
        constexpr std::size_t kinds = 2;
        const std::array<const char*, kinds> tables{"lead_tags", "lead_lists"};
        std::array<std::map<std::uint64_t, Thing>, kinds> things;
        std::array<std::set<std::pair<ContactId, std::uint64_t>>, kinds> members;
        std::set<ContactId> held;
        bool lost = false;  // a segment that was named is gone
        std::uint64_t next = 0;
        const auto note_named = [&] {
            for (auto& of_kind : things) {
                for (auto& [id, thing] : of_kind) thing.was_named |= thing.name == "claim";
            }
        };
        for (std::size_t contact = 1; contact <= 12; ++contact) world.add(contact);
        std::set<ContactId> living{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        for (int step = 0; step < 60 && !living.empty(); ++step) {
            const std::size_t kind = any(kinds);
            auto& of_kind = things.at(kind);
            const std::string name = any(2) == 0 ? "claim" : "other" + std::to_string(any(3));
            const std::string table = tables.at(kind);
            const auto thing =
                of_kind.empty() ? of_kind.end() : std::next(of_kind.begin(), any(of_kind.size()));
            const ContactId contact = *std::next(living.begin(), any(living.size()));
            switch (any(6)) {
                case 0:
                    ++next;
                    of_kind[next] = {name};
                    if (kind == 0) world.mautic.insert(table, {{"id", next}, {"tag", name}});
                    if (kind == 1)
                        world.mautic.insert(table, {{"id", next}, {"name", name}, {"alias", name}});
                    break;
                case 1: {
                    if (thing == of_kind.end()) break;
                    thing->second.name = name;
                    const std::string column = kind == 0 ? "tag" : "name = '" + name + "', alias";
                    world.change("UPDATE " + table + " SET " + column + " = '" + name +
                                 "' WHERE id = " + std::to_string(thing->first));
                    break;
                }
                case 2: {
                    if (thing == of_kind.end() || any(3) > 0) break;
                    const std::string id = std::to_string(thing->first);
                    world.change(kind == 0 ? "DELETE FROM lead_tags_xref WHERE tag_id = " + id
                                           : "DELETE FROM lead_lists_leads WHERE leadlist_id = " + id);
                    world.change("DELETE FROM " + table + " WHERE id = " + id);
                    lost = lost || (kind == 1 && thing->second.was_named);
                    std::erase_if(members.at(kind),
                                  [&](const auto& one) { return one.second == thing->first; });
                    of_kind.erase(thing);
                    break;
                }
                case 3: {
                    if (thing == of_kind.end()) break;
                    if (!members.at(kind).insert({contact, thing->first}).second) break;
                    if (kind == 0) world.tag(contact, thing->first);
                    if (kind == 1) world.join(contact, false, thing->first);
                    break;
                }
                case 4:
                    world.look();
                    note_named();
                    break;
                default: {
                    const auto is_held_by = [&](std::size_t of, bool by_name) {
                        return std::any_of(members.at(of).begin(), members.at(of).end(), [&](auto& one) {
                            const Thing& its = things.at(of).at(one.second);
                            return one.first == contact && (by_name ? its.name == "claim" : its.was_named);
                        });
                    };
                    bool expected = false;
                    for (std::size_t of = 0; of < kinds; ++of) {
                        expected = expected || is_held_by(of, true) || is_held_by(of, false);
                    }
                    const auto is_of_rule = [](const auto& one) {
                        return one.second.name == "claim" || one.second.was_named;
                    };
                    const bool nobody_knows =
                        lost || std::none_of(things[1].begin(), things[1].end(), is_of_rule);
                    expected = expected || (held.contains(contact) && nobody_knows);
                    const auto result = world.erase(contact);
                    CAPTURE(step, contact);
                    CHECK((result.verdict == Verdict::held) == expected);
                    if (result.verdict != Verdict::held) living.erase(contact);
                    if (result.verdict != Verdict::held) break;
                    held.insert(contact);
                    if (result.hold->names_nothing) break;
                    things.at(result.hold->kind == Hold::Kind::tag ? 0 : 1).at(result.hold->id).was_named =
                        true;
                }
            }
        }
    }
}

TEST_CASE("a merge ends no hold: who was on hold keeps what was theirs in the rows of the other contact") {
    Held world;
    world.holds = {};
    world.holds.fields = {{"fax", {"court"}}};
    for (const ContactId contact : {5, 6, 7, 8}) world.add(contact);
    world.set(5, "fax = 'court'");
    world.set(7, "fax = 'no'");
    CHECK(world.erase(5).newly_held);
    CHECK(world.erase(8).verdict == Verdict::erased);
    const bool winner_was_erased = GENERATE(false, true);
    CAPTURE(winner_was_erased);
    const ContactId winner = winner_was_erased ? 8 : 7;
    merge(world, 5, winner, format_utc(now()).substr(0, 19));
    // A merge of before the hold is somebody else's, who had the id.
    world.mautic.insert("contact_merge_records", {{"contact_id", ContactId{6}},
                                                  {"merged_id", ContactId{5}},
                                                  {"name", std::string("x")},
                                                  {"date_added", std::string("2024-01-01 00:00:00")}});
    const std::string before = world.rows_of(winner, world.notes_of(winner));
    REQUIRE(world.notes_of(winner) != "0");
    const auto result = world.erase(winner, winner_was_erased ? 1 : 0);
    REQUIRE(result.verdict == Verdict::held);
    CHECK(result.newly_held);
    CHECK(policy::describe(*result.hold) == "contact 5, which is on hold and was merged into it");
    CHECK(world.rows_of(winner, world.notes_of(winner)) == before);
    CHECK(world.erase(6).verdict == Verdict::erased);
    CHECK(world.erase(winner).verdict == Verdict::held);
    world.change("UPDATE test_ledger.erasure SET status = 'superseded' WHERE contact_id = 5");
    CHECK(world.erase(winner).verdict == Verdict::erased);
    CHECK(world.notes_of(winner) == "0");
}

TEST_CASE("a segment or field that is renamed or deleted ends nobody's hold, and holds nobody new") {
    struct Change {
        const char* name;
        std::string sql;
        std::string back;
        std::string rule;
    };
    const std::vector<Change> changes{
        {"renamed segment", "UPDATE lead_lists SET name = 'In court 2025', alias = 'court-2025'",
         "UPDATE lead_lists SET alias = 'court'", "[hold] segments number 1, \"court\""},
        {"deleted segment", "DELETE FROM lead_lists", "INSERT INTO lead_lists SELECT * FROM kept_lists",
         "[hold] segments number 1, \"court\""},
        {"renamed field", "ALTER TABLE leads CHANGE unpaid owes TINYINT(1) NULL",
         "ALTER TABLE leads CHANGE owes unpaid TINYINT(1) NULL", "[hold.fields] unpaid"}};
    for (const Change& change : changes) {
        CAPTURE(change.name);
        Held world;
        for (ContactId contact = 1; contact <= 3; ++contact) world.add(contact);
        world.change("CREATE TABLE kept_lists AS SELECT * FROM lead_lists");
        world.join(1);
        world.set(2, "unpaid = 1");
        CHECK(world.erase(1).newly_held);
        CHECK(world.erase(2).newly_held);
        world.change(change.sql);
        world.prepare();
        for (const ContactId contact : {1, 2}) {
            const auto result = world.erase(contact);
            CHECK(result.verdict == Verdict::held);
        }
        const ContactId lost = change.name == std::string("renamed field") ? 2 : 1;
        CHECK(world.erase(lost).hold->names_nothing);
        CHECK(policy::describe(*world.erase(lost).hold) == change.rule);
        CHECK(world.erase(3).verdict == Verdict::erased);
        world.change(change.back);
        world.prepare();
        CHECK((!world.erase(2).hold || !world.erase(2).hold->names_nothing));
    }
}

TEST_CASE("a contact that held values of a hash's shape is hashed when the hold is lifted") {
    Held world;
    world.add(1);
    world.tag(1, 1);
    world.set(1, "phone = REPEAT('ab', 16)");
    world.erase(1);
    world.change("DELETE FROM lead_tags_xref");
    world.erase(1);
    CHECK(world.mautic.field(1, "phone") == world.md5(std::string("abababababababababababababababab")));
}

TEST_CASE("tags are compared as the database compares them") {
    Held world;
    world.add(1);
    world.tag(1, 1);
    world.holds.tags = {"LEGAL Claim"};
    CHECK(world.erase(1).hold->name == "LEGAL Claim");
}

TEST_CASE("a field's rule holds in whatever case its alias is written, like every other name of a column") {
    Held world;
    world.add(1);
    world.set(1, "unpaid = 1");
    world.holds.fields = {{"Unpaid", {"1"}}};
    CHECK(world.erase(1).verdict == Verdict::held);
    world.change("ALTER TABLE leads CHANGE unpaid UNPAID TINYINT(1) NULL");
    world.holds.fields = {{"unpaid", {"1"}}};
    world.prepare();
    CHECK(world.erase(1).verdict == Verdict::held);
    world.set(1, "unpaid = 0");
    CHECK(world.erase(1).verdict == Verdict::erased);
    CHECK(world.ledger(1)->subject_hash == world.md5(invented_person(1).email()));
}

TEST_CASE("a multiselect holds by any of the values that were chosen") {
    Held world;
    world.mautic.add_field("claims", "multiselect", "TEXT");
    world.holds.fields = {{"Claims", {"court"}}};
    for (ContactId contact = 1; contact <= 3; ++contact) world.add(contact);
    world.set(1, "claims = 'invoice|court'");
    world.set(2, "claims = 'court'");
    world.set(3, "claims = 'invoice|courts'");
    CHECK(world.erase(1).verdict == Verdict::held);
    CHECK(world.erase(2).verdict == Verdict::held);
    CHECK(world.erase(3).verdict == Verdict::erased);
}

TEST_CASE("who is erased cannot be held, and later passes go on") {
    Held world;
    world.add(1);
    CHECK(world.erase(1).verdict == Verdict::erased);
    world.tag(1, 1);
    CHECK(world.erase(1, 1).verdict == Verdict::erased);
    CHECK(world.erase(1, 0).verdict == Verdict::erased);
}

TEST_CASE("who was erased, re-subscribed unseen and opted out again is held, and the earlier erasure stays") {
    for (const Status status : {Status::settling, Status::complete, Status::partial}) {
        CAPTURE(ledger::name_of(status));
        Held world;
        world.add(1);
        world.erase(1);
        world.change(std::string("UPDATE test_ledger.erasure SET status = '") + ledger::name_of(status) +
                     "'");
        const auto erased = world.ledger(1);
        // Nothing tells the daemon of the re-subscription.
        world.mautic.resubscribe(1);
        world.set(1, "email = 'anew@example.org', city = 'Anewtown'");
        world.mautic.unsubscribe(1);
        world.tag(1, 1);
        CHECK(world.erase(1, status == Status::settling ? 1 : 0).newly_held);
        CHECK(world.mautic.field(1, "email") == "anew@example.org");
        CHECK(world.mautic.field(1, "city") == "Anewtown");
        const auto held = world.ledger(1);
        CHECK(held->status == Status::held);
        CHECK_FALSE(held->erased_at.has_value());
        CHECK(held->passes == 0);
        CHECK(held->subject_hash.empty());
        const auto former = world.former(1);
        REQUIRE(former.size() == 1);
        CHECK(former[0].status == status);
        CHECK(former[0].erased_at == erased->erased_at);
        CHECK(former[0].requested_at == erased->requested_at);
        CHECK(former[0].passes == erased->passes);
        CHECK(former[0].subject_hash == erased->subject_hash);
        CHECK_FALSE(world.erase(1).newly_held);
        world.change("DELETE FROM lead_tags_xref");
        CHECK(world.erase(1).verdict == Verdict::erased);
        CHECK(world.mautic.field(1, "email") == world.md5("anew@example.org"));
        CHECK(world.ledger(1)->erased_at >= erased->erased_at);
        CHECK(world.ledger(1)->passes == 1);
        CHECK(world.former(1).size() == 1);
        CHECK(world.mautic.places_of("anew").empty());
    }
}

TEST_CASE("who comes back without an address, or where the policy keeps it, is held like a new contact") {
    for (const bool keeps_address : {false, true}) {
        for (const bool opts_out_again : {false, true}) {
            CAPTURE(keeps_address, opts_out_again);
            Held world;
            world.triggers.channels = {"email", "sms"};
            if (keeps_address) world.policy.fields["email"] = policy::FieldRule::keep;
            world.mautic.add_contact(1);
            if (!keeps_address) world.set(1, "email = NULL");
            const auto opt_out = [&](Timestamp at) {
                world.mautic.insert("lead_donotcontact", {{"lead_id", ContactId{1}},
                                                          {"date_added", format_utc(at).substr(0, 19)},
                                                          {"reason", std::int64_t{1}},
                                                          {"channel", std::string("sms")}});
            };
            opt_out(now() - std::chrono::hours{48});
            REQUIRE(world.erase(1).verdict == Verdict::erased);
            world.erase(1, 1, false);
            world.change("UPDATE test_ledger.erasure SET erased_at = UTC_TIMESTAMP(3) - INTERVAL 30 HOUR");
            // Nothing of it: a hold comes too late.
            world.tag(1, 1);
            CHECK(world.erase(1, 1).verdict == Verdict::erased);
            if (opts_out_again) {
                world.change("DELETE FROM lead_donotcontact");
                opt_out(now() - std::chrono::hours{1});
                world.set(1, "city = 'Anewtown'");
            } else {
                world.set(1, "firstname = 'Anew', mobile = '0123'");
            }
            world.tag(1, 1);
            const std::string before = world.rows_of(1, world.notes_of(1));
            CHECK(world.erase(1).newly_held);
            CHECK(world.rows_of(1, world.notes_of(1)) == before);
            CHECK(world.former(1).size() == 1);
            world.change("DELETE FROM lead_tags_xref");
            CHECK(world.erase(1).verdict == Verdict::erased);
            CHECK(world.ledger(1)->passes == 1);
        }
    }
}

TEST_CASE("an address that the policy keeps does not tell that a contact came back") {
    Held world;
    world.policy.fields["email"] = policy::FieldRule::keep;
    world.add(1);
    CHECK(world.erase(1).verdict == Verdict::erased);
    world.tag(1, 1);
    CHECK(world.erase(1, 1).verdict == Verdict::erased);
}

TEST_CASE("who re-subscribes while on hold is left alone, and a later opt-out is held again") {
    Held world;
    world.add(1);
    world.tag(1, 1);
    world.erase(1);
    world.mautic.resubscribe(1);
    const auto result = world.erase(1);
    CHECK(result.verdict == Verdict::not_do_not_contact);
    CHECK(result.superseded);
    CHECK(world.ledger(1)->status == Status::superseded);
    world.mautic.unsubscribe(1);
    CHECK(world.erase(1).newly_held);
    CHECK(world.ledger(1)->status == Status::held);
    world.change("DELETE FROM lead_tags_xref");
    CHECK(world.erase(1).verdict == Verdict::erased);
    CHECK(world.ledger(1)->erased_at.has_value());
}

TEST_CASE("nobody is on hold who is not do-not-contact") {
    Held world;
    world.mautic.add_contact(1);
    world.tag(1, 1);
    CHECK(world.erase(1).verdict == Verdict::not_do_not_contact);
    CHECK_FALSE(world.ledger(1).has_value());
}

TEST_CASE("tags and segments that are not there are named with the nearest") {
    Held world;
    const auto missing = mautic::look_for_holds(world.daemon, "", world.holds).missing;
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].hold.name == "invoice");
    CHECK(missing[0].nearest.empty());
    policy::Holds misspelt;
    misspelt.tags = {"legal claims"};
    misspelt.segments = {"cuort", "court"};
    const auto near = mautic::look_for_holds(world.daemon, "", misspelt).missing;
    REQUIRE(near.size() == 2);
    CHECK(near[0].nearest == "legal claim");
    CHECK(near[1].nearest == "court");
    CHECK(near[1].hold.number == 1);
}

TEST_CASE("a name that Mautic stored HTML-escaped holds like the one it shows") {
    Held world;
    world.holds = {};
    world.holds.tags = {"R&D"};
    world.holds.segments = {"Smith & Sons"};
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{3}}, {"tag", std::string("r&amp;d")}});
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{4}}, {"tag", std::string("B&amp;B")}});
    world.change("UPDATE lead_lists SET name = 'Smith &amp; Sons'");
    for (ContactId contact = 1; contact <= 4; ++contact) world.add(contact);
    world.tag(1, 3);
    world.join(2);
    world.tag(3, 4);
    world.prepare();
    CHECK(world.erase(1).verdict == Verdict::held);
    CHECK(world.erase(2).verdict == Verdict::held);
    CHECK(world.erase(3).verdict == Verdict::erased);
    CHECK(world.erase(4).verdict == Verdict::erased);

    const auto findings = mautic::look_for_holds(world.daemon, "", world.holds);
    CHECK(findings.missing.empty());
    CHECK(findings.twins.empty());
    world.mautic.insert("lead_tags", {{"id", std::uint64_t{5}}, {"tag", std::string("R&D")}});
    const auto with_twin = mautic::look_for_holds(world.daemon, "", world.holds);
    REQUIRE(with_twin.twins.size() == 1);
    CHECK(with_twin.twins[0].hold.name == "R&D");
    CHECK(with_twin.twins[0].names == 2);
}

TEST_CASE("looking for holds reads the links of the contacts only, on every schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        CAPTURE(version);
        World world("mtc_", version, false);
        // A tag and a segment that everybody else is in.
        world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("everybody")}});
        world.mautic.insert("lead_lists", {{"id", std::uint64_t{1}},
                                           {"name", std::string("Everybody")},
                                           {"alias", std::string("everybody")}});
        auto& root = world.mautic.connection();
        root.change("SET foreign_key_checks = 0");
        root.change("INSERT INTO mtc_lead_tags_xref (lead_id, tag_id) SELECT seq, 1 FROM " +
                    test::sequence(100, 3000));
        root.change(
            "INSERT INTO mtc_lead_lists_leads (leadlist_id, lead_id, date_added, manually_removed, "
            "manually_added)"
            " SELECT 1, seq, '2026-03-01', 0, 0 FROM " +
            test::sequence(100, 3000));
        root.select("ANALYZE TABLE mtc_lead_tags_xref, mtc_lead_lists_leads");
        policy::Holds holds;
        holds.tags = {"everybody"};
        holds.segments = {"everybody"};
        const ColumnValues none;
        root.change("FLUSH STATUS");
        mautic::FieldValues contacts{{1, &none}, {2, &none}, {100, &none}};
        CHECK(mautic::find_holds(root, "mtc_", holds, contacts).size() == 1);
        database::Rows rows = root.select(
            "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_next', 'Handler_read_rnd_next',"
            " 'Handler_read_key', 'Handler_read_first')");
        std::uint64_t read = 0;
        while (rows.next()) read += std::stoull(rows.text(1));
        CHECK(read > 0);
        CHECK(read < 100);
    }
}
