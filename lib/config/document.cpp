#include "config/document.h"

#include "base/error.h"
#include "base/text.h"
#include "base/toml.h"

namespace gdprd::config {

namespace {

constexpr std::size_t shown_characters_max = 60;

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

std::string unsupported_kind(const toml::node& node) {
    if (node.is_floating_point()) return "a number with a fraction";
    if (node.is_table()) return "a table";
    return "a date or time";
}

Value value_of(const toml::node& node) {
    Value value{Unsupported{unsupported_kind(node)}, line_of(node)};
    if (const auto* text = node.as_string()) {
        value.data = text->get();
    } else if (const auto* number = node.as_integer()) {
        value.data = number->get();
    } else if (const auto* truth = node.as_boolean()) {
        value.data = truth->get();
    } else if (const auto* array = node.as_array()) {
        List list;
        for (const auto& element : *array) list.push_back(value_of(element));
        value.data = std::move(list);
    }
    return value;
}

void add_table(Document& document, const toml::table& table, const std::string& name) {
    auto& section = document.sections[name];
    section.line = line_of(table);
    for (const auto& [key, node] : table) {
        const std::string option(key.str());
        if (const auto* inner = node.as_table()) {
            const std::string part = option.find('.') == std::string::npos ? option : in_quotes(option);
            add_table(document, *inner, name.empty() ? part : name + '.' + part);
        } else {
            section.options.emplace(option, value_of(node));
        }
    }
}

std::string shown_list(const List& list) {
    std::vector<std::string> parts;
    for (const auto& element : list) parts.push_back(shown(element));
    return '[' + join(parts, ", ") + ']';
}

// The parser quotes pieces of the file, and the piece may be a password: only the name in "cannot redefine
// existing string 'port'" stays.
std::string without_quotations(const std::string& description) {
    if (description.find("redefine") != std::string::npos) return description;
    std::string result;
    bool inside = false;
    for (char c : description) {
        if (c == '\'') {
            inside = !inside;
            if (inside) result += "...";
        } else if (!inside) {
            result += c;
        }
    }
    return result;
}

}  // namespace

std::string kind_of(const Value& value) {
    switch (value.data.index()) {
        case 0:
            return "a text";
        case 1:
            return "a whole number";
        case 2:
            return "true or false";
        case 3:
            return "a list";
        default:
            return std::get<Unsupported>(value.data).kind;
    }
}

std::string in_quotes(const std::string& text) {
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        result += control ? '?' : c;
    }
    return result + '"';
}

std::string shown(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) {
        if (text->size() <= shown_characters_max) return in_quotes(*text);
        return in_quotes(text->substr(0, shown_characters_max) + "...");
    }
    if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
    if (const auto* truth = std::get_if<bool>(&value.data)) return *truth ? "true" : "false";
    if (const auto* list = std::get_if<List>(&value.data)) return shown_list(*list);
    return kind_of(value);
}

Document parse_document(const std::string& text, const std::string& name) {
    Document document;
    try {
        const toml::table root = toml::parse(std::string_view(text), std::string_view(name));
        add_table(document, root, "");
    } catch (const toml::parse_error& error) {
        throw ConfigurationError(
            name + ':' + std::to_string(error.source().begin.line) +
                ": not valid TOML: " + without_quotations(std::string(error.description())),
            "Texts stand in quotes, lists in brackets, a name may be given only once");
    }
    return document;
}

}  // namespace gdprd::config
