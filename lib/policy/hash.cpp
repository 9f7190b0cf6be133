#include "policy/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/hex.h"
#include "policy/address.h"

namespace gdprd::policy {

namespace {

constexpr std::size_t key_id_length = 16;
constexpr const char* wrapping_label = "mautic-gdprd wrapped hash\n";

// In the order of the enumeration.
constexpr std::array facts{AlgorithmFacts{Algorithm::md5, "md5", 32},
                           AlgorithmFacts{Algorithm::sha256, "sha256", hash_digits_max}};

const EVP_MD* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::md5:
            return EVP_md5();
        case Algorithm::sha256:
            return EVP_sha256();
    }
    return nullptr;
}

std::string ledger_name(const AlgorithmFacts& algorithm, bool keyed, bool wraps) {
    return std::string(wraps ? "wrapped-" : "") + (keyed ? "hmac-" : "") + algorithm.name;
}

std::string hmac_hex(const EVP_MD* algorithm, std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    if (text.data() == nullptr) text = "";  // OpenSSL takes a null pointer for an error, even with length 0
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    if (HMAC(algorithm, key.data(), static_cast<int>(key.size()), data, text.size(), bytes.data(), &length) ==
        nullptr) {
        throw Error("OpenSSL: HMAC with the configured hash algorithm is not available",
                    "Use algorithm = \"sha256\" where the system forbids MD5.");
    }
    return to_hex(std::span(bytes.data(), length));
}

std::string id_of(const std::string& key) {
    if (key.empty()) return {};
    return hmac_hex(EVP_sha256(), key, "mautic-gdprd key id").substr(0, key_id_length);
}

std::string digest_hex(const EVP_MD* algorithm, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, algorithm, nullptr) != 1) {
        throw Error("OpenSSL: the configured hash algorithm is not available",
                    "Use algorithm = \"sha256\" where the system forbids MD5.");
    }
    return to_hex(std::span(bytes.data(), length));
}

}  // namespace

std::span<const AlgorithmFacts> all_algorithms() { return facts; }

const AlgorithmFacts& facts_of(Algorithm algorithm) { return facts.at(static_cast<std::size_t>(algorithm)); }

std::vector<HashOptions> all_hash_options(const std::vector<std::string>& keys) {
    std::vector<std::string> all = keys;
    all.emplace_back();
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<HashOptions> ways;
    for (const std::string& wrapping_key : all) {
        for (const std::string& key : all) {
            if (!wrapping_key.empty() && key == wrapping_key) continue;
            for (const AlgorithmFacts& one : facts) {
                ways.push_back({one.algorithm, key, true, hash_digits_max, wrapping_key});
            }
        }
    }
    return ways;
}

Hasher::Hasher(HashOptions options) : options_(std::move(options)) { hash("", Normalisation::plain); }

std::string Hasher::hash(std::string_view value, Normalisation normalisation) const {
    return finished(whole_hash(value, normalisation).substr(0, length(normalisation)));
}

std::string Hasher::finished(std::string hash) const { return wraps() ? *wrapped(hash) : std::move(hash); }

std::optional<std::string> Hasher::wrapped(std::string_view hash) const {
    const std::string& key = wraps() ? options_.wrapping_key : options_.key;
    if (key.empty()) return std::nullopt;
    return hmac_hex(EVP_sha256(), key, wrapping_label + std::string(hash)).substr(0, hash.size());
}

Hasher Hasher::unwrapped() const {
    HashOptions options = options_;
    options.wrapping_key.clear();
    return Hasher(std::move(options));
}

std::vector<Hasher> Hasher::with_former() const {
    std::vector<Hasher> all{*this};
    for (const HashOptions& options : all_hash_options({options_.key})) {
        try {
            Hasher one(options);
            if (one.algorithm_name() != algorithm_name() || one.key_id() != key_id()) {
                all.push_back(std::move(one));
            }
        } catch (const Error&) {  // a machine in FIPS mode has no MD5
            continue;
        }
    }
    return all;
}

std::optional<Hasher> Hasher::of(std::string_view algorithm_name, std::string_view key_id) const {
    for (Hasher& one : with_former()) {
        if (one.algorithm_name() == algorithm_name && one.key_id() == key_id) return std::move(one);
    }
    return std::nullopt;
}

std::vector<std::string> Hasher::hashes_of_any_length(std::string_view value,
                                                      Normalisation normalisation) const {
    const std::string whole = whole_hash(value, normalisation);
    if (normalisation == Normalisation::email) return {finished(whole)};
    std::vector<std::string> hashes;
    for (std::size_t digits = hash_digits_min; digits <= whole.size(); ++digits) {
        hashes.push_back(finished(whole.substr(0, digits)));
    }
    return hashes;
}

std::string Hasher::other_hash(std::string_view hash, std::string_view key) const {
    const std::string of_row = std::string(hash) + '-' + std::string(key);
    return finished(whole_hash(of_row, Normalisation::plain).substr(0, hash.size()));
}

std::string Hasher::whole_hash(std::string_view value, Normalisation normalisation) const {
    std::string normalised;
    if (normalisation == Normalisation::email && options_.normalise_email) {
        normalised = normalised_address(value);
        value = normalised;
    }
    const EVP_MD* algorithm = digest_of(options_.algorithm);
    return !options_.key.empty() ? hmac_hex(algorithm, options_.key, value) : digest_hex(algorithm, value);
}

std::vector<std::string> Hasher::hashes_of_address(std::string_view address) const {
    std::vector<std::string> hashes;
    if (!options_.normalise_email) hashes.push_back(finished(whole_hash(address, Normalisation::plain)));
    for (const std::string& spelling : address_spellings(address)) {
        std::string made = finished(whole_hash(spelling, Normalisation::plain));
        if (std::find(hashes.begin(), hashes.end(), made) == hashes.end()) hashes.push_back(std::move(made));
    }
    return hashes;
}

bool Hasher::is_hash_of_address(std::string_view hash, std::string_view address) const {
    const auto hashes = hashes_of_address(address);
    return std::find(hashes.begin(), hashes.end(), hash) != hashes.end();
}

std::size_t Hasher::length(Normalisation normalisation) const noexcept {
    const std::size_t whole = facts_of(options_.algorithm).digits;
    return normalisation == Normalisation::email ? whole : std::min(whole, options_.digits);
}

bool Hasher::has_hash_shape(std::string_view value) noexcept {
    return std::any_of(facts.begin(), facts.end(),
                       [&](const AlgorithmFacts& one) { return value.size() == one.digits; }) &&
           is_lower_hex(value);
}

bool Hasher::may_be_hash(std::string_view value) noexcept {
    return value.size() >= hash_digits_min && value.size() <= hash_digits_max && is_lower_hex(value);
}

bool Hasher::keyed() const noexcept { return !options_.key.empty() || wraps(); }

std::string Hasher::algorithm_name() const {
    return ledger_name(facts_of(options_.algorithm), !options_.key.empty(), wraps());
}

std::vector<std::string> Hasher::all_algorithm_names() {
    std::vector<std::string> names;
    for (const bool wraps : {false, true}) {
        for (const bool keyed : {false, true}) {
            for (const AlgorithmFacts& algorithm : facts)
                names.push_back(ledger_name(algorithm, keyed, wraps));
        }
    }
    return names;
}

std::string Hasher::key_id() const { return id_of(options_.wrapping_key) + id_of(options_.key); }

}  // namespace gdprd::policy
