#include "audit/base64_addresses.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "matching/address_candidates.h"
#include "matching/base64_forms.h"

namespace gdprd::audit {

namespace {

constexpr unsigned char none = 64;

constexpr std::array<unsigned char, 256> make_digits() {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<unsigned char, 256> digits{};
    digits.fill(none);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        digits[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
    }
    digits['-'] = 62;
    digits['_'] = 63;
    return digits;
}

constexpr auto digits = make_digits();

unsigned char digit_at(std::string_view text, std::size_t at) {
    return digits[static_cast<unsigned char>(text[at])];
}

// '@' is the byte 01000000. As the first of three bytes it is the digits 010000 00xxxx, as the second one
// xx0100 0000xx, as the third one xxxx01 000000. A bit a place: of the pair's first digit, and of its second.
constexpr std::array<unsigned char, 256> make_places(bool second) {
    std::array<unsigned char, 256> places{};
    for (std::size_t byte = 0; byte < places.size(); ++byte) {
        const unsigned digit = digits[byte];
        if (digit == none) continue;
        if (second ? digit < 16 : digit == 16) places[byte] |= 1u;
        if (second ? digit < 4 : digit % 16 == 4) places[byte] |= 2u;
        if (second ? digit == 0 : digit % 4 == 1) places[byte] |= 4u;
    }
    return places;
}

constexpr auto first_places = make_places(false);
constexpr auto second_places = make_places(true);

constexpr std::size_t digits_at_once = 64;

// Is any of these one of the digits from A to P, as every pair's second one is? Without a branch a byte, so
// that the compiler takes many at a time.
bool has_second_digit(const unsigned char* begin, const unsigned char* end) {
    unsigned char any = 0;
    for (; begin != end; ++begin)
        any |= static_cast<unsigned char>(static_cast<unsigned char>(*begin - 'A') < 16);
    return any != 0;
}

// The bytes of up to four digits; a group that is cut short has fewer.
void decode_group(std::string_view group, std::string& bytes) {
    std::uint32_t bits = 0;
    for (const char c : group) bits = bits << 6 | digits[static_cast<unsigned char>(c)];
    bits <<= 6 * (4 - group.size());
    for (std::size_t i = 0; i < group.size() * 3 / 4; ++i) {
        bytes += static_cast<char>(bits >> (16 - 8 * i) & 0xffu);
    }
}

// A byte of an escape may stand for one that goes on with the address.
bool is_of_escape(char byte) { return std::string_view("&#;%\\").find(byte) != std::string_view::npos; }
bool may_be_local(char byte) { return matching::is_local_byte(byte) || is_of_escape(byte); }
bool may_be_domain(char byte) { return matching::is_domain_byte(byte) || is_of_escape(byte); }

// Decodes around the '@' that is byte `place` of the group at `group`.
class Window {
  public:
    Window(std::string_view text, std::size_t group, std::size_t place)
        : text_(text), group_(group), place_(place) {}

    void take(const std::function<void(std::string_view)>& found) {
        const std::size_t begin = beginning();
        bytes_.clear();
        for (std::size_t at = begin; at < group_; at += 4) decode_group(text_.substr(at, 4), bytes_);
        const std::size_t at = bytes_.size() + place_;
        const std::size_t end = decode_forward();
        if (matching::has_escape_beside(text_, begin, end)) return;
        if (at >= bytes_.size() || bytes_[at] != '@') return;
        matching::each_candidate_at(bytes_, at, [&](std::string_view candidate) {
            found(candidate);
            return false;
        });
    }

  private:
    bool is_group(std::size_t at) const {
        return at + 4 <= text_.size() && digit_at(text_, at) != none && digit_at(text_, at + 1) != none &&
               digit_at(text_, at + 2) != none && digit_at(text_, at + 3) != none;
    }

    // The first group that can matter: back to one with a byte that no local part has.
    std::size_t beginning() {
        std::size_t begin = group_;
        while (begin >= 4 && group_ - begin < groups_max * 4 && is_group(begin - 4)) {
            begin -= 4;
            bytes_.clear();
            decode_group(text_.substr(begin, 4), bytes_);
            if (!std::all_of(bytes_.begin(), bytes_.end(), may_be_local)) break;
        }
        return begin;
    }

    // Returns where it has come to.
    std::size_t decode_forward() {
        bool is_first = true;
        std::size_t at = group_;
        for (; at < text_.size() && at - group_ < groups_max * 4; at += 4) {
            std::size_t length = 0;
            while (length < 4 && at + length < text_.size() && digit_at(text_, at + length) != none) ++length;
            const std::size_t before = bytes_.size();
            if (length > 1) decode_group(text_.substr(at, length), bytes_);
            if (length < 4) break;
            const auto behind = bytes_.begin() + static_cast<std::ptrdiff_t>(before);
            if (!is_first && !std::all_of(behind, bytes_.end(), may_be_domain)) break;
            is_first = false;
        }
        return std::min(at, text_.size());
    }

    static constexpr std::size_t groups_max = 88;  // 264 bytes

    std::string_view text_;
    const std::size_t group_;
    const std::size_t place_;
    std::string bytes_;
};

}  // namespace

bool each_base64_candidate(std::string_view text, std::size_t first, std::size_t last,
                           const std::function<void(std::string_view)>& found) {
    bool has_pair = false;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    for (std::size_t block = first + 1; block < last; block += digits_at_once) {
        const std::size_t end = std::min(last, block + digits_at_once);
        if (!has_second_digit(bytes + block, bytes + end)) continue;
        for (std::size_t i = block; i < end; ++i) {
            const unsigned places = first_places[bytes[i - 1]] & second_places[bytes[i]];
            if (places == 0) continue;
            has_pair = true;
            for (std::size_t place = 0; place < 3; ++place) {
                // The pair's first character is the `place`-th of its group.
                if ((places & 1u << place) == 0 || i - 1 < place) continue;
                Window(text, i - 1 - place, place).take(found);
            }
        }
    }
    return has_pair;
}

}  // namespace gdprd::audit
