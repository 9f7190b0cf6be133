// The live schema as the daemon reads it, and the shipped data map held against it, on every version of
// Mautic there is: with and without a table prefix, as installed and as upgraded.
#include "mautic/schema.h"

#include <algorithm>

#include <set>

#include "base/error.h"
#include "discovery/unknown.h"
#include "fixture/mautic_database.h"
#include "mautic/data_map.h"
#include "mautic/do_not_contact.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::mautic;
using gdprd::test::MauticDatabase;
using gdprd::test::PrivateServer;

namespace {

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

const DataMap& shipped_map() {
    static const DataMap map = load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
    return map;
}

struct Variant {
    std::string version;
    bool upgraded;
};

std::vector<Variant> variants() {
    std::vector<Variant> all;
    for (const std::string& version : MauticDatabase::facts_versions()) {
        all.push_back({version, false});
        if (version >= "5.1") all.push_back({version, true});
    }
    return all;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// What every Mautic has, whatever its version.
void check_schema(const Schema& schema, const MauticDatabase& mautic, const Variant& variant) {
    const Table* leads = schema.find("leads");
    REQUIRE(leads != nullptr);
    CHECK(leads->real_name == mautic.real_name("leads"));
    CHECK(leads->primary_key == std::vector<std::string>{"id"});
    CHECK(leads->find("email")->characters_max == 191);
    CHECK(leads->find("email")->nullable);
    CHECK(leads->find("points")->is_integer());
    CHECK_FALSE(leads->find("points")->nullable);
    CHECK(leads->find("attribution")->is_number());
    CHECK(leads->find("last_active")->is_temporal());
    CHECK(leads->find("internal")->php_array);
    const Column* domain = leads->find("generated_email_domain");
    CHECK((domain == nullptr) == (variant.version == "3.3.5"));
    if (domain != nullptr) CHECK(domain->generated);

    CHECK(schema.contact_fields.size() == 28);
    REQUIRE(schema.find_field("email") != nullptr);
    CHECK(schema.find_field("email")->unique_identifier);
    CHECK(schema.find_field("email")->type == "email");
    CHECK_FALSE(schema.find_field("firstname")->unique_identifier);
    CHECK(schema.find_field("companyname") == nullptr);

    CHECK(schema.find("lead_event_log")->find("properties")->json);
    CHECK(schema.find("email_stats")->find("generated_sent_date")->generated);
    CHECK_FALSE(schema.find("email_stats")->find("date_sent")->generated);
    CHECK(schema.find("lead_ips_xref")->primary_key.size() == 2);
    CHECK(contains(schema.find("lead_devices")->leading_index_columns, "tracking_id"));
    const auto& keys = schema.find("email_stats")->foreign_keys;
    CHECK(std::any_of(keys.begin(), keys.end(), [](const ForeignKey& key) {
        return key.column == "lead_id" && key.referenced_table == "leads" && key.referenced_column == "id";
    }));
    const bool needs_ip = variant.upgraded || variant.version < "5.1";
    CHECK(schema.find("page_hits")->find("ip_id")->nullable != needs_ip);
}

bool is_reported(const std::vector<discovery::Unknown>& unknown, const std::string& table,
                 const std::string& column) {
    return std::any_of(unknown.begin(), unknown.end(), [&](const discovery::Unknown& entry) {
        return entry.table == table && entry.column == column;
    });
}

// By one of the entries of its table: several tell apart how its rows are tied.
bool is_known(const Table& table, const Column& column, const Schema& schema) {
    return std::any_of(shipped_map().entries.begin(), shipped_map().entries.end(),
                       [&](const TableEntry& entry) {
                           if (entry.table != table.name) return false;
                           if (entry.delete_rows || entry.is_about_nobody() ||
                               entry.tie.column == column.name || entry.rule_for(column.name) != nullptr) {
                               return true;
                           }
                           return entry.contact_fields && schema.find_field(column.name) != nullptr;
                       });
}

// No column that can hold text is passed over in silence, and no link to an internet address or device is.
void check_every_column_is_accounted_for(const Schema& schema) {
    for (const auto& [name, table] : schema.tables) {
        if (shipped_map().find(name) == nullptr) continue;
        for (const Column& column : table.columns) {
            const bool is_link =
                std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const ForeignKey& key) {
                    return key.column == column.name &&
                           (key.referenced_table == "ip_addresses" || key.referenced_table == "lead_devices");
                });
            if (!column.is_text() && !column.is_binary() && !is_link) continue;
            CAPTURE(name, column.name);
            CHECK(is_known(table, column, schema));
        }
    }
}

