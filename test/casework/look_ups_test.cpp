// The log of look-ups on a page: newest first, page by page, and whether an address was looked up.
#include "casework/people_world.h"
#include "lookup/log.h"
#include "lookup/log_writer.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

void log_many(PeopleDesk& desk, int count) {
    database::Connection connection(desk.world.mautic.options());
    lookup::LogWriter log(connection, World::ledger_name, desk.services.lookup_hasher);
    for (int i = 1; i <= count; ++i) {
        const lookup::LookupWords words{"officer", "case-" + std::to_string(i), ""};
        log.add_address(lookup::logged({}, "desk", words, false), "a" + std::to_string(i) + "@example.org");
    }
}

}  // namespace

TEST_CASE("Look-ups are listed with the newest first, and none is missing between pages") {
    PeopleDesk desk;
    CHECK(has(desk.get(desk.look_ups).body.str(), "No look-up was logged"));
    log_many(desk, 230);
    const std::string first = desk.get(desk.look_ups).body.str();
    CHECK(first.find("case-230<") < first.find("case-229<"));
    CHECK(has(first, "case-131<"));
    CHECK_FALSE(has(first, "case-130<"));
    CHECK(has(first, "/look-ups?before=131"));
    const std::string second = desk.get(desk.look_ups, "/look-ups?before=131").body.str();
    CHECK(has(second, "case-130<"));
    CHECK(has(second, "case-31<"));
    CHECK_FALSE(has(second, "case-131<"));
    const std::string third = desk.get(desk.look_ups, "/look-ups?before=31").body.str();
    CHECK(has(third, "case-1<"));
    CHECK_FALSE(has(third, "before="));
    const std::string full = desk.get(desk.look_ups, "/look-ups?before=101").body.str();  // a hundred exactly
    CHECK(has(full, "case-1<"));
    CHECK_FALSE(has(full, "before="));
}

TEST_CASE("Whether an address was looked up is told, also for keys of former times, and is logged itself") {
    PeopleDesk desk;
    log_many(desk, 3);
    database::Connection connection(desk.world.mautic.options());
    lookup::LogWriter(connection, World::ledger_name, lookup::log_hasher_of("former hash key"))
        .add_address(lookup::logged({}, "desk", {"officer", "case-former", ""}, false), "a2@example.org");
    const FormFields fields{{"address", "A2@example.org"}, {"case", "2026/18"}};
    const std::string text = desk.outcome(desk.look_ups, desk.post(desk.look_ups, fields)).body.str();
    CHECK(has(text, "Look-ups of the address: 1"));
    CHECK(has(text, "case-2<"));
    CHECK_FALSE(has(text, "case-1<"));
    CHECK(has(text, "logged with another key, and may be of this address: 1."));
    CHECK(desk.actions().size() == 1);
    desk.services.former_keys = {"former hash key"};
    const std::string more = desk.outcome(desk.look_ups, desk.post(desk.look_ups, fields)).body.str();
    CHECK(has(more, "case-former<"));
    CHECK_FALSE(has(more, "another key"));
    CHECK(has(more, "2026/18"));  // the question before
    CHECK(has(more, "the log only"));
}

TEST_CASE("A viewer sees the log, and asks it for no address") {
    PeopleDesk desk;
    log_many(desk, 1);
    desk.person.role = sign_in::Role::viewer;
    const std::string list = desk.get(desk.look_ups).body.str();
    CHECK(has(list, "case-1<"));
    CHECK_FALSE(has(list, "<form"));
    CHECK(desk.post(desk.look_ups, {{"address", "a1@example.org"}}).status == 403);
    CHECK(desk.actions().empty());
}

TEST_CASE("No answer of the log without a line in it") {
    PeopleDesk desk;
    log_many(desk, 1);
    desk.is_log_broken = true;
    const Answer answer = desk.post(desk.look_ups, {{"address", "a1@example.org"}});
    CHECK(answer.status == 503);
    CHECK_FALSE(has(answer.body.str(), "case-1<"));
}

TEST_CASE("What was typed into the log is never taken for markup") {
    PeopleDesk desk;
    database::Connection connection(desk.world.mautic.options());
    const std::string evil = "<script>\"'&";
    lookup::LogWriter(connection, World::ledger_name, desk.services.lookup_hasher)
        .add_contact(lookup::logged(7, true, evil, {evil, evil, evil}), 7);
    for (const auto& [language, name] : words::language_names) {
        desk.language = language;
        const std::string text = desk.get(desk.look_ups).body.str();
        CHECK_FALSE(has(text, "<script>"));
        std::size_t times = 0;
        for (auto at = text.find("&lt;script&gt;&quot;&#39;&amp;"); at != std::string::npos;
             at = text.find("&lt;script&gt;", at + 1)) {
            ++times;
        }
        CHECK(times == 4);
    }
}
