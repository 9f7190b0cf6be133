// The names of an enumeration's values, as files, logs and metrics have them: one table, asked in both
// directions. It does not compile when a value is missing or stands in another place.
//
// Threads: immutable.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gdprd {

template <class Enum>
struct Named {
    Enum value;
    const char* name;
};

// g++ and clang write a value without a name as a cast: "… [with … value = (gdprd::Status)7; …]".
template <auto value>
consteval bool is_enumerator() {
    const std::string_view signature = __PRETTY_FUNCTION__;
    const std::string_view written = signature.substr(signature.find("value = ") + 8);
    return written.front() != '(';
}

template <class Enum, std::size_t count>
class Names {
  public:
    consteval explicit Names(const Named<Enum> (&named)[count]) {
        static_assert(!is_enumerator<static_cast<Enum>(count)>(), "a value of the enumeration has no name");
        for (std::size_t i = 0; i < count; ++i) {
            if (static_cast<std::size_t>(named[i].value) != i) throw "names stand in the order of the values";
            named_[i] = named[i];
        }
    }

    constexpr const char* of(Enum value) const { return named_.at(static_cast<std::size_t>(value)).name; }

    constexpr std::optional<Enum> value_of(std::string_view name) const {
        for (const auto& [value, its_name] : named_) {
            if (name == its_name) return value;
        }
        return std::nullopt;
    }

    constexpr std::size_t size() const { return count; }
    constexpr auto begin() const { return named_.begin(); }
    constexpr auto end() const { return named_.end(); }

  private:
    std::array<Named<Enum>, count> named_{};
};

// constexpr auto names = make_names<Status>({{Status::settling, "settling"}, …});
template <class Enum, std::size_t count>
consteval Names<Enum, count> make_names(const Named<Enum> (&named)[count]) {
    return Names<Enum, count>(named);
}

}  // namespace gdprd
