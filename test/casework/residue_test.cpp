// The search for what is left of a person: one at a time, with progress, cancelled at once.
#include <atomic>
#include <thread>

#include "casework/people_world.h"
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
            casework::CutConnection connection(connections, control, Milliseconds{3'600'000});
            has_begun = true;
            connection.get().select("SELECT SLEEP(3600)");
            return std::any(1);
        });
    while (!has_begun) std::this_thread::yield();
    CHECK(desk.work.cancel("officer", id.value()));
    auto state = desk.work.find("officer", *id);
    while (state.value().phase == casework::WorkState::Phase::running) {
        std::this_thread::yield();
        state = desk.work.find("officer", *id);
    }
    CHECK(state->phase == casework::WorkState::Phase::cancelled);
}
