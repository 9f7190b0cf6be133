// What the systemd unit does with the configuration, and what it says when it cannot be used.
#include <sys/stat.h>
#include <unistd.h>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
namespace fs = std::filesystem;

namespace {

const std::string least = "[database]\nname = \"mautic\"\n[webhook]\nsecret_files = [\"webhook-secret\"]\n";
const std::string own_map =
    "format = 1\n[[table]]\nname = \"loyalty_cards\"\nwhy = \"Cards.\"\n"
    "tie = { kind = \"column\", column = \"lead_id\" }\n[table.columns]\n"
    "number = { action = \"delete\", why = \"The number.\" }\n";

// /etc/mautic-gdprd of a test, and where its files are copied to.
struct Directories {
    TemporaryDirectory directory;
    fs::path etc = directory / "etc";
    fs::path copies = directory / "run/files";

    Directories() {
        fs::create_directories(etc / "maps");
        write("webhook-secret", "0123456789abcdef0123456789abcdef\n");
        fs::copy_file(fs::path(GDPRD_SOURCE_DIR) / "config/contact-data.toml", etc / "contact-data.toml");
    }
    fs::path config() const { return etc / "mautic-gdprd.toml"; }
    void write(const std::string& name, const std::string& text) const {
        directory.write("etc/" + name, text);
    }
    Answer copy(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"copy-config",   "--config",   config().string(),        "--to",
                                           copies.string(), "--owner-of", directory.path().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    std::set<std::string> copied() const {
        std::set<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(copies)) {
            const bool is_marker = entry.path().filename().string().starts_with(".");
            if (entry.is_regular_file() && !is_marker)
                names.insert(entry.path().lexically_relative(copies).string());
        }
        return names;
    }
};

fs::perms mode_of(const fs::path& path) { return fs::status(path).permissions(); }

}  // namespace

TEST_CASE("the service gets every file its configuration names, and no other") {
    const Directories here;
    here.write("maps/loyalty.toml", own_map);
    here.write("old-secret", "fedcba9876543210fedcba9876543210\n");
    here.write("authority.pem", "none\n");
    here.write("unnamed-secret", "x\n");
    const std::string outside = here.directory.write("outside.toml", own_map).string();
    here.write("mautic-gdprd.toml",
               "[mautic]\nown_data_maps = [\"maps/loyalty.toml\", \"" + outside +
                   "\", \"gone.toml\"]\n[database]\nname = \"mautic\"\ntls_ca_file = "
                   "\"authority.pem\"\n[webhook]\nsecret_files = [\"webhook-secret\", \"" +
                   (here.etc / "old-secret").string() + "\"]\n");
    const Answer answer = here.copy();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    const std::set<std::string> named{"mautic-gdprd.toml", "maps/loyalty.toml", "webhook-secret",
                                      "old-secret",        "authority.pem",     "contact-data.toml"};
    CHECK(here.copied() == named);
    struct stat owner {};
    REQUIRE(::stat(here.directory.path().c_str(), &owner) == 0);
    for (const std::string& name : named) {
        CAPTURE(name);
        CHECK(read_file(here.copies / name) == read_file(here.etc / name));
        CHECK(mode_of(here.copies / name) == fs::perms::owner_read);
        struct stat status {};
        REQUIRE(::stat((here.copies / name).c_str(), &status) == 0);
        CHECK(status.st_uid == owner.st_uid);
    }
    // The daemon's user goes through the directories; others do not come that far.
    CHECK(mode_of(here.copies) == fs::perms(0755));
    CHECK(mode_of(here.copies / "maps") == fs::perms(0755));
    CHECK(mode_of(here.copies.parent_path()) == fs::perms(0700));
}

