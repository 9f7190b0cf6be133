// `webhook create` against a server that answers as Mautic's API does, and against others.
#include <algorithm>

#include "command/fake_mautic.h"
#include "command/program.h"
#include "command/terminal.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using nlohmann::json;

namespace {

constexpr const char* own_url = "https://gdpr.example.org/webhook";
constexpr const char* opt_outs = "mautic.lead_channel_subscription_changed";
constexpr const char* deletions = "mautic.lead_post_delete";

// An administrator with a configuration and Mautic's login. No database is asked.
struct Administrator {
    std::vector<std::string> arguments(std::vector<std::string> more = {}) {
        std::vector<std::string> all{"webhook", "create", "--config", config.write().string()};
        if (mautic_address.empty()) mautic_address = mautic.address();
        if (std::find(more.begin(), more.end(), "--mautic") == more.end()) {
            all.insert(all.end(), {"--mautic", mautic_address});
        }
        if (std::find(more.begin(), more.end(), "--url") == more.end())
            all.insert(all.end(), {"--url", own_url});
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::string login_file(const std::string& name = FakeMautic::user,
                           const std::string& secret = FakeMautic::password) {
        return directory.write("login", name + '\n' + secret + '\n').string();
    }

    // With the login in a file.
    Answer run(std::vector<std::string> more = {}) {
        more.insert(more.end(), {"--login-file", login_file(FakeMautic::user, password)});
        return checked(test::run(arguments(std::move(more))));
    }
    Answer checked(Answer answer) const {
        for (const std::string& secret :
             {std::string(FakeMautic::password), std::string(FakeMautic::client_secret),
              config.webhook_secret, std::string("YWRtaW46"), std::string("the-token")}) {
            CHECK(answer.text.find(secret) == std::string::npos);
        }
        return answer;
    }

    TemporaryDirectory directory;
    DaemonConfig config{directory, no_database()};
    FakeMautic mautic;
    std::string mautic_address;
    std::string password = FakeMautic::password;
};

}  // namespace

TEST_CASE("webhook create warns of a login that everybody can read") {
    Administrator admin;
    const std::string file = admin.login_file();
    for (const bool to_everybody : {true, false}) {
        std::filesystem::permissions(file, std::filesystem::perms(to_everybody ? 0644 : 0600));
        const Answer answer = admin.checked(test::run(admin.arguments({"--login-file", file})));
        CAPTURE(to_everybody, answer.text);
        CHECK(answer.exit_code == 0);
        CHECK((answer.text.find("everybody on this machine can read it") != std::string::npos) ==
              to_everybody);
    }
}

TEST_CASE("webhook create makes the webhook once") {
    Administrator admin;
    admin.mautic.add("https://crm.example.org/webhook", "of the CRM", false, {"mautic.form_on_submit"});
    const json other = admin.mautic.webhooks.at(1);
    const Answer made = admin.run();
    CAPTURE(made.text);
    CHECK(made.exit_code == 0);
    CHECK_THAT(made.text, ContainsSubstring(
                              "Mautic's webhook 2 was made; it posts to https://gdpr.example.org/webhook"));
    CHECK_THAT(made.text, ContainsSubstring("mautic-gdprd webhook test"));
    const json webhook = admin.mautic.webhooks.at(2);
    CHECK(webhook["webhookUrl"] == own_url);
    CHECK(webhook["secret"] == admin.config.webhook_secret);
    CHECK(webhook["triggers"] == json{opt_outs, deletions});
    CHECK(webhook["isPublished"] == true);
    CHECK(webhook["name"] == "mautic-gdprd");

    const Answer again = admin.run();
    CHECK(again.exit_code == 0);
    CHECK_THAT(again.text, ContainsSubstring("webhook 2 is as it must be; nothing was changed"));
    CHECK(admin.mautic.count("POST") == 1);
    CHECK(admin.mautic.count("PATCH") == 0);
    CHECK(admin.mautic.webhooks.at(1) == other);
}

TEST_CASE("webhook create mends what the webhook lacks and nothing else") {
    Administrator admin;
    admin.mautic.add("https://gdpr.example.org/webhook/?token=1", "another secret", false,
                     {"mautic.form_on_submit", deletions});
    const Answer mended = admin.run();
    CAPTURE(mended.text);
    CHECK(mended.exit_code == 0);
    CHECK_THAT(mended.text, ContainsSubstring("webhook 1 was mended: URL, secret, events, published."));
    const json webhook = admin.mautic.webhooks.at(1);
    CHECK(webhook["secret"] == admin.config.webhook_secret);
    CHECK(webhook["triggers"] == json{"mautic.form_on_submit", deletions, opt_outs});
    CHECK(webhook["isPublished"] == true);
    CHECK(webhook["name"] == "somebody's");
    CHECK(webhook["webhookUrl"] == own_url + std::string("?token=1"));
    CHECK_THAT(admin.run({"--name", "GDPR"}).text, ContainsSubstring("was mended: name."));
    CHECK_THAT(admin.run({"--name", "GDPR"}).text, ContainsSubstring("nothing was changed"));
    CHECK(admin.mautic.webhooks.at(1)["name"] == "GDPR");
    CHECK(admin.mautic.webhooks.size() == 1);
}

TEST_CASE(
    "webhook create finds the webhook behind hundreds of others, in a sub-directory, in any form of list") {
    Administrator admin;
    admin.mautic.settings.base = "/apps/mautic";
    admin.mautic.settings.keyed_by_id = GENERATE(false, true);
    const auto [page_max, requests] = GENERATE(std::pair(1000, 3U), std::pair(40, 7U));
    admin.mautic.settings.page_max = page_max;
    for (int i = 0; i < 250; ++i) admin.mautic.add("https://crm.example.org/" + std::to_string(i), "x");
    const int ours = admin.mautic.add(own_url, admin.config.webhook_secret);
    admin.mautic_address = admin.mautic.address() + '/';
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("webhook " + std::to_string(ours) + " is as it must be"));
    CHECK(admin.mautic.requests().size() == requests);
}

