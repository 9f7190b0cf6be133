// The values that identified a contact, and the search for them in what is left. Lives in memory only, for
// the length of one transaction or one search.
//
// An object belongs to one thread, its const functions included: what the search needs is made when it is
// first used.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "matching/address_candidates.h"
#include "matching/readings.h"
#include "mautic/data_map.h"
#include "policy/hash.h"

namespace gdprd::matching {

class PatternSearch;

// What a search found, from nothing to proof.
enum class Match {
    none,
    weak,    // a word that may mean somebody else, like a first name
    strong,  // cannot be a coincidence
};

class Identity {
  public:
    // Values shorter than 2 bytes and those without a letter or digit identify nobody and are ignored. A
    // value is strong when it cannot be a coincidence: it holds an '@' or at least five digits, or is longer
    // than 1,024 bytes; of such a long one only the beginning is searched for.
    void add(std::string_view given);

    // For a later pass, which no longer knows the address: `hash` is what `hasher` made of it. Found wherever
    // an address with that hash stands, and strong.
    void add_hash_of_address(std::string hash, const policy::Hasher& hasher);

    // Everything that identifies the other one too: to tell at once that a text is about none of several.
    void add(const Identity& other);

    // How long hashes of ours are that are none of addresses, where [hash] digits cuts them.
    void expect_hashes_of(std::size_t digits) { hash_digits_ = digits; }

    // How many things are looked for. What identifies somebody only ever grows: two sizes tell whether
    // something was learned between them.
    std::size_t size() const noexcept;

    bool empty() const noexcept {
        return needles_.empty() && short_values_.empty() && address_hashes_.empty();
    }
    // Whether there is anything to search free texts for.
    bool has_strong() const noexcept;

    // Does `cell` still hold one of the values? Letters are compared without case, '+' is a blank. Looked for
    // as it is and under up to four layers of escapes, in any mixture: URL-encoded, JSON, addslashes(), HTML
    // entities; all of that also in a zlib stream of at most 32 MiB. Characters that show nothing are left
    // out of both; an address is looked for in quoted-printable, too. Strong values are looked for in base64
    // too, written as they were given or in lower case.
    //
    // A weak value (a first name) must be a whole word, and one shorter than four bytes the whole cell:
    // "Mark" is not found in "Marketing", "Jo" not in "Johannes". A number of less than eight digits is not
    // found in a longer number, and no number within an MD5, SHA-1 or SHA-256 hash, or within one of ours. A
    // number within a longer one is no part of a hash, however long that is. A strong value that may
    // be a part of a longer number or of somebody else's address ("ann@example.org" in "jo.ann@example.org",
    // see address_candidates.h) is a weak match, and so is one in a cell that is another address as a whole
    // ("*ann@example.org"). So is an address in which a blank stands for the '+'.
    bool found_in(std::string_view cell, mautic::Search search) const;

    // By what an index tells the texts in which found_in(…, strong) may be true: each has the token of one of
    // these, or one of the hashes (text_tokens.h). Nothing when a strong value is no address: then any text
    // may have it.
    std::optional<std::set<std::string>> tokens() const;
    struct AddressHashes {
        policy::Hasher hasher;
        std::set<std::string> hashes;
    };
    const std::vector<AddressHashes>& address_hashes() const noexcept { return address_hashes_; }
    // Which of the addresses found_in(cell, strong) finds: as they were given, and those known by their hash
    // as they stand there. Several spellings of one may be among them.
    std::set<std::string> addresses_found_in(std::string_view cell) const;

    // Is the whole text one of the addresses, however it is spelt?
    bool is_address(std::string_view text) const;

    // The best match in the cell; ends at the first one that is at least `enough`.
    Match match(std::string_view cell, Match enough = Match::strong) const;

    // No value, however it is written, is longer than this: what a text that is searched in parts has to
    // overlap by.
    static constexpr std::size_t written_bytes_max = 16 * 1024;

  private:
    struct Needle {
        std::string text;
        bool strong = false;
        bool is_address = false;
        std::string in_base64;     // the value, folded, of which `text` is a form in base64
        std::string address = {};  // as it was given; folding makes a blank of a '+'
        bool is_base64() const { return !in_base64.empty(); }
    };

    void add_needle(Needle needle);
    void add_short_value(std::string value);
    // Is the whole cell an address with a sign before it, and none of these?
    bool is_other_address(std::string_view cell) const;
    // `is_other`: is_other_address() of the cell.
    Match match_reading(std::string_view text, Match enough, Reading reading, bool is_other) const;
    Match match_visible(std::string_view text, Match enough, Reading reading, bool is_other) const;
    // Until `use` ends it with true.
    using UseMatch = std::function<bool(const Needle& needle, Match match)>;
    void each_match(std::string_view text, Reading reading, const UseMatch& use) const;
    bool is_part_of_hash(std::string_view text, std::size_t begin, std::size_t end) const;
    Match match_at(std::string_view text, std::size_t begin, std::size_t end, const Needle& needle) const;
    Match match_in_base64(std::string_view text, std::size_t begin, std::size_t end,
                          const Needle& needle) const;
    bool is_short_value(std::string_view text) const;
    bool each_hashed_address(std::string_view text, const FoundCandidate& found) const;
    bool is_hashed_address(std::string_view candidate) const;

    std::set<std::string, std::less<>> given_;  // to add()
    std::vector<Needle> needles_;
    std::vector<std::string> short_values_;  // folded; weak, and only ever a whole cell
    std::vector<AddressHashes> address_hashes_;
    std::size_t hash_digits_ = 0;
    mutable std::shared_ptr<const PatternSearch> pattern_search_;  // nullptr until needed
};

}  // namespace gdprd::matching
