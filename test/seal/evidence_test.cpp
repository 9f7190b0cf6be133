// What is hashed of a row, and a seal as a line.
#include "seal/evidence.h"

#include <set>

#include "base/signing_key.h"
#include "seal/seal.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::seal;

namespace {

Row record(const std::string& status = "complete") {
    Row row{Evidence::erasure, 7, {}, {}};
    for (const Column& column : layout_of(Evidence::erasure).columns) {
        row.values.emplace_back(column.is_time ? "2026-03-01 10:00:00.000" : "1");
    }
    row.values.at(12) = status;
    return row;
}

}  // namespace

TEST_CASE("No two different rows are hashed alike") {
    std::set<Digest> known{content_of(record())};
    const auto is_new = [&](const Row& row) { return known.insert(content_of(row)).second; };
    for (std::size_t column = 0; column < record().values.size(); ++column) {
        Row row = record();
        row.values[column] = std::nullopt;
        CHECK(is_new(row));
        row.values[column] = "";
        CHECK(is_new(row));
        row.values[column] = std::string("1\0", 2);
        CHECK(is_new(row));
    }
    Row moved = record();  // a byte from one column to the next
    moved.values[1] = "11";
    moved.values[2] = "";
    CHECK(is_new(moved));
    Row with_finding = record();
    with_finding.findings = {{"email_stats", "tokens", "1"}};
    CHECK(is_new(with_finding));
    with_finding.findings = {{"email_stats", "token", "s1"}};
    CHECK(is_new(with_finding));
    Row address{Evidence::erased_address, 7, {"1", "1", "1", "1", "1", "1", "1"}, {}};
    CHECK(is_new(address));
    Row lookup{Evidence::lookup, 7, {"1", "1", "1", "1", "1", "1"}, {}};
    CHECK(is_new(lookup));
}

// The seals of layout 1 are made of this. It must not change.
TEST_CASE("The hash of a row of layout 1 stays what it is") {
    Row row = record();
    row.values[1] = std::nullopt;
    row.findings = {{"email_stats", "source", "4"}};
    CHECK(to_hex(content_of(row)) == "cb1b02903e8b171e7f0bbffab3972640e511b2ee8f677e434e418c8922aeb03c");
    CHECK(sha256_hex(leaf_of(row).text()) ==
          "37e2012468c4f43360cc91bdaa95f85e8b23e61f2ef22981984d4a37ce40fa0d");
    const Row address{
        Evidence::erased_address,
        9,
        {"7", std::string(64, 'a'), "sha256", "", "current", "2026-03-01 10:00:00.000", std::string(32, 'c')},
        {}};
    CHECK(to_hex(content_of(address)) == "e37dc9cc617fbdcbb65b09a1f51bb132240b1ce9dffbe40095064eb8ecc168fb");
    const Row lookup{Evidence::lookup,
                     9,
                     {"2026-03-01 10:00:00.000", "root", "Kovácsné", std::nullopt, std::nullopt,
                      std::string(64, 'a'), std::string(16, 'b'), "index", "found", "1", "7"},
                     {}};
    CHECK(to_hex(content_of(lookup)) == "7812070aaacdb45952162acff623a65496fb9bc4f1e3468b186537866fb110f0");
    const Row action{
        Evidence::desk_action, 9, {"2026-03-01 10:00:00.000", "sign_in", "anna", "192.0.2.7", ""}, {}};
    CHECK(to_hex(content_of(action)) == "c0aedec28a362141270fc5f434e16809473bb4ec04cf081237d941e073692611");
}

// Whoever keeps the leaves of a row, and guesses whose it was, is left with the salt to guess.
TEST_CASE("Without the salt of a row nothing that is sealed of it shows a guess to be right") {
    Row guessed = record();
    Row sealed = guessed;
    sealed.values.at(25) = std::string(32, 'a');
    const Leaf leaf = leaf_of(sealed);
    for (const char* salt : {"", "1"}) {
        guessed.values.at(25) = salt;
        CHECK(content_of(guessed) != leaf.content);
        CHECK(leaf_of(guessed).erasure != leaf.erasure);
    }
    Row address{Evidence::erased_address, 7, {"1", "1", "1", "1", "1", "1", "1"}, {}};
    const Digest of_address = content_of(address);
    address.values.back() = std::nullopt;
    CHECK(content_of(address) != of_address);
    // And what is left of a forgotten one tells of the same erasure as before it knew an address.
    sealed.values.at(1) = sealed.values.at(3) = sealed.values.at(25) = std::nullopt;
    CHECK(is_same_erasure(sealed, leaf_of(sealed)));
    CHECK_FALSE(leaf_of(sealed).erasure == leaf.erasure);
}

