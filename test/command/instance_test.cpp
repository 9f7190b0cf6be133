// --instance: one of many Mautics on a machine.
#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "daemon/command/common.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("an instance's name fits a user of the machine, a database account and a socket's path") {
    for (const char* name : {"shop", "a", "7", "kunden-portal-2026"}) {
        CAPTURE(name);
        CHECK(command::is_instance_name(name));
    }
    for (const char* name : {"", "Shop", "a_b", "-a", "a-", "../x", "a/b", "a.b", "kunden-portal-2026x",
                             "config", "config-shop", "\u00e4"}) {
        CAPTURE(name);
        CHECK_FALSE(command::is_instance_name(name));
    }
}

TEST_CASE("every command that takes a configuration takes an instance in its place") {
    const TemporaryDirectory target;
    const std::string copies = (target.path() / "copies").string();
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"serve"},
                                                      {"check"},
                                                      {"plan"},
                                                      {"coverage"},
                                                      {"erase", "--contact", "1"},
                                                      {"sweep"},
                                                      {"reapply"},
                                                      {"lookup"},
                                                      {"ledger", "export"},
                                                      {"queue", "status"},
                                                      {"queue", "list"},
                                                      {"queue", "retry", "--all"},
                                                      {"queue", "resume"},
                                                      {"grants"},
                                                      {"webhook", "create"},
                                                      {"webhook", "test"},
                                                      {"copy-config", "--to", copies},
                                                      {"init", "--ledger-only"}}) {
        auto with_instance = arguments;
        with_instance.insert(with_instance.end(), {"--instance", "not-there"});
        CAPTURE(with_instance);
        const Answer answer = run(with_instance, "someone@example.org\n");
        CHECK(answer.exit_code != 0);
        CHECK_THAT(answer.text, ContainsSubstring("/etc/mautic-gdprd/not-there/mautic-gdprd.toml"));
        if (arguments.front() == "init") continue;  // its own --config says where the files go
        with_instance.insert(with_instance.end(), {"--config", "/nonexistent"});
        CHECK_THAT(run(with_instance).text, ContainsSubstring("excludes"));
    }
    CHECK_THAT(run({"check", "--instance", "../shop"}).text, ContainsSubstring("small letters"));
}

