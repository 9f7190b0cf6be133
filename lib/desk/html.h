// HTML that cannot be put together wrongly: markup is what stands in the source as a literal, everything else
// is text and escaped. A value from the database has no way to become markup. Pure.
//
//     html << "<p>" << Text{label} << "</p>";
//
// Attributes are written in double quotes; Text is safe there, too. URLs are paths of our own (`Link`).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "words/language.h"
#include "words/words.h"

namespace gdprd::desk {

// Known when the program is compiled.
class Markup {
  public:
    // NOLINTNEXTLINE: a literal is markup.
    consteval Markup(const char* literal) : text_(literal) {}
    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

// Any text, for an element's content or an attribute in quotes. Lives as long as what it views.
struct Text {
    std::string_view text;
};

// What somebody typed, given back to them in a field: every character as it was, lines too.
struct Typed {
    std::string_view text;
};

class Html {
  public:
    Html() = default;
    Html& operator<<(Markup markup) {
        html_ += markup.text();
        return *this;
    }
    Html& operator<<(Text text);
    Html& operator<<(Typed text);
    Html& operator<<(const Html& part) {
        html_ += part.html_;
        return *this;
    }
    Html& operator<<(std::uint64_t number) {
        html_ += std::to_string(number);
        return *this;
    }

    bool empty() const { return html_.empty(); }
    const std::string& str() const { return html_; }

  private:
    std::string html_;
};

// A path of the desk with a query, percent-encoded: for href and action, and for redirects.
class Link {
  public:
    explicit Link(std::string path) : text_(std::move(path)) {}
    // `part` is one part of the path below `above`, whatever it holds.
    static Link below(std::string_view above, std::string_view part);
    // Empty values are left out.
    Link& with(std::string_view name, std::string_view value);
    const std::string& str() const { return text_; }

  private:
    std::string text_;
};

}  // namespace gdprd::desk
