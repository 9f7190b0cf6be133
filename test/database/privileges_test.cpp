// What is said of an account's rights on a whole database, beside what the server lets it do.
#include "database/privileges.h"

#include "server.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

const std::string account = "asked@localhost";
const std::string name = "my_tic";

struct GrantCase {
    const char* how;
    std::vector<std::string> statements;  // `{account}` and `{role}` are put in
    bool reads;
    bool creates;
};

const std::vector<GrantCase> cases = {
    {"nothing", {"GRANT USAGE ON *.* TO {account}"}, false, false},
    {"everything everywhere", {"GRANT ALL PRIVILEGES ON *.* TO {account}"}, true, true},
    {"some rights everywhere", {"GRANT SELECT, CREATE ON *.* TO {account}"}, true, true},
    {"others everywhere", {"GRANT UPDATE, CREATE USER ON *.* TO {account}"}, false, false},
    {"the database", {"GRANT ALL PRIVILEGES ON `my\\_tic`.* TO {account}"}, true, true},
    {"the database, by a name with wildcards",
     {"GRANT SELECT, CREATE ON `m%_tic`.* TO {account}"},
     true,
     true},
    {"others on the database", {"GRANT UPDATE, CREATE VIEW ON `my\\_tic`.* TO {account}"}, false, false},
    {"a database of nearly that name", {"GRANT ALL PRIVILEGES ON `myxtic`.* TO {account}"}, false, false},
    {"one table", {"GRANT SELECT, CREATE ON my_tic.seen TO {account}"}, false, false},
    {"one column", {"GRANT SELECT (id) ON my_tic.seen TO {account}"}, false, false},
    {"a role",
     {"GRANT SELECT, CREATE ON `my\\_tic`.* TO {role}", "GRANT {role} TO {account}", "activate"},
     true,
     true},
    {"a role in a role",
     {"GRANT SELECT, CREATE ON `my\\_tic`.* TO inner_role", "GRANT inner_role TO {role}",
      "GRANT {role} TO {account}", "activate"},
     true,
     true},
    {"a role that is not switched on",
     {"GRANT SELECT, CREATE ON `my\\_tic`.* TO {role}", "GRANT {role} TO {account}"},
     false,
     false},
};

void check_case(PrivateServer& own, const GrantCase& c) {
    CAPTURE(c.how);
    own.execute("DROP USER IF EXISTS " + account);
    own.execute("DROP ROLE IF EXISTS granted_role, inner_role");
    own.execute("CREATE USER " + account);
    own.execute("CREATE ROLE granted_role, inner_role");
    for (std::string sql : c.statements) {
        if (sql == "activate") sql = set_default_role("{role}", "{account}");
        for (const auto& [from, to] :
             {std::pair<std::string, std::string>{"{account}", account}, {"{role}", "granted_role"}}) {
            const std::size_t at = sql.find(from);
            if (at != std::string::npos) sql.replace(at, from.size(), to);
        }
        own.execute(sql);
    }
    auto options = own.options();
    options.user = "asked";
    database::Connection connection(options);
    const auto works = [&](const std::string& sql) {
        try {
            connection.change(sql);
            return true;
        } catch (const database::DatabaseError& error) {
            CHECK(error.error_class() == database::ErrorClass::privilege);
            return false;
        }
    };
    CHECK(database::may_read_everything(connection, name) == c.reads);
    CHECK(works("DO (SELECT COUNT(*) FROM my_tic.unseen)") == c.reads);
    CHECK(database::has_privilege_on_database(connection, "CREATE", name) == c.creates);
    CHECK(works("CREATE TABLE my_tic.made (id INT PRIMARY KEY)") == c.creates);
    own.execute("DROP TABLE IF EXISTS my_tic.made");
}

PrivateServer& server_with_tables() {
    PrivateServer& own = server();
    own.execute("DROP DATABASE IF EXISTS my_tic");
    own.execute("CREATE DATABASE my_tic");
    for (const char* table : {"seen", "unseen"}) {
        own.execute("CREATE TABLE my_tic." + std::string(table) + " (id INT PRIMARY KEY)");
    }
    return own;
}

}  // namespace

TEST_CASE("rights on a whole database are what the server makes of grants, wildcards and roles") {
    PrivateServer& own = server_with_tables();
    for (const GrantCase& c : cases) check_case(own, c);
    if (ServerUnderTest::get().is_mysql()) {  // has nothing that stands for everybody
        CHECK_THROWS(own.execute("GRANT SELECT ON `my\\_tic`.* TO PUBLIC"));
        return;
    }
    check_case(own, {"everybody", {"GRANT SELECT, CREATE ON `my\\_tic`.* TO PUBLIC"}, true, true});
    own.execute("REVOKE ALL PRIVILEGES ON `my\\_tic`.* FROM PUBLIC");
}

TEST_CASE("of several grants the server takes the one whose name is nearest") {
    PrivateServer& own = server_with_tables();
    check_case(own, {"the nearest gives less",
                     {"GRANT SELECT ON `my%`.* TO {account}", "GRANT UPDATE ON `my\\_tic`.* TO {account}"},
                     false,
                     false});
}

TEST_CASE("what is revoked of a grant on everything, and names without wildcards") {
    PrivateServer& own = server_with_tables();
    if (!ServerUnderTest::get().is_mysql()) {  // MariaDB cannot revoke a part
        CHECK_THROWS(own.execute("SET GLOBAL partial_revokes = ON"));
        return;
    }
    own.execute("SET GLOBAL partial_revokes = ON");
    const std::string everywhere = "GRANT SELECT, CREATE ON *.* TO {account}";
    for (const GrantCase& c :
         {GrantCase{"both", {everywhere, "REVOKE SELECT, CREATE ON my_tic.* FROM {account}"}, false, false},
          GrantCase{"one of them", {everywhere, "REVOKE SELECT ON my_tic.* FROM {account}"}, false, true},
          GrantCase{"elsewhere", {everywhere, "REVOKE SELECT, CREATE ON test.* FROM {account}"}, true, true},
          GrantCase{"literally", {"GRANT SELECT, CREATE ON my_tic.* TO {account}"}, true, true},
          GrantCase{"no wildcard", {"GRANT SELECT, CREATE ON `m%_tic`.* TO {account}"}, false, false}}) {
        check_case(own, c);
    }
    own.execute("DROP USER " + account);
    own.execute("SET GLOBAL partial_revokes = OFF");
}
