#include "sign_in/sessions.h"

#include <algorithm>

#include "sign_in/token.h"

namespace gdprd::sign_in {

std::string Sessions::open(const Account& account, Timestamp now) {
    make_room(now);
    std::string token = random_token();
    sessions_[sha256(token)] = {
        {account.name, account.role, random_token(), owner_of(account)}, account, now, now};
    return token;
}

std::optional<Session> Sessions::find(const std::string& token, Timestamp now, bool renews) {
    const auto found = sessions_.find(sha256(token));
    if (found == sessions_.end()) return std::nullopt;
    if (has_ended(found->second, now)) {
        sessions_.erase(found);
        return std::nullopt;
    }
    if (renews) found->second.used = std::max(found->second.used, now);
    return found->second.session;
}

void Sessions::close(const std::string& token) { sessions_.erase(sha256(token)); }

void Sessions::keep_those_of(const std::vector<Account>& accounts) {
    std::erase_if(sessions_, [&](const auto& one) {
        const Account* account = find_account(accounts, one.second.account.name);
        return account == nullptr || *account != one.second.account;
    });
}

// With a clock that was set back by as much as a session may be idle, nobody knows how old it is.
bool Sessions::has_ended(const Open& open, Timestamp now) const {
    return now - open.begun >= options_.session_timeout || now - open.used >= options_.idle_timeout ||
           open.used - now >= options_.idle_timeout;
}

void Sessions::make_room(Timestamp now) {
    if (sessions_.size() < options_.sessions_max || sessions_.empty()) return;
    std::erase_if(sessions_, [&](const auto& one) { return has_ended(one.second, now); });
    if (sessions_.size() < options_.sessions_max || sessions_.empty()) return;
    sessions_.erase(std::min_element(
        sessions_.begin(), sessions_.end(),
        [](const auto& one, const auto& other) { return one.second.used < other.second.used; }));
}

}  // namespace gdprd::sign_in