TEST_CASE("webhook create names further webhooks with this URL and leaves them alone") {
    Administrator admin;
    admin.mautic.add(own_url, "x", false);
    admin.mautic.add(own_url, admin.config.webhook_secret);
    admin.mautic.add(own_url, "y", true);
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("webhook 2 is as it must be"));
    CHECK_THAT(answer.text, ContainsSubstring("were left alone: 3, 1."));
    CHECK(admin.mautic.count("PATCH") == 0);
}

TEST_CASE("webhook create and where the secret comes from") {
    Administrator admin;
    SECTION("one of several, during a change of secrets") {
        admin.directory.write("second", "the second secret\n");
        admin.config.options["webhook.secret_files"] =
            "[\"webhook-secret\", " + toml_text((admin.directory / "second").string()) + "]";
        admin.mautic.add(own_url, "the second secret");
        CHECK_THAT(admin.run().text, ContainsSubstring("nothing was changed"));
    }
    SECTION("from the database: Mautic's own stays") {
        admin.config.options.erase("webhook.secret_files");
        admin.config.options["webhook.secret"] = "\"from-database\"";
        admin.mautic.add(own_url, "a secret of Mautic's");
        CHECK_THAT(admin.run().text, ContainsSubstring("nothing was changed"));
        admin.mautic.settings.shows_secret = false;
        CHECK_THAT(admin.run().text, ContainsSubstring("nothing was changed"));
    }
    SECTION("from the database, and Mautic has none: a fresh one") {
        admin.config.options.erase("webhook.secret_files");
        admin.config.options["webhook.secret"] = "\"from-database\"";
        admin.mautic.add(own_url, "");
        const Answer answer = admin.run();
        CHECK_THAT(answer.text, ContainsSubstring("mended: secret."));
        const std::string fresh = admin.mautic.webhooks.at(1)["secret"];
        CHECK(fresh.size() == 64);
        CHECK(answer.text.find(fresh) == std::string::npos);
    }
    SECTION("a version that does not show it gets it again") {
        admin.mautic.settings.shows_secret = false;
        admin.mautic.add(own_url, "another");
        CHECK_THAT(admin.run().text, ContainsSubstring("does not show it"));
        CHECK(admin.mautic.webhooks.at(1)["secret"] == admin.config.webhook_secret);
    }
}

