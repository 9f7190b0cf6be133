#include "daemon/command/definition_parts.h"

#include <charconv>

namespace gdprd::command {

void add_config(CLI::App& command, CommonOptions& options) {
    command.add_option("--config", options.config_file, "Configuration file")
        ->type_name("FILE")
        ->capture_default_str();
}

void add_common(CLI::App& command, CommonOptions& options) {
    add_config(command, options);
    command.add_flag("--json", options.json, "Answer in JSON, for programs");
}

// CLI11 takes -1, and whatever is too large, for the largest number there is.
CLI::Validator is_contact_id() {
    const auto complaint = [](const std::string& text) -> std::string {
        ContactId id = 0;
        const char* end = text.data() + text.size();
        const auto [stopped_at, error] = std::from_chars(text.data(), end, id);
        if (error == std::errc{} && stopped_at == end && id != 0) return {};
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

}  // namespace gdprd::command
