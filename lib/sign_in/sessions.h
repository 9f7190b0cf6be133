// Who is signed in. Tokens are kept as their SHA-256: who reads the memory, or a dump of it, cannot use them.
//
// Threads: one at a time. Pure but for the random tokens: the time is given.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/hex.h"
#include "sign_in/gate.h"

namespace gdprd::sign_in {

class Sessions {
  public:
    explicit Sessions(const GateOptions& options) : options_(options) {}

    // The token. With as many as there may be, the one that was idle longest ends.
    std::string open(const Account& account, Timestamp now);
    std::optional<Session> find(const std::string& token, Timestamp now, bool renews = true);
    void close(const std::string& token);
    // Ends those whose account is not what it was when they began.
    void keep_those_of(const std::vector<Account>& accounts);

    std::size_t size() const { return sessions_.size(); }

  private:
    struct Open {
        Session session;
        Account account;
        Timestamp begun;
        Timestamp used;
    };

    bool has_ended(const Open& open, Timestamp now) const;
    void make_room(Timestamp now);

    const GateOptions options_;
    std::map<Digest, Open> sessions_;
};

}  // namespace gdprd::sign_in
