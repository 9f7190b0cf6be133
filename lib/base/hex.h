// Hexadecimal, always lower case.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gdprd {

std::string to_hex(std::span<const unsigned char> bytes);

// True for a non-empty text of the digits 0-9 and a-f only.
bool is_lower_hex(std::string_view text) noexcept;

using Digest = std::array<unsigned char, 32>;

// SHA-256 of `text`, and the same as 64 hexadecimal digits.
Digest sha256(std::string_view text);
std::string sha256_hex(std::string_view text);

// What to_hex() wrote; nothing for anything else than so many digits.
std::optional<std::string> from_hex(std::string_view digits, std::size_t bytes);

// The same of a text that comes in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::string_view text);
    std::string hex() const;  // of what was added so far

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd
