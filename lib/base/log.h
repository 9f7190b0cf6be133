// The daemon's log: one line an event, to standard error. The only place with spdlog. Thread-safe.
//
// A line is a sentence and named fields. The fields' types are the guard of promise 6: contact ids, counts,
// times, codes and names of tables or options go in; a contact's field value has no business here.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace gdprd::log {

enum class Level { debug, info, warning, error };

enum class Format {
    text,      // "2026-03-01 12:34:56.789 info erased contact=7 status=settling"
    journald,  // "<6>erased contact=7 status=settling": the prefix is the syslog level (sd-daemon(3))
    json,      // {"time":"…","level":"info","message":"erased","contact":7,"status":"settling"}
};

struct Field {
    template <std::signed_integral T>
    Field(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
    template <std::unsigned_integral T>
    Field(std::string_view n, T v) : name(n), value(static_cast<std::uint64_t>(v)) {}
    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
    Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}

    std::string_view name;
    std::variant<std::int64_t, std::uint64_t, std::string_view> value;
};
using Fields = std::initializer_list<Field>;

// Call once in main before any thread starts; until then lines are text at level info.
void configure(Level level, Format format);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// Exposed for the tests: the line as it would be written, without the newline.
std::string render(Level level, Format format, std::string_view message, Fields fields);

}  // namespace gdprd::log
