// The conventions of Prometheus, and the documentation, hold for every metric there is.
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "health/exposition.h"
#include "health/metrics.h"
#include "support/catch.h"

using gdprd::health::Metrics;
using gdprd::test::Exposition;
using gdprd::test::label_names;
using gdprd::test::parse_exposition;

namespace {

Exposition everything() {
    Metrics metrics("1.2.3");
    metrics.database_server("MySQL 9.7.4");
    metrics.notifications("crm", 1, 2, gdprd::health::Seconds{3});
    return parse_exposition(metrics.render());
}

bool ends_with_one_of(const std::string& name, std::initializer_list<const char*> endings) {
    for (const std::string ending : endings) {
        if (name.size() > ending.size() &&
            name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
            return true;
        }
    }
    return false;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Every metric the text speaks of; a histogram's series by the histogram's own name.
std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> names;
    for (const std::string prefix : {"mautic_gdprd_", "process_"}) {
        for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
            const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
            std::string name = text.substr(at, end - at);
            if (ends_with_one_of(name, {"_bucket", "_sum", "_count"})) name.erase(name.rfind('_'));
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace

TEST_CASE("every metric has a type, a help text worth reading and a conventional name") {
    const Exposition seen = everything();
    REQUIRE(seen.type.size() > 25);
    for (const auto& [name, type] : seen.type) {
        INFO(name << " is a " << type);
        REQUIRE(seen.help.count(name) == 1);
        const std::string& help = seen.help.at(name);
        CHECK(help.size() > 20);
        CHECK(help.back() == '.');
        CHECK((name.rfind("mautic_gdprd_", 0) == 0 || name.rfind("process_", 0) == 0));
        CHECK((type == "counter") == ends_with_one_of(name, {"_total"}));
        if (type == "histogram") CHECK(ends_with_one_of(name, {"_seconds"}));
        CHECK_FALSE(
            ends_with_one_of(name, {"_milliseconds", "_ms", "_kilobytes", "_count", "_sum", "_bucket"}));
    }
}

TEST_CASE("labels are from a short list, and none can name a person") {
    const std::set<std::string> allowed{"outcome", "status", "origin", "action",  "error",  "state",
                                        "reason",  "result", "le",     "version", "server", "receiver"};
    std::size_t labels = 0;
    for (const auto& [series, value] : everything().samples) {
        INFO(series);
        for (const std::string& name : label_names(series)) CHECK(allowed.count(name) == 1);
        labels += label_names(series).size();
    }
    CHECK(labels > 100);
}

TEST_CASE("docs/reference/metrics.md names every metric, and only those there are") {
    const std::string document = read_file(std::string(GDPRD_SOURCE_DIR) + "/docs/reference/metrics.md");
    const Exposition seen = everything();
    for (const auto& [name, type] : seen.type) {
        INFO(name);
        CHECK_THAT(document, ContainsSubstring("`" + name + "`"));
    }
    const std::vector<std::string> named = names_in(document);
    CHECK(named.size() >= seen.type.size());
    for (const std::string& name : named) {
        INFO(name);
        CHECK(seen.type.count(name) == 1);
    }
}
