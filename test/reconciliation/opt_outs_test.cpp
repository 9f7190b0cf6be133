// Reading the do-not-contact list: pages, places in it, and what the ledger says beside each row.
#include "reconciliation/opt_outs.h"

#include "reconciliation/household.h"
#include "rights/rights.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::reconciliation;
using namespace gdprd::test;
using namespace std::chrono_literals;
using ledger::Status;

namespace {

using RowIds = std::vector<std::uint64_t>;

RowIds ids_of(const std::vector<OptOut>& page) {
    RowIds ids;
    for (const OptOut& row : page) ids.push_back(row.id);
    return ids;
}

RowIds read_all(const OptOuts& opt_outs, std::size_t page_rows) {
    RowIds all;
    for (std::uint64_t after = 0;;) {
        const RowIds page = ids_of(opt_outs.after(after, page_rows));
        all.insert(all.end(), page.begin(), page.end());
        if (page.size() < page_rows) return all;
        after = page.back();
    }
}

OptOut only_row(const OptOuts& opt_outs, std::uint64_t id) {
    const RowIds ids{id};
    const auto found = opt_outs.of(ids);
    REQUIRE(found.size() == 1);
    return found.front();
}

}  // namespace

TEST_CASE("The list is read in pages by id, over gaps and rows without a contact, with any prefix") {
    for (const char* prefix : {"", "mtc_"}) {
        CAPTURE(prefix);
        Household home(prefix);
        RowIds rows;
        for (ContactId contact = 1; contact <= 7; ++contact) rows.push_back(home.opt_out(contact, 1h));
        rows.push_back(home.row(0, 1h));
        rows.push_back(home.row(3, 1h, 2));
        home.world.mautic.resubscribe(2);
        home.world.mautic.connection().change("DELETE FROM " + home.world.mautic.real_name("leads") +
                                              " WHERE id = 5");  // takes its row with it
        rows.erase(rows.begin() + 4);
        rows.erase(rows.begin() + 1);
        const OptOuts opt_outs(home.world.daemon, *home.world.rules());
        for (const std::size_t page_rows : {1U, 2U, 6U, 7U, 8U, 100U}) {
            CAPTURE(page_rows);
            CHECK(read_all(opt_outs, page_rows) == rows);
        }
        CHECK(opt_outs.highest_id() == rows.back());
        CHECK(only_row(opt_outs, rows[rows.size() - 2]).contact == 0);
        CHECK(opt_outs.of({}).empty());
    }
}

TEST_CASE("An empty list is read") {
    Household home;
    const OptOuts opt_outs(home.world.daemon, *home.world.rules());
    CHECK(opt_outs.after(0, 10).empty());
    CHECK(opt_outs.highest_id() == 0);
}

TEST_CASE("By date the list is read in pages too, where many rows have the same second") {
    Household home;
    RowIds rows;
    const Timestamp since = *parse_utc("2026-03-01 12:00:00");
    const auto set_date = [&](std::uint64_t id, const char* date) {
        home.world.mautic.connection().change("UPDATE lead_donotcontact SET date_added = '" +
                                              std::string(date) + "' WHERE id = " + std::to_string(id));
    };
    for (ContactId contact = 1; contact <= 9; ++contact) {
        rows.push_back(home.opt_out(contact, 1h));
        set_date(rows.back(), "2026-03-01 12:00:05");
    }
    set_date(rows[8], "2026-03-01 12:00:01");
    set_date(rows[0], "2026-03-01 11:59:59");
    set_date(rows[1], "2026-03-01 12:00:20");
    const OptOuts opt_outs(home.world.daemon, *home.world.rules());
    const std::string index = opt_outs.date_index();
    REQUIRE(index == "dnc_date_added");
    RowIds found;
    background::DatePlace place{since, 0};
    for (;;) {
        const auto page = opt_outs.since(place, since + 20s, index, 3);
        if (page.empty()) break;
        place = {page.back().since, page.back().id};
        for (const auto id : ids_of(page)) found.push_back(id);
    }
    CHECK(found == RowIds{rows[8], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7]});
}

TEST_CASE("Each row comes with what the ledger says of its contact") {
    Household home;
    const OptOuts opt_outs(home.world.daemon, *home.world.rules());
    const std::uint64_t unknown = home.opt_out(1, 2h, 2);
    const OptOut row = only_row(opt_outs, unknown);
    CHECK(row.contact == 1);
    CHECK(row.reason == 2);
    CHECK(row.channel == "email");
    CHECK(now() - row.since >= 2h);
    CHECK(now() - row.since < 3h);
    CHECK_FALSE(row.status.has_value());
    CHECK_FALSE(row.is_back);
    ContactId contact = 2;
    for (const Status status : {Status::settling, Status::complete, Status::partial, Status::superseded,
                                Status::erasing, Status::held}) {
        CAPTURE(name_of(status));
        const std::uint64_t id = home.opt_out(contact, 2h);
        home.in_ledger(contact++, status, 1h);
        const OptOut found = only_row(opt_outs, id);
        CHECK(found.status == status);
        REQUIRE(found.last_pass_at.has_value());
        CHECK(now() - *found.last_pass_at >= 1h);
        CHECK(found.policy_is_current);
    }
}

