#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/command/audit.h"
#include "daemon/command/report/audit_words.h"
#include "support/catch.h"

using namespace gdprd;

TEST_CASE("A repair whose last look was interrupted does not say that nothing is left") {
    command::AuditAnswer answer;
    command::AuditRepair repair;
    repair.totals.erased[ledger::Status::complete] = 1;
    repair.left.emplace().interrupted = true;  // by Ctrl-C, before the first row
    std::ostringstream words;
    command::print_repair(words, repair);
    CHECK_THAT(words.str(), !ContainsSubstring("No address of anybody who was erased was found"));
    CHECK_THAT(words.str(), ContainsSubstring("nterrupted"));
    const auto json = nlohmann::json::parse(command::to_json(answer, repair)).at("repair");
    CAPTURE(json.dump());
    CHECK((json.at("found").is_null() || json.value("interrupted", false)));
}

TEST_CASE("A repair says what its last look could not search") {
    command::AuditRepair repair;
    repair.left.emplace().not_searched.push_back({"plugin_chat", "could not be read to its end"});
    std::ostringstream words;
    command::print_repair(words, repair);
    CHECK_THAT(words.str(), ContainsSubstring("plugin_chat"));
    const auto json = nlohmann::json::parse(command::to_json({}, repair)).at("repair");
    CAPTURE(json.dump());
    CHECK_THAT(json.dump(), ContainsSubstring("plugin_chat"));
}
