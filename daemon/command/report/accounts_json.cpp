// The answer of `desk user list` as JSON, under the same promise as in json_output.h.
#include <nlohmann/json.hpp>

#include "daemon/command/desk_users.h"

namespace gdprd::command {

std::string to_json(const std::vector<sign_in::Account>& accounts) {
    nlohmann::ordered_json json{{"accounts", nlohmann::ordered_json::array()}};
    for (const sign_in::Account& account : accounts) {
        json["accounts"].push_back({{"name", account.name},
                                    {"role", sign_in::role_names.of(account.role)},
                                    {"one_time_code", !account.code_secret.empty()},
                                    {"locked", account.is_locked}});
    }
    return json.dump(2);
}

}  // namespace gdprd::command
