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

std::string ledger_name(const AlgorithmFacts& algorithm, bool keyed) {
    return (keyed ? "hmac-" : "") + std::string(algorithm.name);
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

Hasher::Hasher(HashOptions options) : options_(std::move(options)) { hash("", Normalisation::plain); }

std::string Hasher::hash(std::string_view value, Normalisation normalisation) const {
    return whole_hash(value, normalisation).substr(0, length(normalisation));
}

std::vector<std::string> Hasher::hashes_of_any_length(std::string_view value,
                                                      Normalisation normalisation) const {
    const std::string whole = whole_hash(value, normalisation);
    if (normalisation == Normalisation::email) return {whole};
    std::vector<std::string> hashes;
    for (std::size_t digits = hash_digits_min; digits <= whole.size(); ++digits) {
        hashes.push_back(whole.substr(0, digits));
    }
    return hashes;
}

std::string Hasher::other_hash(std::string_view hash, std::string_view key) const {
    const std::string of_row = std::string(hash) + '-' + std::string(key);
    return whole_hash(of_row, Normalisation::plain).substr(0, hash.size());
}

std::string Hasher::whole_hash(std::string_view value, Normalisation normalisation) const {
    std::string normalised;
    if (normalisation == Normalisation::email && options_.normalise_email) {
        normalised = normalised_address(value);
        value = normalised;
    }
    const EVP_MD* algorithm = digest_of(options_.algorithm);
    return keyed() ? hmac_hex(algorithm, options_.key, value) : digest_hex(algorithm, value);
}

std::vector<std::string> Hasher::hashes_of_address(std::string_view address) const {
    std::vector<std::string> hashes;
    if (!options_.normalise_email) hashes.push_back(whole_hash(address, Normalisation::plain));
    for (const std::string& spelling : address_spellings(address)) {
        std::string made = whole_hash(spelling, Normalisation::plain);
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

bool Hasher::keyed() const noexcept { return !options_.key.empty(); }

std::string Hasher::algorithm_name() const { return ledger_name(facts_of(options_.algorithm), keyed()); }

std::vector<std::string> Hasher::all_algorithm_names() {
    std::vector<std::string> names;
    for (const bool keyed : {false, true}) {
        for (const AlgorithmFacts& algorithm : facts) names.push_back(ledger_name(algorithm, keyed));
    }
    return names;
}

std::string Hasher::key_id() const {
    if (!keyed()) return {};
    return hmac_hex(EVP_sha256(), options_.key, "mautic-gdprd key id").substr(0, key_id_length);
}

}  // namespace gdprd::policy
