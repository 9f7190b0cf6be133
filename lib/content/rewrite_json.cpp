#include "content/rewrite_json.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "content/rewrite.h"

namespace gdprd::content {

namespace {

constexpr std::size_t depth_max = 64;

// As PHP writes it, with \u00e4 for ä: it fits into a column of any character set.
std::string string_token(const std::string& text) { return nlohmann::json(text).dump(-1, ' ', true); }

// Follows the parser and writes what stays. There is no tree: repeated names, of which a tree would hold only
// the last, are all seen, and nothing recurses.
class Writer final : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Writer(const MemberRules& rules) : rules_(rules) {}

    bool changed() const { return changed_; }
    const std::string& text() const { return text_; }

    bool null() override { return add("null", false); }
    bool boolean(bool truth) override { return add(truth ? "true" : "false", false); }
    bool number_integer(number_integer_t number) override { return add_number(std::to_string(number)); }
    bool number_unsigned(number_unsigned_t number) override { return add_number(std::to_string(number)); }
    bool number_float(number_float_t, const string_t& written) override { return add_number(written); }
    bool string(string_t& text) override {
        const bool stays = kept() == Kept::everything;
        return stays ? add(string_token(text), false) : add("\"\"", !text.empty());
    }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return start('{'); }
    bool start_array(std::size_t) override { return start('['); }
    bool end_object() override { return end('}'); }
    bool end_array() override { return end(']'); }

    bool key(string_t& name) override {
        if (skipped_depth_ > 0) return true;
        const Container& object = open_.back();
        const auto [stays, kept] = rules_.judge(name, path_, object.members, object.kept);
        skip_next_ = !stays;
        member_kept_ = kept;
        if (stays) member_name_ = name;
        changed_ = changed_ || !stays;
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    struct Container {
        bool is_object = false;
        Kept kept = Kept::nothing;
        std::size_t members = 0;  // those that stay
    };

    // Does the value that comes now go with its name?
    bool skips() { return skipped_depth_ > 0 || std::exchange(skip_next_, false); }

    Kept kept() const {
        if (open_.empty()) return Kept::nothing;
        return open_.back().is_object ? member_kept_ : open_.back().kept;
    }

    void separate() {
        if (open_.empty()) return;
        if (open_.back().members++ > 0) text_ += ',';
        if (open_.back().is_object) text_ += string_token(member_name_) + ':';
    }

    bool add_number(const std::string& written) {
        return kept() != Kept::nothing ? add(written, false) : add("0", written != "0");
    }

    bool add(const std::string& value, bool changes) {
        if (skips()) return true;
        const bool lonely = open_.empty() && value != "null";
        changed_ = changed_ || changes || lonely;
        separate();
        text_ += lonely ? empty_of(Format::json) : value;
        return true;
    }

    bool start(char bracket) {
        if (skipped_depth_ + open_.size() == depth_max) return false;
        if (skips()) {
            ++skipped_depth_;
            return true;
        }
        const Container container{bracket == '{', kept()};
        separate();
        path_.enter(!open_.empty() && open_.back().is_object ? member_name_ : std::string());
        open_.push_back(container);
        text_ += bracket;
        return true;
    }

    bool end(char bracket) {
        if (skipped_depth_ > 0) {
            --skipped_depth_;
            return true;
        }
        open_.pop_back();
        path_.leave();
        text_ += bracket;
        return true;
    }

    const MemberRules& rules_;
    std::string text_;
    bool changed_ = false;
    std::vector<Container> open_;
    MemberPath path_;  // of the innermost one
    std::string member_name_;
    Kept member_kept_ = Kept::nothing;
    bool skip_next_ = false;
    std::size_t skipped_depth_ = 0;
};

}  // namespace

std::optional<std::string> rewrite_json(std::string_view text, const MemberRules& rules) {
    // The parser takes a NUL byte for the end of the text and overlooks a byte order mark; PHP does neither.
    if (text.find('\0') != std::string_view::npos || text.starts_with("\xef\xbb\xbf")) return std::nullopt;
    Writer writer(rules);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &writer)) return std::nullopt;
    return writer.changed() ? writer.text() : std::string(text);
}

namespace {

// No deeper than a value that is rewritten, which is told first.
void add_texts(const nlohmann::json& value, std::vector<std::string>& texts) {
    if (value.is_string()) texts.push_back(value.get<std::string>());
    if (!value.is_structured()) return;
    for (const auto& member : value) add_texts(member, texts);
}

}  // namespace

std::vector<std::string> json_texts_below(std::string_view text, const std::vector<std::string>& members) {
    std::vector<std::string> texts;
    if (!rewrite_json(text, MemberRules({}))) return texts;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const nlohmann::json* value = &json;
    for (const std::string& name : members) {
        const auto found = value->is_object() ? value->find(name) : value->end();
        if (found == value->end()) return texts;
        value = &*found;
    }
    add_texts(*value, texts);
    return texts;
}

}  // namespace gdprd::content
