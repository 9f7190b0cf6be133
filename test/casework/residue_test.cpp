// The search for what is left of a person: one at a time, with progress, cancelled at once.
#include <atomic>
#include <optional>
#include <thread>

#include "casework/people_world.h"
#include "desk/cut_connection.h"
#include "lookup/log.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

// A statement of the search waits for it until it is let go.
class LockedTable {
  public:
    LockedTable(PeopleDesk& desk, const std::string& table) : connection_(desk.world.mautic.options()) {
        connection_.change("LOCK TABLES " + table + " WRITE");
    }

  private:
    database::Connection connection_;
};

}  // namespace

TEST_CASE("What is left is named by table, column and count, and no value is shown") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(7);
    desk.world.mautic.add_contact(8);
    for (const auto& [language, name] : words::language_names) {
        desk.language = language;
        const std::string text =
            desk.outcome(desk.residue, desk.post(desk.residue, {{"address", address_of(7)}})).body.str();
        CHECK(has(text, "mautic.leads.email"));
        CHECK_FALSE(has(text, address_of(7)));
    }
    desk.language = words::Language::en;
    const std::string none =
        desk.outcome(desk.residue, desk.post(desk.residue, {{"address", "nobody@nowhere.example"}}))
            .body.str();
    CHECK(has(none, "Nothing found"));
    CHECK(has(none, "tables"));
    CHECK(desk.actions().front() == "residue_search officer 192.0.2.9 ");
    const std::string form = desk.get(desk.residue).body.str();
    CHECK(has(form, "Your last result"));
    desk.person.owner = "colleague:1";
    CHECK_FALSE(has(desk.get(desk.residue).body.str(), "Your last result"));
}

TEST_CASE("Further values are searched for, and what could be somebody else is told apart") {
    PeopleDesk desk;
    desk.world.mautic.connection().change("CREATE TABLE odd (id INT PRIMARY KEY, t VARCHAR(99))");
    desk.world.mautic.connection().change("INSERT INTO odd VALUES (1, 'Rumpelstilz was here')");
    const FormFields fields{{"address", "nobody@nowhere.example"}, {"values", "\r\nRumpelstilz\r\n"}};
    const std::string text = desk.outcome(desk.residue, desk.post(desk.residue, fields)).body.str();
    CHECK(has(text, "mautic.odd.t"));
    FormFields strong = fields;
    strong["strong_only"] = "1";
    const std::string none = desk.outcome(desk.residue, desk.post(desk.residue, strong)).body.str();
    CHECK(has(none, "Nothing found"));
}

TEST_CASE("Names of tables are never taken for markup") {
    PeopleDesk desk;
    desk.world.mautic.connection().change(
        "CREATE TABLE `<script>\"'&` (id INT PRIMARY KEY, `<b>\"'&` VARCHAR(99))");
    desk.world.mautic.connection().change("INSERT INTO `<script>\"'&` VALUES (1, 'x@nowhere.example')");
    const std::string text =
        desk.outcome(desk.residue, desk.post(desk.residue, {{"address", "x@nowhere.example"}})).body.str();
    CHECK(has(text, "mautic.&lt;script&gt;&quot;&#39;&amp;.&lt;b&gt;&quot;&#39;&amp;"));
    CHECK_FALSE(has(text, "<script>"));
}

TEST_CASE("One search runs at a time: whoever comes meanwhile is told whose, and a second form starts none") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(7);
    const LockedTable lock(desk, "leads");
    const FormFields fields{{"address", address_of(7)}};
    const Answer first = desk.post(desk.residue, fields);
    REQUIRE(first.redirect.has_value());
    const Answer progress = desk.get(desk.residue, *first.redirect);
    CHECK(progress.refresh_seconds == 2U);
    CHECK(has(progress.body.str(), "value=\"cancel\""));
    const Answer again = desk.post(desk.residue, fields);
    CHECK_FALSE(again.redirect.has_value());
    CHECK(has(again.body.str(), "href=\"" + *first.redirect + "\""));
    desk.person.owner = "colleague:1";
    const Answer other = desk.post(desk.residue, fields);
    CHECK_FALSE(other.redirect.has_value());
    CHECK(has(other.body.str(), "officer started it at"));
    CHECK_FALSE(has(other.body.str(), *first.redirect));
    CHECK(desk.get(desk.residue, *first.redirect).status == 404);
    desk.post(desk.residue, {{"action", "cancel"}}, *first.redirect);
    desk.person.owner = "officer:1";
    CHECK(desk.get(desk.residue, *first.redirect).refresh_seconds == 2U);
    CHECK(desk.actions().size() == 1);
}

