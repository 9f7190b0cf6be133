#include "ledger/held_tags.h"

#include "base/hex.h"

namespace gdprd::ledger {

using database::Value;

namespace {

// "held_tag_0123456789abcdef_"; the tag's id follows.
std::string beginning_of_name(const std::string& rule) {
    constexpr std::size_t digits = 16;
    return "held_tag_" + sha256_hex(rule).substr(0, digits) + '_';
}

}  // namespace

HeldTags::HeldTags(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`mark`") {}

void HeldTags::remember(const std::string& rule, std::uint64_t tag) {
    connection_.change("INSERT IGNORE INTO " + table_ + " (name, number) VALUES (?,?)",
                       std::vector<Value>{beginning_of_name(rule) + std::to_string(tag), tag},
                       "mark: remember a tag");
}

std::map<std::uint64_t, std::string> HeldTags::find(const std::vector<std::string>& rules) {
    std::map<std::uint64_t, std::string> tags;
    for (const std::string& rule : rules) {
        const std::string beginning = beginning_of_name(rule);
        auto rows = connection_.select("SELECT number FROM " + table_ + " WHERE name > ? AND name < ?",
                                       std::vector<Value>{beginning, beginning + 'a'}, "mark: find tags");
        while (rows.next()) tags.emplace(rows.number(0), rule);
    }
    return tags;
}

}  // namespace gdprd::ledger
