// Figures in words and in JSON.
#include "bench/report.h"

#include <random>
#include <sstream>

#include <nlohmann/json.hpp>

#include "bench/samples.h"
#include "support/catch.h"

using namespace gdprd::bench;
using nlohmann::json;

namespace {

struct Printed {
    std::string words;
    json line;
};

Printed print(const Figure& figure, const std::string& server = "") {
    std::ostringstream words, lines;
    Report report("backfill", 0.02, words, &lines);
    report.set_server(server);
    report.add(figure);
    const std::string text = lines.str();
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 1);
    return {words.str(), json::parse(text)};
}

// The obvious way: as many values as that share of the others are smaller, to the nearest one.
double slow_percentile(std::vector<double> values, double share) {
    const auto smaller = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    for (std::size_t i = 0; i < smaller; ++i) values.erase(std::min_element(values.begin(), values.end()));
    return *std::min_element(values.begin(), values.end());
}

std::vector<double> random_values(std::mt19937& random) {
    std::vector<double> values(1 + random() % 40);
    for (double& value : values) value = 1 + static_cast<double>(random() % 1'000) / 8;
    return values;
}

}  // namespace

TEST_CASE("percentiles of random values are those of an obvious count") {
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        const auto values = random_values(random);
        for (const double share : {0.0, 0.5, 0.99, 1.0}) {
            CHECK(percentile(values, share) == slow_percentile(values, share));
        }
    }
    CHECK(percentile({}, 0.5) == 0);
}

TEST_CASE("a figure is one line of JSON, without what it does not have") {
    CHECK(print({"idle", 16.5, "MiB"}).line == json{{"measurement", "backfill"},
                                                    {"figure", "idle"},
                                                    {"value", 16.5},
                                                    {"unit", "MiB"},
                                                    {"scale", 0.02}});
    const auto compared =
        print(Figure("engine", 90, "contacts/s").against("SQL by hand", 100), "MariaDB 10.11");
    CHECK(compared.line == json{{"measurement", "backfill"},
                                {"figure", "engine"},
                                {"value", 90.0},
                                {"unit", "contacts/s"},
                                {"against", "SQL by hand"},
                                {"baseline", 100.0},
                                {"ratio", 0.9},
                                {"server", "MariaDB 10.11"},
                                {"scale", 0.02}});
    CHECK(compared.words.find("engine ") != std::string::npos);
    CHECK(compared.words.find("90 contacts/s") != std::string::npos);
    CHECK(compared.words.find("ratio to SQL by hand 0.90") != std::string::npos);
}

TEST_CASE("rounds are compared one by one, each with the baseline beside it") {
    std::mt19937 random(2);
    for (int i = 0; i < 100; ++i) {
        const auto values = random_values(random);
        auto baseline = values;
        std::vector<double> ratios;
        for (double& value : baseline) {
            ratios.push_back(1 / static_cast<double>(1 + random() % 4));
            value /= ratios.back();
        }
        const json line = print(Figure("engine", values, "contacts/s").against("other", baseline)).line;
        CHECK(line["value"] == slow_percentile(values, 0.5));
        CHECK(line["lowest"] == slow_percentile(values, 0));
        CHECK(line["highest"] == slow_percentile(values, 1));
        CHECK(line["baseline"] == slow_percentile(baseline, 0.5));
        CHECK(line["ratio"].get<double>() == Approx(slow_percentile(ratios, 0.5)));
        CHECK(line["ratio_lowest"].get<double>() == Approx(slow_percentile(ratios, 0)));
        CHECK(line["ratio_highest"].get<double>() == Approx(slow_percentile(ratios, 1)));
    }
}

TEST_CASE("numbers have as many digits as somebody reads") {
    CHECK(readable(1'234'567.8) == "1234568");
    CHECK(readable(123.4) == "123");
    CHECK(readable(12.345) == "12.3");
    CHECK(readable(1.2345) == "1.23");
    CHECK(readable(0.012345) == "0.0123");
    CHECK(readable(0) == "0");
    CHECK(readable(12) == "12");
    CHECK(readable(-12.345) == "-12.3");
}
