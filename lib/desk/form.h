// What a form or the query of a URL holds (application/x-www-form-urlencoded, WHATWG URL standard). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gdprd::desk {

class Form {
  public:
    static constexpr std::size_t fields_max = 100;

    Form() = default;
    // What was typed may be an address: it is overwritten.
    ~Form();
    Form(const Form&) = default;
    Form(Form&&) = default;
    Form& operator=(Form other) {
        fields_.swap(other.fields_);
        return *this;
    }
    // Of more fields than fields_max the rest is left out. What is no UTF-8 becomes U+FFFD.
    explicit Form(std::string_view encoded);
    explicit Form(std::vector<std::pair<std::string, std::string>> fields) : fields_(std::move(fields)) {}

    // "" when the field is not there; of several the first one. Blanks at both ends are cut off.
    std::string value(std::string_view name) const;
    // As it was typed.
    std::string raw(std::string_view name) const;
    bool has(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// Overwrites it, so that it is in no core.
void wipe(std::string& text);
std::string percent_encoded(std::string_view text);
// Nothing when it is not percent-encoded rightly.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace gdprd::desk
