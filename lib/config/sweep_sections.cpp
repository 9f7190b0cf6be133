// [sweep], [safety], [suppression], [deleted_contacts], [audit], [retention]: what the daemon finds by
// itself, and when it stops.
#include "config/sections.h"

namespace gdprd::config {

using namespace std::chrono_literals;

void read_sweep(Reader& reader, Config& config) {
    Section section = reader.section("sweep");
    auto& sweep = config.sweep;
    sweep.incremental = section.duration("incremental", sweep.incremental, 100ms, 1h);
    sweep.full = section.duration("full", sweep.full, 1s, std::chrono::days{30});
    sweep.webhook_delay = section.duration("webhook_delay", sweep.webhook_delay, 0ms, std::chrono::days{7});
    sweep.page_rows = section.integer("page_rows", sweep.page_rows, 10, 100'000);
    sweep.busy_threads = section.integer("busy_threads", sweep.busy_threads, 0, 100'000);
}

void read_safety(Reader& reader, Config& config) {
    Section section = reader.section("safety");
    config.queue.erasures_per_hour_max =
        section.integer("max_per_hour", config.queue.erasures_per_hour_max, 0, 100'000'000);
}

void read_suppression(Reader& reader, Config& config) {
    using background::SuppressionMode;
    Section section = reader.section("suppression");
    config.suppression.mode =
        section.choice<SuppressionMode>("mode", config.suppression.mode,
                                        {{"off", SuppressionMode::off},
                                         {"report", SuppressionMode::report},
                                         {"do-not-contact", SuppressionMode::do_not_contact}});
    config.suppression.form_is_consent =
        section.boolean("form_is_consent", config.suppression.form_is_consent);
}

void read_deleted_contacts(Reader& reader, Config& config) {
    using background::DeletedContacts;
    Section section = reader.section("deleted_contacts");
    config.deleted_contacts =
        section.choice<DeletedContacts>("erase", config.deleted_contacts,
                                        {{"off", DeletedContacts::off},
                                         {"since-installation", DeletedContacts::since_installation},
                                         {"all", DeletedContacts::all}});
}

void read_audit(Reader& reader, Config& config) {
    Section section = reader.section("audit");
    config.audit.schedule = Schedule::parse(section.text("schedule", "off", schedule)).value_or(Schedule{});
    config.audit.database_host = section.text("database_host", config.audit.database_host, any_text);
}

void read_retention(Reader& reader, Config& config) {
    Section section = reader.section("retention");
    config.retention.hashes = parse_retention(section.text("hashes", "never", retention_time));
}

}  // namespace gdprd::config
