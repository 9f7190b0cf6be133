// --instance: one of many Mautics on a machine.
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
