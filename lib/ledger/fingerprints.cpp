#include "ledger/fingerprints.h"

#include <algorithm>
#include <bit>

#include "base/hex.h"
#include "database/placeholders.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

constexpr std::size_t fingerprints_per_statement = 512;
constexpr std::string_view first_of_month = "DATE_FORMAT(UTC_DATE(), '%Y-%m-01')";

Fingerprint first_bits(const std::string& text) {
    constexpr std::size_t digits = 16;
    return std::stoull(sha256_hex(text).substr(0, digits), nullptr, 16);
}

// `handle` gets all of them, a bounded number at a time.
template <typename Handle>
void in_pieces(const std::vector<Value>& values, Handle handle) {
    const std::span<const Value> all(values);
    for (std::size_t done = 0; done < all.size(); done += fingerprints_per_statement) {
        handle(all.subspan(done, std::min(fingerprints_per_statement, all.size() - done)));
    }
}

}  // namespace

Fingerprint fingerprint_of(std::string_view hash) { return first_bits("hash\n" + std::string(hash)); }

Fingerprint fingerprint_of_wrapped(std::string_view hash) {
    return first_bits("wrapped\n" + std::string(hash));
}

Fingerprint fingerprint_of_contact(ContactId contact) {
    return first_bits("contact\n" + std::to_string(contact));
}

Fingerprints::Fingerprints(database::Connection& connection, std::string ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`hash_fingerprint`") {}

void Fingerprints::look_up(std::span<const Fingerprint> fingerprints) {
    std::vector<Value> unknown;
    for (const Fingerprint one : fingerprints) {
        if (asked_.insert(one).second) unknown.emplace_back(one);
    }
    in_pieces(unknown, [&](std::span<const Value> some) {
        std::vector<Value> parameters;
        const std::string list = database::in_list(some, parameters);
        Rows rows =
            connection_.select("SELECT fingerprint, COALESCE(noted_on < " + std::string(first_of_month) +
                                   ", TRUE) FROM " + table_ + " WHERE fingerprint IN " + list,
                               parameters, "ledger: look for hashes of ours");
        while (rows.next()) {
            known_.insert(rows.number(0));
            if (rows.number(1) != 0) of_former_months_.insert(rows.number(0));
        }
    });
}

bool Fingerprints::contains(Fingerprint fingerprint) const {
    return known_.contains(fingerprint) || added_.contains(fingerprint);
}

void Fingerprints::add(Fingerprint fingerprint) {
    if (!known_.contains(fingerprint) || of_former_months_.contains(fingerprint)) added_.insert(fingerprint);
}

// In the order of the fingerprints, so that no two transactions wait for each other. Many are there already,
// because many people have the same first name: those are touched once a month.
void Fingerprints::write() {
    look_up(std::vector<Fingerprint>(added_.begin(), added_.end()));
    std::vector<Value> fresh;
    for (const Fingerprint one : added_) {
        if (!known_.contains(one) || of_former_months_.contains(one)) fresh.emplace_back(one);
    }
    in_pieces(fresh, [&](std::span<const Value> some) {
        // A power of two of them, the last one more than once: few different statements to prepare.
        std::vector<Value> parameters(some.begin(), some.end());
        parameters.resize(std::bit_ceil(some.size()), some.back());
        std::string rows;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            rows += (rows.empty() ? "(?," : ",(?,") + std::string("UTC_DATE())");
        }
        connection_.change("INSERT INTO " + table_ + " (fingerprint, noted_on) VALUES " + rows +
                               " ON DUPLICATE KEY UPDATE noted_on = VALUES(noted_on)",
                           parameters, "ledger: note hashes of ours");
    });
    known_.insert(added_.begin(), added_.end());
    for (const Fingerprint one : added_) of_former_months_.erase(one);
    added_.clear();
}

std::vector<Fingerprint> Fingerprints::page(Fingerprint after, std::size_t max) {
    Rows rows = connection_.select(
        "SELECT fingerprint FROM " + table_ + " WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?",
        std::vector<Value>{after, std::uint64_t{max}}, "ledger: read fingerprints");
    std::vector<Fingerprint> page;
    while (rows.next()) page.push_back(rows.number(0));
    return page;
}

}  // namespace gdprd::ledger
