// docs/explanation/what-is-erased.md is what the program prints, so that it cannot drift from the data map.
#include "command/program.h"
#include "support/catch.h"

using namespace gdprd::test;

namespace {

const std::filesystem::path source{GDPRD_SOURCE_DIR};
const std::string shipped_map = (source / "config/contact-data.toml").string();

}  // namespace

TEST_CASE("the page in docs/ is the one that describe prints") {
    const Answer answer = run({"describe", "--data-map", shipped_map});
    CHECK(answer.exit_code == 0);
    INFO("mautic-gdprd describe --data-map config/contact-data.toml > docs/explanation/what-is-erased.md");
    CHECK((answer.text == read_file(source / "docs/explanation/what-is-erased.md")));
}

TEST_CASE("describe has every table and adds those of the operator") {
    const TemporaryDirectory directory;
    const auto own = directory.write("own.toml",
                                     "format = 1\n[[table]]\nname = \"loyalty\"\nwhy = \"Loyalty cards.\"\n"
                                     "tie = { kind = \"column\", column = \"lead_id\" }\n[table.columns]\n"
                                     "card = { action = \"delete\", why = \"The number of the card.\" }\n");
    const Answer answer = run({"describe", "--data-map", shipped_map, own.string()});
    CHECK(answer.exit_code == 0);
    for (const char* part : {"### loyalty", "The number of the card.", "### leads", "### audit_log#merged",
                             "`[ways_back] device_cookie`", "| every other column | deleted |",
                             "**Row deleted.**", "`webhooks`"}) {
        CHECK_THAT(answer.text, ContainsSubstring(part));
    }
    for (const char* alias : {"email", "firstname"}) {
        CHECK_THAT(answer.text, ContainsSubstring('`' + std::string(alias) + '`'));
    }
}

TEST_CASE("describe has every table in Hungarian and German, in words of those languages") {
    const std::string english = run({"describe", "--data-map", shipped_map, "--language", "en"}).text;
    CHECK((english == read_file(source / "docs/explanation/what-is-erased.md")));
    struct Language {
        const char* name;
        std::vector<const char*> parts;
    };
    for (const Language& language :
         {Language{"hu",
                   {"# Mi törlődik", "A kapcsolat saját adatlapja<br>leads", "minden más oszlop",
                    "Álnevesítve (hash váltja fel): email", "A teljes sorok törlése", "4. cikk 5. pont"}},
          Language{"de",
                   {"# Was gelöscht wird", "Stammdaten des Kontakts<br>leads", "jede andere Spalte",
                    "Pseudonymisiert (durch einen Hash ersetzt): email", "Ganze Zeilen gelöscht",
                    "Artikel 4 Nummer 5 DSGVO"}}}) {
        CAPTURE(language.name);
        const Answer answer = run({"describe", "--data-map", shipped_map, "--language", language.name});
        CHECK(answer.exit_code == 0);
        for (const char* part : language.parts) CHECK_THAT(answer.text, ContainsSubstring(part));
        // Each table of Mautic's that the English page has a section of.
        const auto end = english.find("\n## Plugins");
        std::size_t tables = 0;
        for (auto at = english.find("\n### "); at < end; at = english.find("\n### ", at + 1)) {
            std::string table = english.substr(at + 5, english.find('\n', at + 1) - at - 5);
            table.resize(std::min(table.find('#'), table.size()));
            std::string escaped;
            for (const char c : table) escaped += (c == '_' || c == '*' ? "\\" : "") + std::string(1, c);
            CHECK_THAT(answer.text, ContainsSubstring(escaped + " |"));
            ++tables;
        }
        CHECK(tables > 40);
    }
    CHECK(run({"describe", "--data-map", shipped_map, "--language", "fr"}).exit_code == 2);
}

TEST_CASE("describe refuses a data map that cannot be used") {
    CHECK(run({"describe", "--data-map", "/nonexistent/map.toml"}).exit_code == 2);
    const TemporaryDirectory directory;
    const Answer answer =
        run({"describe", "--data-map", directory.write("map.toml", "format = 9\n").string()});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("map.toml"));
}