TEST_CASE("Another policy is told from that of the erasure") {
    Household home;
    const std::uint64_t id = home.opt_out(1, 2h);
    home.in_ledger(1, Status::partial, 1h);
    home.world.policy.fields["city"] = policy::FieldRule::keep;
    home.world.prepare();
    CHECK_FALSE(only_row(OptOuts(home.world.daemon, *home.world.rules()), id).policy_is_current);
}

TEST_CASE("A right that is back is seen in records that waited for it") {
    Household home;
    const std::uint64_t id = home.opt_out(1, 2h);
    home.in_ledger(1, Status::partial, 1h);
    auto record = *home.world.ledger(1);
    const bool has_waited = GENERATE(true, false);
    // What the proof found in a column that is read again is no want of a right.
    record.findings = {{"lead_notes", has_waited ? "lead_id" : "text", 1}};
    ledger::Ledger(home.world.daemon, World::ledger_name).write(record);
    CHECK(only_row(OptOuts(home.world.daemon, *home.world.rules()), id).right_is_back == has_waited);
    erasure::Rules waiting = *home.world.rules();
    waiting.plan = std::make_shared<const plan::Plan>(
        rights::without_rights(home.world.plan(), {{"lead_notes", "DELETE", false, ""}}));
    CHECK_FALSE(only_row(OptOuts(home.world.daemon, waiting), id).right_is_back);
}

TEST_CASE("Whoever says again who they are is seen, without an address or where the policy keeps it") {
    Household home;
    const bool keeps_address = GENERATE(false, true);
    CAPTURE(keeps_address);
    if (keeps_address) home.world.policy.fields["email"] = policy::FieldRule::keep;
    home.world.prepare();
    struct Case {
        const char* assignment;
        bool back;
    };
    const std::vector<Case> cases{
        {"mobile = '0123'", true},   {"lastname = 'Back'", true},
        {"mobile = ''", false},      {"mobile = '0123456789abcdef0123456789abcdef'", false},
        {"city = 'Anytown'", false}, {"points = 7", false}};
    for (ContactId contact = 1; contact <= cases.size(); ++contact) {
        CAPTURE(contact);
        home.contact(contact, keeps_address ? "kept@example.org" : "");
        const auto id = home.row(contact, 2h);
        home.in_ledger(contact, Status::complete, 1h);
        const Case& one = cases[contact - 1];
        home.world.mautic.connection().change("UPDATE leads SET " + std::string(one.assignment) +
                                              " WHERE id = " + std::to_string(contact));
        const OptOut row = only_row(OptOuts(home.world.daemon, *home.world.rules()), id);
        CHECK(row.is_back == one.back);
        CHECK(row.has_address == keeps_address);
    }
    // What another policy kept did not come back.
    home.world.policy.fields["points"] = policy::FieldRule::keep;
    home.world.policy.fields["city"] = policy::FieldRule::keep;
    home.world.prepare();
    const OptOuts opt_outs(home.world.daemon, *home.world.rules());
    for (const OptOut& row : opt_outs.after(0, 100)) CHECK_FALSE(row.is_back);
}

TEST_CASE("An address that is back is seen in rows of erased contacts, and nowhere else") {
    Household home;
    struct Case {
        Status status;
        const char* email;
        bool back;
    };
    const std::vector<Case> cases{{Status::complete, "back@example.org", true},
                                  {Status::partial, "back@example.org", true},
                                  {Status::complete, "", false},
                                  {Status::complete, "0123456789abcdef0123456789abcdef", false},
                                  {Status::settling, "back@example.org", true},
                                  {Status::superseded, "back@example.org", false},
                                  {Status::held, "back@example.org", false}};
    std::vector<std::uint64_t> rows;
    for (ContactId contact = 1; contact <= cases.size(); ++contact) {
        home.contact(contact, cases[contact - 1].email);
        rows.push_back(home.row(contact, 2h));
        home.in_ledger(contact, cases[contact - 1].status, 1h);
    }
    {
        const OptOuts opt_outs(home.world.daemon, *home.world.rules());
        for (std::size_t i = 0; i < cases.size(); ++i) {
            CAPTURE(i);
            CHECK(only_row(opt_outs, rows[i]).is_back == cases[i].back);
        }
    }
    // Where the policy keeps addresses, they are no sign of anything.
    home.world.policy.fields["email"] = policy::FieldRule::keep;
    home.world.prepare();
    CHECK_FALSE(only_row(OptOuts(home.world.daemon, *home.world.rules()), rows[0]).is_back);
}
