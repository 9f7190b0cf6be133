#include "content/php_source.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/text.h"
#include "content/php_tokens.h"

namespace gdprd::content {

namespace {

using ConstantKind = PhpConstant::Kind;

constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();

PhpConstant integer(std::int64_t number) { return {ConstantKind::integer, std::to_string(number), {}}; }

// Whether PHP takes such a text for a number where it stands for a key: "7" and "-7", not "07" or "+7".
bool is_integer_key(const std::string& key) {
    const auto number = whole_number<std::int64_t>(key);
    return number && std::to_string(*number) == key;
}

// The members of an array that is being read.
class ArrayMembers {
  public:
    void add(PhpConstantMember member) {
        if (member.key_is_integer) note(*whole_number<std::int64_t>(member.key));
        const auto same = std::find_if(members_.begin(), members_.end(), [&](const auto& one) {
            return one.key_is_integer == member.key_is_integer && one.key == member.key;
        });
        if (same == members_.end()) {
            members_.push_back(std::move(member));
        } else {
            same->value = std::move(member.value);
        }
    }

    // After a negative key PHP 8.3 counts on from there, an older one from 0.
    std::optional<std::string> next_key() const {
        if (is_doubtful_) return std::nullopt;
        return std::to_string(next_);
    }

    std::vector<PhpConstantMember> take() { return std::move(members_); }

  private:
    void note(std::int64_t key) {
        const bool is_first = !any_;
        any_ = true;
        if (key < 0) {
            is_doubtful_ = is_doubtful_ || is_first;
            return;
        }
        is_doubtful_ = key == integer_max;
        next_ = std::max(next_, is_doubtful_ ? next_ : key + 1);
    }

    std::vector<PhpConstantMember> members_;
    std::int64_t next_ = 0;
    bool any_ = false;
    bool is_doubtful_ = false;
};

class AssignmentReader {
  public:
    AssignmentReader(std::string_view source, std::string_view name, const PhpSourceLimits& limits)
        : tokens_(source), name_(name), limits_(limits) {}

    PhpConstant read() {
        tokens_.open();
        while (!tokens_.close_if_at_end()) statement();
        if (!found_) tokens_.refuse("the end, and nothing was given to $" + std::string(name_));
        return std::move(result_);
    }

  private:
    void statement() {
        if (tokens_.take_word("declare")) {
            tokens_.skip_expression();
            return tokens_.need(";");
        }
        if (!tokens_.take_variable(name_)) {
            tokens_.refuse("a statement that does more than to give $" + std::string(name_) + " a value");
        }
        std::optional<PhpConstant> key;
        if (tokens_.take("[")) {
            key = value(0);
            tokens_.need("]");
        }
        if (!tokens_.take_assignment()) tokens_.refuse("no plain assignment");
        PhpConstant assigned = value(0);
        tokens_.need(";");
        if (key) return assign_member(std::move(*key), std::move(assigned));
        if (assigned.kind != ConstantKind::array) tokens_.refuse("a value that is no array of constants");
        result_ = std::move(assigned);
        found_ = true;
    }

    // An expression may do more than to be a value, once there is something to change.
    void assign_member(PhpConstant key, PhpConstant assigned) {
        if (assigned.kind == ConstantKind::computed) tokens_.refuse("a member that is computed afterwards");
        ArrayMembers members;
        for (PhpConstantMember& member : result_.members) members.add(std::move(member));
        members.add(member_of(std::move(key), std::move(assigned)));
        result_ = {ConstantKind::array, "", members.take()};
        found_ = true;
    }

    PhpConstant value(std::size_t depth) {
        const auto begin = tokens_.position();
        if (auto known = constant(depth); known && tokens_.is_at_end_of_value()) return std::move(*known);
        tokens_.go_back(begin);
        tokens_.skip_expression();
        return {ConstantKind::computed, "", {}};
    }

    // What stands at the beginning of a value; it may be part of something longer.
    std::optional<PhpConstant> constant(std::size_t depth) {
        if (tokens_.is_at_string()) return string();
        if (tokens_.is_at_number()) return number();
        if (tokens_.take("[")) return array("]", depth + 1);
        if (tokens_.take_word("array")) {
            if (!tokens_.take("(")) return std::nullopt;
            return array(")", depth + 1);
        }
        if (tokens_.take_word("null")) return PhpConstant{};
        if (tokens_.take_word("true")) return PhpConstant{ConstantKind::boolean, "1", {}};
        if (tokens_.take_word("false")) return PhpConstant{ConstantKind::boolean, "0", {}};
        return environment();
    }