// Every table and every text column of every version is in the map.
void check_nothing_is_unknown(const Schema& schema) {
    for (const auto& unknown : discovery::find_unknown(shipped_map(), schema, {})) {
        CAPTURE(unknown.table, unknown.column, unknown.reason);
        CHECK(false);
    }
}

}  // namespace

TEST_CASE("every schema is read, and the map accounts for each of its columns") {
    for (const Variant& variant : variants()) {
        for (const char* prefix : {"", "mtc_"}) {
            CAPTURE(variant.version, variant.upgraded, prefix);
            MauticDatabase mautic(server(), "facts", prefix);
            mautic.load_facts_schema(variant.version, variant.upgraded);
            const Schema schema = read_schema(mautic.connection(), prefix);
            check_schema(schema, mautic, variant);
            check_every_column_is_accounted_for(schema);
            check_nothing_is_unknown(schema);
        }
    }
}

TEST_CASE("every column the map names exists in some version") {
    std::set<std::string> missing;
    for (const TableEntry& entry : shipped_map().entries) {
        // Tables that come and go while Mautic runs are in no schema: form_results_*, messenger_messages.
        if (entry.table_is_pattern || !entry.has_prefix) continue;
        for (const auto& [column, rule] : entry.columns) {
            if (column != "*") missing.insert(entry.table + "." + column);
        }
        if (!entry.tie.column.empty()) missing.insert(entry.table + "." + entry.tie.column);
    }
    REQUIRE_FALSE(missing.empty());
    if (MauticDatabase::facts_versions().empty()) return;
    for (const std::string& version : MauticDatabase::facts_versions()) {
        MauticDatabase mautic(server(), "facts");
        mautic.load_facts_schema(version);
        std::erase_if(missing, [&](const std::string& name) {
            const auto dot = name.find('.');
            return mautic.has_column(name.substr(0, dot), name.substr(dot + 1));
        });
        if (missing.empty()) break;
    }
    CHECK(missing == std::set<std::string>{});
}

TEST_CASE("a wrong prefix is refused with the right one") {
    MauticDatabase mautic(server(), "own", "mtc_");
    mautic.load_own_schema();
    struct Case {
        const char* name;
        const char* prefix;
    };
    for (const Case& c : {Case{"none", ""}, Case{"another", "mautic_"}, Case{"too short", "mtc"},
                          Case{"with SQL in it", "x' OR '1'='1"}, Case{"too long", "mtc_mtc_"}}) {
        CAPTURE(c.name);
        try {
            read_schema(mautic.connection(), c.prefix);
            FAIL("accepted");
        } catch (const ConfigurationError& error) {
            CHECK_THAT(error.what(), ContainsSubstring("table_prefix = \"" + std::string(c.prefix) + "\""));
            CHECK_THAT(error.what(), ContainsSubstring(std::string(c.prefix) + "leads"));
            CHECK_THAT(error.advice(), ContainsSubstring("\"mtc_\""));
        }
    }
}

TEST_CASE("an empty database is refused with what to check") {
    MauticDatabase nothing(server(), "nothing");
    try {
        read_schema(nothing.connection(), "");
        FAIL("accepted");
    } catch (const ConfigurationError& error) {
        CHECK_THAT(error.advice(), ContainsSubstring("[database]"));
    }
}

