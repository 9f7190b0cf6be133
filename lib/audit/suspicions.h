// Addresses that may be somebody's who was erased, with the places where they stand: collected while rows are
// read, and decided by the ledger, many at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/address_extractor.h"
#include "audit/erased_people.h"

namespace gdprd::audit {

// A cell of a chunk, or a line of a file.
struct Place {
    std::uint64_t row = 0;
    std::size_t column = 0;

    auto operator<=>(const Place&) const = default;
};

// What the search of a text came to.
struct Searched {
    bool is_suspect = false;  // an address in it needs to be decided
    bool is_whole = true;     // false: it is compressed, and too long to be looked into
};

// Belongs to one thread, like its connection. Errors: DatabaseError.
class Suspicions {
  public:
    Suspicions(const ErasedPeople& people, database::Connection& ledger);

    // Takes the addresses out of this text.
    Searched search(std::string_view text, Place place, AddressExtractor::Edges edges = {});

    // Asks the ledger for what is not decided yet, and gives each place where somebody was found, in order.
    // What was found there counts as erased if any of it does.
    void decide(const std::function<void(Place, const Person&)>& found);

  private:
    void add(std::string_view address);
    void ask();

    const ErasedPeople& people_;
    QuickLook quick_look_;
    database::Connection& ledger_;
    AddressExtractor extractor_;
    const AddressExtractor::Found found_;
    std::vector<AddressHash> suspects_;  // of the address in hand
    Place place_;                        // of the text in hand
    bool is_suspect_ = false;            // is anything in it
    std::vector<std::string> harmless_;  // addresses that are nobody's who was erased, by their hash
    std::map<AddressHash, std::vector<Place>> open_;  // not decided
    std::size_t open_places_ = 0;
    std::map<Place, Person> decided_;
};

}  // namespace gdprd::audit