TEST_CASE("a reload copies what is new into the same directory, and takes away what is not named any more") {
    const Directories here;
    here.write("maps/loyalty.toml", own_map);
    here.write("mautic-gdprd.toml", "[mautic]\nown_data_maps = [\"maps/loyalty.toml\"]\n" + least);
    REQUIRE(here.copy().exit_code == 0);
    struct stat before {};
    REQUIRE(::stat(here.copies.c_str(), &before) == 0);

    here.write("webhook-secret", "another secret of the webhook, changed\n");
    here.write("mautic-gdprd.toml", least);
    REQUIRE(here.copy().exit_code == 0);
    CHECK(here.copied() == std::set<std::string>{"mautic-gdprd.toml", "webhook-secret", "contact-data.toml"});
    CHECK_FALSE(fs::exists(here.copies / "maps"));
    CHECK(read_file(here.copies / "webhook-secret") == "another secret of the webhook, changed\n");
    struct stat after {};
    REQUIRE(::stat(here.copies.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
}

TEST_CASE("root and the service come to the same answer about every file of the configuration") {
    const Directories here;
    here.write("maps/loyalty.toml", own_map);
    here.write("mautic-gdprd.toml", "[mautic]\nown_data_maps = [\"maps/loyalty.toml\"]\n" + least);
    for (const char* lacking : {"", "maps/loyalty.toml", "webhook-secret"}) {
        CAPTURE(lacking);
        if (*lacking != '\0') fs::remove(here.etc / lacking);
        CHECK(here.copy().exit_code == 0);
        const Answer original = run({"check", "--config-only", "--config", here.config().string()});
        const Answer copy =
            run({"check", "--config-only", "--config", (here.copies / "mautic-gdprd.toml").string()});
        CAPTURE(original.text, copy.text);
        CHECK(original.exit_code == (*lacking == '\0' ? 0 : 2));
        CHECK(copy.exit_code == original.exit_code);
        CHECK_THAT(original.text, ContainsSubstring(lacking));
    }
}

TEST_CASE("a configuration that cannot be used ends with exit code 2 everywhere, and is named as it is") {
    const Directories here;
    here.write("mautic-gdprd.toml", least + "[worker]\nthread = 2\n");
    CHECK(here.copy().exit_code == 0);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"check", "--config-only"}, std::vector<std::string>{"serve"}}) {
        std::vector<std::string> arguments = command;
        arguments.insert(arguments.end(), {"--config", here.config().string()});
        const Answer answer = run(arguments);
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(here.config().string() + ":6: [worker] thread"));
    }
    here.write("mautic-gdprd.toml", "[[[");
    CHECK(here.copy().exit_code == 2);
    CHECK(read_file(here.copies / "mautic-gdprd.toml") == "[[[");
    fs::remove(here.config());
    CHECK(here.copy().exit_code == 2);
}

TEST_CASE("check warns root about files that the service cannot read") {
    if (::geteuid() != 0) return;
    Site site("check_readable");
    const TemporaryDirectory elsewhere;
    fs::permissions(elsewhere.path(), fs::perms(0755));
    const fs::path map = elsewhere.write("loyalty.toml", own_map);
    fs::permissions(map, fs::perms(0600));
    site.options["mautic.own_data_maps"] = "[\"" + map.string() + "\"]";
    const std::string told = map.string() + ": not everybody can read it";
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring(told));
    fs::permissions(map, fs::perms(0644));
    CHECK_THAT(site.run({"check"}).text, !ContainsSubstring("not everybody can read it"));
    fs::permissions(elsewhere.path(), fs::perms(0700));
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring(told));
}

TEST_CASE("copies go nowhere where other files are") {
    const Directories here;
    here.write("mautic-gdprd.toml", least);
    const auto others = fs::perms(0755);
    fs::create_directory(here.directory / "full");
    for (const fs::path& place :
         {here.etc, here.etc / "maps", here.directory.path(), here.directory / "full"}) {
        CAPTURE(place);
        here.directory.write("full/precious", "x");
        fs::permissions(place, others);
        const auto parent = mode_of(place.parent_path());
        const Answer answer =
            run({"copy-config", "--config", here.config().string(), "--to", place.string()});
        CHECK(answer.exit_code != 0);
        CHECK_THAT(answer.text, ContainsSubstring(place.string()));
        CHECK(mode_of(place.parent_path()) == parent);
        CHECK(mode_of(place) == others);
    }
    CHECK(read_file(here.directory / "full/precious") == "x");
    CHECK(fs::exists(here.config()));
}

TEST_CASE("the desk gets a copy of its own secrets and of none of the daemon's") {
    const Directories here;
    here.write("erasing-password", "x\n");
    here.write("reading-password", "y\n");
    here.write("desk-accounts", "anna:officer:active:$y$x:\n");
    here.write(
        "mautic-gdprd.toml",
        "[database]\nname = \"mautic\"\npassword_file = \"erasing-password\"\n[webhook]\n"
        "secret_files = [\"webhook-secret\"]\n[desk]\ndatabase_password_file = \"reading-password\"\n");
    CHECK(here.copy({"--desk"}).exit_code == 0);
    CHECK(here.copied() == std::set<std::string>{"mautic-gdprd.toml", "contact-data.toml", "reading-password",
                                                 "desk-accounts"});
    CHECK(here.copy().exit_code == 0);
    CHECK(here.copied() == std::set<std::string>{"mautic-gdprd.toml", "contact-data.toml", "erasing-password",
                                                 "webhook-secret"});
}

TEST_CASE("a secret of the daemon is not copied for the desk under another option's name") {
    const Directories here;
    here.write("password", "x\n");
    here.write("mautic-gdprd.toml",
               "[database]\nname = \"mautic\"\npassword_file = \"password\"\n[webhook]\n"
               "secret_files = [\"webhook-secret\"]\n[desk]\ndatabase_password_file = \"./password\"\n");
    CHECK(here.copy({"--desk"}).exit_code == 0);
    CHECK_FALSE(here.copied().contains("password"));
}
