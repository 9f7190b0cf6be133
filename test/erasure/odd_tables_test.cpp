// Erasures in databases that are not as Mautic made them: nobody else's rows are touched, and what must stay
// is counted.
#include "erasure/tied_rows.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

std::string all_of(World& world, const std::string& table, const std::string& columns) {
    return world.mautic.value("SELECT GROUP_CONCAT(CONCAT_WS('=', " + columns +
                              ") ORDER BY 1 SEPARATOR ' ') FROM " + table);
}

}  // namespace

TEST_CASE("a primary key of digits is a text where its column is one") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE plug (code VARCHAR(20) PRIMARY KEY, lead_id INT, details LONGTEXT, KEY (lead_id))");
    const auto add = [&](const std::string& code, ContactId contact) {
        world.mautic.connection().change("INSERT INTO plug VALUES ('" + code + "', " +
                                         std::to_string(contact) + ", '{\"name\":\"Somebody\"}')");
    };
    add("123", erased);
    for (const char* code : {"0123", "123.0", "AB-1", "123a"}) add(code, other);
    world.map = with_entry(
        "[[table]]\nname = \"plug\"\nwhy = \"x\"\ntie = { kind = \"column\", column = \"lead_id\" }\n"
        "[table.columns]\ndetails = { action = \"rewrite\", format = \"json\", why = \"x\" }\n");
    const std::string others = "SELECT COUNT(*) FROM plug WHERE lead_id <> 7 AND details LIKE '%Somebody%'";
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(world.mautic.value(others) == "4");
    CHECK(world.mautic.value("SELECT COUNT(*) FROM plug WHERE lead_id = 7 AND details LIKE '%Somebody%'") ==
          "0");
}

TEST_CASE("texts that a collation takes for the same are compared byte by byte") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE cards (id INT PRIMARY KEY, lead_id INT, code VARCHAR(20), KEY (lead_id)) CHARSET "
        "utf8mb4");
    world.mautic.connection().change(
        "CREATE TABLE uses (id INT PRIMARY KEY, code VARCHAR(20), t TEXT, KEY (code)) CHARSET utf8mb4");
    world.mautic.connection().change("INSERT INTO cards VALUES (1, 7, 'ab')");
    world.mautic.connection().change(
        "INSERT INTO uses VALUES (1,'ab','x'),(2,'AB','x'),(3,'ab ','x'),(4,'äb','x')");
    world.map = with_entry(
        "[[table]]\nname = \"cards\"\nwhy = \"x\"\ntie = { kind = \"column\", column = \"lead_id\" }\n"
        "[[table]]\nname = \"uses\"\nwhy = \"x\"\ntie = { kind = \"parent\", column = \"code\", parent = "
        "\"cards\", parent_column = \"code\" }\n[table.columns]\nt = { action = \"delete\", why = \"x\" }\n");
    world.erase(erased);
    CHECK(all_of(world, "uses", "id, t") == "1 2=x 3=x 4=x");
}

TEST_CASE("former versions of rows are never called complete") {
    World world;
    add_people(world);
    if (ServerUnderTest::get().is_mysql()) {  // keeps none
        CHECK_THROWS(world.mautic.connection().change("ALTER TABLE lead_notes ADD SYSTEM VERSIONING"));
        return;
    }
    world.mautic.connection().change("ALTER TABLE lead_notes ADD SYSTEM VERSIONING");
    world.mautic.connection().change("ALTER TABLE audit_log ADD SYSTEM VERSIONING");
    CHECK(world.erase(erased).status == Status::partial);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 7") == 0);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 70") > 0);
    CHECK(world.erase(erased, 1, false).status == Status::partial);
    const auto row = world.ledger(erased);
    REQUIRE(row);
    CHECK(std::any_of(row->findings.begin(), row->findings.end(),
                      [](const auto& finding) { return finding.table == "lead_notes"; }));
    // Once the administrator has removed them, the next pass says so.
    world.mautic.connection().change("DELETE HISTORY FROM lead_notes");
    world.mautic.connection().change("ALTER TABLE audit_log DROP SYSTEM VERSIONING");
    world.prepare();
    CHECK(world.erase(erased, 1, false).status == Status::complete);
}

TEST_CASE("rows with a key of several columns are named by the row they hang on") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE parts (id INT, at INT, stat_id BIGINT UNSIGNED, t TEXT, PRIMARY KEY (id, at), KEY "
        "(stat_id))");
    const auto add = [&](int id, int at, ContactId contact) {
        world.mautic.connection().change(
            "INSERT INTO parts SELECT " + std::to_string(id) + ", " + std::to_string(at) +
            ", MIN(id), 'x' FROM email_stats WHERE lead_id = " + std::to_string(contact));
    };
    add(1, 1, erased);
    add(2, 1, erased);
    add(2, 2, erased);  // which the entry does not mean
    add(3, 1, other);
    const std::string all = "CONCAT(id, '.', at), COALESCE(t, '-')";
    CHECK(all_of(world, "parts", all) == "1.1=x 2.1=x 2.2=x 3.1=x");
    const std::string begin =
        "[[table]]\nname = \"parts\"\nwhy = \"x\"\ntie = { kind = \"parent\", column = \"stat_id\", parent = "
        "\"email_stats\", parent_column = \"id\", where = { at = \"1\" } }\n";
    world.map = with_entry(begin + "[table.columns]\nt = { action = \"delete\", why = \"x\" }\n");
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(all_of(world, "parts", all) == "1.1=- 2.1=- 2.2=x 3.1=x");
    world.map = with_entry(begin + "rows = \"delete\"\n");
    world.prepare();
    world.erase(erased, 1);
    CHECK(all_of(world, "parts", all) == "2.2=x 3.1=x");
}

