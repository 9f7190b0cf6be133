#include "orphans/row_constant.h"

#include "base/clock.h"
#include "base/hex.h"

namespace gdprd::orphans {

namespace {

// 32 bits: enough that nobody else's row passes for it by chance, too few to find the text by them.
constexpr std::size_t digits = 8;
constexpr int hexadecimal = 16;

}  // namespace

RowConstant constant_in(const database::Rows& rows, std::size_t at, const plan::Step& step) {
    if (rows.is_null(at)) return std::nullopt;
    if (!step.row_constant_is_date) {
        const std::string text = rows.text(at);
        if (text.empty()) return std::nullopt;
        return std::stoull(sha256_hex(text).substr(0, digits), nullptr, hexadecimal);
    }
    const auto date = rows.time(at);
    if (!date || date->time_since_epoch().count() <= 0) return std::nullopt;
    return static_cast<std::uint64_t>(date->time_since_epoch().count());
}

std::string literal_of(const RowConstant& constant) { return constant ? std::to_string(*constant) : "NULL"; }

}  // namespace gdprd::orphans
