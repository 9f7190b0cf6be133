// Mautic's log files: counted by line, links and compressed files left out and told.
#include "verify/log_search.h"

#include "base/error.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "verify/world.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

verify::LogFindings search(const TemporaryDirectory& directory, bool strong_only = false) {
    return verify::search_logs(directory.path(), identity_of({"ann@example.org", "Annika"}), strong_only,
                               [](const std::string&, std::uint64_t, std::uint64_t) { return true; });
}

void make_logs(const TemporaryDirectory& directory) {
    std::filesystem::create_directories(directory / "var/logs/older");
}

}  // namespace

TEST_CASE("lines that hold a value are counted, file by file") {
    const TemporaryDirectory directory;
    make_logs(directory);
    directory.write(
        "var/logs/mautic_prod.php",
        "ann@example.org\nnothing\n[\"ann%40example.org\"]\r\nHello Annika\nann@example.org, twice "
        "ann@example.org");
    directory.write("var/logs/older/b.log", "Annika\n");
    directory.write("var/logs/older/c.log", "nobody\n\n");
    const auto findings = search(directory);
    REQUIRE(findings.hits.size() == 2);
    CHECK(findings.hits[0].file == "var/logs/mautic_prod.php");
    CHECK(findings.hits[0].lines_strong == 3);
    CHECK(findings.hits[0].lines_weak == 1);
    CHECK(findings.hits[1].file == "var/logs/older/b.log");
    CHECK(findings.hits[1].lines_weak == 1);
    CHECK(findings.files == 3);
    CHECK(findings.not_searched.empty());
    CHECK(search(directory, true).hits.size() == 1);
}

TEST_CASE("lines longer than a block, and than the bound, are searched to their end") {
    const TemporaryDirectory directory;
    make_logs(directory);
    const std::string start(1024 * 1024 - 8, '.');
    directory.write("var/logs/a.log", start + " ann@example.org " + std::string(3'000'000, '.') +
                                          "\nnothing\n" + std::string(2'500'000, '.') + "ann@example.org\n");
    const auto findings = search(directory);
    REQUIRE(findings.hits.size() == 1);
    CHECK(findings.hits[0].lines_strong == 2);
}

TEST_CASE("links are not followed, compressed files not opened, and both are told") {
    const TemporaryDirectory directory;
    const TemporaryDirectory elsewhere;
    make_logs(directory);
    elsewhere.write("secret.log", "ann@example.org");
    std::filesystem::create_symlink(elsewhere / "secret.log", directory / "var/logs/link.log");
    std::filesystem::create_directory_symlink(elsewhere.path(), directory / "var/logs/linked");
    directory.write("var/logs/old.log.gz", "ann@example.org");
    const auto findings = search(directory);
    CHECK(findings.hits.empty());
    CHECK(findings.files == 0);
    REQUIRE(findings.not_searched.size() == 3);
    for (const auto& one : findings.not_searched) CHECK(one.what.starts_with("var/logs/"));
}

TEST_CASE("without logs the search says what is wrong") {
    const TemporaryDirectory directory;
    CHECK_THROWS_AS(search(directory), ConfigurationError);
}

TEST_CASE("a search of logs can be ended") {
    const TemporaryDirectory directory;
    make_logs(directory);
    directory.write("var/logs/a.log", "ann@example.org\n" + std::string(2'000'000, '.'));
    directory.write("var/logs/b.log", "ann@example.org\n");
    const auto findings =
        verify::search_logs(directory.path(), identity_of({"ann@example.org"}), false,
                            [](const std::string&, std::uint64_t, std::uint64_t) { return false; });
    CHECK(findings.interrupted);
    REQUIRE(findings.hits.size() == 1);
    CHECK(findings.hits[0].file == "var/logs/a.log");
}
