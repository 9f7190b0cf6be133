#include "mautic/schema.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mautic/column_name.h"

namespace gdprd::mautic {

namespace {

template <std::size_t size>
bool is_one_of(std::string_view type, const std::array<std::string_view, size>& types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

constexpr std::array<std::string_view, 9> text_types{"char",     "varchar", "tinytext", "text", "mediumtext",
                                                     "longtext", "json",    "enum",     "set"};
constexpr std::array<std::string_view, 6> binary_types{"binary", "varbinary",  "tinyblob",
                                                       "blob",   "mediumblob", "longblob"};
constexpr std::array<std::string_view, 5> integer_types{"tinyint", "smallint", "mediumint", "int", "bigint"};
constexpr std::array<std::string_view, 4> other_number_types{"double", "float", "decimal", "bit"};
constexpr std::array<std::string_view, 5> temporal_types{"date", "datetime", "timestamp", "time", "year"};

}  // namespace

bool Column::is_text() const { return is_one_of(data_type, text_types); }
bool Column::is_binary() const { return is_one_of(data_type, binary_types); }
bool Column::is_integer() const { return is_one_of(data_type, integer_types); }
bool Column::is_number() const { return is_integer() || is_one_of(data_type, other_number_types); }
bool Column::is_temporal() const { return is_one_of(data_type, temporal_types); }

const Column* Table::find(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& candidate) {
        return is_same_column(candidate.name, column);
    });
    return found == columns.end() ? nullptr : &*found;
}

bool Table::is_in_primary_key(std::string_view column) const {
    return std::any_of(primary_key.begin(), primary_key.end(),
                       [&](const std::string& part) { return is_same_column(part, column); });
}

bool Table::is_foreign_key(std::string_view column) const {
    return std::any_of(foreign_keys.begin(), foreign_keys.end(),
                       [&](const ForeignKey& key) { return is_same_column(key.column, column); });
}

bool Table::is_on_another_server() const {
    const std::string kind = to_lower(engine);
    return kind == "federated" || kind == "connect" || kind == "spider";
}

bool Table::stores_nothing() const { return to_lower(engine) == "blackhole"; }

const Table* Schema::find(std::string_view table) const {
    const auto found = tables.find(table);
    return found == tables.end() ? nullptr : &found->second;
}

const ContactField* Schema::find_field(std::string_view alias) const {
    const auto found =
        std::find_if(contact_fields.begin(), contact_fields.end(),
                     [&](const ContactField& field) { return is_same_column(field.alias, alias); });
    return found == contact_fields.end() ? nullptr : &*found;
}

}  // namespace gdprd::mautic
