// The file of accounts: what is read, what is refused, and how it is changed.
#include "sign_in/accounts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/error.h"
#include "sign_in/some_accounts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;
using namespace gdprd::test;

namespace {

namespace fs = std::filesystem;

// What reading says, with its advice; "" when the file was taken.
std::string complaint_of(const AccountFile& file) try {
    file.read();
    return {};
} catch (const ConfigurationError& error) {
    CHECK_FALSE(error.advice().empty());
    return describe(error);
}

mode_t mode_of(const fs::path& file) {
    struct stat status {};
    REQUIRE(::lstat(file.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

std::size_t files_in(const fs::path& directory) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("accounts that were written are read again") {
    const TemporaryDirectory directory;
    const AccountFile file(directory / "desk-accounts");
    CHECK(file.read().empty());
    CHECK_FALSE(file.find("anna"));
    Account anna = account_of("anna");
    anna.code_secret = code_secret;
    Account bert = account_of("Bert.B-2_x", Role::viewer);
    bert.is_locked = true;
    file.change([&](std::vector<Account>& accounts) { accounts = {anna, bert}; });
    CHECK(file.read() == std::vector<Account>{anna, bert});
    CHECK(file.find("ANNA") == anna);
    CHECK(file.find("bert.b-2_X") == bert);
    CHECK(read_file(file.path()) == "anna:officer:active:" + anna.password_hash + ':' + code_secret +
                                        "\nBert.B-2_x:viewer:locked:" + bert.password_hash + ":\n");
    CHECK(mode_of(file.path()) == 0600);
    CHECK(files_in(directory.path()) == 1);
}

TEST_CASE("a name is short and of plain characters") {
    for (const std::string& name : {std::string("a"), std::string(32, 'x'), std::string("Anna.B-2_x")}) {
        CHECK(is_account_name(name));
    }
    for (const std::string& name :
         {std::string(), std::string(33, 'x'), std::string("anna b"), std::string("anna:x"),
          std::string("anna@example.org"), std::string("ánna"), std::string("a\n"), std::string("a\0", 2)}) {
        CAPTURE(name);
        CHECK_FALSE(is_account_name(name));
    }
}

TEST_CASE("a line that cannot be read refuses the whole file, and nothing of it is repeated") {
    const std::string hash = account_of("x").password_hash;
    const std::string good = "anna:officer:active:" + hash + ":\n";
    struct Row {
        std::string line;
        const char* says;
    };
    const Row rows[] = {
        {"\n", "not name:role"},
        {"# a remark\n", "not name:role"},
        {"bert:viewer:active:" + hash + "\n", "not name:role"},
        {"bert:viewer:active:" + hash + "::\n", "not name:role"},
        {"secret word:viewer:active:" + hash + ":\n", "the name is not"},
        {":viewer:active:" + hash + ":\n", "the name is not"},
        {"bert:admin:active:" + hash + ":\n", "neither officer nor viewer"},
        {"bert:viewer:Active:" + hash + ":\n", "neither active nor locked"},
        {"bert:viewer::" + hash + ":\n", "neither active nor locked"},
        {"bert:viewer:active::\n", "not one of yescrypt"},
        {"bert:viewer:active:$6$salt$hash:\n", "not one of yescrypt"},
        {"bert:viewer:active:" + hash + ":MZXW6\n", "secret of one-time codes"},
        {"bert:viewer:active:" + hash + ":\r\n", "secret of one-time codes"},
        {"ANNA:viewer:active:" + hash + ":\n", "an account of this name stands above"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const TemporaryDirectory directory;
        const AccountFile file(directory.write("desk-accounts", good + row.line));
        const std::string complaint = complaint_of(file);
        CHECK_THAT(complaint,
                   ContainsSubstring(file.path().string() + ": line 2: ") && ContainsSubstring(row.says));
        CHECK(complaint.find(hash) == std::string::npos);
        CHECK(complaint.find("secret word") == std::string::npos);
        CHECK_THROWS_AS(file.change([](std::vector<Account>&) {}), ConfigurationError);
        CHECK(read_file(file.path()) == good + row.line);
    }
    const TemporaryDirectory directory;
    CHECK(complaint_of(AccountFile(directory.write("x", good.substr(0, good.size() - 1)))).empty());
}

TEST_CASE("what is no file of accounts is refused") {
    const TemporaryDirectory directory;
    REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
    CHECK_THAT(complaint_of(AccountFile(directory / "pipe")), ContainsSubstring("not a file"));
    CHECK_THAT(complaint_of(AccountFile(directory.path())), ContainsSubstring("not a file"));
    CHECK_THAT(complaint_of(AccountFile(directory.write("large", std::string(1'048'577, 'x')))),
               ContainsSubstring("larger than"));
    const auto open_to_all = directory.write("open", "");
    fs::permissions(open_to_all, fs::perms::others_write, fs::perm_options::add);
    CHECK_THAT(complaint_of(AccountFile(open_to_all)), ContainsSubstring("everybody on this machine"));
}

TEST_CASE("a change is whole or not at all") {
    const SomeAccounts some({account_of("anna")});
    const std::string before = read_file(some.file.path());
    CHECK_THROWS_AS(some.file.change([](std::vector<Account>& accounts) {
        accounts.clear();
        throw Error("no");
    }),
                    Error);
    CHECK_THROWS_AS(some.set({account_of("anna"), account_of("ANNA")}), ConfigurationError);
    CHECK_THROWS_AS(some.set({account_of("no:name")}), Error);
    CHECK(read_file(some.file.path()) == before);
    CHECK(files_in(some.directory.path()) == 1);
    const AccountFile nowhere(some.directory / "nowhere/desk-accounts");
    CHECK_THROWS_AS(nowhere.change([](std::vector<Account>&) {}), ConfigurationError);
}

TEST_CASE("the file keeps its owner and a link to it, and gets its mode back") {
    const SomeAccounts some({account_of("anna")});
    if (::geteuid() == 0) REQUIRE(::chown(some.file.path().c_str(), 65534, 65533) == 0);
    fs::permissions(some.file.path(), fs::perms(0644));
    fs::create_symlink("desk-accounts", some.directory / "link");
    struct stat before {};
    REQUIRE(::stat(some.file.path().c_str(), &before) == 0);
    const auto version = some.file.version();
    AccountFile(some.directory / "link").change([](std::vector<Account>& accounts) {
        accounts.push_back(account_of("bert"));
    });
    struct stat after {};
    REQUIRE(::stat(some.file.path().c_str(), &after) == 0);
    CHECK(some.file.read().size() == 2);
    CHECK(fs::is_symlink(some.directory / "link"));
    CHECK(mode_of(some.file.path()) == 0600);
    CHECK(after.st_uid == before.st_uid);
    CHECK(after.st_gid == before.st_gid);
    CHECK(some.file.version() != version);
    CHECK(some.file.version() == some.file.version());
}

TEST_CASE("changes at the same time are made one after the other") {
    const SomeAccounts some({});
    constexpr int each = 10;
    const auto add = [&some](const std::string& name) {
        for (int i = 0; i < each; ++i) {
            some.file.change([&](std::vector<Account>& accounts) {
                accounts.push_back(account_of(name + std::to_string(i)));
            });
        }
    };
    account_of("x");  // its hash is made before there are threads
    std::vector<std::thread> threads;
    for (const char* name : {"a", "b", "c"}) threads.emplace_back(add, name);
    for (std::thread& thread : threads) thread.join();
    CHECK(some.file.read().size() == 3 * each);
}
