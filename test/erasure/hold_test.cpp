// Contacts on hold: nothing is changed while a tag, a segment or a field holds them.
#include "erasure/world.h"
#include "mautic/holds.h"
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
    void join(ContactId contact, bool removed = false) {
        mautic.insert("lead_lists_leads", {{"lead_id", contact},
                                           {"leadlist_id", std::uint64_t{1}},
                                           {"manually_removed", std::uint64_t{removed ? 1u : 0u}},
                                           {"date_added", std::string("2026-03-01 10:00:00")}});
    }
    void set(ContactId contact, const std::string& assignment) {
        mautic.connection().change("UPDATE " + mautic.real_name("leads") + " SET " + assignment +
                                   " WHERE id = " + std::to_string(contact));
    }
    void change(const std::string& sql) { mautic.connection().change(sql); }
};

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
