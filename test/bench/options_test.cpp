// The command line of the measurements: a misspelt name or number is an error with a message, never a run
// that measures nothing.
#include "bench/options.h"

#include "base/error.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::bench;

namespace {

const std::vector<Known> known{{"receive", "webhooks"}, {"backfill", "contacts"}, {"sweep", "rows"}};

std::optional<Options> parse(std::vector<std::string> arguments) {
    std::string help;
    return parse_options(std::move(arguments), known, help);
}

std::string refusal_of(std::vector<std::string> arguments) {
    try {
        parse(std::move(arguments));
    } catch (const ConfigurationError& error) {
        return describe(error);
    }
    return "not refused";
}

}  // namespace

TEST_CASE("without arguments everything is measured in full, on the server of the environment") {
    const auto options = parse({});
    REQUIRE(options);
    CHECK(options->measurements == std::vector<std::string>{"receive", "backfill", "sweep"});
    CHECK(options->servers == std::vector<std::string>{""});
    CHECK(options->scale == 1);
    CHECK(options->json.empty());
}

TEST_CASE("options and names come in any order") {
    for (const auto& arguments :
         {std::vector<std::string>{"sweep", "receive", "--scale", "0.02", "--servers", "mariadb,mysql",
                                   "--json", "figures"},
          std::vector<std::string>{"--json=figures", "sweep", "--servers=mariadb,mysql", "receive",
                                   "--scale=0.02"}}) {
        const auto options = parse(arguments);
        REQUIRE(options);
        CHECK(options->measurements == std::vector<std::string>{"receive", "sweep"});
        CHECK(options->servers == std::vector<std::string>{"mariadb", "mysql"});
        CHECK(options->scale == 0.02);
        CHECK(options->json == "figures");
    }
}

TEST_CASE("the last file of figures counts: test/run.sh names one before the caller's") {
    CHECK(parse({"--json", "one", "--json", "other"})->json == "other");
}

TEST_CASE("what cannot be measured is refused by name") {
    CHECK(refusal_of({"recieve"}).find("'recieve'") != std::string::npos);
    CHECK(refusal_of({"recieve"}).find("receive, backfill, sweep") != std::string::npos);
    CHECK(refusal_of({"sweep", "everything"}).find("'everything'") != std::string::npos);
    for (const char* scale : {"0", "-1", "nan", "inf", "a tenth", ""}) {
        CAPTURE(scale);
        CHECK(refusal_of({"--scale", scale}).find("--scale") != std::string::npos);
    }
    CHECK(refusal_of({"--sale", "1"}).find("--sale") != std::string::npos);
}

TEST_CASE("help names every measurement") {
    std::string help;
    CHECK_FALSE(parse_options({"--help"}, known, help));
    for (const auto& [name, about] : known) {
        CHECK(help.find(name) != std::string::npos);
        CHECK(help.find(about) != std::string::npos);
    }
}
