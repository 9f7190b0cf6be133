#include "verify/world.h"

namespace gdprd::test {

namespace {

database::Connection create(const std::string& name) {
    server().execute("DROP DATABASE IF EXISTS " + name);
    server().execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
    return database::Connection(server().options(name));
}

}  // namespace

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

SearchedDatabase::SearchedDatabase(std::string database_name)
    : name(std::move(database_name)), connection(create(name)) {}

void SearchedDatabase::insert(const std::string& table, const std::vector<database::Value>& values) {
    std::string places;
    for (std::size_t i = 0; i < values.size(); ++i) places += i == 0 ? "?" : ", ?";
    connection.change("INSERT INTO " + table + " VALUES (" + places + ")", values);
}

verify::Findings SearchedDatabase::search(const matching::Identity& identity, bool strong_only) {
    database::Connection reader(server().options(name));
    return verify::WholeSearch(reader, {name}).run(identity, strong_only, [](const verify::Progress&) {
        return true;
    });
}

verify::Findings SearchedDatabase::search(const matching::Identity& identity, const verify::GoOn& go_on) {
    database::Connection reader(server().options(name));
    return verify::WholeSearch(reader, {name}).run(identity, false, go_on);
}

matching::Identity identity_of(const std::vector<std::string>& values) {
    matching::Identity identity;
    for (const std::string& value : values) identity.add(value);
    return identity;
}

std::map<std::string, std::string> hits_of(const verify::Findings& findings) {
    std::map<std::string, std::string> hits;
    for (const auto& hit : findings.hits) {
        std::string& count = hits[hit.table + '.' + hit.column];
        count = std::to_string(hit.rows_strong);
        if (hit.rows_weak > 0) count += '+' + std::to_string(hit.rows_weak);
    }
    return hits;
}

}  // namespace gdprd::test