TEST_CASE("webhook create by OAuth 2") {
    Administrator admin;
    const std::string file = admin.login_file(FakeMautic::client_id, FakeMautic::client_secret);
    const Answer answer = admin.checked(test::run(admin.arguments({"--oauth", "--login-file", file})));
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK(admin.mautic.webhooks.size() == 1);
    const Answer refused = admin.checked(
        test::run(admin.arguments({"--oauth", "--login-file", admin.login_file("1_client", "wrong")})));
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.text, ContainsSubstring("does not accept the client's id and secret"));
}

TEST_CASE("webhook create asks for the login at the terminal, and shows no password") {
    Administrator admin;
    auto command = admin.arguments();
    command.insert(command.begin(), daemon_program().string());
    const Answer answer = admin.checked(run_at_terminal(
        command, {{"Mautic user: ", "admin\n"}, {"Password: ", std::string(FakeMautic::password) + '\n'}}));
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK(admin.mautic.webhooks.size() == 1);
}

TEST_CASE("webhook create says what Mautic did not do") {
    Administrator admin;
    admin.mautic.settings.may_publish = false;
    const Answer answer = admin.run();
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("But it is not published: the account's role lacks"));
    CHECK_THAT(answer.text, ContainsSubstring("webhook 1 was made"));
    CHECK(admin.run().exit_code == 3);
}

TEST_CASE("webhook create and a Mautic that refuses") {
    Administrator admin;
    std::string says;
    SECTION("API switched off") {
        admin.mautic.settings.api_enabled = false;
        says = "\"API enabled?\" (Configuration > API Settings)";
    }
    SECTION("basic auth switched off") {
        admin.mautic.settings.basic_auth_enabled = false;
        says = "\"Enable HTTP basic auth?\"";
    }
    SECTION("a wrong password") {
        admin.password = "wrong";
        says = "does not accept the user's name and password";
    }
    SECTION("a role without permissions") {
        admin.mautic.settings.may_see = false;
        says = "permissions for webhooks";
    }
    SECTION("another place") {
        admin.mautic.settings.base = "/mautic";
        admin.mautic_address = "http://127.0.0.1:" + std::to_string(admin.mautic.port());
        says = "is a web page";
    }
    SECTION("a web page") {
        admin.mautic.settings.instead =
            Reply{http_answer(200, "text/html; charset=UTF-8", "<html>Log in</html>")};
        says = "not the API's JSON";
    }
    SECTION("JSON of somebody else") {
        admin.mautic.settings.instead = Reply{http_answer(200, "application/json", R"({"hooks":[1,2,3]})")};
        says = "not that of Mautic's API";
    }
    SECTION("a broken web server") {
        admin.mautic.settings.instead = Reply{http_answer(502, "text/html", "<html>Bad Gateway</html>")};
        says = "var/logs";
    }
    SECTION("a huge answer") {
        admin.mautic.settings.instead =
            Reply{http_answer(200, "application/json", std::string(5'000'000, ' '))};
        says = "larger than this program reads";
    }
    SECTION("no answer") {
        admin.mautic.settings.instead = Reply{};
        says = "closed without an answer";
    }
    SECTION("the login and the secret sent back") {
        const std::string body =
            std::string(R"({"errors":[{"message":"no: a Mautic password: \"\\%","code":400}]})");
        admin.mautic.settings.instead = Reply{http_answer(400, "application/json", body)};
        says = "status 400";
    }
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 1);
    CHECK_THAT(answer.text, ContainsSubstring(says));
    CHECK(admin.mautic.webhooks.empty());
    CHECK(admin.mautic.count("POST") + admin.mautic.count("PATCH") == 0);
}

