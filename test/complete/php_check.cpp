#include "complete/php_check.h"

#include <iostream>
#include <stdexcept>

#include "fixture/encodings.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

namespace {

// A line is the name of the place, a tab, and the value in base64.
constexpr const char* script = R"php(<?php
$count = 0;
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $line) {
    [$place, $value] = explode("\t", $line);
    $value = base64_decode($value, true);
    $count++;
    if ($value !== 'b:0;' && @unserialize($value, ['allowed_classes' => false]) === false) echo $place, "\n";
}
echo 'read ', $count, "\n";
)php";

bool there_is_php() {
    static const bool found = [] {
        try {
            find_program("php");
            return true;
        } catch (const std::runtime_error&) {
            std::cerr << "NOT TESTED: there is no php, so nobody checks that values still unserialize\n";
            return false;
        }
    }();
    return found;
}

}  // namespace

std::string unreadable_by_php(const Dump& dump, const LiveTables& tables) {
    if (!there_is_php()) return "";
    std::string input;
    std::size_t count = 0;
    for (const auto& [name, dumped] : dump.tables()) {
        for (std::size_t column = 0; column < dumped.columns.size(); ++column) {
            if (!tables.at(name).columns.at(column).php_array) continue;
            for (const auto& [key, cells] : dumped.rows) {
                if (!cells.at(column)) continue;
                input += name + "." + dumped.columns[column] + "[" + key + "]\t" +
                         base64_text(*cells[column]) + "\n";
                ++count;
            }
        }
    }
    const TemporaryDirectory directory;
    const auto program = directory.write("check.php", script);
    std::string answer =
        run_program({find_program("php"), program.string()}, directory.write("values", input));
    // That every value was looked at is part of the answer.
    const std::string end = "read " + std::to_string(count) + "\n";
    if (count == 0 || !answer.ends_with(end)) return "PHP did not read all values: " + answer;
    return answer.substr(0, answer.size() - end.size());
}

std::string invalid_json(database::Connection& connection, const LiveTables& tables) {
    std::string places;
    for (const auto& [name, table] : tables) {
        for (const LiveColumn& column : table.columns) {
            if (!column.json) continue;
            database::Rows rows =
                connection.select("SELECT COUNT(*) FROM " + database::quote_identifier(table.real_name) +
                                  " WHERE NOT JSON_VALID(" + database::quote_identifier(column.name) + ")");
            rows.next();
            if (rows.number(0) > 0) places += name + "." + column.name + "\n";
        }
    }
    return places;
}

}  // namespace gdprd::test
