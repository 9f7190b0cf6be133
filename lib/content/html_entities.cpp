#include "content/html_entities.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "content/html_entity_names.h"

namespace gdprd::content {

namespace {

constexpr std::size_t entity_bytes_max = 24;  // between '&' and ';'
constexpr int layers_max = 4;

std::optional<std::uint32_t> entity_code(std::string_view name) {
    if (name.size() > 1 && name[0] == '#') {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        return whole_number<std::uint32_t>(name.substr(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
    }
    if (name == "nbsp") return ' ';
    const auto known = std::lower_bound(html_entities.begin(), html_entities.end(), name,
                                        [](const auto& entity, auto wanted) { return entity.name < wanted; });
    if (known != html_entities.end() && known->name == name) return known->code;
    return std::nullopt;
}

}  // namespace

std::size_t take_html_entity(std::string_view text, std::string& plain) {
    const auto end = text.substr(0, entity_bytes_max + 2).find(';');
    if (end == std::string_view::npos) return 0;
    const auto code = entity_code(text.substr(1, end - 1));
    if (!code || *code > 0x10ffff) return 0;
    append_utf8(plain, *code);
    return end + 1;
}

std::string html_unescaped(std::string_view text) {
    std::string shown(text);
    for (int layer = 0; layer < layers_max; ++layer) {
        std::string plain;
        std::string_view rest = shown;
        while (!rest.empty()) {
            const std::size_t taken = rest.front() == '&' ? take_html_entity(rest, plain) : 0;
            if (taken == 0) plain += rest.front();
            rest.remove_prefix(taken == 0 ? 1 : taken);
        }
        if (plain == shown) break;
        shown = std::move(plain);
    }
    return shown;
}

}  // namespace gdprd::content
