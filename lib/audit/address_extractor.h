// Takes every e-mail address out of a text that nobody knows anything about, in all the forms in which the
// search for one address (matching/identity.h) would find it: as it is, under up to four layers of escapes,
// in base64, and all of that in a zlib stream.
//
// Where an address begins and ends in free text is doubtful, so there may be several candidates to an '@'.
// None of them is a part of what could be another address: "ann@example.org" is not taken out of
// "jo.ann@example.org". Letters are left as they are: whoever hashes an address normalises it.
//
// Each byte is looked at a bounded number of times, and a text of any length takes the memory of a window. An
// object keeps its buffers between texts and belongs to one thread. No errors.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gdprd::audit {

class AddressExtractor {
  public:
    using Found = std::function<void(std::string_view candidate)>;

    // Whether the text begins and ends where it does, or goes on there in another part. Of a part an edge
    // that is none is left out, because what stands there may be half an address or half an escape; parts of
    // one text have to overlap by `overlap_bytes`.
    struct Edges {
        bool begins = true;
        bool ends = true;
    };
    static constexpr std::size_t overlap_bytes = 32 * 1024;

    // The window is longer than two overlaps.
    explicit AddressExtractor(std::size_t window_bytes = 256 * 1024) : window_bytes_(window_bytes) {}

    // False when the text is a zlib stream that is too long to be inflated (content/zlib.h).
    bool extract(std::string_view text, const Found& found) { return extract(text, Edges{}, found); }
    bool extract(std::string_view text, Edges edges, const Found& found);

  private:
    void walk(std::string_view text, Edges edges, const Found& found);
    void take_layers(std::string_view text, Edges edges, const Found& found);

    const std::size_t window_bytes_;
    std::string outer_;
    std::string inner_;
};

}  // namespace gdprd::audit
