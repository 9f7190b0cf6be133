// The hashes that stand in for a person's values, and how a value is normalised before it is hashed.
//
// MD5 without a key is the mode customers know (`md5(address)` finds a contact in Mautic's own search); it
// and SHA-256 without a key can be reversed with a list of addresses, HMAC with a secret key cannot. Hashing
// is pseudonymisation (GDPR Article 4(5)), not anonymisation: whoever has the key and the address can tell.
//
// A hash that was made without a key, or with one that is to be given up, can be wrapped: HMAC-SHA256 with a
// key over the old hash, cut to its length, so that it fits wherever the old one stood. Whoever has the
// address and the key makes the old hash, then the wrapped one, and finds it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::policy {

// So many hashes of one contact's own row can be told apart from its own values later (ledger/marks.h).
constexpr std::size_t own_hashes_max = 128;

enum class Algorithm { md5, sha256 };

// What depends on the algorithm, in one place. A new one is a value of the enumeration, its digest and its
// line in hash.cpp, and a value of the column `algorithm` in the ledger's tables.
struct AlgorithmFacts {
    Algorithm algorithm;
    const char* name;    // in the configuration; in the ledger too, after "hmac-" where there is a key
    std::size_t digits;  // hexadecimal ones, of a whole hash
};
std::span<const AlgorithmFacts> all_algorithms();
const AlgorithmFacts& facts_of(Algorithm algorithm);

enum class Normalisation {
    email,  // e-mail columns: policy/address.h; nothing when "none" is set
    plain,  // every other column: the value as it is
};

// What is left of a hash tells two values apart as well as the whole: 128 bits, as many as MD5 has.
constexpr std::size_t hash_digits_min = 32;
constexpr std::size_t hash_digits_max = 64;

struct HashOptions {
    Algorithm algorithm = Algorithm::md5;
    std::string key;              // "": no key; otherwise HMAC with this key
    bool normalise_email = true;  // `normalize = "none"` in the configuration switches it off
    // What is no e-mail column gets no more than so many digits of its hash. Addresses keep all of theirs:
    // they are what is looked up.
    std::size_t digits = hash_digits_max;
    std::string wrapping_key{};  // not "": each hash is wrapped with this key
};
// Every way in which this installation may have hashed: each algorithm with each of these keys and without
// one, and those wrapped with each of the keys.
std::vector<HashOptions> all_hash_options(const std::vector<std::string>& keys);

// Immutable, so any number of threads may use one.
class Hasher {
  public:
    // Throws Error when OpenSSL refuses the algorithm (MD5 on a machine in FIPS mode), rather than at the
    // first contact.
    explicit Hasher(HashOptions options);

    // Lower-case hexadecimal, length(normalisation) digits.
    std::string hash(std::string_view value, Normalisation normalisation) const;
    // The same hash with each number of digits that the option may have had, today's among them.
    std::vector<std::string> hashes_of_any_length(std::string_view value, Normalisation normalisation) const;

    // As long as `hash`; for the row with this primary key, where another row has `hash` already and the
    // table wants each value once.
    std::string other_hash(std::string_view hash, std::string_view key) const;

    // Every hash that this algorithm and key may have made of the address: of each of its spellings
    // (policy/address.h), so also what former versions and other settings made. Today's first; of an ASCII
    // address in lower case there is one.
    std::vector<std::string> hashes_of_address(std::string_view address) const;
    bool is_hash_of_address(std::string_view hash, std::string_view address) const;

    // What this hasher's key makes of a hash, or of another text of at most 64 hexadecimal digits: as many
    // digits. Nothing without a key.
    std::optional<std::string> wrapped(std::string_view hash) const;
    bool wraps() const noexcept { return !options_.wrapping_key.empty(); }
    // The one that made what this one wraps; the same as this one when it wraps nothing.
    Hasher unwrapped() const;
    // Today's, or one of former times that takes no other key than today's: without a key, or wrapped with
    // it.
    std::optional<Hasher> of(std::string_view algorithm_name, std::string_view key_id) const;
    // Today's first, then those.
    std::vector<Hasher> with_former() const;

    // email: all digits that the algorithm has; plain: those, or what is left of them by `digits`.
    std::size_t length(Normalisation normalisation) const noexcept;

    // True when `value` has the shape of a whole hash of *any* algorithm (32 or 64 lower-case hexadecimal
    // digits). Shape alone proves nothing for free text; an e-mail column without '@' it does (see
    // ledger/marks.h).
    static bool has_hash_shape(std::string_view value) noexcept;
    // True when some setting of `digits` makes hashes that look like it: it is worth asking whether it is
    // one.
    static bool may_be_hash(std::string_view value) noexcept;

    bool keyed() const noexcept;
    // "md5", "hmac-sha256", "wrapped-md5" and so on: how the ledger names it.
    std::string algorithm_name() const;
    static std::vector<std::string> all_algorithm_names();
    // The first 16 hexadecimal digits of HMAC-SHA256(key, "mautic-gdprd key id"): names a key without telling
    // it. "" without a key. Of one that wraps: that of the wrapping key, then that of the other key.
    std::string key_id() const;

  private:
    // Not wrapped yet.
    std::string whole_hash(std::string_view value, Normalisation normalisation) const;
    std::string finished(std::string hash) const;

    HashOptions options_;
};

}  // namespace gdprd::policy
