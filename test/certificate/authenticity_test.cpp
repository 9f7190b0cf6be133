// A certificate that was changed, or that somebody else signed, does not pass for one that was issued.
#include "certificate/authenticity.h"

#include <nlohmann/json.hpp>
#include <random>

#include "certificate/document.h"
#include "certificate/some_facts.h"
#include "certificate/statement.h"
#include "paper/pdf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using certificate::Authenticity;
using words::Language;

namespace {

struct Issued {
    SigningKey key{make_signing_key()};
    std::string json;
    std::string pdf;

    Issued() {
        certificate::Facts facts = complete_facts();
        facts.issue.public_key = key.public_key();
        json = certificate::signed_json(facts, Language::hu, key);
        pdf = certificate::signed_pdf(
            paper::to_pdf(certificate::document_of(facts, Language::hu), facts.issue.at), facts.issue.number,
            key);
    }

    // Small enough that all of it can be tried.
    std::string small_pdf() const {
        paper::Document document;
        document.title = "x";
        return certificate::signed_pdf(paper::to_pdf(document, Timestamp{}), "00112233445566ff", key);
    }
    std::string small_json() const {
        const nlohmann::json statement{
            {"signing_key", key.public_key()}, {"number", "7"}, {"words", {"a", 1, nullptr}}};
        return certificate::signed_document(statement, key.sign(certificate::signed_text(statement.dump())));
    }

    std::string verify(const std::string& file) const {
        return certificate::authenticity_names.of(
            certificate::verify_certificate(file, key.public_key()).authenticity);
    }
};

}  // namespace

TEST_CASE("A certificate as it was issued is authentic, with its key alone") {
    const Issued issued;
    CHECK(issued.verify(issued.json) == "authentic");
    CHECK(issued.verify(issued.pdf) == "authentic");
    const auto verified = certificate::verify_certificate(issued.json, issued.key.public_key());
    CHECK(verified.number == "00112233445566ff");
    CHECK(verified.conclusion == "erased");
    CHECK(certificate::verify_certificate(issued.pdf, issued.key.public_key()).number == "00112233445566ff");
}

TEST_CASE("Every single byte that is changed, left out or added shows") {
    const Issued issued;
    const std::string small_pdf = issued.small_pdf();
    const std::string small_json = issued.small_json();
    for (const std::string* file : {&small_json, &small_pdf, &issued.json, &issued.pdf}) {
        const bool is_small = file == &small_json || file == &small_pdf;
        const std::size_t step = is_small ? 1 : file->size() / 200 + 1;
        REQUIRE(issued.verify(*file) == "authentic");
        int passed = 0;
        for (std::size_t at = 0; at < file->size(); at += step) {
            for (int kind = 0; kind < 4; ++kind) {
                std::string forged = *file;
                if (kind == 0) forged[at] = static_cast<char>(forged[at] ^ 1);
                if (kind == 1) forged.erase(at, 1);
                if (kind == 2) forged.insert(at, 1, ' ');
                if (kind == 3) forged.resize(at);
                if (issued.verify(forged) == "authentic") ++passed;
            }
        }
        CHECK(passed == 0);
        CHECK(issued.verify(*file + "\n") == "changed");
    }
}

TEST_CASE("The line with a PDF's signature passes at no other place, however the rest is arranged") {
    const Issued issued;
    const std::string pdf = issued.small_pdf();
    const auto begin = pdf.find("%mautic-gdprd-certificate");
    REQUIRE(begin != std::string::npos);
    const auto length = pdf.find('\n', begin) + 1 - begin;
    const std::string line = pdf.substr(begin, length);
    std::string rest = pdf;
    rest.erase(begin, length);
    int passed = 0;
    for (std::size_t at = 0; at <= rest.size(); ++at) {
        for (const std::string& moved : {line, '\n' + line, line.substr(0, length - 1)}) {
            std::string forged = rest;
            forged.insert(at, moved);
            if (forged != pdf && issued.verify(forged) == "authentic") ++passed;
        }
        // A second one, beside the right one.
        std::string twice = pdf;
        twice.insert(at < begin ? at : at + length, line);
        if (issued.verify(twice) == "authentic") ++passed;
    }
    CHECK(passed == 0);
}

