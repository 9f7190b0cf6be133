// One catalogue in three languages: nothing is missing, and every language says the same with the same parts.
#include "words/words.h"

#include <algorithm>
#include <set>

#include "mautic/data_map.h"
#include "support/catch.h"
#include "words/table_words.h"

using namespace gdprd;
using words::Language;

namespace {

// {1}, {2}, …
std::multiset<std::string> places_in(const std::string& text) {
    std::multiset<std::string> places;
    for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
        places.insert(text.substr(at, 3));
    }
    return places;
}

}  // namespace

TEST_CASE("No word is missing in a language, and none is in another language by mistake") {
    REQUIRE(words::all_words().size() > 100);
    for (const words::Entry& entry : words::all_words()) {
        const std::string english = entry.texts.at(0);
        CAPTURE(english);
        for (const std::string text : entry.texts) {
            CHECK_FALSE(text.empty());
            CHECK(places_in(text) == places_in(english));
            CHECK(text.ends_with('.') == english.ends_with('.'));
        }
        // What is a sentence in one language is another one in the next.
        if (english.find(' ') == std::string::npos) continue;
        CHECK(english != entry.texts.at(1));
        CHECK(english != entry.texts.at(2));
        CHECK(std::string(entry.texts.at(1)) != entry.texts.at(2));
    }
}

TEST_CASE("Articles of the regulation are cited as its official translations do") {
    for (const words::Entry& entry : words::all_words()) {
        const std::string english = entry.texts.at(0);
        CAPTURE(english);
        const bool cites = english.find("Article 12(3)") != std::string::npos;
        CHECK((std::string(entry.texts.at(1)).find("12. cikk") != std::string::npos) == cites);
        CHECK((std::string(entry.texts.at(2)).find("Artikel 12 Absatz 3") != std::string::npos) == cites);
        CHECK(std::string(entry.texts.at(1)).find("DSGVO") == std::string::npos);
        if (english.find("GDPR") != std::string::npos) {
            CHECK(std::string(entry.texts.at(2)).find("DSGVO") != std::string::npos);
        }
    }
}

TEST_CASE("What is put in stays as it is, and goes where the language has its place") {
    CHECK(words::say(words::Word::page, Language::en, {"{2}", "7"}) == "Page {2} of 7");
    CHECK(words::say(words::Word::page, Language::hu, {"1", "7"}) == "1. oldal, összesen 7");
    CHECK(words::say(words::Word::yes, Language::de) == "ja");
}

TEST_CASE("Every table of Mautic that has data of contacts has words in every language") {
    const mautic::DataMap map =
        mautic::load_data_map(std::filesystem::path(GDPRD_SOURCE_DIR) / "config/contact-data.toml", {}, {});
    std::set<std::string> tables;
    for (const auto& entry : map.entries) {
        if (entry.tie.kind == mautic::Tie::Kind::none) continue;
        tables.insert(entry.table + (entry.table_is_pattern && !entry.table.ends_with('*') ? "*" : ""));
    }
    REQUIRE(tables.size() > 40);
    for (const std::string& table : tables) {
        CAPTURE(table);
        for (const auto& [language, name] : words::language_names) {
            CHECK_FALSE(words::table_text(table, language).empty());
        }
    }
    for (const words::TableWords& one : words::all_table_words())
        CHECK(tables.contains(std::string(one.table)));
    CHECK(words::table_text("form_results_12_contact", Language::de) == "Angaben in Formularen");
    CHECK(words::table_text("plugin_chat", Language::en).empty());
}
