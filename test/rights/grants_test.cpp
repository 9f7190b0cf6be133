// The statements of `grants`, judged by the server: by what it shows of an account afterwards, and by what it
// lets that account do.
#include "rights/grants.h"

#include <random>
#include <set>

#include "database/account.h"
#include "database/server_traits.h"
#include "erasure/world.h"
#include "fixture/grants.h"
#include "rights/rights.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* by_file = "'mautic_gdprd'@'localhost'";  // the account of config/grants.sql
constexpr const char* by_command = "'granted'@'localhost'";

void make_anew(const std::string& account) {
    server().execute("DROP USER IF EXISTS " + account);
    server().execute("CREATE USER " + account + " IDENTIFIED BY 'a password'");
}

// As the server keeps them: "UPDATE ON `mautic`.`leads`".
std::set<std::string> grants_of(const std::string& account) {
    std::set<std::string> grants;
    database::Rows rows = server().select("SHOW GRANTS FOR " + account);
    while (rows.next()) {
        const std::string line = rows.text(0);
        const std::size_t on = line.find(" ON ");
        const std::string where = line.substr(on, line.find(" TO ", on) - on);
        std::string privileges = line.substr(6, on - 6) + ", ";
        for (std::size_t end = 0; (end = privileges.find(", ")) != std::string::npos;
             privileges.erase(0, end + 2)) {
            if (!privileges.starts_with("USAGE")) grants.insert(privileges.substr(0, end) + where);
        }
    }
    return grants;
}

void give(const std::vector<rights::Grant>& grants, const std::string& account) {
    database::Connection root(server().options());
    const bool literally = database::grants_take_names_literally(root);
    for (const auto& grant : grants) server().execute(rights::to_sql(grant, account, literally));
}

database::Connection connect_as(const std::string& user, const std::string& database) {
    auto options = server().options(database);
    options.user = user;
    options.password = "a password";
    return database::Connection(options);
}

std::set<std::string> difference(const std::set<std::string>& one, const std::set<std::string>& other) {
    std::set<std::string> left;
    std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::inserter(left, left.end()));
    return left;
}

// What every option that brings an erasure to another table is switched to.
policy::FieldPolicy farthest_policy() {
    policy::FieldPolicy policy = sample_policy();
    policy.own_company = policy::OwnCompany::only_contact;
    return policy;
}

void add_what_not_every_mautic_has(World& world) {
    const std::pair<const char*, const char*> tables[] = {
        {"messenger_messages",
         "id BIGINT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT NOT NULL, headers LONGTEXT NOT NULL,"
         " queue_name VARCHAR(190) NOT NULL, created_at DATETIME, available_at DATETIME, delivered_at "
         "DATETIME"},
        {"form_results_3_news", "submission_id INT NOT NULL PRIMARY KEY, form_id INT, email LONGTEXT"}};
    for (const auto& [table, columns] : tables) {
        if (world.mautic.has_table(table)) continue;
        const bool prefixed = std::string(table) != "messenger_messages";
        server().execute("CREATE TABLE mautic." + (prefixed ? world.mautic.prefix() : "") + table + " (" +
                         columns + ") CHARSET utf8mb4");
    }
}

// Both accounts get all they need: one by the file, the other by the statements of `grants`.
struct Both {
    std::set<std::string> file;
    std::set<std::string> command;
};
Both grant_both(World& world) {
    add_what_not_every_mautic_has(world);
    world.policy = farthest_policy();
    world.prepare();
    server().execute(std::string("DROP USER IF EXISTS ") + by_file);
    server().load_sql(grants_for(world.mautic, World::ledger_name), "mautic");
    make_anew(by_command);
    give(rights::all_grants(*world.rules(), "mautic", rights::OptOuts::read), by_command);
    return {grants_of(by_file), grants_of(by_command)};
}

}  // namespace

