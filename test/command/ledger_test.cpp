// The ledger in a file, and back.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Every value of every row, one row a line.
std::string content(Site& site) {
    std::string text;
    for (const char* sql : {"SELECT * FROM erasure ORDER BY contact_id",
                            "SELECT f.contact_id, c.table_name, c.column_name, f.cells FROM finding f"
                            " JOIN covered_column c ON c.id = f.column_id ORDER BY 1, 2, 3",
                            "SELECT contact_id, subject_hash, erased_at, status, passes FROM former_erasure"
                            " ORDER BY contact_id, erased_at",
                            "SELECT COUNT(*) FROM former_finding",
                            "SELECT contact_id, address_hash, algorithm, key_id, kind, noted_at FROM "
                            "erased_address ORDER BY 1, 2, 6",
                            "SELECT * FROM hash_fingerprint ORDER BY fingerprint"}) {
        auto rows = site.here.server.select(sql, site.here.ledger_database);
        while (rows.next()) {
            for (std::size_t i = 0; i < rows.column_count(); ++i) {
                text += rows.optional_text(i).value_or("NULL") + '|';
            }
            text += '\n';
        }
    }
    return text;
}

bool is_every_address_filed(Site& site) {
    return site.here.server.value("SELECT COUNT(*) FROM mark WHERE name = 'addresses_filed'",
                                  site.here.ledger_database) == "1";
}

void change(Site& site, const std::string& sql) { site.here.server.execute(sql, site.here.ledger_database); }

// A ledger with a row of every status, findings, and more rows than one page has.
void fill_ledger(Site& site) {
    site.here.add_opted_out(1);
    if (site.run({"erase", "--contact", "1"}).exit_code != 0) throw std::runtime_error("not erased");
    change(site,
           "INSERT INTO erasure SELECT 10 + seq, subject_hash, algorithm, key_id, channel, reason, origin,"
           " opted_out_at, requested_at, erased_at, last_pass_at, completed_at,"
           " ELT(1 + seq % 6, 'settling', 'complete', 'partial', 'superseded', 'erasing', 'held'), passes,"
           " rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, map_digest,"
           " files_removed, values_emptied, IF(seq % 2, 'files,older_rows', ''), seq % 3,"
           " LPAD(LOWER(HEX(seq)), 32, '0'), NULL FROM erasure, " +
               test::sequence(1, 1203));
    change(site,
           "UPDATE erasure SET subject_hash = NULL, key_id = NULL, erased_at = NULL WHERE status = 'held'");
    change(site,
           "UPDATE erasure SET subject_hash = NULL, key_id = NULL, hash_marks = '', salt = NULL,"
           " forgotten_at = '2029-03-01 10:00:00.123' WHERE status = 'complete' AND contact_id % 4 = 1");
    change(site,
           "INSERT INTO erased_address (contact_id, address_hash, algorithm, key_id, kind, noted_at)"
           " SELECT seq DIV 3, LPAD(LOWER(HEX(seq)), 32, '0'), 'md5', '', 'former', '2026-03-01 "
           "10:00:00.123' FROM " +
               test::sequence(0, 1203));
    change(site, "INSERT INTO covered_column (table_name, column_name) VALUES ('page_hits', 'url')");
    change(site,
           "INSERT INTO finding SELECT contact_id, c.id, contact_id FROM erasure, covered_column c"
           " WHERE status = 'partial'");
}

}  // namespace

