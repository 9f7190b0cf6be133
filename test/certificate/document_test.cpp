// What the facts are in words: the right ones, and every figure.
#include "certificate/document.h"

#include <nlohmann/json.hpp>

#include "certificate/some_facts.h"
#include "certificate/statement.h"
#include "support/catch.h"
#include "words/numbers.h"

using namespace gdprd;
using namespace gdprd::test;
using certificate::Conclusion;
using certificate::Facts;
using words::Language;

namespace {

std::string text_of(const paper::Document& document) {
    std::string text = document.title + '\n' + document.subtitle + '\n' + document.verdict + '\n' +
                       document.verdict_text + '\n';
    for (const paper::Section& section : document.sections) {
        text += section.heading + '\n';
        for (const auto& paragraph : section.paragraphs) text += paragraph + '\n';
        for (const auto* rows : {&section.fields, &section.table}) {
            for (const auto& row : *rows) {
                for (const auto& cell : row) text += cell + " | ";
                text += '\n';
            }
        }
        for (const auto& note : section.notes) text += note + '\n';
    }
    return text;
}

std::string text_of(const Facts& facts, Language language) {
    return text_of(certificate::document_of(facts, language));
}

}  // namespace

TEST_CASE("Every figure of the record stands in the certificate, in every language") {
    Facts facts = complete_facts();
    facts.record->values_emptied = 9;
    facts.record->not_covered = {true, true, 5};
    facts.issue.officer = "Ő. Tűz";
    facts.issue.case_reference = "2026/17";
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string text = text_of(facts, language);
        for (const char* part :
             {"4711", "12:00:00", "12:00:02", "12:00:05", "12:00:06", "06:07:08", "hmac-sha256",
              "0123456789abcdef", "mtc_leads", "email, firstname", "city", "id, points", "mtc_lead_notes",
              "00112233445566ff", "1.2.3", "Ő. Tűz", "2026/17"}) {
            CHECK_THAT(text, ContainsSubstring(part));
        }
        for (const char digit : {'1', '2', '3', 'c'})
            CHECK_THAT(text, ContainsSubstring(std::string(64, digit)));
        CHECK_THAT(text, ContainsSubstring(words::count_text(1'234, language)));
        for (const char* count : {"| 17 |", "| 2 |", "| 3 |", "| 4 |", "| 9 |"})
            CHECK_THAT(text, ContainsSubstring(count));
        CHECK_THAT(text, ContainsSubstring(": 5."));
        // The subject's hash is not handed out.
        CHECK(text.find(std::string(32, 'a')) == std::string::npos);
    }
    CHECK_THAT(text_of(facts, Language::en), ContainsSubstring("5\u00a0s \u2013 within one month"));
    CHECK_THAT(text_of(facts, Language::hu),
               ContainsSubstring("1\u00a0nap 6\u00a0másodperc \u2013 egy hónapon belül"));
    CHECK_THAT(text_of(facts, Language::de), ContainsSubstring("Artikel 12 Absatz 3 DSGVO"));
}

TEST_CASE("Only a certified erasure is called one, in the title and in the verdict") {
    for (const auto& [language, name] : words::language_names) {
        const std::string title = words::say(words::Word::erasure_title, language);
        const std::string verdict = words::say(words::Word::erased, language);
        CHECK(certificate::document_of(complete_facts(), language).title == title);
        CHECK(certificate::document_of(complete_facts(), language).verdict == verdict);
        for (const auto& [status, status_name] : ledger::status_names) {
            if (status == ledger::Status::complete) continue;
            CAPTURE(name, status_name);
            Facts facts = complete_facts();
            facts.record->status = status;
            const auto document = certificate::document_of(facts, language);
            CHECK(document.title != title);
            CHECK(document.verdict.find(verdict) == std::string::npos);
        }
    }
}

TEST_CASE("A month that was exceeded is said, and so is one that the time zone decides") {
    Facts facts = complete_facts();
    facts.record->opted_out_at = parse_utc("2026-01-15 12:00:00");
    CHECK_THAT(text_of(facts, Language::en), ContainsSubstring("later than one month"));
    facts.record->opted_out_at = parse_utc("2026-02-01 02:00:00");
    CHECK_THAT(text_of(facts, Language::de), ContainsSubstring("hängt von der Zeitzone ab"));
    facts.record->opted_out_at.reset();
    CHECK_THAT(text_of(facts, Language::en), ContainsSubstring("not known"));
    CHECK(text_of(facts, Language::en).find("within one month") == std::string::npos);
}

TEST_CASE("A mail that came back is no request, and no month is counted for it") {
    Facts facts = complete_facts();
    facts.record->reason = policy::Reason::bounced;
    const std::string text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("On the do-not-contact list since"));
    CHECK_THAT(text, ContainsSubstring("no request: Article 12(3) GDPR sets no period"));
    CHECK(text.find("within one month") == std::string::npos);
    CHECK(text.find("Opted out at") == std::string::npos);
}

TEST_CASE("Rules that are not those of the pass are not passed off as them") {
    Facts facts = complete_facts();
    facts.rules_of = certificate::RulesOf::today;
    facts.rules.clear();
    const std::string text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("The rules have changed since the last pass"));
    CHECK(text.find("under the rules described below") == std::string::npos);
    CHECK(text.find("mtc_leads") == std::string::npos);
}

TEST_CASE("Names of tables cannot change what a certificate says") {
    Facts facts = complete_facts();
    facts.rules.front().real_table = "x\nErased\u202e";
    facts.undecided = {"plugin\u200b\"<b>\".col\xff"};
    facts.issue.officer = "A\u202eB";
    const std::string text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("x\\u{a}Erased\\u{202e}"));
    CHECK_THAT(text, ContainsSubstring("plugin\\u{200b}\"<b>\".col\\x{ff}"));
    CHECK_THAT(text, ContainsSubstring("A\\u{202e}B"));
}

TEST_CASE("The signed JSON has the facts as they are") {
    const SigningKey key(make_signing_key());
    Facts facts = complete_facts();
    facts.contact = 18'446'744'073'709'551'615U;
    facts.undecided = {"col\xff"};
    const auto statement =
        nlohmann::json::parse(certificate::signed_json(facts, Language::hu, key)).at("statement");
    CHECK(statement.at("contact") == 18'446'744'073'709'551'615U);
    CHECK(statement.at("conclusion") == "erased");
    CHECK(statement.at("language") == "hu");
    CHECK(statement.at("issued_at") == "2026-04-05T06:07:08.000Z");
    const auto& erasure = statement.at("erasure");
    CHECK(erasure.at("erased_at") == "2026-03-01T12:00:05.250Z");
    CHECK(erasure.at("rows_changed") == 1'234);
    CHECK(erasure.at("not_covered").at("undecided") == 0);
    CHECK(statement.at("from_opt_out_to_erasure").at("milliseconds") == 5'250);
    CHECK(statement.at("from_opt_out_to_erasure").at("month") == "within");
    CHECK(statement.at("rules").at("tables").at(0).at("columns").at("hashed").size() == 2);
    CHECK(statement.at("words").at("verdict") == "Törölve");
    CHECK(statement.at("address").is_null());
    CHECK(statement.dump().find(std::string(32, 'a')) == std::string::npos);
}