TEST_CASE("grants gives what config/grants.sql gives, on every version of Mautic") {
    // Granted in a database of every version, and needed in some.
    std::set<std::string> never_needed;
    bool first = true;
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const std::string& prefix : {std::string(), std::string("mtc_")}) {
            CAPTURE(version, prefix);
            World world(prefix, version, false);
            const Both both = grant_both(world);
            CHECK(both.command.size() > 40);
            // Not one more than people read in the file.
            CHECK(difference(both.command, both.file) == std::set<std::string>{});
            if (!prefix.empty()) continue;
            const auto unneeded = difference(both.file, both.command);
            never_needed = first ? unneeded : [&] {
                std::set<std::string> still;
                std::set_intersection(unneeded.begin(), unneeded.end(), never_needed.begin(),
                                      never_needed.end(), std::inserter(still, still.end()));
                return still;
            }();
            first = false;
        }
    }
    CHECK(never_needed == std::set<std::string>{});
}

TEST_CASE("nothing is missing to an account that got the statements of grants") {
    World world;
    add_what_not_every_mautic_has(world);
    world.prepare();
    make_anew(by_command);
    give(rights::all_grants(*world.rules(), "mautic", rights::OptOuts::read), by_command);
    database::Connection daemon = connect_as("granted", "mautic");
    const auto missing = [&](rights::OptOuts opt_outs) {
        return *rights::missing_grants(daemon, *world.rules(), opt_outs);
    };
    CHECK(missing(rights::OptOuts::read).empty());
    const std::vector<rights::Grant> to_opt_out{{"INSERT", "mautic", "lead_donotcontact"}};
    CHECK(missing(rights::OptOuts::added) == to_opt_out);

    SECTION("whatever single one is taken back is missing, and given again by its statement") {
        const auto all = rights::all_grants(*world.rules(), "mautic", rights::OptOuts::added);
        give(to_opt_out, by_command);
        database::Connection root(server().options());
        const bool literally = database::grants_take_names_literally(root);
        std::size_t looked_at = 0;
        for (const auto& grant : all) {
            if (grant.table.empty()) continue;
            std::string revoke = rights::to_sql(grant, by_command, literally);
            CAPTURE(revoke);
            revoke.replace(0, 5, "REVOKE");
            revoke.replace(revoke.find(" TO "), 4, " FROM ");
            server().execute(revoke);
            CHECK(missing(rights::OptOuts::added) == std::vector<rights::Grant>{grant});
            give({grant}, by_command);
            ++looked_at;
        }
        CHECK(looked_at > 20);
        CHECK(missing(rights::OptOuts::added).empty());
    }
    SECTION("of the ledger's, before it is made and after") {
        const std::string ledger = World::ledger_name;
        std::string pattern = ledger;
        replace_all(pattern, "_", "\\_");
        for (const bool made : {true, false}) {
            CAPTURE(made);
            if (!made) server().execute("DROP DATABASE " + ledger);
            for (const char* privilege : {"CREATE", "INSERT", "REFERENCES"}) {
                server().execute(std::string("REVOKE ") + privilege + " ON `" + pattern + "`.* FROM " +
                                 by_command);
                const std::vector<rights::Grant> wanted{{privilege, ledger, ""}};
                CHECK(missing(rights::OptOuts::read) == wanted);
                give(wanted, by_command);
            }
            CHECK(missing(rights::OptOuts::read).empty());
        }
    }
    SECTION("of reading, which is one statement") {
        server().execute(std::string("REVOKE SELECT ON mautic.* FROM ") + by_command);
        database::Connection anew = connect_as("granted", "mautic");  // a session keeps this one
        const auto lacking = *rights::missing_grants(anew, *world.rules(), rights::OptOuts::read);
        REQUIRE(!lacking.empty());
        CHECK(lacking.front() == rights::Grant{"SELECT", "mautic", ""});
        CHECK(std::none_of(lacking.begin() + 1, lacking.end(),
                           [](const auto& grant) { return grant.privileges == "SELECT"; }));
    }
}