TEST_CASE("the digest changes with columns, keys and contact fields, and with nothing else") {
    MauticDatabase mautic(server(), "own");
    mautic.load_own_schema();
    auto& connection = mautic.connection();
    const auto digest = [&] { return read_schema(connection, "").digest; };
    const std::string before = digest();
    mautic.add_contact(7);
    CHECK(digest() == before);
    struct Case {
        const char* name;
        const char* sql;
    };
    const Case cases[] = {
        {"column", "ALTER TABLE leads ADD COLUMN nickname VARCHAR(64) DEFAULT NULL"},
        {"length", "ALTER TABLE leads MODIFY nickname VARCHAR(65) DEFAULT NULL"},
        {"nullability", "ALTER TABLE leads MODIFY nickname VARCHAR(65) NOT NULL"},
        {"index", "CREATE INDEX nicknames ON leads (nickname)"},
        {"index gone", "DROP INDEX nicknames ON leads"},
        {"table", "CREATE TABLE plugin_x (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, KEY (lead_id))"},
        {"foreign key", "ALTER TABLE plugin_x ADD CONSTRAINT x FOREIGN KEY (lead_id) REFERENCES leads (id)"},
        {"field",
         "INSERT INTO lead_fields (is_published, label, alias, type, object, is_required, is_fixed,"
         " is_visible, is_short_visible, is_listable, is_publicly_updatable)"
         " VALUES (1, 'Nickname', 'nickname', 'text', 'lead', 0, 0, 1, 1, 1, 1)"},
        {"type of a field", "UPDATE lead_fields SET type = 'tel' WHERE alias = 'nickname'"},
        {"unique identifier", "UPDATE lead_fields SET is_unique_identifer = 1 WHERE alias = 'nickname'"},
    };
    std::string last = before;
    for (const Case& c : cases) {
        CAPTURE(c.name);
        connection.change("SET SESSION sql_mode = ''");
        connection.change(c.sql);
        CHECK(digest() != last);
        last = digest();
    }
    const auto unknown = discovery::find_unknown(shipped_map(), read_schema(connection, ""), {});
    CHECK(is_reported(unknown, "plugin_x", ""));
}

TEST_CASE("rows of lead_donotcontact are locked until the transaction ends") {
    MauticDatabase mautic(server(), "own", "mtc_");
    mautic.load_own_schema();
    mautic.add_contact(7);
    mautic.add_contact(8);
    mautic.unsubscribe(7);
    mautic.unsubscribe(7, 0);
    mautic.unsubscribe(8, 3, "sms");
    auto options = mautic.options();
    options.lock_wait_timeout = Milliseconds(1000);
    database::Connection daemon(options);
    const ContactId contacts[] = {8, 7, 99};
    {
        database::Transaction transaction(daemon);
        const auto rows = lock_do_not_contact(daemon, "mtc_", contacts);
        REQUIRE(rows.size() == 2);
        REQUIRE(rows.at(7).size() == 2);
        CHECK(rows.at(7)[0].reason == 1);
        CHECK(rows.at(7)[1].reason == 0);
        CHECK(rows.at(8)[0].channel == "sms");
        CHECK(now() - rows.at(8)[0].since < std::chrono::hours(1));
        database::Connection visitor(options);
        try {
            visitor.change("DELETE FROM mtc_lead_donotcontact WHERE lead_id = 7");
            FAIL("a re-subscription did not wait");
        } catch (const database::DatabaseError& error) {
            CHECK(error.error_class() == database::ErrorClass::conflict);
        }
    }
    mautic.resubscribe(7);
    CHECK(lock_do_not_contact(daemon, "mtc_", contacts).size() == 1);
}