TEST_CASE("webhook create sends the login nowhere else") {
    Administrator admin;
    const AnswerServer elsewhere(
        [](const SeenRequest&) { return Reply{http_answer(200, "text/plain", "")}; });
    const std::string there = "http://127.0.0.1:" + std::to_string(elsewhere.port());
    const auto redirect_to = [&](const std::string& location) {
        admin.mautic.settings.instead = Reply{
            http_answer(GENERATE(301, 302, 307, 308), "text/html", "", "Location: " + location + "\r\n")};
    };
    SECTION("another host") {
        redirect_to(there + "/mautic/api/hooks?start=0");
        const Answer answer = admin.run();
        CHECK(answer.exit_code == 1);
        CHECK_THAT(answer.text, ContainsSubstring("redirects to " + there + "/mautic/api/hooks\n"));
        CHECK_THAT(answer.text, ContainsSubstring("--mautic " + there + "/mautic\n"));
    }
    SECTION("another path of the same") {
        redirect_to("/index.php/api/hooks");
        CHECK_THAT(admin.run().text,
                   ContainsSubstring("--mautic " + admin.mautic.address() + "/index.php\n"));
    }
    SECTION("the page to log in") {
        redirect_to("/s/login");
        CHECK_THAT(admin.run().text, ContainsSubstring("API switched on"));
    }
    SECTION("nowhere that can be said") {
        redirect_to("https://user@elsewhere.example/");
        const Answer answer = admin.run();
        CHECK_THAT(answer.text, ContainsSubstring("redirects\n"));
        CHECK(answer.text.find("elsewhere") == std::string::npos);
    }
    CHECK(elsewhere.connections() == 0);
}

TEST_CASE("webhook create over TLS") {
    const TemporaryDirectory directory;
    const Certificate certificate = make_certificate();
    FakeMautic mautic(certificate);
    Administrator admin;
    admin.mautic_address = "https://localhost:" + std::to_string(mautic.port());
    const Answer unknown = admin.run();
    CHECK(unknown.exit_code == 1);
    CHECK_THAT(unknown.text, ContainsSubstring("certificate is not accepted"));
    CHECK_THAT(unknown.text, ContainsSubstring("--ca-file"));
    CHECK(mautic.requests().empty());
    const std::string ca = directory.write("ca.pem", certificate.certificate_pem).string();
    const Answer made = admin.run({"--ca-file", ca});
    CAPTURE(made.text);
    CHECK(made.exit_code == 0);
    CHECK(mautic.webhooks.size() == 1);
    CHECK(admin.run({"--ca-file", "/nonexistent"}).exit_code == 2);
}

TEST_CASE("webhook create refuses what it cannot use, before anything is sent") {
    Administrator admin;
    const auto refused = [&](const std::vector<std::string>& more, const std::string& says) {
        CAPTURE(more);
        const Answer answer = admin.run(more);
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(says));
    };
    refused({"--mautic", "http://mautic.example.org"}, "--allow-plain-http");
    refused({"--mautic", "mautic.example.org"}, "--mautic is not a URL");
    refused({"--mautic", "https://user:word@mautic.example.org"}, "is not a URL");
    refused({"--url", "gdpr.example.org/webhook"}, "--url is not a URL");
    CHECK(test::run(admin.arguments()).exit_code == 2);  // nobody to ask
    for (const char* lines :
         {"only a name\n", "\nsecret\n", "name\n\n", "a:b\nsecret\n", "name\nsec\tret\n"}) {
        const std::string file = admin.directory.write("bad-login", lines).string();
        const Answer answer = test::run(admin.arguments({"--login-file", file}));
        CAPTURE(lines, answer.text);
        CHECK(answer.exit_code == 2);
    }
    CHECK_THAT(test::run(admin.arguments({"--login-file", "/nonexistent"})).text,
               ContainsSubstring("the password below it"));
    CHECK(admin.mautic.requests().empty());
}

