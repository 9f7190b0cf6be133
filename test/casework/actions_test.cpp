// What people did at the desk, on a page.
#include "casework/people_world.h"
#include "lookup/action_log.h"
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
    for (const auto& [language, word] : {std::pair{words::Language::hu, "igazolás kiállítása"},
                                         {words::Language::de, "Bescheinigung ausgestellt"}}) {
        desk.language = language;
        CHECK(has(desk.get(page).body.str(), word));
    }
}