TEST_CASE("a plugin's JSON column is known by its check, without Doctrine's comment") {
    MauticDatabase mautic(server(), "json_check", "mtc_");
    mautic.load_own_schema();
    mautic.connection().change(
        "CREATE TABLE mtc_plugin_answers (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, answers JSON NOT "
        "NULL, plain LONGTEXT, moved LONGTEXT CHECK (json_valid(`moved`)))");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("plugin_answers");
    REQUIRE(table != nullptr);
    CHECK(table->find("answers")->json);
    CHECK(table->find("moved")->json);  // as a dump of MariaDB's looks on MySQL
    CHECK_FALSE(table->find("plain")->json);
}

TEST_CASE("a check that asks for more than JSON, and a key of several columns, are noted") {
    MauticDatabase mautic(server(), "constraints", "mtc_");
    mautic.load_own_schema();
    mautic.connection().change(
        "CREATE TABLE mtc_seats (a BIGINT UNSIGNED, b INT, PRIMARY KEY (a, b)) ENGINE = InnoDB");
    mautic.connection().change(
        "CREATE TABLE mtc_cards (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, b INT, number VARCHAR(64) NOT"
        " NULL CHECK (number <> ''), other VARCHAR(64), answers LONGTEXT CHECK (json_valid(`answers`)),"
        " FOREIGN KEY by_lead (lead_id) REFERENCES mtc_leads (id),"
        " FOREIGN KEY by_seat (lead_id, b) REFERENCES mtc_seats (a, b)) ENGINE = InnoDB");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("cards");
    REQUIRE(table != nullptr);
    CHECK(table->find("number")->checked);
    CHECK_FALSE(table->find("other")->checked);
    CHECK_FALSE(table->find("answers")->checked);
    CHECK(table->find("answers")->json);
    REQUIRE(table->foreign_keys.size() == 3);
    for (const ForeignKey& key : table->foreign_keys) {
        CAPTURE(key.column, key.referenced_table);
        CHECK(key.of_several_columns == (key.referenced_table == "seats"));
    }
}

TEST_CASE("a check names a column in whatever case it is written") {
    MauticDatabase mautic(server(), "check_case", "mtc_");
    mautic.load_own_schema();
    mautic.connection().change(
        "CREATE TABLE mtc_cards (id INT PRIMARY KEY, email VARCHAR(64) NOT NULL, other VARCHAR(64), Answers"
        " LONGTEXT, CHECK (EMAIL <> ''), CHECK (JSON_VALID(ANSWERS)))");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("cards");
    REQUIRE(table != nullptr);
    CHECK(table->find("email")->checked);
    CHECK_FALSE(table->find("other")->checked);
    CHECK(table->find("answers")->json);
    CHECK_FALSE(table->find("answers")->checked);
}

// MySQL keeps an expression as it was written out when its table was made.
TEST_CASE("columns in an expression are known where the server quoted no names") {
    MauticDatabase mautic(server(), "unquoted", "mtc_");
    mautic.load_own_schema();
    mautic.connection().change("SET SESSION sql_quote_show_create = OFF");
    mautic.connection().change(
        "CREATE TABLE mtc_cards (id INT PRIMARY KEY, email VARCHAR(64) NOT NULL, other VARCHAR(64), lower"
        " VARCHAR(64), answers LONGTEXT, email_lc VARCHAR(64) AS (LOWER(Email)) VIRTUAL, CHECK (email <>"
        " 'other'), CHECK (JSON_VALID(answers)), CHECK (LENGTH(answers) <> 7 OR email <> ''))");
    mautic.connection().change("SET SESSION sql_quote_show_create = ON");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("cards");
    REQUIRE(table != nullptr);
    std::set<std::string> checked;
    std::set<std::string> computed_from;
    for (const Column& column : table->columns) {
        if (column.checked) checked.insert(column.name);
        if (column.computed_from) computed_from.insert(column.name);
    }
    CHECK(checked == std::set<std::string>{"answers", "email"});
    CHECK(computed_from == std::set<std::string>{"email"});
    CHECK(table->find("answers")->json);
}