TEST_CASE("webhook create takes both addresses from where they are known") {
    Administrator admin;
    std::filesystem::create_directories(admin.directory / "mautic/config");
    admin.directory.write("mautic/config/local.php",
                          "<?php\n$parameters = array('site_url' => '" + admin.mautic.address() + "');\n");
    admin.config.options["mautic.directory"] = toml_text((admin.directory / "mautic").string());
    admin.config.options["webhook.url"] = "\"http://10.0.0.7/gdpr\"";
    const std::vector<std::string> command{
        "webhook", "create", "--config", admin.config.write().string(), "--login-file", admin.login_file()};
    const Answer answer = test::run(command);
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("it posts to http://10.0.0.7/gdpr"));
    CHECK_THAT(answer.text, ContainsSubstring("listens on the path /webhook"));
    CHECK_THAT(answer.text, ContainsSubstring("cross the network unencrypted"));
    CHECK_THAT(answer.text, ContainsSubstring("list 10.0.0.7 in\n  webhook_allowed_private_addresses"));
}

TEST_CASE("while webhook create waits, nobody sees the login among the processes") {
    const TemporaryDirectory directory;
    const AnswerServer slow([](const SeenRequest&) { return Reply{"HTTP/1.1 200 OK\r\nA: b\r\n", true}; });
    Administrator admin;
    admin.mautic_address = "http://127.0.0.1:" + std::to_string(slow.port());
    auto command = admin.arguments({"--login-file", admin.login_file()});
    command.insert(command.begin(), daemon_program().string());
    ChildProcess process({command, {}});
    while (slow.requests().empty()) REQUIRE(process.running());
    for (const char* file : {"cmdline", "environ"}) {
        const std::string shown = read_file("/proc/" + std::to_string(process.pid()) + '/' + file);
        CHECK(shown.find(FakeMautic::password) == std::string::npos);
        CHECK(shown.find(admin.config.webhook_secret) == std::string::npos);
        CHECK_FALSE(shown.empty());
    }
}

TEST_CASE("webhook create takes nothing out of the URL of a webhook that works") {
    Administrator admin;
    SECTION("the login for the proxy") {
        const std::string url = "https://mautic:for-the-proxy@gdpr.example.org/webhook";
        admin.mautic.add(url, admin.config.webhook_secret);
        const Answer answer = admin.run();
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 0);
        CHECK(admin.mautic.webhooks.at(1)["webhookUrl"] == url);
    }
    SECTION("the token, when only a slash is too many") {
        admin.mautic.add("https://gdpr.example.org/webhook/?token=1", admin.config.webhook_secret);
        CHECK(admin.run().exit_code == 0);
        CHECK(admin.mautic.webhooks.at(1)["webhookUrl"] == "https://gdpr.example.org/webhook?token=1");
    }
}

TEST_CASE("webhook create gives the webhook the query that was asked for") {
    Administrator admin;
    admin.mautic.add("https://gdpr.example.org/webhook?token=old", admin.config.webhook_secret);
    const std::string wanted = "https://gdpr.example.org/webhook?token=new";
    const Answer answer = admin.run({"--url", wanted});
    CAPTURE(answer.text);
    CHECK(admin.mautic.webhooks.at(1)["webhookUrl"] == wanted);
}

TEST_CASE("webhook create gives Mautic the daemon's secret, or says that it cannot") {
    Administrator admin;
    admin.config.webhook_secret = "p\xe4ssword in Latin-1, 24 bytes";
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 2);
    CHECK(admin.mautic.webhooks.empty());
    admin.mautic.settings.shows_secret = false;
    CHECK(admin.run().exit_code == 2);
}

