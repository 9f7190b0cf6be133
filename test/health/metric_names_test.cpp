// The conventions of Prometheus, and the documentation, hold for every metric there is.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "health/exposition.h"
#include "health/metrics.h"
#include "support/catch.h"

using gdprd::health::Metrics;
using gdprd::test::Exposition;
using gdprd::test::parse_exposition;

namespace {

Exposition everything() {
    Metrics metrics("1.2.3");
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
    const std::set<std::string> allowed{"outcome", "status", "origin", "action", "error",
                                        "state",   "reason", "result", "le",     "version"};
    const std::regex label(R"re(([a-z_]+)=")re");
    for (const auto& [series, value] : everything().samples) {
        INFO(series);
        for (std::sregex_iterator found(series.begin(), series.end(), label), end; found != end; ++found) {
            CHECK(allowed.count((*found)[1]) == 1);
        }
    }
}

TEST_CASE("docs/operations.md names every metric, and only those there are") {
    const std::string document = read_file(std::string(GDPRD_SOURCE_DIR) + "/docs/operations.md");
    const Exposition seen = everything();
    for (const auto& [name, type] : seen.type) {
        INFO(name);
        CHECK_THAT(document, ContainsSubstring("`" + name + "`"));
    }
    const std::regex any_name(R"((mautic_gdprd|process)_[a-z_]+[a-z])");
    for (std::sregex_iterator found(document.begin(), document.end(), any_name), end; found != end; ++found) {
        const std::string name = std::regex_replace(found->str(), std::regex("_(bucket|sum|count)$"), "");
        INFO(found->str());
        CHECK(seen.type.count(name) == 1);
    }
}
