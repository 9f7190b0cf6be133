// The file of seals outside the database.
#include "seal/outside.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::seal;

namespace {

Seal numbered(std::uint64_t number) {
    static const SigningKey key(make_signing_key());
    Seal seal{number,
              *parse_utc("2026-03-01 12:00:00.000"),
              SealKind::regular,
              true,
              1,
              0,
              std::string(64, 'a'),
              no_seal_before(),
              "",
              ""};
    sign(seal, key);
    return seal;
}

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

}  // namespace

TEST_CASE("The file of seals is added to, also after a line that a crash cut off") {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "seals";
    const OutsideFile file(path);
    CHECK_FALSE(file.last().has_value());
    file.append(numbered(1));
    file.append(numbered(2));
    CHECK(file.last() == numbered(2));
    write(path, numbered(3).line().substr(0, 100));
    CHECK(file.last() == numbered(2));
    file.append(numbered(3));
    CHECK(file.last() == numbered(3));
    const OutsideCopies copies = read_copies(path);
    CHECK(copies.hashes.size() == 3);
    CHECK(copies.unreadable == 1);
    write(path, "something else\n");
    CHECK_THROWS_AS(file.last(), Error);
}

TEST_CASE("A file that root makes belongs to whom its directory belongs to") {
    constexpr uid_t somebody = 12'345;
    if (::geteuid() != 0) return;
    const test::TemporaryDirectory directory;
    REQUIRE(::chown(directory.path().c_str(), somebody, somebody) == 0);
    const auto path = directory.path() / "seals";
    OutsideFile(path).append(numbered(1));
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_uid == somebody);
    CHECK((status.st_mode & S_IWOTH) == 0);
}

TEST_CASE("Copies are read from a journal too") {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "journal";
    write(path, "Mar 01 host mautic-gdprd[1]: ledger sealed number=1 seal=\"" + numbered(1).line() + "\"\n");
    write(path, "{\"message\":\"ledger sealed\",\"seal\":\"" + numbered(2).line() + "\"}\n");
    write(path, "Mar 01 host mautic-gdprd[1]: ready\n");
    OutsideCopies copies = read_copies(path);
    CHECK(copies.hashes.at(1) == numbered(1).hash());
    CHECK(copies.hashes.at(2) == numbered(2).hash());
    CHECK(copies.unreadable == 0);
    CHECK(copies.contradicting == 0);
    Seal other = numbered(2);
    other.rows = 5;
    write(path, other.line() + '\n');
    CHECK(read_copies(path).contradicting == 1);
    CHECK_THROWS_AS(read_copies(directory.path() / "none"), ConfigurationError);
    CHECK_THROWS_AS(read_copies(directory.path()), ConfigurationError);
}
