#include "webhook/outline.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gdprd::webhook {

namespace {

// The text is read in blocks of as many bytes as a mask has bits; bit n stands for byte n.
using Mask = std::uint64_t;
constexpr std::size_t block_bytes = 64;

struct Masks {
    Mask quotes = 0;
    Mask backslashes = 0;
    Mask brackets = 0;  // { } [ ]
};

// [ and { differ in one bit only, and so do ] and }.
constexpr char bracket_bit = '[' ^ '{';
static_assert((']' | bracket_bit) == '}' && ('[' | bracket_bit) == '{');

#if defined(__SSE2__)

Masks masks_of(const char* block) {
    Masks masks;
    for (unsigned int part = 0; part < block_bytes; part += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part));
        const __m128i joined = _mm_or_si128(bytes, _mm_set1_epi8(bracket_bit));
        const auto mask = [part](__m128i matches) {
            return static_cast<Mask>(static_cast<unsigned int>(_mm_movemask_epi8(matches))) << part;
        };
        masks.quotes |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
        masks.backslashes |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        masks.brackets |= mask(_mm_or_si128(_mm_cmpeq_epi8(joined, _mm_set1_epi8('{')),
                                            _mm_cmpeq_epi8(joined, _mm_set1_epi8('}'))));
    }
    return masks;
}

#else

Masks masks_of(const char* block) {
    Masks masks;
    for (unsigned int i = 0; i < block_bytes; ++i) {
        const char joined = static_cast<char>(block[i] | bracket_bit);
        masks.quotes |= static_cast<Mask>(block[i] == '"') << i;
        masks.backslashes |= static_cast<Mask>(block[i] == '\\') << i;
        masks.brackets |= static_cast<Mask>(joined == '{' || joined == '}') << i;
    }
    return masks;
}

#endif

// Bit n of the result: how many of the bits 0 … n are set, odd or even.
Mask parity_so_far(Mask bits) {
    for (unsigned int step = 1; step < block_bytes; step *= 2) bits ^= bits << step;
    return bits;
}

// Tells which bytes stand in strings, from block to block.
class Strings {
  public:
    // The bytes of the block from an opening quote up to before the closing one. False when a backslash
    // stands elsewhere.
    bool follow(const Masks& masks, Mask& inside) {
        const Mask quotes = masks.quotes & ~escaped_by(masks.backslashes);
        inside = parity_so_far(quotes) ^ (open_ ? ~Mask{0} : Mask{0});
        open_ = (inside >> (block_bytes - 1)) != 0;
        return (masks.backslashes & ~inside) == 0;
    }

    bool open() const { return open_; }

  private:
    Mask escaped_by(Mask backslashes) {
        Mask escaped = first_is_escaped_ ? 1 : 0;
        first_is_escaped_ = false;
        backslashes &= ~escaped;
        while (backslashes != 0) {
            const Mask lowest = backslashes & (~backslashes + 1);
            if (lowest >> (block_bytes - 1) != 0) first_is_escaped_ = true;
            escaped |= lowest << 1;
            backslashes &= ~(lowest | lowest << 1);
        }
        return escaped;
    }

    bool open_ = false;
    bool first_is_escaped_ = false;
};

// Copies what is not too deep, from bracket to bracket.
class Copy {
  public:
    Copy(std::string_view text, std::size_t depth_kept, std::string& out)
        : text_(text), depth_kept_(depth_kept), out_(out) {}

    bool bracket(std::size_t at) {
        const char open_or_closed = static_cast<char>(text_[at] | bracket_bit);
        const bool object = text_[at] == open_or_closed;
        return open_or_closed == '{' ? open(at, object) : close(at, object);
    }

    bool end() {
        if (depth_ != 0) return false;
        append_until(text_.size());
        return true;
    }

  private:
    bool open(std::size_t at, bool object) {
        if (depth_ == outline_depth_max) return false;
        objects_ = objects_ << 1 | (object ? 1U : 0U);
        if (depth_++ == depth_kept_) append_until(at + 1);
        return true;
    }

    bool close(std::size_t at, bool object) {
        if (depth_ == 0 || ((objects_ & 1U) != 0) != object) return false;
        objects_ >>= 1;
        if (--depth_ == depth_kept_) copied_ = at;
        return true;
    }

    void append_until(std::size_t end) { out_.append(text_, copied_, end - copied_); }

    std::string_view text_;
    const std::size_t depth_kept_;
    std::string& out_;
    std::size_t copied_ = 0;  // up to here it was copied or is left out
    std::size_t depth_ = 0;
    std::uint64_t objects_ = 0;  // one bit for each open container, the innermost is the lowest
};

}  // namespace

bool outline(std::string_view text, std::size_t depth_kept, std::string& out) {
    out.clear();
    Strings strings;
    Copy copy(text, depth_kept, out);
    std::array<char, block_bytes> rest{};
    for (std::size_t begin = 0; begin < text.size(); begin += block_bytes) {
        const char* block = text.data() + begin;
        if (text.size() - begin < block_bytes) {
            std::memcpy(rest.data(), block, text.size() - begin);
            block = rest.data();
        }
        const Masks masks = masks_of(block);
        Mask inside = 0;
        if (!strings.follow(masks, inside)) return false;
        for (Mask left = masks.brackets & ~inside; left != 0; left &= left - 1) {
            if (!copy.bracket(begin + static_cast<std::size_t>(std::countr_zero(left)))) return false;
        }
    }
    return !strings.open() && copy.end();
}

}  // namespace gdprd::webhook
