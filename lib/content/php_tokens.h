// The words of PHP source, one after the other: white space and comments, strings, numbers, names, brackets.
// What it does not know well enough to find its end (heredocs, code within strings, a second piece of PHP) it
// refuses with PhpSourceError, which names the line. For php_source.cpp only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd::content {

class PhpTokens {
  public:
    explicit PhpTokens(std::string_view source) : source_(source) {}

    void open();             // "<?php" at the very beginning
    bool close_if_at_end();  // the end of the source, or "?>" and nothing but white space

    // Each of these looks behind white space and comments, and moves only when it answers yes.
    bool is_at(std::string_view token);
    bool take(std::string_view token);
    bool take_word(std::string_view word);  // in any case, with or without the global namespace's "\"
    bool take_variable(std::string_view name);
    bool take_assignment();     // "=", and not "==", "=>"
    bool take_dot();            // ".", and not "..", ".="
    bool is_at_end_of_value();  // before one of , ; ) ] =>
    bool is_at_string();
    bool is_at_number();

    void need(std::string_view token);

    // Its bytes; nothing when the value of a variable is part of it. It is behind the string in any case.
    std::optional<std::string> string();

    struct Number {
        bool negative = false;
        std::string digits;
        int base = 10;  // 0: a real number
    };
    std::optional<Number> number();  // nothing when PHP would not read one here

    // Up to the , ; ) ] or => that ends it.
    void skip_expression();

    std::size_t position() const { return at_; }
    void go_back(std::size_t position) { at_ = position; }

    [[noreturn]] void refuse(const std::string& what) const;

  private:
    void skip_space();
    void skip_line_comment();
    char next(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }
    bool starts_with(std::string_view text) const { return source_.substr(at_).starts_with(text); }
    bool is_at_end() const { return at_ >= source_.size(); }
    std::string single_quoted();
    std::optional<std::string> double_quoted();
    void escape(std::string& text);
    std::string digits(std::string_view allowed);

    std::string_view source_;
    std::size_t at_ = 0;
};

}  // namespace gdprd::content
