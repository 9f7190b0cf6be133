// The whole history of a person on every schema: after the erasure the audit finds nothing, and when the map
// had not had a table, it finds that table. What a table would hold then is what it held before: its rows are
// put back, one table after the other.
#include <algorithm>

#include "audit/pass.h"
#include "complete/erased_history.h"
#include "support/catch.h"
#include "verify/table_list.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Places = std::set<std::string>;

// The tables that an audit reads.
std::set<std::string> readable(ErasedHistory& erased) {
    std::set<std::string> names;
    const auto options = erased.world.mautic.options();
    database::Connection reader(options);
    for (const auto& table : verify::read_tables(reader, options.database)) names.insert(table.name);
    return names;
}

// Of these tables; of all without any.
Places audited(ErasedHistory& erased, std::vector<std::string> tables = {}) {
    database::Connection reader(erased.world.mautic.options());
    audit::PassOptions options;
    options.database = erased.world.mautic.options().database;
    options.table_prefix = erased.world.mautic.real_name("");
    options.ledger_database = World::ledger_name;
    options.anew = true;
    options.tables = std::move(tables);
    audit::Pass pass({reader, reader}, options, [] { return true; });
    Places places;
    while (audit::TableState* state = pass.take()) {
        audit::audit_table({reader, reader}, *state, pass.people(),
                           [](const audit::TableState&) { return true; });
        CHECK(state->failure.empty());
        for (std::size_t i = 0; i < state->columns.size(); ++i) {
            CHECK(state->columns[i].rows_returned == 0);
            if (state->columns[i].rows_erased == 0) continue;
            places.insert(state->table.name + '.' + state->table.columns[i].name);
            CHECK(state->contacts == std::set<ContactId>{FullHistory::subject_id});
        }
    }
    return places;
}

// By the tests' own search, which compares every cell with the address.
Places searched(ErasedHistory& erased, const Dump& dump) {
    Places places;
    for (const std::string& finding : dump.search(erased.needles)) {
        const auto colon = finding.find(": ");
        if (finding.substr(colon + 2) == "email") {
            const auto dot = finding.find('.');
            const std::string& table = erased.history.tables().at(finding.substr(0, dot)).real_name;
            places.insert(table + finding.substr(dot, colon - dot));
        }
    }
    return places;
}

// Copies of all tables of a database, to put their rows back from.
class Copy {
  public:
    Copy(ErasedHistory& erased, std::string name) : erased_(erased), name_(std::move(name)) {
        auto& connection = erased_.world.mautic.connection();
        server().execute("DROP DATABASE IF EXISTS " + name_);
        server().execute("CREATE DATABASE " + name_);
        connection.change("SET FOREIGN_KEY_CHECKS = 0");
        auto rows = connection.select(
            "SELECT t.TABLE_NAME, GROUP_CONCAT(CONCAT('`', COLUMN_NAME, '`')) FROM information_schema.TABLES "
            "t "
            "JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = "
            "t.TABLE_NAME WHERE t.TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND EXTRA NOT LIKE "
            "'%GENERATED%' GROUP BY t.TABLE_NAME");
        while (rows.next()) {
            columns_[rows.text(0)] = rows.text(1);
            connection.change("CREATE TABLE " + name_ + ".`" + rows.text(0) + "` AS SELECT " + rows.text(1) +
                              " FROM `" + rows.text(0) + "`");
        }
    }

    void put_back(const std::string& table) {
        auto& connection = erased_.world.mautic.connection();
        connection.change("DELETE FROM `" + table + "`");
        connection.change("INSERT INTO `" + table + "` (" + columns_.at(table) + ") SELECT * FROM " + name_ +
                          ".`" + table + "`");
    }

    std::vector<std::string> tables() const {
        std::vector<std::string> names;
        for (const auto& [name, columns] : columns_) names.push_back(name);
        return names;
    }

  private:
    ErasedHistory& erased_;
    const std::string name_;
    std::map<std::string, std::string> columns_;
};

}  // namespace

TEST_CASE("nothing is found after an erasure, and every table that keeps its rows is found") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            Copy before(erased, "audit_before");
            REQUIRE(erased.erase(0).verdict == erasure::Verdict::erased);
            CHECK(audited(erased) == Places{});
            Copy after(erased, "audit_after");
            const std::set<std::string> texts = readable(erased);
            std::size_t tables = 0;
            for (const std::string& table : before.tables()) {
                before.put_back(table);
                CAPTURE(table);
                // No other table has changed since nothing was found in any.
                const Places places = searched(erased, erased.dump_of_table(table));
                CHECK((texts.contains(table) ? audited(erased, {table}) : Places{}) == places);
                tables += places.empty() ? 0 : 1;
                after.put_back(table);
            }
            CHECK(tables > 30);
            CHECK(audited(erased) == Places{});
        }
    }
}

TEST_CASE("on every schema all tables that would keep their rows are found, and nobody else's") {
    for (const SchemaCase& schema : schema_cases()) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            Copy before(erased, "audit_before");
            REQUIRE(erased.erase(0).verdict == erasure::Verdict::erased);
            CHECK(audited(erased) == Places{});
            for (const std::string& table : before.tables()) before.put_back(table);
            const Places places = searched(erased, erased.dump());
            CHECK(places.size() > 40);
            CHECK(audited(erased) == places);
        }
    }
}
