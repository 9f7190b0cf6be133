// The database decides: who is not erased, whatever a webhook said, and what is said about it.
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Status;

namespace {

struct Case {
    const char* name;
    void (*set_up)(World&);
    Verdict verdict;
};

}  // namespace

TEST_CASE("a contact that must not be erased is left alone") {
    const Case cases[] = {
        {"not opted out", [](World&) {}, Verdict::not_do_not_contact},
        {"dummy row with reason 0", [](World& world) { world.mautic.unsubscribe(7, 0); },
         Verdict::not_do_not_contact},
        {"opted out by hand, which is not configured", [](World& world) { world.mautic.unsubscribe(7, 3); },
         Verdict::not_do_not_contact},
        {"a reason that does not exist", [](World& world) { world.mautic.unsubscribe(7, 9); },
         Verdict::not_do_not_contact},
        {"another channel", [](World& world) { world.mautic.unsubscribe(7, 1, "sms"); },
         Verdict::not_do_not_contact},
        {"another contact opted out", [](World& world) { world.mautic.unsubscribe(71); },
         Verdict::not_do_not_contact},
        {"in grace",
         [](World& world) {
             world.triggers.grace[policy::Reason::unsubscribed] = std::chrono::hours(1);
             world.mautic.unsubscribe(7);
         },
         Verdict::in_grace},
        {"deleted by Mautic",
         [](World& world) { world.mautic.connection().change("DELETE FROM leads WHERE id = 7"); },
         Verdict::no_such_contact},
    };
    World world;
    for (const Case& c : cases) {
        CAPTURE(c.name);
        for (const char* table : {"lead_donotcontact", "leads", "ip_addresses"}) {
            world.mautic.connection().change(std::string("DELETE FROM ") + table);
        }
        world.triggers = {};
        world.mautic.add_contact(7);
        world.mautic.add_contact(71);
        c.set_up(world);
        world.prepare();
        const std::string before = world.mautic.dump();
        const auto result = world.erase(7);
        CHECK(result.verdict == c.verdict);
        CHECK(result.contact == 7);
        CHECK_FALSE(result.superseded);
        CHECK(result.counts.total() == 0);
        if (c.verdict == Verdict::in_grace) {
            CHECK(result.due_at > now() + std::chrono::minutes(59));
            CHECK(result.due_at <= now() + std::chrono::hours(1));
        }
        CHECK((world.mautic.dump() == before));
        CHECK_FALSE(world.ledger(7).has_value());
    }
}

TEST_CASE("a contact that never existed is none") {
    World world;
    CHECK(world.erase(38186).verdict == Verdict::no_such_contact);
    CHECK(world.erase(0).verdict == Verdict::no_such_contact);
    CHECK(world.erase(18446744073709551615u).verdict == Verdict::no_such_contact);
    CHECK(world.erase(std::vector<erasure::Request>{}).empty());
}

TEST_CASE("an opt-out among duplicates and dummies counts") {
    World world;
    world.mautic.add_contact(7);
    for (const int reason : {0, 1, 1, 0}) world.mautic.unsubscribe(7, reason);
    world.mautic.unsubscribe(7, 1, "sms");
    CHECK(world.erase(7).verdict == Verdict::erased);
    CHECK(world.mautic.row_count("lead_donotcontact", "lead_id = 7") == 5);
    CHECK(world.mautic.row_count("lead_donotcontact", "comments IS NOT NULL") == 0);
}

TEST_CASE("who re-subscribed before a later pass is left alone and the ledger says so") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.erase(7);
    const auto first = world.ledger(7);
    world.mautic.resubscribe(7);
    world.mautic.connection().change("UPDATE leads SET email = 'again.zq7f7x@example.org' WHERE id = 7");
    const auto result = world.erase(7, 1);
    CHECK(result.verdict == Verdict::not_do_not_contact);
    CHECK(result.superseded);
    CHECK(world.mautic.field(7, "email") == "again.zq7f7x@example.org");
    const auto row = world.ledger(7);
    CHECK(row->status == Status::superseded);
    CHECK(row->passes == 1);
    CHECK(row->rows_changed == first->rows_changed);
    CHECK_FALSE(world.erase(7, 2).superseded);  // it is already

    world.mautic.unsubscribe(7, 2);
    const auto again = world.erase(7);
    CHECK(again.status == Status::settling);
    CHECK(world.mautic.field(7, "email") == world.md5("again.zq7f7x@example.org"));
    CHECK(world.ledger(7)->reason == policy::Reason::bounced);
    CHECK(world.ledger(7)->subject_hash == world.md5("again.zq7f7x@example.org"));
    CHECK(world.erase(7, 1).status == Status::complete);
}

TEST_CASE("who lost the opt-out without a word from Mautic has not re-subscribed") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    auto& root = world.mautic.connection();
    root.change("CREATE TABLE backup SELECT * FROM leads WHERE id = 7");
    const auto status_before = GENERATE(Status::settling, Status::complete, Status::held, Status::erasing);
    world.erase(7);
    server().execute(std::string("UPDATE erasure SET status = '") + ledger::name_of(status_before) + "'" +
                         (status_before == Status::erasing ? ", erased_at = NULL" : ""),
                     World::ledger_name);
    SECTION("a backup of before the opt-out was restored") {
        root.change(
            "UPDATE leads l JOIN backup b USING (id) SET l.email = b.email, l.firstname = b.firstname");
        root.change("DELETE FROM lead_donotcontact");
    }
    SECTION("the list of opt-outs is empty while a backup is loaded") {
        root.change("DELETE FROM lead_donotcontact");
    }
    const auto result = world.erase(7, 1);
    CHECK(result.verdict == Verdict::not_do_not_contact);
    CHECK_FALSE(result.superseded);
    CHECK(result.lost_opt_out);
    CHECK(world.ledger(7)->status == status_before);
}
