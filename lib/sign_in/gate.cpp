#include "sign_in/gate.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "base/text.h"
#include "sign_in/attempts.h"
#include "sign_in/hash_slots.h"
#include "sign_in/network.h"
#include "sign_in/one_time_code.h"
#include "sign_in/password.h"
#include "sign_in/sessions.h"
#include "sign_in/token.h"

namespace gdprd::sign_in {

namespace {

constexpr int free_of_account = 3;
constexpr int free_of_network = 10;      // an office behind one address
constexpr Milliseconds patience{2'000};  // for a place to hash a password

// Names that are not there share 64 * 64 entries. These never fill what there is room for, so asking for many
// names pushes out nobody's entry.
constexpr std::size_t shared_key_digits = 2;
static_assert(2 * 64 * 64 < Attempts::entries_max);

// Whom the credentials are of, and under what their wrong ones are counted.
struct Applicant {
    std::optional<Account> account;
    std::string key;
    std::string network;
};

Entry refused(Refusal refusal, bool is_known, Milliseconds wait = {}) {
    return {std::nullopt, refusal, wait, is_known};
}

}  // namespace

struct Gate::Implementation {
    Implementation(AccountFile accounts_file, GateOptions given)
        : file(std::move(accounts_file)), options(given), sessions(given) {
        refresh();
    }

    // Under `mutex`. Whatever is wrong with the file keeps everybody out, and is looked at again each time.
    void refresh() {
        const AccountFile::Version there = file.version();
        if (there == version) return;
        accounts = file.read();
        version = there;
        sessions.keep_those_of(accounts);
    }

    Applicant applicant(const Credentials& credentials) const;
    // Under `mutex`: nothing when the password may be looked at.
    std::optional<Entry> refusal_of(const Applicant& applicant, Timestamp now);
    // Under `mutex`: the password was looked at.
    Entry settle(const Applicant& applicant, const Credentials& credentials, bool is_right, Timestamp now);
    bool takes_code(const Applicant& applicant, const std::string& code, Timestamp now);

    const AccountFile file;
    const GateOptions options;
    const std::string key = random_token();
    // Of a password that nobody has: what unknown accounts are compared with.
    const std::string nobodys_hash = hash_of_password(random_token());
    HashSlots hash_slots;

    std::mutex mutex;
    std::optional<AccountFile::Version> version;
    std::vector<Account> accounts;
    Attempts of_accounts{free_of_account};
    Attempts of_networks{free_of_network};
    Sessions sessions;
    struct LastStep {
        std::string secret;  // a step of another one says nothing
        std::uint64_t step = 0;
    };
    std::map<std::string, LastStep> last_steps;  // of one-time codes, by account
};

// A name that is not there waits like one that is, or waiting would tell which ones are. Which names share an
// entry is known to this process only.
Applicant Gate::Implementation::applicant(const Credentials& credentials) const {
    Applicant applicant{std::nullopt, {}, network_of(credentials.remote)};
    const std::string name = to_lower(credentials.account);
    if (const Account* account = find_account(accounts, name); account != nullptr) {
        applicant.account = *account;
        applicant.key = name;
    } else {
        applicant.key = "no account: " + token_of("attempt " + name, key).substr(0, shared_key_digits);
    }
    return applicant;
}

std::optional<Entry> Gate::Implementation::refusal_of(const Applicant& applicant, Timestamp now) {
    const Milliseconds wait =
        std::max(of_accounts.wait_of(applicant.key, now), of_networks.wait_of(applicant.network, now));
    if (wait <= Milliseconds{}) return std::nullopt;
    return refused(Refusal::wait, applicant.account.has_value(), wait);
}

bool Gate::Implementation::takes_code(const Applicant& applicant, const std::string& code, Timestamp now) {
    const std::string& secret = applicant.account->code_secret;
    const auto last = last_steps.find(applicant.key);
    const bool has_last = last != last_steps.end() && last->second.secret == secret;
    const auto step =
        step_of_code(secret, code, now, has_last ? std::optional(last->second.step) : std::nullopt);
    if (step) last_steps[applicant.key] = {secret, *step};
    return step.has_value();
}

Entry Gate::Implementation::settle(const Applicant& applicant, const Credentials& credentials, bool is_right,
                                   Timestamp now) {
    refresh();
    const auto& account = applicant.account;
    const bool is_known = account.has_value();
    if (!is_known || !is_right || account->is_locked) return refused(Refusal::wrong, is_known);
    // Changed since: the password that was right may be none any more.
    const Account* current = find_account(accounts, account->name);
    if (current == nullptr || *current != *account) return refused(Refusal::wrong, is_known);
    const bool has_secret = !account->code_secret.empty();
    if (has_secret && !takes_code(applicant, credentials.code, now)) return refused(Refusal::wrong, is_known);
    of_networks.take_back(applicant.network);
    of_accounts.forget(applicant.key);
    if (!has_secret && options.codes_required) return refused(Refusal::no_code_set, is_known);
    return {sessions.open(*account, now), Refusal::wrong, {}, is_known};
}

Gate::Gate(AccountFile accounts, GateOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(accounts), options)) {}

Gate::~Gate() = default;

Entry Gate::sign_in(const Credentials& credentials, Timestamp now) {
    Implementation& gate = *implementation_;
    {
        // Who has to wait takes no slot away from others.
        const std::lock_guard lock(gate.mutex);
        gate.refresh();
        if (auto refusal = gate.refusal_of(gate.applicant(credentials), now)) return *refusal;
    }
    Applicant applicant;
    bool is_right = false;
    {
        const HashSlots::Slot slot(gate.hash_slots, patience);
        {
            const std::lock_guard lock(gate.mutex);
            applicant = gate.applicant(credentials);
            if (auto refusal = gate.refusal_of(applicant, now)) return *refusal;
            if (!slot.is_taken()) return refused(Refusal::wait, applicant.account.has_value(), patience);
            gate.of_accounts.begin(applicant.key, now);
            gate.of_networks.begin(applicant.network, now);
        }
        is_right = is_password(credentials.password,
                               applicant.account ? applicant.account->password_hash : gate.nobodys_hash);
    }
    const std::lock_guard lock(gate.mutex);
    return gate.settle(applicant, credentials, is_right, now);
}

std::optional<Session> Gate::trusted(const std::string& account) const {
    Implementation& gate = *implementation_;
    const std::lock_guard lock(gate.mutex);
    gate.refresh();
    const Account* found = find_account(gate.accounts, account);
    if (found == nullptr || found->is_locked) return std::nullopt;
    return Session{found->name, found->role, token_of("account " + found->name, gate.key), owner_of(*found)};
}

std::optional<Session> Gate::find(const std::string& token, Timestamp now, bool renews) {
    Implementation& gate = *implementation_;
    const std::lock_guard lock(gate.mutex);
    gate.refresh();
    return gate.sessions.find(token, now, renews);
}

void Gate::sign_out(const std::string& token) {
    const std::lock_guard lock(implementation_->mutex);
    implementation_->sessions.close(token);
}

std::string Gate::csrf_token_of_visitor(const std::string& visitor) const {
    return token_of("visitor " + visitor, implementation_->key);
}

}  // namespace gdprd::sign_in