TEST_CASE("A search that waits in the database is cancelled all the same, and the desk ends with it") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(7);
    const LockedTable lock(desk, "leads");
    const Answer first = desk.post(desk.residue, {{"address", address_of(7)}});
    SECTION("by its owner") {
        const Answer cancelled = desk.post(desk.residue, {{"action", "cancel"}}, *first.redirect);
        CHECK(cancelled.redirect == first.redirect);
        CHECK(has(desk.outcome(desk.residue, cancelled).body.str(), "Cancelled: the rest was not searched"));
        CHECK(desk.actions().back() == "residue_search_cancelled officer 192.0.2.9 ");
        desk.post(desk.residue, {{"action", "cancel"}}, *first.redirect);
        CHECK(desk.actions().size() == 2);
    }
    // Else by the end of the desk, which would never come.
}

TEST_CASE("What cannot be searched for is refused with the line, and not repeated") {
    PeopleDesk desk;
    const std::pair<FormFields, const char*> wrong[] = {
        {{{"address", "none"}}, "it has no @"},
        {{{"address", "a@example.org"}, {"values", "Jo\n?"}}, "Line 2 is too short"},
        {{{"address", "a@example.org"}, {"values", "\n" + std::string(1'025, 'a')}}, "Line 2 is too long"},
        {{{"address", "a@example.org"}, {"values", "a\x01z"}}, "Line 1 has characters"}};
    for (const auto& [fields, part] : wrong) {
        const Answer answer = desk.post(desk.residue, fields);
        CAPTURE(part);
        CHECK(answer.status == 422);
        CHECK(has(answer.body.str(), part));
    }
    std::string many;
    for (int i = 0; i < 200; ++i) many += "value" + std::to_string(i) + '\n';
    CHECK(has(desk.post(desk.residue, {{"address", "a@example.org"}, {"values", many}}).body.str(),
              "more than 200 values"));
    CHECK(desk.actions().empty());
}

TEST_CASE("What was broken off is not said to have nothing, and only a whole search says so") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(7);
    const FormFields fields{{"address", "nobody@nowhere.example"}};
    const std::string whole = desk.outcome(desk.residue, desk.post(desk.residue, fields)).body.str();
    CHECK(has(whole, "class=\"notice good\"><p class=\"what\">Nothing found<"));
    CHECK(has(whole, "<div role=\"status\">"));
    const LockedTable lock(desk, "leads");
    const Answer first = desk.post(desk.residue, fields);
    while (!has(desk.get(desk.residue, *first.redirect).body.str(), "<progress")) std::this_thread::yield();
    SECTION("by its owner") { desk.post(desk.residue, {{"action", "cancel"}}, *first.redirect); }
    SECTION("by a lost connection") {
        std::string id;
        while (id.empty()) {
            auto rows = server().select(
                "SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table%lock'");
            while (rows.next()) id = rows.text(0);
        }
        server().execute("KILL " + id);
    }
    const std::string text = desk.outcome(desk.residue, first).body.str();
    CHECK(has(text, "Nothing found in what was read"));
    CHECK_FALSE(has(text, "notice good"));
}

TEST_CASE("A search for residue is a look-up: with a case, in the log of look-ups, or not shown") {
    PeopleDesk desk;
    desk.services.case_required = true;
    desk.world.mautic.add_contact(7);
    const Answer refused = desk.post(desk.residue, {{"address", address_of(7)}});
    CHECK(refused.status == 422);
    CHECK(has(refused.body.str(), "A case is required here"));
    const FormFields fields{{"address", address_of(7)}, {"case", "2026/17"}, {"reason", "by letter"}};
    desk.outcome(desk.residue, desk.post(desk.residue, fields));
    database::Connection connection(desk.world.mautic.options());
    lookup::LookupLog log(connection, World::ledger_name);
    REQUIRE(log.newest(9, std::nullopt).size() == 1);
    const lookup::LoggedLookup entry = log.newest(9, std::nullopt).at(0);
    CHECK(entry.searched == lookup::LookupReach::history);
    CHECK(entry.found);
    CHECK(entry.officer == "officer");
    CHECK(entry.case_reference == "2026/17");
    CHECK(entry.reason == "by letter");
    CHECK_FALSE(has(desk.log_of_look_ups(), address_of(7)));
    std::optional<LockedTable> lock(std::in_place, desk, "leads");
    const Answer first = desk.post(desk.residue, fields);
    const std::string name = lookup::lookup_log_database(World::ledger_name);
    server().execute("DROP DATABASE " + name);
    server().execute("CREATE DATABASE " + name);
    server().execute("CREATE TABLE " + name + ".lookup (id INT NOT NULL)");
    lock.reset();
    const Answer unlogged = desk.outcome(desk.residue, first);
    CHECK(unlogged.status == 503);
    CHECK(has(unlogged.body.str(), "could not be logged"));
    CHECK(has(unlogged.body.str(), "desk check"));
    CHECK_FALSE(has(unlogged.body.str(), "leads.email"));
}

TEST_CASE("What a POST names is never put into a redirect, and a search is cancelled on its own page only") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(7);
    std::optional<LockedTable> lock(std::in_place, desk, "leads");
    const Answer first = desk.post(desk.residue, {{"address", address_of(7)}});
    const std::string id = first.redirect->substr(first.redirect->rfind('/'));
    for (desk::Page* page : {&desk.residue, &desk.seals, &desk.look_up}) {
        CAPTURE(page->path);
        const Answer evil = desk.post(*page, {{"action", "cancel"}}, page->path + "/x\r\nX-Evil: 1");
        CHECK(evil.status == 404);
        CHECK_FALSE(evil.redirect.has_value());
        if (page == &desk.residue) continue;
        CHECK(desk.post(*page, {{"action", "cancel"}}, page->path + id).status == 404);
    }
    CHECK(desk.get(desk.residue, *first.redirect).refresh_seconds == 2U);
    CHECK(desk.actions().size() == 1);
    lock.reset();
    desk.outcome(desk.residue, first);
    CHECK(desk.post(desk.look_up, {{"contact", "7"}}, "/look-up" + id).status == 404);
}

TEST_CASE("No search without a line in the log of actions") {
    PeopleDesk desk;
    desk.is_log_broken = true;
    CHECK(desk.post(desk.residue, {{"address", "a@example.org"}}).status == 503);
    CHECK_FALSE(desk.work.running(casework::WorkKind::residue).has_value());
}

TEST_CASE("An account that may read only cuts off its own statement, however long that would take") {
    PeopleDesk desk;
    server().execute("DROP USER IF EXISTS 'reads_only'@'localhost'");
    server().execute("CREATE USER 'reads_only'@'localhost' IDENTIFIED BY 'secret'");
    server().execute("GRANT SELECT ON mautic.* TO 'reads_only'@'localhost'");
    database::ConnectionOptions options = desk.world.mautic.options();
    options.user = "reads_only";
    options.password = "secret";
    desk::Connections connections(options);
    std::atomic<bool> has_begun = false;
    const auto id =
        desk.work.start(casework::WorkKind::history, "officer", [&](casework::WorkControl& control) {
            const desk::CutConnection connection(connections, control.stop(), Milliseconds{3'600'000});
            has_begun = true;
            connection.get().select("SELECT SLEEP(3600)");
            return std::any(1);
        });
    while (!has_begun) std::this_thread::yield();
    CHECK(desk.work.cancel(casework::WorkKind::history, "officer", id.value()));
    auto state = desk.work.find("officer", *id);
    while (state.value().phase == casework::WorkState::Phase::running) {
        std::this_thread::yield();
        state = desk.work.find("officer", *id);
    }
    CHECK(state->phase == casework::WorkState::Phase::cancelled);
}
