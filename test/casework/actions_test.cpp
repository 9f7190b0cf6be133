// What people did at the desk, on a page.
#include "casework/people_world.h"
#include "lookup/action_log.h"
#include "lookup/log.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("What was done at the desk is listed with the newest first, and none is missing between pages") {
    PeopleDesk desk;
    desk::Page page = casework::actions(desk.services);
    CHECK(has(desk.get(page).body.str(), "Nothing was done here yet"));
    database::Connection connection(desk.world.mautic.options());
    lookup::ActionLog log(connection, World::ledger_name);
    log.create();
    for (int i = 1; i <= 150; ++i) {
        log.add({0, now(), lookup::ActionKind::certificate, "anna", i == 150 ? "<script>" : "192.0.2.7",
                 "contact " + std::to_string(i)});
    }
    const std::string first = desk.get(page).body.str();
    CHECK(first.find("contact 150<") < first.find("contact 149<"));
    CHECK(has(first, "contact 51<"));
    CHECK_FALSE(has(first, "contact 50<"));
    CHECK(has(first, "issued a certificate"));
    CHECK(has(first, "unknown"));
    CHECK_FALSE(has(first, "script"));
    const std::string second = desk.get(page, "/actions?before=51").body.str();
    CHECK(has(second, "contact 50<"));
    CHECK(has(second, "contact 1<"));
    CHECK_FALSE(has(second, "before="));
    const std::string full = desk.get(page, "/actions?before=101").body.str();  // a hundred, and no more
    CHECK(has(full, "contact 1<"));
    CHECK_FALSE(has(full, "before="));
    for (const auto& [language, word] : {std::pair{words::Language::hu, "igazolás kiállítása"},
                                         {words::Language::de, "Bescheinigung ausgestellt"}}) {
        desk.language = language;
        CHECK(has(desk.get(page).body.str(), word));
    }
}

TEST_CASE(
    "Details of actions are in the language of the reader, and a later version's action has its own word") {
    PeopleDesk desk;
    desk::Page page = casework::actions(desk.services);
    database::Connection connection(desk.world.mautic.options());
    lookup::ActionLog log(connection, World::ledger_name);
    log.create();
    log.add({0, now(), lookup::ActionKind::certificate, "anna", "192.0.2.7", "contact 7, certificate ab12"});
    log.add({0, now(), lookup::ActionKind::certificate, "anna", "192.0.2.7", "no contact, certificate cd34"});
    log.add({0, now(), lookup::ActionKind::look_up, "anna", "192.0.2.7", "log of look-ups"});
    log.add({0, now(), lookup::ActionKind::report, "anna", "192.0.2.7", "2026-01-01 to 2026-02-01"});
    connection.change("INSERT INTO " + lookup::lookup_log_database(World::ledger_name) +
                      ".desk_action (at, kind, account, remote, detail) VALUES "
                      "('2026-01-01', 'moved_house', 'anna', '', 'something new')");
    const std::string english = desk.get(page).body.str();
    for (const char* part : {"contact 7, certificate ab12", "2026-01-01 to 2026-02-01 (that day not",
                             "moved_house", "something new"}) {
        CAPTURE(part);
        CHECK(has(english, part));
    }
    CHECK_FALSE(has(english, "signed in"));
    desk.language = words::Language::hu;
    const std::string hungarian = desk.get(page).body.str();
    for (const char* part : {"kapcsolat: 7, igazolás: ab12", "kapcsolat nélkül, igazolás: cd34",
                             "keresési napló", "ez a nap már nem számít"}) {
        CAPTURE(part);
        CHECK(has(hungarian, part));
    }
    desk.language = words::Language::de;
    CHECK(has(desk.get(page).body.str(), "Kontakt 7, Bescheinigung ab12"));
}
