#include "content/rewrite.h"

#include <optional>

#include "content/member_rules.h"
#include "content/php_value.h"
#include "content/rewrite_json.h"
#include "content/zlib.h"

namespace gdprd::content {

namespace {

constexpr std::size_t json_bytes_max = 32 * 1024 * 1024;

void empty_scalar(PhpValue& value, Kept kept) {
    if (kept == Kept::everything) return;
    if (value.kind == PhpValue::Kind::string) value.text.clear();
    if (kept == Kept::numbers) return;
    if (value.kind == PhpValue::Kind::integer || value.kind == PhpValue::Kind::real) value.text = "0";
}

// Recurses as deep as PhpLimits lets a value be nested.
void rewrite_members(PhpValue& array, const MemberRules& rules, Kept array_kept) {
    std::size_t stay = 0;
    for (PhpMember& member : array.members) {
        const auto judgement = rules.judge(member.key.text, stay, array_kept);
        if (!judgement.stays) continue;
        PhpValue& value = member.value;
        if (value.kind == PhpValue::Kind::array) {
            rewrite_members(value, rules, judgement.kept);
        } else {
            empty_scalar(value, judgement.kept);
        }
        if (&array.members[stay] != &member) array.members[stay] = std::move(member);
        ++stay;
    }
    array.members.resize(stay);
}

std::optional<std::string> rewrite_php(std::string_view text, const MemberRules& rules) {
    std::optional<PhpValue> value = read_php(text);
    if (!value) return std::nullopt;
    if (value->kind == PhpValue::Kind::null) return std::string(text);
    if (value->kind != PhpValue::Kind::array) return empty_of(Format::php);
    rewrite_members(*value, rules, Kept::nothing);
    return write_php(*value);
}

std::optional<std::string> rewrite_compressed(std::string_view bytes, const MemberRules& rules) {
    const std::optional<std::string> text = inflate(bytes, json_bytes_max);
    if (!text) return std::nullopt;
    const std::optional<std::string> rewritten = rewrite_json(*text, rules);
    if (!rewritten) return std::nullopt;
    return *rewritten == *text ? std::string(bytes) : deflate(*rewritten);
}

}  // namespace

std::string empty_of(Format format) {
    switch (format) {
        case Format::php:
            return "a:0:{}";
        case Format::json:
            return "[]";
        case Format::json_zlib:
            break;
    }
    return deflate("[]");
}

Rewritten rewrite(std::string_view value, Format format, const std::vector<std::string>& keep) {
    if (value.empty()) return {};
    const MemberRules rules(keep);
    std::optional<std::string> text;
    if (format == Format::php) text = rewrite_php(value, rules);
    if (format == Format::json && value.size() <= json_bytes_max) text = rewrite_json(value, rules);
    if (format == Format::json_zlib) text = rewrite_compressed(value, rules);
    if (!text) return {empty_of(format), false};
    return {std::move(*text), true};
}

}  // namespace gdprd::content
