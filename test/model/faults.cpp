#include "model/faults.h"

namespace gdprd::test::model {

namespace {

constexpr const char* body =
    " FOR EACH ROW BEGIN"
    " IF @model_rows_to_go > 0 THEN"
    " SET @model_rows_to_go = @model_rows_to_go - 1;"
    " IF @model_rows_to_go = 0 THEN"
    " SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = @model_error, MESSAGE_TEXT = 'as arranged'; END IF; END IF; "
    "END";

int code_of(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::deadlock:
            return 1213;
        case Fault::Kind::lock_wait:
            return 1205;
        default:
            return 2013;
    }
}

void add_trigger(database::Connection& root, const std::string& table, const std::string& event) {
    static int number = 0;
    const std::string schema = table.substr(0, table.find('.') + 1);
    root.change("CREATE TRIGGER " + schema + "model_fault_" + std::to_string(++number) + " BEFORE " + event +
                " ON " + table + body);
}

}  // namespace

void add_fault_triggers(database::Connection& root, const std::string& ledger_database) {
    for (const Shape& shape : shapes()) {
        for (const char* event : {"UPDATE", "DELETE"}) add_trigger(root, shape.table, event);
    }
    auto tables = root.select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" +
                              ledger_database + "' AND TABLE_TYPE = 'BASE TABLE'");
    while (tables.next()) add_trigger(root, ledger_database + "." + tables.text(0), "INSERT");
}

void arm(database::Connection& connection, const Fault& fault) {
    connection.change("SET @model_error = " + std::to_string(code_of(fault.kind)) +
                      ", @model_rows_to_go = " + std::to_string(fault.at));
}

bool has_struck(database::Connection& connection) {
    auto rows = connection.select("SELECT COALESCE(@model_rows_to_go, 0) = 0");
    return rows.next() && rows.number(0) != 0;
}

}  // namespace gdprd::test::model
