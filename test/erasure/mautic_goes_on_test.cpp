// What Mautic would go on doing with an erased contact: members of segments and campaigns are written to, a
// mail to a hash fails and is noted as an opt-out.
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Status;

namespace {

constexpr const char* facts_version = "5.1.1";

struct Membership {
    World world;

    Membership() : world("mtc_", facts_version, false) {
        auto& mautic = world.mautic;
        for (const ContactId contact : {7, 70}) mautic.add_contact(contact);
        mautic.unsubscribe(7);
        segment = mautic.insert("lead_lists", {{"name", "Newsletter"}, {"alias", "newsletter"}});
        campaign = mautic.insert("campaigns", {{"name", "Welcome"}});
        const auto event = mautic.insert(
            "campaign_events", {{"campaign_id", campaign}, {"name", "Mail"}, {"type", "email.send"}});
        for (const std::uint64_t contact : {7, 70}) {
            mautic.insert("lead_lists_leads", {{"leadlist_id", segment},
                                               {"lead_id", contact},
                                               {"date_added", "2025-03-01 10:00:00"},
                                               {"manually_added", 1}});
            mautic.insert("campaign_leads", {{"campaign_id", campaign},
                                             {"lead_id", contact},
                                             {"date_added", "2025-03-01 10:00:00"},
                                             {"manually_added", 1},
                                             {"rotation", 1},
                                             {"date_last_exited", "2025-03-02 10:00:00"}});
            for (const int scheduled : {0, 1}) {
                mautic.insert("campaign_lead_event_log", {{"event_id", event},
                                                          {"lead_id", contact},
                                                          {"campaign_id", campaign},
                                                          {"rotation", 1 + scheduled},
                                                          {"is_scheduled", scheduled}});
            }
        }
    }

    std::string members(const std::string& table) {
        return world.mautic.value(
            "SELECT GROUP_CONCAT(lead_id, ':', manually_removed, ',', manually_added ORDER BY"
            " lead_id SEPARATOR ' ') FROM {prefix}" +
            table);
    }
    std::uint64_t failed_steps(const std::string& where) {
        return world.mautic.row_count("campaign_lead_event_failed_log",
                                      "log_id IN (SELECT id FROM " +
                                          world.mautic.real_name("campaign_lead_event_log") + " WHERE " +
                                          where + ")");
    }

    std::uint64_t segment = 0;
    std::uint64_t campaign = 0;
};

void opt_out_again(World& world, int reason) {
    world.mautic.unsubscribe(7, reason, "email", "failed");
    world.mautic.connection().change(
        "UPDATE lead_donotcontact SET date_added = UTC_TIMESTAMP() + INTERVAL 1 MINUTE WHERE reason = " +
        std::to_string(reason));
}

erasure::Request webhook(int after_minutes) {
    return {7, Origin::webhook, now() + std::chrono::minutes(after_minutes), 0, true, true};
}

}  // namespace

TEST_CASE("an erased contact leaves segments and campaigns as if staff had taken it out") {
    Membership m;
    m.world.erase(7);
    CHECK(m.members("lead_lists_leads") == "7:1,0 70:0,1");
    CHECK(m.members("campaign_leads") == "7:1,0 70:0,1");
    CHECK(m.world.mautic.row_count("campaign_leads", "date_last_exited IS NULL") == 1);
    CHECK(m.world.erase(7, 1).status == Status::complete);
}

TEST_CASE("with memberships switched off they stay") {
    Membership m;
    m.world.policy.switched_off = {"memberships"};
    m.world.erase(7);
    CHECK(m.members("lead_lists_leads") == "7:0,1 70:0,1");
    CHECK(m.members("campaign_leads") == "7:0,1 70:0,1");
}

TEST_CASE("a cancelled step of a campaign counts as failed, not as done") {
    Membership m;
    SECTION("that was never tried") {}
    SECTION("that had failed before and was to be tried again") {
        m.world.mautic.connection().change(
            "INSERT INTO mtc_campaign_lead_event_failed_log (log_id, date_added, reason) SELECT id, "
            "'2025-03-01',"
            " 'no answer from zq7f7x' FROM mtc_campaign_lead_event_log WHERE lead_id = 7 AND is_scheduled = "
            "1");
    }
    const std::string cancelled = m.world.mautic.value(
        "SELECT id FROM {prefix}campaign_lead_event_log WHERE lead_id = 7 AND is_scheduled = 1");
    m.world.erase(7);
    CHECK(m.world.mautic.row_count("campaign_lead_event_log", "lead_id = 7 AND is_scheduled = 1") == 0);
    CHECK(m.failed_steps("lead_id = 7") == 1);
    CHECK(m.failed_steps("id = " + cancelled) == 1);
    CHECK(m.failed_steps("lead_id = 70") == 0);
    CHECK(m.world.mautic.row_count("campaign_lead_event_failed_log", "reason IS NOT NULL") == 0);
    CHECK(m.world.erase(7, 1).status == Status::complete);
}

TEST_CASE("an opt-out that Mautic noted because a mail to a hash failed is no new request") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.erase(7);
    world.erase(7, 1);
    CHECK(world.erase(7, 2).status == Status::complete);
    const auto note = [&] {
        world.mautic.insert("lead_notes",
                            {{"lead_id", std::uint64_t{7}}, {"text", "called us"}, {"type", "call"}});
    };
    note();
    SECTION("what staff have written since stays") {
        opt_out_again(world, 2);
        const auto result = world.erase({webhook(2)}).at(0);
        CHECK(result.verdict == Verdict::already_erased);
        CHECK(result.status == Status::complete);
        CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 1);
    }
    SECTION("somebody who is in Mautic with an address again is erased") {
        opt_out_again(world, 2);
        world.mautic.connection().change("UPDATE leads SET email = 'new@example.org' WHERE id = 7");
        CHECK(world.erase({webhook(2)}).at(0).verdict == Verdict::erased);
        CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 0);
    }
    SECTION("an opt-out by the person is looked at") {
        opt_out_again(world, 3);
        CHECK(world.erase({webhook(2)}).at(0).verdict == Verdict::erased);
    }
}

TEST_CASE("the history of a score keeps what staff named and loses free text") {
    World world("mtc_", facts_version, false);
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    for (const char* type : {"email", "form", "API", "lead", "plugin"}) {
        world.mautic.insert("lead_points_change_log", {{"lead_id", std::uint64_t{7}},
                                                       {"type", type},
                                                       {"event_name", "12: Newsletter"},
                                                       {"action_name", "open"},
                                                       {"delta", 5},
                                                       {"date_added", "2025-03-01 10:00:00"}});
    }
    world.erase(7);
    CHECK(world.mautic.value("SELECT GROUP_CONCAT(type ORDER BY id) FROM {prefix}lead_points_change_log"
                             " WHERE event_name = '12: Newsletter' AND action_name = 'open'") ==
          "email,form");
    CHECK(world.mautic.row_count("lead_points_change_log", "event_name = '' AND action_name = ''") == 3);
    CHECK(world.erase(7, 1).status == Status::complete);
}