TEST_CASE("what an account has by a role is not missing") {
    World world;
    world.prepare();
    make_anew(by_command);
    server().execute("DROP ROLE IF EXISTS eraser");
    server().execute("CREATE ROLE eraser");
    give(rights::all_grants(*world.rules(), "mautic", rights::OptOuts::read), "eraser");
    server().execute(std::string("GRANT eraser TO ") + by_command);
    {
        server().execute(std::string("GRANT SELECT ON mautic.* TO ") + by_command);
        database::Connection daemon = connect_as("granted", "mautic");
        CHECK(rights::missing_grants(daemon, *world.rules(), rights::OptOuts::read)->size() > 20);
    }
    server().execute(set_default_role("eraser", by_command));
    database::Connection daemon = connect_as("granted", "mautic");
    CHECK(rights::missing_grants(daemon, *world.rules(), rights::OptOuts::read)->empty());
    server().execute("DROP ROLE eraser");
}

TEST_CASE("a grant is on the database of that name and on no other one") {
    std::mt19937 random(20260301);
    const auto one_of = [&](const std::string& letters) {
        return std::string(
            1, letters[std::uniform_int_distribution<std::size_t>(0, letters.size() - 1)(random)]);
    };
    std::vector<std::string> modes{""};
    if (ServerUnderTest::get().is_mysql()) modes.emplace_back("partial_revokes");
    for (const std::string& mode : modes) {
        if (!mode.empty()) server().execute("SET GLOBAL partial_revokes = ON");
        for (int i = 0; i < 60; ++i) {
            std::string name = "d";
            for (int letter = 0; letter < 4; ++letter) name += one_of("_%a`\\'");
            name += 'e';
            // One that differs where a pattern would not care.
            std::string other = name;
            const std::size_t at = 1 + static_cast<std::size_t>(i) % 4;
            other.replace(at, 1, other[at] == 'a' ? "b" : "x");
            CAPTURE(name, other, mode);
            make_anew(by_command);
            for (const std::string& database : {name, other}) {
                server().execute("CREATE DATABASE IF NOT EXISTS " + database::quote_identifier(database));
                server().execute("CREATE TABLE IF NOT EXISTS " + database::quote_identifier(database) +
                                 ".t (id INT)");
            }
            give({{"SELECT", name, ""}}, by_command);
            database::Connection daemon = connect_as("granted", "");
            const auto read = [&](const std::string& database) {
                return daemon.select("SELECT * FROM " + database::quote_identifier(database) + ".t");
            };
            CHECK_NOTHROW(read(name));
            CHECK_THROWS_AS(read(other), database::DatabaseError);
            for (const std::string& database : {name, other}) {
                server().execute("DROP DATABASE " + database::quote_identifier(database));
            }
        }
        if (!mode.empty()) server().execute("SET GLOBAL partial_revokes = OFF");
    }
}

TEST_CASE("statements mean the same in every SQL mode") {
    const std::string database = "it's \\ here";
    server().execute("CREATE DATABASE IF NOT EXISTS " + database::quote_identifier(database));
    server().execute("CREATE TABLE IF NOT EXISTS " + database::quote_identifier(database) +
                     ".`a\\t` (id INT)");
    const std::string user = "gd'prd\\";
    const std::string account = database::quote_account(user, "localhost");
    for (const std::string& mode :
         {std::string(""), std::string("ANSI_QUOTES"), std::string("NO_BACKSLASH_ESCAPES"),
          std::string("ANSI_QUOTES,NO_BACKSLASH_ESCAPES")}) {
        CAPTURE(mode);
        const std::string script = "SET SESSION sql_mode = '" + mode + "';\nCREATE USER " + account +
                                   " IDENTIFIED BY 'a password';\n" +
                                   rights::to_sql({"SELECT", database, ""}, account, false) + '\n' +
                                   rights::to_sql({"UPDATE", database, "a\\t"}, account, false) + '\n';
        server().load_sql(script, "mysql");
        {
            database::Connection daemon = connect_as(user, "");
            CHECK(database::quoted_account(daemon) == account);
            CHECK(daemon.change("UPDATE " + database::quote_identifier(database) + ".`a\\t` SET id = 1") ==
                  0);
        }
        server().execute("DROP USER " + account);
    }
    server().execute("DROP DATABASE " + database::quote_identifier(database));
}
