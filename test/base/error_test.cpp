#include "base/error.h"

#include <stdexcept>

#include "support/catch.h"

using gdprd::Error;

TEST_CASE("The log has the words of an error of ours, and no others'") {
    CHECK(gdprd::describe_ours(Error("queue: is full", "Make room")) == "queue: is full. Make room");
    CHECK(gdprd::describe_ours(gdprd::ConfigurationError("x: is no number")) == "x: is no number");
    CHECK(gdprd::describe_ours(std::runtime_error("Ann, ann@example.org")) == "not shown");
}
