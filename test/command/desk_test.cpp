// `mautic-gdprd desk`: the real process over HTTP, with the account that `grants --desk` makes.
#include <sstream>
#include <thread>

#include "command/program.h"
#include "desk/form.h"
#include "lookup/action_log.h"
#include "lookup/log.h"
#include "support/catch.h"
#include "system/http_client.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* password = "correct horse battery staple";

// A Mautic with a desk beside it, whose account of the database is its own.
struct DeskSite : Site {
    explicit DeskSite(const std::string& name) : Site(name), port(free_port()) {
        here.server.execute(drop);
        options["desk.database_password_file"] = file_with("desk-database-password", "only the desk knows");
        options["desk.accounts_file"] = '"' + (here.directory / "desk-accounts").string() + '"';
        options["desk.port"] = std::to_string(port);
        make_ledger();
        REQUIRE(run({"grants", "--desk", "--apply", "--admin", "root"}).exit_code == 0);
        const std::string secret = file_with("password", password);
        for (const char* role : {"officer", "viewer"}) {
            const Answer made = test::run({"desk", "user", "add", role, "--role", role, "--password-file",
                                           secret.substr(1, secret.size() - 2), "--accounts",
                                           (here.directory / "desk-accounts").string()});
            REQUIRE(made.exit_code == 0);
        }
    }
    ~DeskSite() {
        desk.reset();
        try {
            here.server.execute(drop);
        } catch (const std::exception&) {
            // The server is gone, and the account with it.
        }
    }

