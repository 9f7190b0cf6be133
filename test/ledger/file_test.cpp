// The ledger as a file: what is written is read, and nothing else is.
#include "restore/file.h"

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "restore/import.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::ledger;
using namespace gdprd::restore;

namespace {

Record full_row(ContactId contact) {
    Record row;
    row.contact = contact;
    row.subject_hash = std::string(64, 'a');
    row.algorithm = "hmac-sha256";
    row.key_id = "0123456789abcdef";
    row.channel = "sms";
    row.reason = policy::Reason::manual;
    row.origin = Origin::sweep;
    row.opted_out_at = parse_utc("2026-03-01 12:00:00");
    row.requested_at = parse_utc("2026-03-01 12:00:01.001");
    row.erased_at = parse_utc("2026-03-01 12:00:02.002");
    row.last_pass_at = parse_utc("2026-03-02 12:00:02.002");
    row.completed_at = parse_utc("2026-03-02 12:00:02.002");
    row.status = Status::partial;
    row.passes = 3;
    row.rows_changed = 18'446'744'073'709'551'615U;
    row.rows_deleted = 2;
    row.rows_late = 1;
    row.files_removed = 4;
    row.values_emptied = 5;
    row.not_covered = {true, true, 6};
    row.marks.add("email", std::string(64, 'a'));
    row.marks.add("phone", std::string(64, 'b'));
    row.policy_digest = std::string(64, '1');
    row.schema_digest = std::string(64, '2');
    row.map_digest = std::string(64, '3');
    row.salt = std::string(32, '4');
    row.findings = {{"page_hits", "url", 7}, {"form_results_1_a", "f_name", 1}};
    return row;
}

Record held_row(ContactId contact) {
    Record row;
    row.contact = contact;
    row.algorithm = "md5";
    row.channel = "email";
    row.status = Status::held;
    row.policy_digest = row.schema_digest = row.map_digest = std::string(64, '0');
    return row;
}

std::string file_of(const std::vector<Record>& rows) {
    std::string text;
    LedgerFileWriter writer([&](std::string_view part) { text += part; },
                            {"1.2.3", *parse_utc("2026-03-04 05:06:07.008"), rows.size()});
    for (const Record& row : rows) writer.add(row);
    writer.finish();
    return text;
}

// The text of the error, or "accepted".
std::string answer_to(const std::string& file) {
    try {
        std::istringstream input(file);
        LedgerFileReader reader(input, "ledger.jsonl");
        while (reader.next()) continue;
        return "accepted";
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == std::string::npos) FAIL("the text has no " << from);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("Former records follow the current one, and fingerprints all of them") {
    Record former = full_row(1);
    former.former = true;
    const auto file = [](const std::vector<Record>& rows,
                         const std::vector<std::vector<Fingerprint>>& lines) {
        std::string text;
        LedgerFileWriter writer([&](std::string_view part) { text += part; },
                                {"1.2.3", *parse_utc("2026-03-04 05:06:07.008"), rows.size()});
        for (const Record& row : rows) writer.add(row);
        for (const auto& line : lines) writer.add(line);
        writer.finish();
        return text;
    };
    const std::vector<std::vector<Fingerprint>> lines{{1, 255}, {256, 18'446'744'073'709'551'615U}};
    std::istringstream input(file({full_row(1), former, former, held_row(2)}, lines));
    std::vector<Fingerprint> taken;
    LedgerFileReader::Takers take;
    take.fingerprints = [&](std::span<const Fingerprint> some) {
        taken.insert(taken.end(), some.begin(), some.end());
    };
    LedgerFileReader reader(input, "ledger.jsonl", take);
    std::vector<bool> kinds;
    while (const auto row = reader.next()) kinds.push_back(row->former);
    CHECK(kinds == std::vector<bool>{false, true, true, false});
    CHECK(taken == std::vector<Fingerprint>{1, 255, 256, 18'446'744'073'709'551'615U});

    const std::string good = file({full_row(1)}, {{1, 2}});
    CHECK(answer_to(good) == "accepted");
    CHECK_THAT(answer_to(file({former}, {})), ContainsSubstring("is not that of the current record"));
    CHECK_THAT(answer_to(file({full_row(2), former}, {})),
               ContainsSubstring("is not that of the current record"));
    CHECK_THAT(answer_to(file({full_row(1)}, {{3}, {2}})), ContainsSubstring("are not greater"));
    CHECK_THAT(answer_to(file({full_row(1)}, {{3, 3}})), ContainsSubstring("is not in order"));
    CHECK_THAT(answer_to(replaced(good, "0000000000000002", "000000000000000x")),
               ContainsSubstring("is not a row of fingerprints"));
    CHECK_THAT(answer_to(replaced(good, "0000000000000002", "0000000000000003")),
               ContainsSubstring("the checksum"));
    CHECK_THAT(answer_to(replaced(good, "{\"fingerprints\":\"0000000000000001", "{\"fingerprints\":\"")),
               ContainsSubstring("the checksum"));
    const std::string line =
        good.substr(good.find("{\"fingerprints"), good.find("{\"end") - good.find("{\"fingerprints"));
    const std::string record =
        good.substr(good.find("{\"contact"), good.find("{\"fingerprints") - good.find("{\"contact"));
    CHECK_THAT(answer_to(replaced(good, record + line, line + record)),
               ContainsSubstring("a record stands after the fingerprints"));
}

TEST_CASE("Addresses follow the records, in their order, and come back as they were") {
    const auto at = *parse_utc("2026-03-04 05:06:07.008");
    const std::string a(32, 'a');
    std::vector<ledger::ErasedAddress> addresses{
        {0, a, "md5", "", AddressKind::seen, at},
        {1, a, "md5", "", AddressKind::current, at},
        {1, a, "md5", "", AddressKind::former, at + Milliseconds{1}},
        {1, std::string(64, 'b'), "hmac-sha256", std::string(16, 'c'), AddressKind::merged, at}};
    const auto file = [&](const std::vector<ledger::ErasedAddress>& some, bool filed = true) {
        std::string text;
        LedgerFileWriter writer([&](std::string_view part) { text += part; }, {"1.2.3", at, 1, filed});
        writer.add(full_row(1));
        writer.add(some);
        const std::vector<Fingerprint> fingerprints{7};
        writer.add(fingerprints);
        writer.finish();
        return text;
    };
    const std::string good = file(addresses);
    std::istringstream input(good);
    std::vector<ledger::ErasedAddress> taken;
    LedgerFileReader::Takers take;
    take.addresses = [&](std::span<const ledger::ErasedAddress> some) {
        taken.insert(taken.end(), some.begin(), some.end());
    };
    LedgerFileReader reader(input, "ledger.jsonl", take);
    CHECK(reader.header().addresses_filed);
    while (reader.next()) continue;
    CHECK(taken == addresses);
    std::istringstream not_filed(file(addresses, false));
    CHECK_FALSE(LedgerFileReader(not_filed, "ledger.jsonl").header().addresses_filed);

    CHECK(answer_to(good) == "accepted");
    CHECK_THAT(answer_to(replaced(good, "\"merged\"", "\"friend\"")),
               ContainsSubstring("kind: is not a word"));
    CHECK_THAT(answer_to(replaced(good, "\"merged\"", "\"former\"")), ContainsSubstring("the checksum"));
    CHECK_THAT(answer_to(replaced(good, "{\"address\":\"" + a, "{\"address\":\"ann@example.org")),
               ContainsSubstring("address: is not lower-case"));
    std::swap(addresses[0], addresses[1]);
    CHECK_THAT(answer_to(file(addresses)), ContainsSubstring("is not greater than the one before"));
}

TEST_CASE("A file of version 1 is read") {
    const std::string old = ledger_line(full_row(7), 1);
    CHECK(old.find("former") == std::string::npos);
    Record as_today = full_row(7);
    as_today.not_covered.undecided = std::nullopt;
    as_today.salt.clear();
    CHECK(ledger_line(parse_ledger_line(old, 1)) == ledger_line(as_today));
    CHECK(ledger_line(parse_ledger_line(ledger_line(full_row(7), 2), 2)) == ledger_line(as_today));
    // What nobody recorded is no zero, and stays so over another export.
    CHECK_THAT(ledger_line(as_today), ContainsSubstring("\"undecided\":null"));
    CHECK_FALSE(parse_ledger_line(ledger_line(as_today)).not_covered.undecided.has_value());
    std::string text =
        "{\"format\":\"mautic-gdprd ledger\",\"version\":1,\"program\":\"0.1.0\","
        "\"exported_at\":\"2026-03-04 05:06:07.008\",\"rows\":1}\n" +
        old + '\n';
    text += "{\"end\":true,\"rows\":1,\"sha256\":\"" + sha256_hex(text) + "\"}\n";
    CHECK(answer_to(text) == "accepted");
    CHECK_THAT(answer_to(replaced(text, "\"version\":1", "\"version\":2")),
               ContainsSubstring("former: is missing"));
}

TEST_CASE("What is forgotten comes back with no older copy, and an older copy learns of it") {
    const Record known = full_row(1);
    Record forgotten = known;
    forgotten.subject_hash = forgotten.key_id = forgotten.salt = "";
    forgotten.marks = {};
    forgotten.forgotten_at = parse_utc("2029-03-02 12:00:00");
    CHECK(ledger_line(parse_ledger_line(ledger_line(forgotten))) == ledger_line(forgotten));
    CHECK(same_erasure(known, forgotten));
    CHECK(is_newer(forgotten, known));
    CHECK_FALSE(is_newer(known, forgotten));
    Record superseded = known;
    superseded.status = ledger::Status::superseded;
    CHECK_FALSE(is_newer(superseded, forgotten));
    Record of_later = known;
    *of_later.erased_at += std::chrono::hours{30'000};
    *of_later.last_pass_at += std::chrono::hours{30'000};
    CHECK(is_newer(of_later, forgotten));
}

TEST_CASE("Two records are of the same erasure by its time and address") {
    const Record row = full_row(1);
    const auto with = [&](auto change) {
        Record changed = row;
        change(changed);
        return changed;
    };
    CHECK(same_erasure(row, with([](Record& one) {
                           one.passes = 9;
                           one.status = Status::complete;
                       })));
    CHECK(same_erasure(row, with([](Record& one) { one.subject_hash.clear(); })));
    CHECK_FALSE(same_erasure(row, with([](Record& one) { *one.erased_at += Milliseconds{1}; })));
    CHECK_FALSE(same_erasure(row, with([](Record& one) { one.subject_hash = std::string(64, 'f'); })));
    CHECK_FALSE(same_erasure(row, full_row(2)));
    // A copy that was taken while a long history was under way.
    const auto half = with([](Record& one) {
        one.status = ledger::Status::erasing;
        one.last_pass_at = *one.erased_at - Milliseconds{1};
        one.erased_at.reset();
    });
    CHECK(same_erasure(row, half));
    CHECK(same_erasure(half, row));
    Record of_other = half;
    of_other.subject_hash = std::string(64, 'f');
    CHECK_FALSE(same_erasure(row, of_other));
}

TEST_CASE("What is written to a file is read from it") {
    const std::vector<Record> rows{full_row(1), held_row(2), full_row(18'446'744'073'709'551'615U)};
    std::istringstream input(file_of(rows));
    LedgerFileReader reader(input, "ledger.jsonl");
    CHECK(reader.header().program == "1.2.3");
    CHECK(reader.header().mautic.empty());  // as in files of before
    CHECK(reader.header().rows == 3);
    CHECK(format_utc(reader.header().exported_at) == "2026-03-04 05:06:07.008");
    std::vector<Record> read;
    while (auto row = reader.next()) read.push_back(*row);
    REQUIRE(read.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) CHECK(ledger_line(read[i]) == ledger_line(rows[i]));
    const Record& first = read.front();
    CHECK(first.rows_changed == 18'446'744'073'709'551'615U);
    CHECK(first.status == Status::partial);
    CHECK(first.completed_at == rows.front().completed_at);
    CHECK(first.marks.text() == rows.front().marks.text());
    REQUIRE(first.findings.size() == 2);
    CHECK(first.findings[0].cells == 7);
    CHECK(first.not_covered.older_rows);
    CHECK(first.not_covered.undecided == 6);
    CHECK(!read[1].erased_at);
    CHECK(read[1].subject_hash.empty());
    CHECK(answer_to(file_of({})) == "accepted");
}

TEST_CASE("A field with anything but its own kind of value is refused by name, and not repeated") {
    struct Case {
        const char* from;
        const char* to;
        const char* field;
    };
    const Case cases[] = {
        {"\"contact\":7", "\"contact\":0", "contact"},
        {"\"salt\":\"4444", "\"salt\":\"444", "salt"},
        {"\"forgotten_at\":null", "\"forgotten_at\":\"2026-03-01T12:00:00.000Z\"", "forgotten_at"},
        {"\"contact\":7", "\"contact\":-7", "contact"},
        {"\"contact\":7", "\"contact\":7.5", "contact"},
        {"\"contact\":7", "\"contact\":\"7\"", "contact"},
        {"\"contact\":7,", "", "contact"},
        {"\"partial\"", "\"erased\"", "status"},
        {"\"partial\"", "null", "status"},
        {"\"subject_hash\":\"aaaa", "\"subject_hash\":\"aaaA", "subject_hash"},
        {"\"subject_hash\":\"aaaa", "\"subject_hash\":\"aaa", "subject_hash"},
        {"\"subject_hash\":\"aaaa", "\"subject_hash\":\"x@example.org", "subject_hash"},
        {"hmac-sha256", "rot13", "algorithm"},
        {"0123456789abcdef", "0123456789abcdeg", "key_id"},
        {"\"sms\"", "\"x@example.org\"", "channel"},
        {"\"manual\"", "\"contactable\"", "reason"},
        {"\"sweep\"", "\"somebody\"", "origin"},
        {"2026-03-01T12:00:00.000Z", "2026-03-01 12:00:00.000Z", "opted_out_at"},
        {"2026-03-01T12:00:01.001Z", "2026-02-30T12:00:01.001Z", "requested_at"},
        {"2026-03-01T12:00:02.002Z", "2026-03-01T12:00:02.002", "erased_at"},
        {"2026-03-02T12:00:02.002Z", "x@example.org-----------", "last_pass_at"},
        {"\"passes\":3", "\"passes\":4294967296", "passes"},
        {"\"rows_changed\":18446744073709551615", "\"rows_changed\":18446744073709551616", "rows_changed"},
        {"\"rows_deleted\":2", "\"rows_deleted\":true", "rows_deleted"},
        {"\"files_removed\":4", "\"files_removed\":null", "files_removed"},
        {"[\"files\",\"older_rows\"]", "[\"files\",\"x@example.org\"]", "not_covered"},
        {"[\"files\",\"older_rows\"]", "[\"older_rows\",\"files\"]", "line"},
        {"[\"files\",\"older_rows\"]", "{}", "not_covered"},
        {"\"hash_marks\":\"", "\"hash_marks\":\"0", "hash_marks"},
        {"\"hash_marks\":\"", "\"hash_marks\":\"ffffffffffffffff", "line"},
        {"1111", "111", "policy_digest"},
        {"\"table\":\"page_hits\"", "\"table\":\"page hits\"", "table"},
        {"\"column\":\"url\"", "\"column\":\"\"", "column"},
        {"\"cells\":7", "\"cells\":\"7\"", "cells"},
        {"{\"table\":\"page_hits\"", "7,{\"table\":\"page_hits\"", "findings"},
        {"{\"contact\"", "{ \"contact\"", "line"},
        {"{\"contact\":7", "{\"note\":\"x@example.org\",\"contact\":7", "line"},
        {"{\"contact\":7", "{\"contact\":7,\"contact\":7", "line"},
        {"{\"contact\":7", "[\"contact\"", "line"},
        {"\"undecided\":6", "\"undecided\":4294967296", "undecided"},
        {"\"undecided\":6,", "", "undecided"},
        {"\"former\":false,", "", "former"},
        {"\"former\":false", "\"former\":0", "former"},
    };
    const std::string good = ledger_line(full_row(7));
    CHECK(ledger_line(parse_ledger_line(good)) == good);
    for (const Case& one : cases) {
        CAPTURE(one.from, one.to);
        std::string what = "accepted";
        try {
            parse_ledger_line(replaced(good, one.from, one.to));
        } catch (const Error& error) {
            what = error.what();
        }
        CHECK(what.starts_with(std::string(one.field) + ": "));
        CHECK(what.find("example") == std::string::npos);
    }
}

TEST_CASE("A file that was cut, edited or mixed up is refused with the line") {
    const std::string good = file_of({full_row(1), full_row(2), held_row(3)});
    const auto line_start = [&](int line) {
        std::size_t at = 0;
        for (int i = 1; i < line; ++i) at = good.find('\n', at) + 1;
        return at;
    };
    const std::string second = good.substr(line_start(2), line_start(3) - line_start(2));
    const std::string third = good.substr(line_start(3), line_start(4) - line_start(3));
    struct Case {
        const char* what;
        std::string file;
        const char* says;
    };
    const Case cases[] = {
        {"nothing", "", "ledger.jsonl: line 1: is empty"},
        {"something else", "{\"format\":\"x\"}\n", "line 1: is not a file of `ledger export`"},
        {"no JSON", "hello\n", "line 1: is not a file of `ledger export`"},
        {"a later version", replaced(good, "\"version\":6", "\"version\":7"), "line 1: has a version"},
        {"a damaged header", replaced(good, "\"rows\":3", "\"rows\":-3"), "line 1: the header is damaged"},
        {"cut in a line", good.substr(0, line_start(3) + 20), "line 3: is cut off"},
        {"cut after a line", good.substr(0, line_start(4)), "line 4: the end of the file is missing"},
        {"cut after the header", good.substr(0, line_start(2)), "line 2: the end of the file is missing"},
        {"the last newline missing", good.substr(0, good.size() - 1), "line 5: is cut off"},
        {"a digit edited", replaced(good, "\"passes\":3", "\"passes\":4"), "line 5: the checksum"},
        {"the header edited", replaced(good, "1.2.3", "1.2.4"), "line 5: the checksum"},
        {"a line missing", replaced(good, second, ""), "line 4: the checksum"},
        {"a line twice", replaced(good, second, second + second), "line 3: contact: is not greater"},
        {"lines swapped", replaced(good, second + third, third + second), "line 3: contact: is not greater"},
        {"an empty line", replaced(good, second, "\n" + second), "line 2: line: is not a record"},
        {"a bad field", replaced(good, "\"partial\"", "\"erased\""), "line 2: status: is not a word"},
        {"something after the end", good + "\n", "line 5: something follows"},
        {"two files in one", good + good, "line 5: something follows"},
        {"a line without end", std::string(LedgerFileReader::line_bytes_max + 1, 'x'), "line 1: is too long"},
    };
    CHECK(answer_to(good) == "accepted");
    for (const Case& one : cases) {
        CAPTURE(one.what);
        CHECK_THAT(answer_to(one.file), ContainsSubstring(one.says));
    }
}

TEST_CASE("No byte of a file can be changed unnoticed") {
    const std::string good = file_of({full_row(1), held_row(2)});
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        if (answer_to(bad) != "accepted") continue;
        CAPTURE(at);
        FAIL_CHECK("a changed byte was not noticed");
    }
}

TEST_CASE("Of two records of a contact the one that tells more recent things is the newer one") {
    const Record row = full_row(1);
    const auto with = [&](auto change) {
        Record changed = row;
        change(changed);
        return changed;
    };
    const Record later_pass = with([](Record& one) { *one.last_pass_at += Milliseconds{1}; });
    const Record asked_again =
        with([](Record& one) { one.requested_at = *one.last_pass_at + Milliseconds{1}; });
    const Record superseded = with([](Record& one) { one.status = Status::superseded; });
    CHECK(!is_newer(row, row));
    CHECK(is_newer(later_pass, row));
    CHECK(!is_newer(row, later_pass));
    CHECK(is_newer(asked_again, row));
    CHECK(is_newer(superseded, row));
    CHECK(!is_newer(row, superseded));
    CHECK(!is_newer(superseded, later_pass));
    CHECK(is_newer(row, held_row(1)));
}
