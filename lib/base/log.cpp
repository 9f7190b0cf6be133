#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace gdprd::log {

namespace {

struct LevelNames {
    std::string_view text;
    std::string_view syslog;  // syslog(3): debug 7, info 6, warning 4, error 3
    spdlog::level::level_enum spdlog;
};
constexpr std::array<LevelNames, 4> names{{{"debug", "<7>", spdlog::level::debug},
                                           {"info", "<6>", spdlog::level::info},
                                           {"warning", "<4>", spdlog::level::warn},
                                           {"error", "<3>", spdlog::level::err}}};

const LevelNames& names_of(Level level) { return names[static_cast<std::size_t>(level)]; }

std::atomic<Format> current_format{Format::text};

spdlog::logger& sink() {
    static const std::shared_ptr<spdlog::logger> logger = [] {
        auto made = std::make_shared<spdlog::logger>("mautic-gdprd",
                                                     std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

// A value with blanks or quotes is quoted, so that a line can be split again; control characters go.
std::string quoted_if_needed(std::string_view value) {
    if (!value.empty() && value.find_first_of(" \"=\n\r\t") == std::string_view::npos) {
        return std::string(value);
    }
    std::string quoted = "\"";
    for (char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return quoted + '"';
}

std::string render_text(std::string_view message, Fields fields) {
    std::string line;
    for (char c : message) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    for (const Field& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            line += quoted_if_needed(*text);
        } else if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
            line += std::to_string(*whole);
        } else {
            line += std::to_string(std::get<std::uint64_t>(field.value));
        }
    }
    return line;
}

std::string render_json(Level level, std::string_view message, Fields fields) {
    nlohmann::ordered_json line;
    line["time"] = format_utc(now());
    line["level"] = names_of(level).text;
    line["message"] = message;
    for (const Field& field : fields) {
        std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void write(Level level, std::string_view message, Fields fields) {
    if (!sink().should_log(names_of(level).spdlog)) return;
    sink().log(names_of(level).spdlog, "{}", render(level, current_format.load(), message, fields));
}

}  // namespace

void configure(Level level, Format format) {
    current_format = format;
    sink().set_level(names_of(level).spdlog);
}

std::string render(Level level, Format format, std::string_view message, Fields fields) {
    switch (format) {
        case Format::json:
            return render_json(level, message, fields);
        case Format::journald:
            return std::string(names_of(level).syslog) + render_text(message, fields);
        case Format::text:
            break;
    }
    return format_utc(now()) + ' ' + std::string(names_of(level).text) + ' ' + render_text(message, fields);
}

void debug(std::string_view message, Fields fields) { write(Level::debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::info, message, fields); }
void warning(std::string_view message, Fields fields) { write(Level::warning, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::error, message, fields); }

}  // namespace gdprd::log