    std::optional<PhpConstant> string() {
        auto text = tokens_.string();
        while (text && tokens_.take_dot()) {
            const auto more = tokens_.is_at_string() ? tokens_.string() : std::nullopt;
            if (!more) return std::nullopt;
            *text += *more;
        }
        if (!text) return std::nullopt;
        return PhpConstant{ConstantKind::string, std::move(*text), {}};
    }

    std::optional<PhpConstant> number() {
        const auto token = tokens_.number();
        if (!token) return std::nullopt;
        const std::string sign = token->negative ? "-" : "";
        const auto whole =
            token->base == 0 ? std::nullopt : whole_number<std::int64_t>(token->digits, token->base);
        if (!whole) {
            if (token->base != 0 && token->base != 10) return std::nullopt;  // too large: a real, in PHP
            return PhpConstant{ConstantKind::real, sign + token->digits, {}};
        }
        // As var_export() writes the smallest one.
        if (token->negative && *whole == integer_max && tokens_.take("-")) {
            const auto one = tokens_.is_at_number() ? tokens_.number() : std::nullopt;
            if (!one || one->negative || one->digits != "1") return std::nullopt;
            return integer(std::numeric_limits<std::int64_t>::min());
        }
        return integer(token->negative ? -*whole : *whole);
    }

    std::optional<PhpConstant> environment() {
        std::optional<std::string> name;
        if (tokens_.take_word("getenv")) {
            name = name_between("(", ")");
        } else if (tokens_.take_variable("_ENV") || tokens_.take_variable("_SERVER")) {
            name = name_between("[", "]");
        }
        if (!name) return std::nullopt;
        // What it is without that variable makes no difference here.
        if (tokens_.take("??") || tokens_.take("?:")) tokens_.skip_expression();
        return PhpConstant{ConstantKind::environment, std::move(*name), {}};
    }

    std::optional<std::string> name_between(std::string_view open, std::string_view close) {
        if (!tokens_.take(open) || !tokens_.is_at_string()) return std::nullopt;
        auto name = tokens_.string();
        if (!tokens_.take(close)) return std::nullopt;
        return name;
    }

    std::optional<PhpConstant> array(std::string_view close, std::size_t depth) {
        if (depth > limits_.depth_max) tokens_.refuse("arrays within arrays, too deep");
        ArrayMembers members;
        while (!tokens_.take(close)) {
            if (++elements_ > limits_.elements_max) tokens_.refuse("too many members");
            PhpConstant first = value(depth);
            if (tokens_.take("=>")) {
                members.add(member_of(std::move(first), value(depth)));
            } else if (const auto key = members.next_key()) {
                members.add({true, *key, std::move(first)});
            } else {
                tokens_.refuse("a member without a key, where versions of PHP differ");
            }
            if (!tokens_.take(",") && !tokens_.is_at(close)) tokens_.refuse("an array that does not end");
        }
        return PhpConstant{ConstantKind::array, "", members.take()};
    }

    PhpConstantMember member_of(PhpConstant key, PhpConstant member) {
        switch (key.kind) {
            case ConstantKind::null:
                return {false, "", std::move(member)};
            case ConstantKind::boolean:
            case ConstantKind::integer:
                return {true, std::move(key.text), std::move(member)};
            case ConstantKind::string: {
                const bool is_integer = is_integer_key(key.text);
                return {is_integer, std::move(key.text), std::move(member)};
            }
            default:
                tokens_.refuse("a key that is neither a text nor a whole number");
        }
    }

    PhpTokens tokens_;
    const std::string_view name_;
    const PhpSourceLimits limits_;
    PhpConstant result_;
    std::size_t elements_ = 0;
    bool found_ = false;
};

}  // namespace

const PhpConstant* PhpConstant::find(std::string_view key) const {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& one) { return one.key == key; });
    return found == members.end() ? nullptr : &found->value;
}

PhpConstant read_php_assignments(std::string_view source, std::string_view name,
                                 const PhpSourceLimits& limits) {
    if (source.size() > limits.bytes_max) {
        throw PhpSourceError("larger than " + std::to_string(limits.bytes_max) + " bytes");
    }
    return AssignmentReader(source, name, limits).read();
}

}  // namespace gdprd::content
