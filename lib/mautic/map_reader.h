// Reads one TOML table of the data map: typed access, errors that say where, and no key that nobody asked
// for. Inside the room only; the data map's loader is its one user.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/toml.h"
#include "mautic/data_map.h"

namespace gdprd::mautic {

// One TOML table being read; remembers where it stands for the error messages and refuses keys nobody asked
// for.
class MapReader {
  public:
    MapReader(const toml::table& table, std::string file, std::string where)
        : table_(table), file_(std::move(file)), where_(std::move(where)) {}

    std::string text(std::string_view key, bool required = false) {
        const toml::node* node = take(key);
        if (node == nullptr) {
            if (required) fail("'" + std::string(key) + "' is missing");
            return {};
        }
        const auto value = node->value_exact<std::string>();
        if (!value) fail(node, "'" + std::string(key) + "' must be a text");
        if (required && value->empty()) fail(node, "'" + std::string(key) + "' must not be empty");
        return *value;
    }

    bool flag(std::string_view key) {
        const toml::node* node = take(key);
        if (node == nullptr) return false;
        const auto value = node->value_exact<bool>();
        if (!value) fail(node, "'" + std::string(key) + "' must be true or false");
        return *value;
    }

    std::int64_t number(std::string_view key, std::int64_t low, std::int64_t high) {
        const toml::node* node = take(key);
        if (node == nullptr) return 0;
        const auto value = node->value_exact<std::int64_t>();
        if (!value || *value < low || *value > high) {
            fail(node, "'" + std::string(key) + "' must be a number from " + std::to_string(low) + " to " +
                           std::to_string(high));
        }
        return *value;
    }

    std::vector<std::string> texts(std::string_view key) {
        const toml::node* node = take(key);
        return node == nullptr ? std::vector<std::string>{} : texts_of(*node, key);
    }

    const toml::table* table(std::string_view key) {
        const toml::node* node = take(key);
        if (node == nullptr) return nullptr;
        if (!node->is_table()) fail(node, "'" + std::string(key) + "' must be a table");
        return node->as_table();
    }

    // { column = "value" | ["a", "b"] | "NULL" }: the conditions of a tie.
    std::vector<Condition> conditions(std::string_view key) {
        std::vector<Condition> found;
        const toml::table* entries = table(key);
        if (entries == nullptr) return found;
        for (const auto& [column, node] : *entries) {
            Condition condition{std::string(column.str()), {}, false};
            if (const auto one = node.value_exact<std::string>()) {
                condition.is_null = *one == "NULL";
                if (!condition.is_null) condition.values.push_back(*one);
            } else {
                condition.values = texts_of(node, column.str());
            }
            found.push_back(std::move(condition));
        }
        return found;
    }

    // Call last: what is left was never asked for.
    void finish() const {
        for (const auto& [key, node] : table_) {
            if (taken_.contains(std::string(key.str()))) continue;
            const std::string name(key.str());
            const auto near = nearest_name(name, {taken_.begin(), taken_.end()});
            fail(&node,
                 "unknown key '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
    }

    [[noreturn]] void fail(const std::string& what) const { fail(&table_, what); }
    [[noreturn]] void fail(const toml::node* node, const std::string& what) const {
        throw ConfigurationError(file_ + ":" + std::to_string(node->source().begin.line) + ": " + where_ +
                                 ": " + what);
    }

  private:
    const toml::node* take(std::string_view key) {
        taken_.insert(std::string(key));
        return table_.get(key);
    }

    std::vector<std::string> texts_of(const toml::node& node, std::string_view key) const {
        std::vector<std::string> values;
        const toml::array* array = node.as_array();
        if (array == nullptr) fail(&node, "'" + std::string(key) + "' must be a list of texts");
        for (const auto& element : *array) {
            const auto value = element.value_exact<std::string>();
            if (!value) fail(&element, "'" + std::string(key) + "' must hold texts only");
            values.push_back(*value);
        }
        if (values.empty()) fail(&node, "'" + std::string(key) + "' must not be empty");
        return values;
    }

    const toml::table& table_;
    std::string file_;
    std::string where_;
    std::set<std::string> taken_;
};

}  // namespace gdprd::mautic
