// A seal: the signed root of the Merkle tree over the rows that changed since the seal before, whose hash it
// names. It is one line of text, and the line is what is signed:
//
//   mautic-gdprd-seal 1 number=17 at=2026-03-01T12:00:00.000Z kind=regular whole=1 layout=1 rows=123
//   root=… previous=… key=… signature=…
//
// `at` is when the comparison of rows and seals began; `whole` says that with this seal all rows were
// compared. `key` is the SHA-256 of the public key, `previous` that of the line before, "0…0" for the first
// one. So whoever has one line outside holds all before it: they cannot be changed any more. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "base/signing_key.h"

namespace gdprd::seal {

enum class SealKind {
    regular,
    accepted,   // by a person: rows as they were, whatever became of them
    imported,   // rows that `ledger import` or `ledger addresses` brought
    forgotten,  // rows whose hashes went, in the transaction in which they did
    migrated,   // rows whose hashes were wrapped, in the same way
};
inline constexpr auto seal_kind_names = make_names<SealKind>({{SealKind::regular, "regular"},
                                                              {SealKind::accepted, "accepted"},
                                                              {SealKind::imported, "imported"},
                                                              {SealKind::forgotten, "forgotten"},
                                                              {SealKind::migrated, "migrated"}});

struct Seal {
    std::uint64_t number = 0;  // from 1 on
    Timestamp at{};
    SealKind kind = SealKind::regular;
    bool whole = false;
    int layout = 0;
    std::uint64_t rows = 0;
    std::string root;  // these are hexadecimal
    std::string previous;
    std::string key_id;
    std::string signature;

    std::string signed_text() const;
    std::string line() const;  // without its end
    std::string hash() const;  // of the line

    bool operator==(const Seal&) const = default;
};

std::string no_seal_before();  // what the first one has as `previous`
std::string key_id_of(const std::string& public_key);

void sign(Seal& seal, const SigningKey& key);
bool is_signed_by(const Seal& seal, const std::string& public_key);

// Was this one made with that key within `age` before `at`, of all rows? A seal of a time to come is none:
// the clock was set back since, or is wrong.
bool is_whole_and_recent(const Seal& seal, const std::string& public_key, Timestamp at, Milliseconds age);

// Nothing for anything else than what line() writes.
std::optional<Seal> parse_seal(std::string_view line);

// "2026-03-01T12:00:00.000Z"
std::string iso_time(Timestamp at);

}  // namespace gdprd::seal
