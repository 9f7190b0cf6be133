#include "model/rows.h"

#include "base/text.h"

namespace gdprd::test::model {

namespace {

std::string key_of(const Shape& shape, const Row& row) {
    std::vector<std::string> parts;
    for (const std::string& column : shape.key) parts.push_back(row.at(column).value_or("NULL"));
    return join(parts, "|");
}

std::string shown(const Cell& cell) { return cell ? "'" + *cell + "'" : "NULL"; }

}  // namespace

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> all{{"ip_addresses", {"id"}},
                                        {"lead_tags", {"id"}},
                                        {"companies", {"id"}},
                                        {"leads", {"id"}},
                                        {"lead_donotcontact", {"id"}},
                                        {"lead_tags_xref", {"lead_id", "tag_id"}},
                                        {"companies_leads", {"company_id", "lead_id"}},
                                        {"lead_ips_xref", {"lead_id", "ip_id"}},
                                        {"lead_devices", {"id"}},
                                        {"email_stats", {"id"}},
                                        {"email_stats_devices", {"id"}},
                                        {"page_hits", {"id"}},
                                        {"lead_utmtags", {"id"}},
                                        {"form_submissions", {"id"}},
                                        {"form_results_1_newsletter", {"submission_id"}},
                                        {"sms_message_stats", {"id"}},
                                        {"lead_event_log", {"id"}},
                                        {"lead_notes", {"id"}},
                                        {"audit_log", {"id"}},
                                        {"contact_merge_records", {"id"}},
                                        {"model_cards", {"id"}},
                                        {"model_card_uses", {"id"}},
                                        {"model_calls", {"id"}}};
    return all;
}

void create_more_tables(database::Connection& connection) {
    for (
        const char* statement :
        {"CREATE TABLE form_fields (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, form_id INT UNSIGNED"
         " NOT NULL, label LONGTEXT NOT NULL, alias VARCHAR(191) NOT NULL, type VARCHAR(191) NOT NULL)"
         " ENGINE = InnoDB DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci",
         "CREATE TABLE sms_message_stats (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT"
         " UNSIGNED DEFAULT NULL, ip_id INT UNSIGNED DEFAULT NULL, date_sent DATETIME NOT NULL, tracking_hash"
         " VARCHAR(191) DEFAULT NULL, source VARCHAR(191) DEFAULT NULL, tokens LONGTEXT DEFAULT NULL COMMENT"
         " '(DC2Type:array)', details JSON NOT NULL, KEY by_hash (tracking_hash), FOREIGN KEY (lead_id)"
         " REFERENCES leads (id) ON DELETE SET NULL, FOREIGN KEY (ip_id) REFERENCES ip_addresses (id) ON"
         " DELETE SET NULL) ENGINE = InnoDB DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci",
         "CREATE TABLE form_results_1_newsletter (submission_id INT NOT NULL, form_id INT NOT NULL, email"
         " LONGTEXT DEFAULT NULL, f_name LONGTEXT DEFAULT NULL, PRIMARY KEY (submission_id)) ENGINE = InnoDB"
         " DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci",
         "CREATE TABLE model_cards (id VARCHAR(32) NOT NULL PRIMARY KEY, lead_id BIGINT UNSIGNED DEFAULT "
         "NULL,"
         " holder VARCHAR(191) DEFAULT NULL, number VARCHAR(191) NOT NULL, issued DATE NOT NULL, FOREIGN KEY"
         " (lead_id) REFERENCES leads (id) ON DELETE SET NULL) ENGINE = InnoDB DEFAULT CHARSET utf8mb4"
         " COLLATE utf8mb4_bin",
         "CREATE TABLE model_card_uses (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, card VARCHAR(32)"
         " NOT NULL, remark VARCHAR(191) DEFAULT NULL, KEY by_card (card)) ENGINE = InnoDB DEFAULT CHARSET"
         " utf8mb4 COLLATE utf8mb4_bin",
         "CREATE TABLE model_calls (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT"
         " UNSIGNED NOT NULL, remark VARCHAR(191) DEFAULT NULL, duty VARCHAR(191) NOT NULL, minutes INT NOT"
         " NULL, FOREIGN KEY (lead_id) REFERENCES leads (id) ON DELETE CASCADE) ENGINE = InnoDB DEFAULT"
         " CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci"}) {
        connection.change(statement);
    }
}

const char* plugin_map() {
    return R"(format = 1

[[table]]
name = "model_cards"
why = "Cards of a plugin, whose keys are texts."
tie = { kind = "column", column = "lead_id" }
[table.columns]
id = { action = "keep", why = "The key of the row." }
holder = { action = "delete", why = "Whose card it is." }
number = { action = "hash", why = "The number on the card." }
issued = { action = "keep", why = "A date without the person." }

[[table]]
name = "model_card_uses"
why = "Uses of a card."
tie = { kind = "parent", column = "card", parent = "model_cards", parent_column = "id" }
[table.columns]
card = { action = "keep", why = "Which card." }
remark = { action = "delete", why = "Free text." }
)";
}

void empty_tables(database::Connection& connection) {
    connection.change("SET foreign_key_checks = 0");
    for (const Shape& shape : shapes()) connection.change("DELETE FROM " + shape.table);
    connection.change("SET foreign_key_checks = 1");
}

std::string quoted(const Cell& cell) {
    if (!cell) return "NULL";
    std::string text = "'";
    for (const char character : *cell) {
        if (character == '\'' || character == '\\') text += '\\';
        text += character;
    }
    return text + "'";
}

void insert(database::Connection& connection, std::span<const Line> lines) {
    connection.begin();
    for (const Line& line : lines) {
        std::vector<std::string> columns, values;
        for (const auto& [column, cell] : line.values) {
            columns.push_back(column);
            values.push_back(quoted(cell));
        }
        connection.change("INSERT IGNORE INTO " + line.table + " (" + join(columns, ",") + ") VALUES (" +
                          join(values, ",") + ")");
    }
    connection.commit();
}

Rows read_rows(database::Connection& connection) {
    Rows all;
    for (const Shape& shape : shapes()) {
        Table& table = all[shape.table];
        auto rows = connection.select("SELECT * FROM " + shape.table);
        while (rows.next()) {
            Row row;
            for (std::size_t i = 0; i < rows.column_count(); ++i) {
                row[rows.column_name(i)] = rows.optional_text(i);
            }
            table[key_of(shape, row)] = std::move(row);
        }
    }
    return all;
}

std::vector<std::string> differences(const Rows& should, const Rows& is, std::size_t lines_max) {
    std::vector<std::string> lines;
    const auto say = [&](const std::string& line) {
        if (lines.size() < lines_max) lines.push_back(line);
    };
    for (const auto& [name, wanted] : should) {
        const Table& found = is.at(name);
        for (const auto& [key, row] : wanted) {
            const auto there = found.find(key);
            if (there == found.end()) {
                say(name + " " + key + " is gone");
                continue;
            }
            for (const auto& [column, cell] : row) {
                const Cell& value = there->second.at(column);
                if (value == cell) continue;
                say(name + " " + key + ": " + column + " is " + shown(value) + " and should be " +
                    shown(cell));
            }
        }
        for (const auto& [key, row] : found) {
            if (!wanted.contains(key)) say(name + " " + key + " is there and should not be");
        }
    }
    return lines;
}

}  // namespace gdprd::test::model