TEST_CASE("A record and its copy among the former ones hash alike") {
    Row former = record();
    former.table = Evidence::former_erasure;
    former.key = 3;
    CHECK(content_of(former) == content_of(record()));
    CHECK(leaf_of(former).text() != leaf_of(record()).text());
}

TEST_CASE("Which erasure a record is of does not change with its passes") {
    const Leaf sealed = leaf_of(record("settling"));
    Row later = record();
    later.values.at(10) = "2026-03-02 10:00:00.000";  // last_pass_at
    later.values.at(17) = "0123456789abcdef";         // hash_marks
    CHECK(is_same_erasure(later, sealed));
    for (const std::size_t fixed : {1u, 2u, 3u, 6u, 8u, 9u, 25u}) {
        Row other = later;
        other.values.at(fixed) = "2";
        CHECK_FALSE(is_same_erasure(other, sealed));
    }
    Row nameless = record("settling");  // the address came with a later pass
    nameless.values.at(1) = std::nullopt;
    CHECK(is_same_erasure(later, leaf_of(nameless)));
    CHECK(is_superseded_form(record("superseded"), content_of(record("settling"))));
    CHECK_FALSE(is_superseded_form(later, content_of(record("settling"))));
}

TEST_CASE("Only a seal of this key, of all rows and of the time just past saves a daemon the work") {
    const SigningKey key(make_signing_key());
    const auto made = [&](const char* at, bool whole) {
        Seal seal{1, *parse_utc(at),       SealKind::regular, whole, 1,
                  0, std::string(64, 'a'), no_seal_before(),  "",    ""};
        sign(seal, key);
        return seal;
    };
    const auto saves_work = [&](const Seal& seal) {
        return is_whole_and_recent(seal, key.public_key(), *parse_utc("2026-03-01 12:00:00.000"),
                                   Milliseconds{1'800'000});
    };
    const Seal recent = made("2026-03-01 11:45:00.000", true);
    CHECK(saves_work(recent));
    CHECK_FALSE(saves_work(made("2026-03-01 11:30:00.000", true)));
    CHECK_FALSE(saves_work(made("2026-03-01 11:45:00.000", false)));
    CHECK_FALSE(saves_work(made("2027-03-01 11:45:00.000", true)));  // a clock that was wrong, and set back
    Seal forged = recent;
    forged.number = 2;
    CHECK_FALSE(saves_work(forged));
}

TEST_CASE("A seal is a line, and nothing but such a line is a seal") {
    const SigningKey key(make_signing_key());
    Seal seal{17,
              *parse_utc("2026-03-01 12:00:00.001"),
              SealKind::accepted,
              true,
              1,
              123,
              std::string(64, 'a'),
              no_seal_before(),
              "",
              ""};
    sign(seal, key);
    CHECK(is_signed_by(seal, key.public_key()));
    CHECK_FALSE(is_signed_by(seal, SigningKey(make_signing_key()).public_key()));
    const std::string line = seal.line();
    CHECK(
        line.starts_with("mautic-gdprd-seal 1 number=17 at=2026-03-01T12:00:00.001Z kind=accepted whole=1 "
                         "layout=1 rows=123 root=aaaa"));
    REQUIRE(parse_seal(line).has_value());
    CHECK(*parse_seal(line) == seal);
    CHECK_FALSE(parse_seal(line + " "));
    CHECK_FALSE(parse_seal(line.substr(1)));
    CHECK_FALSE(parse_seal(""));
    // Every byte of what is signed counts.
    for (std::size_t at = 0; at < line.size(); ++at) {
        std::string changed = line;
        changed[at] = changed[at] == '0' ? '1' : '0';
        const auto parsed = parse_seal(changed);
        CHECK((!parsed || !is_signed_by(*parsed, key.public_key())));
    }
}
