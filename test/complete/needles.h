// The search for what is left of a person: every value that identifies them, in every way it may be written.
// The test's own; it has nothing of the daemon's proof.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fixture/known_person.h"

namespace gdprd::test {

class Needles {
  public:
    explicit Needles(const KnownPerson& person);

    // Names of the values found: plain in any case, URL-encoded, JSON-escaped, with entities, with slashes,
    // in base64, and all of that inside a zlib stream. PHP serialize() writes texts as they are.
    std::set<std::string> found_in(std::string_view cell) const;

  private:
    struct Needle {
        std::string name;
        std::string text;
        bool exact = false;  // base64: case matters
    };
    void add(const std::string& name, const std::string& value);
    void search(std::string_view text, std::set<std::string>& names) const;

    std::vector<Needle> needles_;
};

}  // namespace gdprd::test
