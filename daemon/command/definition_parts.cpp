#include "daemon/command/definition_parts.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/text.h"

namespace gdprd::command {

CLI::Option* add_instance(CLI::App& command, std::function<void(const std::string&)> take) {
    return command
        .add_option_function<std::string>("--instance", std::move(take),
                                          "The Mautic of that name: /etc/mautic-gdprd/NAME/")
        ->type_name("NAME")
        ->check(CLI::Validator(
            [](const std::string& name) -> std::string {
                return is_instance_name(name)
                           ? ""
                           : "the name of an instance has 1 to 18 small letters, digits and inner hyphens";
            },
            ""));
}

void add_config(CLI::App& command, std::filesystem::path& config_file) {
    auto* config = command.add_option("--config", config_file, "Configuration file")
                       ->type_name("FILE")
                       ->capture_default_str();
    add_instance(command, [&config_file](const std::string& name) {
        config_file = config_file_of_instance(name);
    })->excludes(config);
}

void add_config(CLI::App& command, CommonOptions& options) { add_config(command, options.config_file); }

void add_common(CLI::App& command, CommonOptions& options) {
    add_config(command, options);
    command.add_flag("--json", options.json, "Answer in JSON, for programs");
}

// CLI11 takes -1, and whatever is too large, for the largest number there is.
CLI::Validator is_contact_id() {
    const auto complaint = [](const std::string& text) -> std::string {
        if (whole_number<ContactId>(text).value_or(0) != 0) return {};
        return "not the id of a contact; it is the number in the address of the contact's page in Mautic";
    };
    return {[complaint](std::string& text) { return complaint(text); }, ""};
}

CLI::Option* add_contacts(CLI::App& command, std::vector<ContactId>& contacts, const char* description) {
    return command.add_option("--contact", contacts, description)
        ->type_name("ID")
        ->check(is_contact_id())
        ->expected(1, 10'000);
}

namespace {

// "2026-03-01", "2026-03-01 12:34" or "2026-03-01 12:34:56".
std::optional<Timestamp> parse_date(const std::string& text) {
    for (const char* rest : {"", ":00", " 00:00:00"}) {
        if (const auto time = parse_utc(text + rest)) return time;
    }
    return std::nullopt;
}

// "50" or "50/s": contacts a second.
std::optional<double> parse_rate(std::string text) {
    if (text.ends_with("/s")) text.resize(text.size() - 2);
    double rate = 0;
    const char* end = text.data() + text.size();
    const auto [stopped_at, error] = std::from_chars(text.data(), end, rate);
    constexpr double rate_min = 0.001;
    constexpr double rate_max = 1'000'000;
    if (error != std::errc{} || stopped_at != end || !(rate >= rate_min && rate <= rate_max)) return {};
    return rate;
}

}  // namespace

void add_mass_options(CLI::App& command, MassOptions& options) {
    const auto number = [&](const char* name, std::optional<std::size_t>& value, std::size_t max,
                            const char* description) {
        command.add_option(name, value, description)
            ->type_name("N")
            ->check(CLI::Range(std::size_t{1}, max).description(""));
    };
    command.add_flag("--dry-run", options.dry_run, "Count and say what would happen; change nothing");
    command.add_flag("--yes", options.yes, "Do not ask before erasing; needed without a terminal");
    number("--batch", options.batch, 10'000, "Contacts in one transaction at most; [worker] batch_max");
    number("--threads", options.threads, 64, "Database connections that work at once; [worker] threads");
    command
        .add_option_function<std::string>(
            "--rate", [&options](const std::string& text) { options.rate = *parse_rate(text); },
            "Contacts a second at most")
        ->type_name("N/s")
        ->check(CLI::Validator(
            [](const std::string& text) -> std::string {
                return parse_rate(text) ? "" : "not a number of contacts a second, like 50/s";
            },
            ""));
    auto* full_speed =
        command.add_flag("--full-speed", options.full_speed,
                         "As fast as the server can, whatever that does to Mautic's own speed");
    command
        .add_flag_function(
            "--polite", [](std::int64_t) {}, "Only as much as keeps the server quick for Mautic; the default")
        ->excludes(full_speed);
    command.add_flag("--no-progress", options.no_progress, "No progress bar");
}

void add_since(CLI::App& command, std::optional<Timestamp>& since, const char* description) {
    command
        .add_option_function<std::string>(
            "--since", [&since](const std::string& text) { since = parse_date(text); }, description)
        ->type_name("DATE")
        ->check(CLI::Validator(
            [](const std::string& text) -> std::string {
                return parse_date(text) ? "" : "not a date like 2026-03-01, or \"2026-03-01 12:34:56\" (UTC)";
            },
            ""));
}

}  // namespace gdprd::command
