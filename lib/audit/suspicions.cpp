#include "audit/suspicions.h"

#include <functional>

namespace gdprd::audit {

namespace {

// So much is open at most: a bound on memory, and a good size of a question to the ledger.
constexpr std::size_t open_places_max = 4'096;
// The same few addresses stand in many rows one after the other.
constexpr std::size_t harmless_max = 4'096;
constexpr std::size_t harmless_bytes_max = 128;

}  // namespace

Suspicions::Suspicions(const ErasedPeople& people, database::Connection& ledger)
    : people_(people),
      quick_look_(people),
      ledger_(ledger),
      found_([this](std::string_view address) { add(address); }),
      harmless_(harmless_max) {}

Searched Suspicions::search(std::string_view text, Place place, AddressExtractor::Edges edges) {
    place_ = place;
    is_suspect_ = false;
    const bool is_whole = extractor_.extract(text, edges, found_);
    return {is_suspect_, is_whole};
}

void Suspicions::add(std::string_view address) {
    std::string& known = harmless_[std::hash<std::string_view>{}(address) % harmless_max];
    if (known == address) return;
    suspects_.clear();
    if (!quick_look_.is_harmless(address)) people_.add_suspects(address, suspects_);
    if (suspects_.empty()) {
        if (address.size() <= harmless_bytes_max) known = address;
        return;
    }
    is_suspect_ = true;
    for (AddressHash& suspect : suspects_) {
        std::vector<Place>& places = open_[std::move(suspect)];
        if (!places.empty() && places.back() == place_) continue;
        places.push_back(place_);
        ++open_places_;
    }
    if (open_places_ >= open_places_max) ask();
}

void Suspicions::ask() {
    std::vector<AddressHash> hashes;
    for (const auto& [hash, places] : open_) hashes.push_back(hash);
    const std::vector<Person> people = people_.ask(ledger_, hashes);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (people[i].standing == Standing::unknown) continue;
        for (const Place place : open_[hashes[i]]) {
            Person& known = decided_[place];
            if (known.standing != Standing::erased) known = people[i];
        }
    }
    open_.clear();
    open_places_ = 0;
}

void Suspicions::decide(const std::function<void(Place, const Person&)>& found) {
    if (!open_.empty()) ask();
    for (const auto& [place, person] : decided_) found(place, person);
    decided_.clear();
}

}  // namespace gdprd::audit