TEST_CASE("an invisible column of the contact is erased like any other") {
    World world;
    add_people(world);
    world.mautic.connection().change("ALTER TABLE leads ADD COLUMN hidden VARCHAR(191) INVISIBLE AFTER id");
    world.mautic.connection().change("UPDATE leads SET hidden = 'somebody'");
    CHECK(world.erase(erased).status == Status::settling);
    CHECK(world.mautic.field(erased, "hidden") == "NULL");
    CHECK(world.mautic.field(other, "hidden") == "somebody");
}

TEST_CASE("what is left in a column that another entry of its table empties stays said") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE scores (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, type VARCHAR(20), name TEXT,"
        " KEY (lead_id))");
    world.mautic.connection().change("INSERT INTO scores VALUES (1, 7, 'form', '" +
                                     invented_person(erased).email() + "'), (2, 7, 'other', 'x')");
    const std::string begin = "[[table]]\nname = \"scores\"\nwhy = \"x\"\n";
    const std::string tie = "tie = { kind = \"column\", column = \"lead_id\"";
    world.map = with_entry(
        begin + tie +
        " }\n[table.columns]\ntype = { action = \"keep\", why = \"x\" }\n"
        "name = { action = \"keep\", search = \"strong\", why = \"x\" }\n" +
        begin + "part = \"free\"\n" + tie +
        ", except = { type = \"form\" } }\n[table.columns]\nname = { action = \"delete\", why = \"x\" }\n");
    CHECK(world.erase(erased).status == Status::partial);
    CHECK(all_of(world, "scores", "id, COALESCE(LENGTH(name), 0) > 0") == "1=1 2=0");
    CHECK(world.erase(erased, 1).status == Status::partial);
    CHECK(world.erase(erased, 2, false).status == Status::partial);
}

// The contact's own row loses what they are found by.
TEST_CASE("rows that are left and found by the contact's address are never called complete") {
    World world;
    add_people(world);
    world.mautic.connection().change("CREATE TABLE cards (email VARCHAR(191), t TEXT, KEY (email))");
    world.mautic.connection().change("INSERT INTO cards VALUES ('" + invented_person(erased).email() +
                                     "', 'x')");
    world.map = with_entry(
        "[[table]]\nname = \"cards\"\nwhy = \"x\"\ntie = { kind = \"parent\", column = \"email\", parent = "
        "\"leads\", parent_column = \"email\" }\n[table.columns]\nt = { action = \"delete\", why = \"x\" }\n"
        "email = { action = \"hash\", normalise = \"email\", why = \"x\" }\n");
    for (const int pass : {0, 1, 2}) {
        const auto result = world.erase(erased, pass, pass < 2);
        const auto record = world.ledger(erased);
        CAPTURE(pass, result.status, record->not_covered.older_rows, record->findings.size());
        CHECK((result.status == Status::partial || record->not_covered.older_rows));
    }
    CHECK(all_of(world, "cards", "t") == "x");
}

TEST_CASE("parts go with their own row, whatever number others refer to it by") {
    World world;
    add_people(world);
    auto& root = world.mautic.connection();
    root.change(
        "CREATE TABLE links (id INT PRIMARY KEY, lead_id INT, number INT, KEY (lead_id), KEY (number))");
    root.change("CREATE TABLE items (id INT PRIMARY KEY, number INT, t TEXT, UNIQUE (number))");
    root.change("CREATE TABLE pieces (id INT PRIMARY KEY, number INT, t TEXT, KEY (number))");
    root.change("INSERT INTO links VALUES (1,7,2), (2,8,1)");
    root.change("INSERT INTO items VALUES (1,2,'x'), (2,1,'other')");
    root.change("INSERT INTO pieces VALUES (1,2,'x'), (2,1,'other')");
    world.map = with_entry(
        "[[table]]\nname = \"links\"\nwhy = \"x\"\nrows = \"delete\"\ntie = { kind = \"column\", column = "
        "\"lead_id\" }\n"
        "[[table]]\nname = \"items\"\nwhy = \"x\"\ntie = { kind = \"shared\", column = \"number\", through = "
        "[\"links.number\"] }\n[table.columns]\nt = { action = \"delete\", why = \"x\" }\n"
        "[[table]]\nname = \"pieces\"\nwhy = \"x\"\nrows = \"delete\"\ntie = { kind = \"part\", column = "
        "\"number\", parent = \"items\" }\n");
    world.erase(erased);
    CHECK(all_of(world, "items", "id, t") == "1 2=other");
    CHECK(all_of(world, "pieces", "id, t") == "2=other");
}