TEST_CASE("init keeps instances apart") {
    const TemporaryDirectory target;
    const Answer answer = run({"init", "--instance", "shop-a", "--directory", target.path().string(),
                               "--database-socket", "/nonexistent/socket"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    const std::string config = read_file(target / "mautic-gdprd.toml");
    for (const char* line : {"\nuser = \"mautic_gdprd_shop_a\"", "\ndatabase = \"mautic_gdprd_shop_a\"",
                             "\ndirectory = \"/var/lib/mautic-gdprd-shop-a\"",
                             "\nunix_socket = \"/run/mautic-gdprd-shop-a/webhook.socket\""}) {
        CHECK_THAT(config, ContainsSubstring(line));
    }
}

TEST_CASE("check looks at all instances, and at what two of them must not share") {
    const TemporaryDirectory machine;
    const auto make = [&](const std::string& name) {
        run({"init", "--instance", name, "--directory", (machine / name).string(), "--database-socket",
             "/nonexistent/socket"});
        return machine / name / "mautic-gdprd.toml";
    };
    const auto replace_in = [](const std::filesystem::path& file, const std::string& from,
                               const std::string& to) {
        std::string text = read_file(file);
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        std::ofstream(file) << text.replace(at, from.size(), to);
    };
    const auto check = [&] {
        return run({"check", "--all-instances", "--directory", machine.path().string(), "--json"});
    };
    CHECK(check().exit_code == 2);
    CHECK_THAT(check().text, ContainsSubstring("has no configuration"));

    const auto a = make("shop-a");
    const auto b = make("shop-b");
    replace_in(b, "\nname = \"mautic\"", "\nname = \"mautic_b\"");
    machine.write("notes.txt", "no instance");
    std::filesystem::create_directories(machine / "Old");
    const Answer apart = check();
    CAPTURE(apart.text);
    CHECK(apart.exit_code == 3);  // neither has a database
    const auto json = nlohmann::json::parse(apart.text);
    REQUIRE(json.at("instances").size() == 2);
    CHECK(json["instances"][0]["instance"] == "shop-a");
    CHECK(json["instances"][1]["config_file"] == b.string());
    CHECK(json["instances"][1]["problems"] == 1);
    CHECK(json["shared"]["problems"] == 0);
    CHECK_THAT(apart.text, ContainsSubstring("Old: not looked at"));

    replace_in(b, "database = \"mautic_gdprd_shop_b\"", "database = \"mautic_gdprd_shop_a\"");
    replace_in(b, "/run/mautic-gdprd-shop-b/", "/run/mautic-gdprd-shop-a/");
    const Answer shared = run({"check", "--all-instances", "--directory", machine.path().string()});
    CHECK(shared.exit_code == 3);
    for (const char* thing : {"the ledger mautic_gdprd_shop_a on the database server /nonexistent/socket",
                              "the socket /run/mautic-gdprd-shop-a/webhook.socket"}) {
        CHECK_THAT(shared.text, ContainsSubstring(std::string(thing) + " is shared by " + a.string() +
                                                  " and " + b.string()));
    }
    CHECK_THAT(shared.text, ContainsSubstring("== " + b.string()));
    // A configuration that cannot be used is a problem of its own.
    std::ofstream(a) << "[";
    const auto broken = nlohmann::json::parse(check().text);
    CHECK(broken["instances"][0]["findings"][0]["topic"] == "configuration");
    CHECK(broken["shared"]["problems"] == 0);
    CHECK(broken["shared"]["warnings"] == 2);  // and the directory Old
}

TEST_CASE("check asks the server whether two ways lead to one") {
    PrivateServer& server = shared_server();
    const TemporaryDirectory machine;
    std::filesystem::create_hard_link(server.socket(), server.directory() / "third-way");
    for (const auto& [name, socket] : {std::pair{"shop-a", server.socket().string()},
                                       std::pair{"shop-b", (server.directory() / "third-way").string()}}) {
        const Answer made = run({"init", "--instance", name, "--directory", (machine / name).string(),
                                 "--database-name", "one_mautic", "--database-user", "root",
                                 "--password-file", "", "--database-socket", socket});
        CHECK(made.exit_code != 2);
    }
    const Answer answer = run({"check", "--all-instances", "--directory", machine.path().string()});
    CHECK_THAT(answer.text.substr(answer.text.find("must not share")),
               ContainsSubstring("the Mautic in the database one_mautic"));
}

TEST_CASE("check sees that two instances share something under two names") {
    const TemporaryDirectory machine;
    const auto make = [&](const std::string& name, const std::string& host) {
        run({"init", "--instance", name, "--directory", (machine / name).string(), "--database-name",
             "mautic", "--ledger-database", "mautic_gdprd", "--database-host", host, "--queue-directory",
             (machine / ("queue-" + name)).string()});
        const auto file = machine / name / "mautic-gdprd.toml";
        std::string text = read_file(file);
        const std::size_t listen = text.find("[listen]\n") + 9;
        const std::size_t socket = text.find("\nunix_socket", listen);
        REQUIRE(socket != std::string::npos);
        text.replace(socket, text.find('\n', socket + 1) - socket,
                     host == "localhost"
                         ? "\naddress = \"0.0.0.0\"\nallow_plain_http_on_public_address = true"
                         : "\naddress = \"127.0.0.1\"");
        std::ofstream(file) << text;
    };
    make("shop-a", "localhost");
    make("shop-b", "127.0.0.1");
    std::filesystem::create_directories(machine / "queue-shop-a");
    std::filesystem::create_directory_symlink(machine / "queue-shop-a", machine / "queue-shop-b");
    const Answer answer = run({"check", "--all-instances", "--directory", machine.path().string()});
    CAPTURE(answer.text);
    const std::string shared = answer.text.substr(answer.text.find("must not share"));
    for (const char* thing :
         {"the queue in", "the ledger mautic_gdprd", "the Mautic in the database mautic", ":8480"}) {
        CHECK_THAT(shared, ContainsSubstring(thing));
    }
}