TEST_CASE("Nothing rides along in a JSON certificate: no member is added, renamed, moved or left out") {
    const Issued issued;
    using nlohmann::json;
    const auto written = [](const json& document) { return document.dump(2) + '\n'; };
    const json original = json::parse(issued.json);
    REQUIRE(issued.verify(written(original)) == "authentic");
    for (const char* name : {"addendum", "verdict", "zz", "", "Signature", "statement2", "format "}) {
        for (const json& value :
             {json("all backups were erased, too"), json(nullptr), original.at("statement")}) {
            json forged = original;
            forged[name] = value;
            CHECK(issued.verify(written(forged)) == "changed");
            forged = original;
            forged["statement"][name] = value;
            CHECK(issued.verify(written(forged)) == "changed");
        }
    }
    for (const auto& member : original.at("statement").items()) {
        json forged = original;
        forged["statement"].erase(member.key());
        CHECK(issued.verify(written(forged)) != "authentic");
        forged = original;
        forged[member.key()] = member.value();
        CHECK(issued.verify(written(forged)) == "changed");
    }
    json forged = original;
    forged.erase("signature");
    CHECK(issued.verify(written(forged)) == "changed");
}

TEST_CASE("What is put into a certificate at random never passes") {
    const Issued issued;
    const std::string small_pdf = issued.small_pdf();
    const std::string small_json = issued.small_json();
    std::mt19937 random(20'261'130);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    int passed = 0;
    for (int round = 0; round < 4'000; ++round) {
        const std::string& file = round % 2 == 0 ? small_pdf : small_json;
        std::string forged = file;
        for (std::size_t change = 0; change <= below(3); ++change) {
            // A piece of the file itself, or any bytes, put in or put over what is there.
            std::string piece = file.substr(below(file.size()), 1 + below(300));
            if (below(2) == 0) {
                for (char& c : piece) c = static_cast<char>(below(256));
            }
            const auto at = below(forged.size() + 1);
            forged.replace(at, below(2) * piece.size(), piece);
        }
        if (forged != file && issued.verify(forged) == "authentic") ++passed;
    }
    CHECK(passed == 0);
}

TEST_CASE("A key of one's own signs nothing that passes") {
    const Issued issued;
    const Issued forged;
    CHECK(issued.verify(forged.json) == "other_key");
    CHECK(issued.verify(forged.pdf) == "other_key");
    // The real key's name over a forger's signature.
    std::string json = forged.json;
    for (auto at = json.find(forged.key.public_key()); at != std::string::npos;
         at = json.find(forged.key.public_key())) {
        json.replace(at, 64, issued.key.public_key());
    }
    CHECK(issued.verify(json) == "changed");
    std::string pdf = forged.pdf;
    const auto at = pdf.find("key=" + forged.key.public_key());
    REQUIRE(at != std::string::npos);
    pdf.replace(at + 4, 64, issued.key.public_key());
    CHECK(issued.verify(pdf) == "changed");
}

TEST_CASE("Without a key nothing is called authentic") {
    const Issued issued;
    for (const std::string& file : {issued.json, issued.pdf}) {
        const auto verified = certificate::verify_certificate(file, std::nullopt);
        CHECK(verified.authenticity == Authenticity::key_not_given);
        CHECK(verified.key == issued.key.public_key());
    }
}

TEST_CASE("A member that stands twice, or a document within another, does not pass") {
    const Issued issued;
    std::string twice = issued.json;
    const std::string member = "\"conclusion\": \"erased\"";
    twice.insert(twice.find(member), "\"conclusion\": \"held\", ");
    CHECK(issued.verify(twice) == "changed");
    CHECK(issued.verify("[" + issued.json + "]") != "authentic");
    // A PDF on top of an authentic one.
    CHECK(issued.verify(issued.pdf + issued.pdf) == "changed");
    const auto line = issued.pdf.find("%mautic-gdprd-certificate");
    REQUIRE(line != std::string::npos);
    CHECK(issued.verify("%PDF-1.5\n" + issued.pdf.substr(line)) == "changed");
}

TEST_CASE("What is none, of a later version, or made to hurt is told apart") {
    const Issued issued;
    CHECK(issued.verify("") == "no_certificate");
    CHECK(issued.verify("{}") == "no_certificate");
    CHECK(issued.verify("%PDF-1.5\n%%EOF\n") == "no_certificate");
    CHECK(issued.verify(std::string(1'000'000, '[')) == "no_certificate");
    CHECK(issued.verify("\xff\xfe{") == "no_certificate");
    CHECK(issued.verify("{\"format\": \"mautic-gdprd-certificate 2\"}") == "unknown_version");
    CHECK(issued.verify("{\"format\": \"mautic-gdprd-certificate 1\"}") == "changed");
    CHECK(issued.verify("{\"format\": \"mautic-gdprd-certificate 1\", \"statement\": []}") == "changed");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{\"statement\":";
    CHECK(issued.verify(deep) == "no_certificate");
}

TEST_CASE("The signed text is the statement as RFC 8785 writes it") {
    const Issued issued;
    const auto document = nlohmann::json::parse(issued.json);
    const std::string text = "mautic-gdprd-certificate 1\n" + document.at("statement").dump();
    CHECK(is_signature(issued.key.public_key(), text, document.at("signature").get<std::string>()));
}
