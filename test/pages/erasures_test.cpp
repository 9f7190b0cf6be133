// What is erased here, in words.
#include "pages/erasure_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using words::Language;
using words::Word;

TEST_CASE("what becomes of every table is told in every language") {
    ErasurePages here;
    for (const Language language : all_languages) {
        const auto answer = here.get(pages::data, "/data", language);
        const std::string html = answer.body.str();
        CHECK(answer.title == words::say(Word::desk_data, language));
        for (const char* table : {"leads", "email_stats", "lead_donotcontact"}) CHECK(has(html, table));
        for (const Word word : {Word::describe_erased, Word::describe_kept, Word::report_undecided,
                                Word::describe_tables, Word::does_hashed, Word::uncovered_backups})
            CHECK(has(html, said(word, language)));
    }
    CHECK(has(here.body(pages::data, "/data"), said(Word::desk_all_decided, Language::en)) ==
          here.world.plan().unknown.empty());
}

TEST_CASE("what nobody decided about stands first, with what leads there, whatever its name") {
    ErasurePages here;
    const std::string name = database::quote_identifier(std::string("x_") + nasty);
    here.world.mautic.connection().change("CREATE TABLE " + name +
                                          " (id INT UNSIGNED PRIMARY KEY, lead_id BIGINT UNSIGNED, " +
                                          database::quote_identifier(nasty) + " TEXT)");
    here.world.mautic.connection().change(
        "CREATE TABLE zz_certain (id INT UNSIGNED PRIMARY KEY, whose BIGINT UNSIGNED, FOREIGN KEY (whose)"
        " REFERENCES leads (id))");
    here.world.mautic.connection().change("CREATE TABLE other_thing (id INT UNSIGNED PRIMARY KEY, a INT)");
    here.world.mautic.add_field("custom", "text", "VARCHAR(191)");
    here.world.mautic.connection().change("ALTER TABLE leads ADD COLUMN " +
                                          database::quote_identifier(nasty) + " VARCHAR(64)");
    here.world.mautic.read_columns();
    for (const Language language : all_languages) {
        const std::string html = here.body(pages::data, "/data", language);
        const auto first = html.find("x_&lt;script&gt;");
        REQUIRE(first != std::string::npos);
        CHECK(first < html.find("email_stats"));
        // Certainly, perhaps, not at all.
        CHECK(html.find("zz_certain") < first);
        CHECK(first < html.find("other_thing"));
        CHECK(has(html, said(Word::report_leads_perhaps, language)));
        CHECK(count_of(html, "&lt;script&gt;") > 1);
        CHECK(has(html, said(Word::report_leads_certainly, language)));
        CHECK(has(html, said(Word::report_leads_nowhere, language)));
        CHECK(has(html, "foreign key whose to leads"));
        CHECK(has(html, "custom"));
        CHECK_FALSE(has(html, said(Word::desk_trouble_policy, language)));
    }
    here.stop_on_unknown = true;
    CHECK(has(here.body(pages::data, "/data"), said(Word::desk_trouble_policy, Language::en)));
    for (const std::string& table : {name, std::string("zz_certain")})
        server().execute("DROP TABLE " + table, here.world.mautic.name());
}
