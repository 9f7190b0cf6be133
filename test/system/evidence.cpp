#include "system/evidence.h"

#include "base/text.h"

namespace gdprd::test {

namespace {

// Shorter ones ("1", "17", "de_DE") stand in any text by chance.
constexpr std::size_t telling_length = 6;

std::map<std::string, std::string> telling_values(const Person& person) {
    std::map<std::string, std::string> values = person.fields;
    values["marker"] = person.marker;
    values["older address"] = person.old_email;
    values["IP address"] = person.ip_address;
    values["tracking id"] = person.tracking_id;
    values["note"] = person.note;
    std::erase_if(values, [](const auto& entry) { return entry.second.size() < telling_length; });
    return values;
}

}  // namespace

void Evidence::collect(Installation& here) {
    add("log", here.daemon->log());
    for (const auto& file : std::filesystem::directory_iterator(here.config.queue_directory())) {
        add(file.path().filename().string(), read_file(file.path()));
    }
    for (const char* page : {"/metrics", "/readyz", "/healthz"}) add(page, here.page(page));
    collect_ledger(here);
}

void Evidence::collect_ledger(Installation& here) {
    database::Rows tables = here.server.select("SHOW TABLES", here.ledger_database);
    while (tables.next()) {
        database::Rows rows = here.server.select(
            "SELECT * FROM " + database::quote_identifier(tables.text(0)), here.ledger_database);
        while (rows.next()) {
            for (std::size_t column = 0; column < rows.column_count(); ++column) {
                add("ledger", rows.text(column) + '\n');
            }
        }
    }
}

std::vector<std::string> Evidence::mentions(const Person& person) const {
    std::vector<std::string> found;
    for (const auto& [source, bytes] : bytes_) {
        const std::string haystack = to_lower(bytes);
        for (const auto& [name, value] : telling_values(person)) {
            if (haystack.find(to_lower(value)) != std::string::npos) found.push_back(source + ": " + name);
        }
    }
    return found;
}

}  // namespace gdprd::test