TEST_CASE("webhook create makes no webhook while it has not seen all of them") {
    const AnswerServer mautic([](const SeenRequest& request) {
        // Behind a cache that leaves out the query: each page is the first one.
        const char* body =
            request.method == "GET"
                ? R"({"total":250,"hooks":[{"id":1,"webhookUrl":"https://crm.example.org/","triggers":[]}]})"
                : R"({"hook":{"id":251,"webhookUrl":"https://gdpr.example.org/webhook","isPublished":true,
                     "triggers":["mautic.lead_channel_subscription_changed","mautic.lead_post_delete"]}})";
        return Reply{http_answer(200, "application/json", body)};
    });
    Administrator admin;
    admin.mautic_address = "http://127.0.0.1:" + std::to_string(mautic.port());
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 1);
    for (const SeenRequest& request : mautic.requests()) CHECK(request.method == "GET");
}

TEST_CASE("Ctrl-C at the password leaves a terminal that shows what is typed") {
    Administrator admin;
    // A shell that does not set the terminal again, as dash.
    std::vector<std::string> command{"/bin/sh", "-c", "trap : INT; \"$@\"; stty -a", "sh",
                                     daemon_program().string()};
    const auto arguments = admin.arguments();
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Answer answer = run_at_terminal(command, {{"Mautic user: ", "admin\n"}, {"Password: ", "\x03"}});
    CAPTURE(answer.text);
    CHECK_THAT(answer.text, ContainsSubstring(" echo "));
    CHECK(answer.text.find(" -echo ") == std::string::npos);
}

TEST_CASE("webhook create by OAuth 2 says what Mautic's address is when the token's is another") {
    Administrator admin;
    admin.mautic.settings.instead =
        Reply{http_answer(301, "text/html", "", "Location: /index.php/oauth/v2/token\r\n")};
    const Answer answer = admin.run({"--oauth"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 1);
    CHECK_THAT(answer.text, ContainsSubstring("--mautic " + admin.mautic.address() + "/index.php\n"));
}

TEST_CASE("webhook create refuses an empty name of a file as it refuses a wrong one") {
    Administrator admin;
    const Answer answer = test::run(admin.arguments({"--login-file", ""}));
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 2);
}

TEST_CASE("webhook create leaves a webhook that is in order when there are several") {
    Administrator admin;
    admin.mautic.add(own_url, "of another receiver", true, {"mautic.form_on_submit"});
    admin.mautic.add(own_url, admin.config.webhook_secret);
    const json first = admin.mautic.webhooks.at(1);
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK_THAT(answer.text, ContainsSubstring("nothing was changed"));
    CHECK(admin.mautic.webhooks.at(1) == first);
}

TEST_CASE("webhook create leaves the webhook of another receiver behind the same path alone") {
    Administrator admin;
    admin.mautic.add("https://gdpr.example.org/webhook?to=crm", "of the CRM", true,
                     {"mautic.form_on_submit"});
    const json other = admin.mautic.webhooks.at(1);
    const Answer answer = admin.run({"--url", "https://gdpr.example.org/webhook?to=gdprd"});
    CAPTURE(answer.text);
    CHECK(admin.mautic.webhooks.at(1) == other);
    CHECK(admin.mautic.webhooks.size() == 2);
}

TEST_CASE("webhook create says that the URL is still the old one") {
    const AnswerServer mautic([](const SeenRequest& request) {
        const std::string hook =
            R"({"id":1,"webhookUrl":"https://gdpr.example.org/webhook/","isPublished":true,"name":"x",
               "triggers":["mautic.lead_channel_subscription_changed","mautic.lead_post_delete"]})";
        return Reply{http_answer(
            200, "application/json",
            request.method == "GET" ? R"({"total":1,"hooks":[)" + hook + "]}" : R"({"hook":)" + hook + '}')};
    });
    Administrator admin;
    admin.mautic_address = "http://127.0.0.1:" + std::to_string(mautic.port());
    const Answer answer = admin.run();
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
}