TEST_CASE("what a generated column or an index is computed from is noted") {
    MauticDatabase mautic(server(), "expressions", "mtc_");
    mautic.load_own_schema();
    const bool is_mysql = test::ServerUnderTest::get().is_mysql();
    mautic.connection().change(
        "CREATE TABLE mtc_members (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED,"
        " email_lc VARCHAR(191) AS (LOWER(EMAIL)) VIRTUAL, email VARCHAR(191) NOT NULL, plain VARCHAR(191),"
        " secret VARCHAR(191), digest CHAR(64) AS (SHA2(secret, 256)) STORED, data LONGTEXT,"
        " city VARCHAR(64) AS (JSON_UNQUOTE(JSON_EXTRACT(data, '$.plain'))) VIRTUAL, nick VARCHAR(64),"
        " UNIQUE by_email (email_lc)" +
        std::string(is_mysql ? ", UNIQUE by_nick ((LOWER(Nick)))" : "") + ")");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("members");
    REQUIRE(table != nullptr);
    std::set<std::string> found;
    for (const Column& column : table->columns) {
        if (column.computed_from) found.insert(column.name);
    }
    std::set<std::string> expected{"email", "secret", "data"};
    if (is_mysql) expected.insert("nick");
    CHECK(found == expected);
    mautic.connection().change("ALTER TABLE mtc_members MODIFY digest CHAR(64) AS (SHA2(plain, 256)) STORED");
    const Schema again = read_schema(mautic.connection(), "mtc_");
    CHECK(again.digest != schema.digest);
    CHECK(again.find("members")->find("plain")->computed_from);
    CHECK_FALSE(again.find("members")->find("secret")->computed_from);
}

TEST_CASE("an index that the server does not find rows by is none") {
    MauticDatabase mautic(server(), "hidden_index", "mtc_");
    mautic.load_own_schema();
    const char* const hidden = test::ServerUnderTest::get().is_mysql() ? "INVISIBLE" : "IGNORED";
    mautic.connection().change(
        "CREATE TABLE mtc_plugin_answers (id INT PRIMARY KEY, used INT, hidden INT, both_ INT, words TEXT,"
        " first INT, second INT, UNIQUE by_pair (first, second),"
        " UNIQUE by_used (used), UNIQUE by_hidden (hidden) " +
        std::string(hidden) + ", KEY a (both_) " + hidden + ", KEY b (both_), FULLTEXT by_words (words))");
    const Schema schema = read_schema(mautic.connection(), "mtc_");
    const Table* table = schema.find("plugin_answers");
    REQUIRE(table != nullptr);
    CHECK(table->index_on ==
          std::map<std::string, std::string>{{"id", "PRIMARY"}, {"used", "by_used"}, {"both_", "b"}});
    for (const char* column : {"hidden", "words"}) {
        CAPTURE(column);
        CHECK_FALSE(contains(table->leading_index_columns, column));
    }
    CHECK(table->find("hidden")->unique);  // which the server minds all the same
    CHECK_FALSE(table->find("hidden")->unique_with_others);
    for (const char* part : {"first", "second"}) {
        CAPTURE(part);
        CHECK(table->find(part)->unique);
        CHECK(table->find(part)->unique_with_others);
    }
    mautic.connection().change(
        "ALTER TABLE mtc_plugin_answers ALTER INDEX by_hidden " +
        std::string(test::ServerUnderTest::get().is_mysql() ? "VISIBLE" : "NOT IGNORED"));
    const Schema again = read_schema(mautic.connection(), "mtc_");
    CHECK(again.digest != schema.digest);
    CHECK(again.find("plugin_answers")->index_on.contains("hidden"));
}

TEST_CASE("forms are known without the table of their fields") {
    MauticDatabase mautic(server());
    mautic.load_own_schema();
    mautic.insert("forms", {{"id", 12}, {"name", "Newsletter"}, {"alias", "newsletter"}});
    mautic.connection().change("DROP TABLE IF EXISTS form_fields");
    CHECK(read_schema(mautic.connection(), "").forms.contains(12));
}