    std::string file_with(const std::string& name, const std::string& text) {
        const auto file = here.directory.write(name, text + "\n");
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        return '"' + file.string() + '"';
    }
    void open() {
        here.config.write();
        desk.emplace(
            ChildProcessOptions{{daemon_program().string(), "desk", "--config", config_file().string()},
                                {{"STATE_DIRECTORY", here.directory.path().string()}},
                                "/dev/null",
                                log_file()});
        wait_until("the desk listens", [&] {
            HttpClient client(port);
            const auto answer = client.get("/healthz");
            return answer && answer->status == 200 && answer->body == "ok\n";
        });
    }
    void wait_until(const std::string& what, const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!condition()) {
            if (!desk->running() || std::chrono::steady_clock::now() > deadline) {
                FAIL("waited too long until " << what << ": " << log());
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    std::filesystem::path log_file() const { return here.directory / "desk.log"; }
    std::string log() const { return read_file(log_file()); }

    const char* const drop = "DROP USER IF EXISTS 'mautic_gdprd_desk'@'localhost'";
    const std::uint16_t port;
    std::optional<ChildProcess> desk;
};

// A browser that keeps the cookies.
class Visitor {
  public:
    explicit Visitor(std::uint16_t port) : client_(port) {}

    // Has the other one's session, on a connection of its own.
    void join(const Visitor& other) { cookies_ = other.cookies_; }

    HttpAnswer get(const std::string& target) {
        return send("GET " + target + " HTTP/1.1\r\nHost: desk\r\n" + cookie_line() + "\r\n");
    }
    HttpAnswer post(const std::string& path, std::map<std::string, std::string> fields) {
        for (const char* name : {"csrf", "form"}) {
            if (!fields.contains(name)) fields[name] = hidden(name);
        }
        std::string body;
        for (const auto& [name, value] : fields) {
            body += (body.empty() ? "" : "&") + name + '=' + desk::percent_encoded(value);
        }
        return send("POST " + path + " HTTP/1.1\r\nHost: desk\r\n" + cookie_line() +
                    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    HttpAnswer sign_in(const std::string& account) {
        get("/sign-in");
        return post("/sign-in", {{"account", account}, {"password", password}});
    }

  private:
    HttpAnswer send(const std::string& request) {
        if (!client_.send_bytes(request)) throw std::runtime_error("the desk does not take the request");
        auto answer = client_.read_answer();
        if (!answer) throw std::runtime_error("the desk gives no answer");
        if (const auto set = answer->headers.find("set-cookie"); set != answer->headers.end()) {
            const auto equals = set->second.find('=');
            cookies_[set->second.substr(0, equals)] =
                set->second.substr(equals + 1, set->second.find(';') - equals - 1);
        }
        if (!answer->body.empty()) page_ = answer->body;
        return *answer;
    }
    std::string cookie_line() const {
        std::string line;
        for (const auto& [name, value] : cookies_) line += (line.empty() ? "" : "; ") + name + '=' + value;
        return line.empty() ? "" : "Cookie: " + line + "\r\n";
    }
    std::string hidden(const std::string& name) const {
        const std::string before = "name=\"" + name + "\" value=\"";
        const auto at = page_.find(before);
        if (at == std::string::npos) return {};
        return page_.substr(at + before.size(), page_.find('"', at + before.size()) - at - before.size());
    }

    HttpClient client_;
    std::map<std::string, std::string> cookies_;
    std::string page_;
};

bool says(const HttpAnswer& answer, const std::string& text) {
    return answer.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("an officer signs in, looks somebody up, and leaves no address behind") {
    DeskSite site("desk_look_up");
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    const std::string address = invented_person(7).email();
    site.open();
    Visitor officer(site.port);
    CHECK(officer.get("/").status == 403);
    CHECK(officer.sign_in("officer").status == 303);
    CHECK(says(officer.get("/"), "/sign-out"));
    officer.get("/look-up");
    const HttpAnswer asked =
        officer.post("/look-up", {{"address", address}, {"case", "R-1"}, {"reason", "Access request"}});
    REQUIRE(asked.status == 303);
    const HttpAnswer found = officer.get(asked.headers.at("location"));
    CHECK(says(found, "Contact 7"));
    CHECK_FALSE(says(found, address));
    for (const char* page : {"/look-ups", "/actions", "/seals", "/reports", "/residue"}) {
        CAPTURE(page);
        CHECK(officer.get(page).status == 200);
    }
    CHECK(says(officer.get("/actions"), "looked up"));
    CHECK(says(officer.get("/look-ups"), "R-1"));

    Visitor viewer(site.port);
    CHECK(viewer.sign_in("viewer").status == 303);
    CHECK(viewer.get("/look-up").status == 403);
    CHECK(viewer.get("/residue").status == 403);

    database::Connection connection(site.here.server.options());
    const auto lookups = lookup::LookupLog(connection, site.here.ledger_database).newest(10, std::nullopt);
    REQUIRE(lookups.size() == 1);
    CHECK(lookups[0].account == "desk");
    CHECK(lookups[0].officer == "officer");
    CHECK(lookup::ActionLog(connection, site.here.ledger_database).newest(10).size() == 3);

    site.desk->send_signal(SIGTERM);
    CHECK(site.desk->wait_for_exit(std::chrono::seconds(30)) == 0);
    CHECK_FALSE(names_person(site.log(), 7));
    CHECK(site.log().find(password) == std::string::npos);
    CHECK(site.log().find("only the desk knows") == std::string::npos);
}

TEST_CASE("a database that is slow, or away, is said, and is in nobody else's way") {
    DeskSite site("desk_slow");
    site.open();
    Visitor officer(site.port);
    REQUIRE(officer.sign_in("officer").status == 303);
    REQUIRE(officer.get("/look-ups").status == 200);
    {
        // Whoever reads the log waits; others do not.
        database::Connection locker(site.here.server.options());
        REQUIRE(officer.get("/actions").status == 200);
        locker.change("LOCK TABLES `lookups_of_" + site.here.ledger_database + "`.desk_action WRITE");
        std::jthread waiting([&] {
            Visitor other(site.port);
            other.get("/sign-in");
            other.sign_in("viewer");
        });
        CHECK(officer.get("/reports").status == 200);
        CHECK(officer.get("/look-up").status == 200);
        locker.change("UNLOCK TABLES");
    }
    site.here.server.kill();
    const HttpAnswer away = officer.get("/look-ups");
    CHECK(away.status == 503);
    CHECK(says(away, "The database does not answer just now"));
    CHECK(says(officer.get("/reports"), "<form"));
    site.here.server.start();
    site.wait_until("the database is there again", [&] { return officer.get("/look-ups").status == 200; });
}

TEST_CASE("a table that is locked keeps nobody from what does not need it") {
    DeskSite site("desk_locked");
    site.open();
    Visitor officer(site.port);
    Visitor viewer(site.port);
    REQUIRE(officer.sign_in("officer").status == 303);
    REQUIRE(viewer.sign_in("viewer").status == 303);
    Visitor other(site.port);
    database::Connection locker(site.here.server.options());
    locker.change("LOCK TABLES `" + site.here.ledger_database + "`.erasure WRITE");
    std::vector<std::jthread> reloads;
    for (int i = 0; i < 8; ++i) {
        reloads.emplace_back([&] {
            Visitor tab(site.port);
            tab.join(officer);
            tab.get("/register");
        });
    }
    const HttpAnswer overview = viewer.get("/");
    CHECK(overview.status == 200);
    CHECK(says(overview, "The figures are being counted"));
    CHECK(other.get("/desk.css").status == 200);
    CHECK(other.get("/healthz").status == 200);
    CHECK(other.sign_in("viewer").status == 303);
    locker.change("UNLOCK TABLES");
    reloads.clear();
    site.wait_until("the figures are there", [&] { return says(viewer.get("/"), "<svg"); });
}

TEST_CASE("what people type is in no core") {
    DeskSite site("desk_core");
    site.open();
    const std::string limits = read_file("/proc/" + std::to_string(site.desk->pid()) + "/limits");
    const auto at = limits.find("Max core file size");
    REQUIRE(at != std::string::npos);
    std::istringstream line(limits.substr(at + std::string("Max core file size").size()));
    std::string soft;
    std::string hard;
    line >> soft >> hard;
    CHECK(soft == "0");
    CHECK(hard == "0");
}

TEST_CASE("the desk opens without a database, and not with a configuration that cannot be used") {
    DeskSite site("desk_start");
    site.here.server.stop();
    site.open();
    Visitor officer(site.port);
    const HttpAnswer refused = officer.sign_in("officer");
    CHECK(refused.status == 503);
    CHECK(officer.get("/").status == 403);
    site.here.server.start();
    site.wait_until("somebody can sign in",
                    [&] { return Visitor(site.port).sign_in("officer").status == 303; });
    site.desk.reset();

    site.options["desk.time_zone"] = "\"Europe/Nowhere\"";
    const Answer wrong_zone = site.run({"desk"});
    CHECK(wrong_zone.exit_code == 2);
    CHECK_THAT(wrong_zone.text, ContainsSubstring("no time zone 'Europe/Nowhere'"));
    site.options.erase("desk.time_zone");
    const auto accounts = site.here.directory.write("desk-accounts", "nonsense\n");
    std::filesystem::permissions(accounts, std::filesystem::perms(0600));
    const Answer no_accounts = site.run({"desk"});
    CHECK(no_accounts.exit_code == 2);
    CHECK_THAT(no_accounts.text, ContainsSubstring("desk-accounts"));
}
