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

TEST_CASE("A mail that came back is no request, and no month is counted for it where there was none") {
    Facts facts = complete_facts();
    facts.record->reason = policy::Reason::bounced;
    facts.requests.is_known = true;
    std::string text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("On the do-not-contact list since"));
    CHECK_THAT(text, ContainsSubstring("no request: Article 12(3) GDPR sets no period"));
    CHECK(text.find("within one month") == std::string::npos);
    CHECK(text.find("Opted out at") == std::string::npos);
    // Who knows?
    SECTION("the list is gone") { facts.requests.is_known = false; }
    SECTION("an opt-out without a date, or of another channel") { facts.requests.are_others = true; }
    text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("is not known to the program"));
    CHECK(text.find("sets no period") == std::string::npos);
    CHECK(text.find("within one month") == std::string::npos);
}

TEST_CASE("A request that came after a mail had come back has its month, and so has one before the opt-out") {
    Facts facts = complete_facts();
    facts.requests.is_known = true;
    facts.requests.first_at = parse_utc("2026-01-20 12:00:00");
    SECTION("mails came back first") {
        facts.record->reason = policy::Reason::bounced;
        facts.record->opted_out_at = parse_utc("2026-01-10 12:00:00");
    }
    SECTION("staff had entered it before the opt-out that counts") {}
    const std::string text = text_of(facts, Language::en);
    CHECK_THAT(text, ContainsSubstring("First opt-out on the do-not-contact list | 20 January 2026"));
    CHECK_THAT(text, ContainsSubstring("From the first opt-out to the first pass | 40\u00a0d"));
    CHECK_THAT(text, ContainsSubstring("later than one month"));
    CHECK(text.find("within one month") == std::string::npos);
    CHECK(text.find("sets no period") == std::string::npos);
    const auto statement =
        nlohmann::json::parse(certificate::signed_json(facts, Language::en, SigningKey(make_signing_key())))
            .at("statement");
    CHECK(statement.at("request").at("to_erasure").at("month") == "exceeded");
    CHECK(statement.at("request").at("none") == false);
    CHECK(statement.at("from_opt_out_to_erasure").at("month").is_null());
}

TEST_CASE("A record whose hash is forgotten says so, and does not claim that the hash is there") {
    Facts facts = complete_facts();
    facts.record->subject_hash.clear();
    facts.record->key_id.clear();
    facts.record->forgotten_at = parse_utc("2029-03-01 10:11:12");
    facts.earlier = {*facts.record};
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string text = text_of(facts, language);
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::forgotten_at, language)));
        CHECK_THAT(text, ContainsSubstring("10:11:12"));
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::does_hashed_forgotten, language)));
        CHECK(text.find(words::say(words::Word::does_hashed, language) + ":") == std::string::npos);
        CHECK(text.find(words::say(words::Word::hash_note, language)) == std::string::npos);
    }
    const auto erasure =
        nlohmann::json::parse(certificate::signed_json(facts, Language::en, SigningKey(make_signing_key())))
            .at("statement")
            .at("erasure");
    CHECK(erasure.at("forgotten_at") == "2029-03-01T10:11:12.000Z");
    CHECK(erasure.at("hash").is_null());
}

TEST_CASE("By an address it is said what was not searched, what is elsewhere and what is forgotten") {
    Facts facts = complete_facts();
    CHECK_THAT(text_of(facts, Language::en), ContainsSubstring("a look-up by number does not find them"));
    facts.by_address = true;
    CHECK_THAT(text_of(facts, Language::en), ContainsSubstring("they were not searched"));
    facts.elsewhere = {3, 5, 7, true};
    facts.other_records = 11;
    facts.untold_records = 13;
    facts.forgotten = {17, parse_utc("2021-01-02 03:04:05"), parse_utc("2022-06-07 08:09:10")};
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string text = text_of(facts, language);
        for (const char* part :
             {"| 3 |", "| 5 |", "| 7 |", ": 11.", ": 13.", ": 17", "03:04:05", "08:09:10"}) {
            CAPTURE(part);
            CHECK_THAT(text, ContainsSubstring(part));
        }
        CHECK(text.find(words::say(words::Word::uncovered_mails, language)) == std::string::npos);
    }
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

TEST_CASE("Of a contact that nothing tells of, no certificate says that Mautic deleted it") {
    Facts facts;
    facts.contact = 9'999'999;
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string text = text_of(facts, language);
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::row_not_there, language)));
        CHECK(text.find(words::say(words::Word::row_gone, language)) == std::string::npos);
    }
    facts.leftovers_to = now();
    CHECK_THAT(text_of(facts, Language::en),
               ContainsSubstring(words::say(words::Word::row_gone, Language::en)));
}
