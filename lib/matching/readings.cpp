#include "matching/readings.h"

#include <string>
#include <utility>

#include "content/zlib.h"
#include "matching/characters.h"
#include "matching/unescape.h"

namespace gdprd::matching {

namespace {

constexpr int layers_max = 4;

bool look_at(std::string_view text, Reading reading, const Look& look) {
    std::string visible;
    if (without_invisible(text, visible)) text = visible;
    return look(text, reading);
}

// Quoted-printable is taken off from the first layer on that may be it: taken off later than it was put on,
// it would leave a '+' beside an encoded '@'.
bool each_layer(std::string_view text, Reading reading, const Look& look) {
    if (look_at(text, reading, look)) return true;
    std::string outer;
    std::string inner;
    std::string plain;
    bool was_quoted = reading == Reading::unquoted;
    for (int layer = 0;; ++layer) {
        if (!was_quoted && unquote(text, plain)) {
            was_quoted = true;
            if (each_layer(plain, Reading::unquoted, look)) return true;
        }
        if (layer == layers_max || !unescape(text, inner)) return false;
        std::swap(outer, inner);
        if (reading == Reading::unquoted && unquote(outer, plain)) std::swap(outer, plain);
        text = outer;
        if (look_at(text, reading, look)) return true;
    }
}

}  // namespace

bool each_reading(std::string_view text, const Look& look) {
    if (each_layer(text, Reading::plain, look)) return true;
    if (!content::looks_compressed(text)) return false;
    const auto inflated = content::inflate(text, content::searched_bytes_max);
    return inflated && each_layer(*inflated, Reading::plain, look);
}

}  // namespace gdprd::matching