TEST_CASE("A ledger that is exported, lost and imported is the same again") {
    Site site("ledger_there_and_back");
    fill_ledger(site);
    const std::string before = content(site);
    CHECK(is_every_address_filed(site));
    const auto file = site.here.directory / "ledger.jsonl";
    const Answer written = site.run({"ledger", "export", "--file", file.string(), "--json"});
    CAPTURE(written.text);
    REQUIRE(written.exit_code == 0);
    CHECK(nlohmann::json::parse(written.text).at("rows") == 1'204);
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(!std::filesystem::exists(file.string() + ".part"));
    CHECK(!names_person(read_file(file), 1));

    // The same on standard output, but for the time in the header.
    const Answer shown = site.run({"ledger", "export"});
    const std::string text = read_file(file);
    CHECK(shown.text.substr(shown.text.find('\n'), 200'000) == text.substr(text.find('\n'), 200'000));

    change(site, "DROP DATABASE " + site.here.ledger_database);
    const Answer looked = site.run({"ledger", "import", file.string(), "--dry-run"});
    CHECK(looked.exit_code == 2);
    CHECK_THAT(looked.text, ContainsSubstring("there is none"));
    const Answer read = site.run({"ledger", "import", file.string(), "--json"});
    CAPTURE(read.text);
    REQUIRE(read.exit_code == 0);
    CHECK(nlohmann::json::parse(read.text).at("added") == 1'204);
    CHECK(content(site) == before);
    // What was erased after the export is in no file, and its hashes stand in the mails: they are read again.
    CHECK_FALSE(is_every_address_filed(site));

    const Answer again = site.run({"ledger", "import", file.string()});
    CHECK(again.exit_code == 0);
    CHECK_THAT(again.text, ContainsSubstring("1,204  as new as in the ledger or older"));
    CHECK(content(site) == before);
}

TEST_CASE("An import adds and updates, and never takes away") {
    Site site("ledger_merge");
    fill_ledger(site);
    const auto file = site.here.directory / "ledger.jsonl";
    REQUIRE(site.run({"ledger", "export", "--file", file.string()}).exit_code == 0);
    change(site, "DELETE FROM finding WHERE contact_id = 12");
    change(site, "DELETE FROM erasure WHERE contact_id = 12");  // partial, with a finding
    // Older than in the file, with a finding that the file does not have; newer; and not in the file.
    change(site,
           "UPDATE erasure SET status = 'settling', passes = 1"
           " WHERE contact_id = 13");
    change(site, "INSERT INTO finding SELECT 13, id, 1 FROM covered_column");
    change(site, "UPDATE erasure SET last_pass_at = '2037-01-01', passes = 9 WHERE contact_id = 14");
    change(site,
           "INSERT INTO erasure SELECT 5000, NULL, algorithm, NULL, channel, reason, origin,"
           " NULL, NULL, NULL, NULL, NULL, 'held', 0, 0, 0, 0, '', policy_digest, schema_digest,"
           " map_digest, 0, 0, '', 0, NULL, NULL FROM erasure WHERE contact_id = 1");
    const std::string before = content(site);
    const Answer dry = site.run({"ledger", "import", "--dry-run", "--json", file.string()});
    CHECK(dry.exit_code == 0);
    CHECK(nlohmann::json::parse(dry.text).at("added") == 1);
    CHECK(nlohmann::json::parse(dry.text).at("updated") == 1);
    CHECK(nlohmann::json::parse(dry.text).at("kept") == 1'202);
    CHECK(content(site) == before);

    const Answer done = site.run({"ledger", "import", file.string()});
    CHECK(done.exit_code == 0);
    CHECK_THAT(done.text, ContainsSubstring("1      new in the ledger"));
    CHECK(site.here.ledger(12) == "partial");
    const auto findings = [&](const std::string& contact) {
        return site.here.server.value("SELECT COUNT(*) FROM finding WHERE contact_id = " + contact,
                                      site.here.ledger_database);
    };
    CHECK(findings("12") == "1");
    CHECK(findings("13") == "0");
    CHECK(site.here.ledger(13) == "superseded");
    CHECK(site.here.ledger(14, "passes") == "9");
    CHECK(site.here.ledger(5'000) == "held");
}

TEST_CASE("Earlier erasures go with an export, and come with an import on either side") {
    Site site("ledger_former");
    const auto file = site.here.directory / "ledger.jsonl";
    site.here.add_opted_out(1);
    REQUIRE(site.run({"erase", "--contact", "1"}).exit_code == 0);
    REQUIRE(site.run({"ledger", "export", "--file", file.string()}).exit_code == 0);
    site.mautic.connection().change("UPDATE leads SET email = 'second@example.org' WHERE id = 1");
    REQUIRE(site.run({"erase", "--contact", "1"}).exit_code == 0);
    const std::string before = content(site);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM former_erasure", site.here.ledger_database) == "1");
    // What the file knows the ledger knows as a former record.
    CHECK_THAT(site.run({"ledger", "import", file.string()}).text, ContainsSubstring("1  as new as"));
    CHECK(content(site) == before);
    SECTION("the ledger is new and knows the second erasure only") {
        change(site, "DELETE FROM former_erasure");
        CHECK_THAT(site.run({"ledger", "import", file.string()}).text, ContainsSubstring("1  new in the"));
        CHECK(content(site) == before);
    }
    SECTION("both are in a file") {
        const auto second = site.here.directory / "second.jsonl";
        REQUIRE(site.run({"ledger", "export", "--file", second.string()}).exit_code == 0);
        change(site, "DROP DATABASE " + site.here.ledger_database);
        if (GENERATE(true, false)) REQUIRE(site.run({"ledger", "import", file.string()}).exit_code == 0);
        REQUIRE(site.run({"ledger", "import", second.string()}).exit_code == 0);
        CHECK(content(site) == before);
        REQUIRE(site.run({"ledger", "import", file.string()}).exit_code == 0);
        REQUIRE(site.run({"ledger", "import", second.string()}).exit_code == 0);
        CHECK(content(site) == before);
    }
}

TEST_CASE("A file that was cut or edited changes nothing") {
    Site site("ledger_bad_file");
    fill_ledger(site);
    const std::string good = site.run({"ledger", "export"}).text;
    change(site, "DELETE FROM finding");
    change(site, "DELETE FROM erasure");
    std::string edited = good;
    const auto at = edited.rfind("\"passes\":1");
    edited[at + 9] = '2';
    std::string bad_field = good;
    bad_field.replace(bad_field.rfind("\"complete\""), 10, "\"finished\"");
    const std::pair<std::string, const char*> cases[] = {
        {good.substr(0, good.size() / 2), "is cut off"},
        {good.substr(0, good.rfind("{\"end\"")), "the end of the file is missing"},
        {edited, "the checksum"},
        {bad_field, "status: is not a word"},
        {"", "is empty"},
    };
    for (const auto& [text, says] : cases) {
        CAPTURE(says);
        const auto file = site.here.directory.write("bad.jsonl", text);
        const Answer answer = site.run({"ledger", "import", file.string()});
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(file.string() + ": line "));
        CHECK_THAT(answer.text, ContainsSubstring(says));
        CHECK(site.here.ledger_rows() == 0);
    }
    CHECK(site.run({"ledger", "import", "/nonexistent"}).exit_code == 2);
    CHECK(site.run({"ledger", "import", site.here.directory.path().string()}).exit_code == 2);
}

TEST_CASE("An export never replaces a file, and leaves none behind when it fails") {
    Site site("ledger_export_file");
    const auto file = site.here.directory / "ledger.jsonl";
    const Answer without = site.run({"ledger", "export", "--file", file.string()});
    CHECK(without.exit_code == 2);
    CHECK_THAT(without.text, ContainsSubstring("there is none"));
    CHECK(!std::filesystem::exists(file.string() + ".part"));
    site.make_ledger();
    site.here.directory.write("ledger.jsonl", "precious");
    const Answer existing = site.run({"ledger", "export", "--file", file.string()});
    CHECK(existing.exit_code == 2);
    CHECK_THAT(existing.text, ContainsSubstring("exists already"));
    CHECK(read_file(file) == "precious");
    CHECK(site.run({"ledger", "export", "--file", "/nonexistent/ledger"}).exit_code == 1);
    CHECK(site.run({"ledger", "export", "--file", (site.here.directory / "new").string()}).exit_code == 0);
}

TEST_CASE("A Mautic whose database was renamed takes its ledger over, and no other one does by mistake") {
    Site site("ledger_owner"), other("ledger_other");
    fill_ledger(site);
    other.options["ledger.database"] = '"' + site.here.ledger_database + '"';
    other.here.add_opted_out(1);
    const std::string before = content(site);
    for (const std::vector<std::string>& command : {std::vector<std::string>{"erase", "--contact", "1"},
                                                    {"sweep", "--all", "--yes"},
                                                    {"check"},
                                                    {"reapply", "--yes"},
                                                    {"ledger", "export"},
                                                    {"lookup"}}) {
        CAPTURE(command.front());
        const Answer answer = other.run(command, "somebody@example.org\n");
        CHECK(answer.exit_code != 0);
        CHECK_THAT(answer.text, ContainsSubstring("another Mautic"));
    }
    CHECK(other.here.untouched(1));
    CHECK(content(site) == before);

    CHECK(other.run({"ledger", "adopt"}).exit_code == 0);
    CHECK(other.run({"ledger", "export"}).exit_code == 0);
    CHECK(site.run({"ledger", "export"}).exit_code == 2);
    CHECK(content(site) == before);
}

TEST_CASE("The file of another Mautic's ledger is refused, unless it is the same under another name") {
    Site site("ledger_of_one"), other("ledger_of_another");
    fill_ledger(site);
    other.here.add_opted_out(2);
    REQUIRE(other.run({"erase", "--contact", "2"}).exit_code == 0);
    const std::string before = content(other);
    const std::string file = (site.here.directory / "ledger.jsonl").string();
    REQUIRE(site.run({"ledger", "export", "--file", file}).exit_code == 0);
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--dry-run"}}) {
        std::vector<std::string> command{"ledger", "import", file};
        command.insert(command.end(), options.begin(), options.end());
        const Answer refused = other.run(command);
        CAPTURE(refused.text);
        CHECK(refused.exit_code == 2);
        CHECK_THAT(refused.text, ContainsSubstring("another Mautic"));
        CHECK(content(other) == before);
    }
    CHECK(site.run({"ledger", "import", file}).exit_code == 0);
    CHECK(other.run({"ledger", "import", file, "--of-former-name"}).exit_code == 0);
    CHECK(content(other) != before);
}

TEST_CASE("A lost ledger is not replaced by an empty one, unless somebody wants that") {
    Site site("ledger_lost");
    site.here.add_opted_out(1);
    site.here.add_opted_out(2);
    REQUIRE(site.run({"erase", "--contact", "1"}).exit_code == 0);
    REQUIRE(site.run({"lookup"}, "somebody@example.org\n").exit_code != 1);
    const std::string file = (site.here.directory / "ledger.jsonl").string();
    REQUIRE(site.run({"ledger", "export", "--file", file}).exit_code == 0);
    const std::string ledger = site.here.ledger_database;
    change(site, "DROP DATABASE " + ledger);
    for (const std::vector<std::string>& command : {std::vector<std::string>{"erase", "--contact", "2"},
                                                    {"sweep", "--all", "--yes"},
                                                    {"ledger", "adopt"},
                                                    {"check"}}) {
        CAPTURE(command.front());
        const Answer answer = site.run(command);
        CAPTURE(answer.text);
        CHECK(answer.exit_code != 0);
        CHECK_THAT(answer.text, ContainsSubstring("shows that there was one"));
        CHECK(site.here.server.value(
                  "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '" + ledger + "'",
                  "mysql") == "0");
    }
    CHECK(site.here.untouched(2));
    CHECK(site.run({"init", "--ledger-only"}).exit_code == 0);  // begun anew
    CHECK(site.run({"erase", "--contact", "2"}).exit_code == 0);
    change(site, "DROP DATABASE " + ledger);
    CHECK(site.run({"ledger", "import", file}).exit_code == 0);
    CHECK(site.here.ledger(1) == "settling");
}
