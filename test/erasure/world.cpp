#include "erasure/world.h"

#include "ledger/ledger.h"
#include "mautic/holds.h"
#include "plan/build_plan.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

namespace {

std::string dump_of(database::Connection& connection, const std::string& from) {
    std::string text;
    database::Rows rows = connection.select("SELECT * FROM " + from);
    while (rows.next()) {
        for (std::size_t column = 0; column < rows.column_count(); ++column) {
            text += rows.column_name(column) + '=' + rows.optional_text(column).value_or("NULL") + '\n';
        }
    }
    return text;
}

}  // namespace

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

const mautic::DataMap& shipped_map() {
    static const auto map =
        mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
    return map;
}

mautic::DataMap with_entry(const std::string& text) {
    mautic::DataMap map = shipped_map();
    const std::string own =
        "format = 1\n[[table]]\nname = \"leads\"\nwhy = \"x\"\ntie = { kind = \"contact\", "
        "column = \"id\" }\n[[table]]\nname = \"email_stats\"\nwhy = \"x\"\ntie = { kind = "
        "\"column\", column = \"lead_id\" }\n" +
        text;
    const auto parsed = mautic::parse_data_map(own, "own");
    map.entries.insert(map.entries.end(), parsed.entries.begin() + 2, parsed.entries.end());
    return map;
}

policy::FieldPolicy sample_policy() {
    policy::FieldPolicy policy;
    for (const char* field : {"email", "firstname", "lastname", "mobile", "phone"}) {
        policy.fields[field] = policy::FieldRule::hash;
    }
    for (const char* field :
         {"country", "preferred_locale", "timezone", "points", "attribution_date", "last_active"}) {
        policy.fields[field] = policy::FieldRule::keep;
    }
    return policy;
}

World::World(const std::string& prefix) : mautic(server(), "mautic", prefix), daemon(mautic.options()) {
    mautic.load_own_schema();
    create_ledger();
}

World::World(const std::string& prefix, const std::string& version, bool upgraded)
    : mautic(server(), "mautic", prefix), daemon(mautic.options()) {
    mautic.load_facts_schema(version, upgraded);
    create_ledger();
}

void World::create_ledger() {
    server().execute(std::string("DROP DATABASE IF EXISTS ") + ledger_name);
    ledger::Ledger(daemon, ledger_name).create();
}

void World::prepare() {
    auto rules = std::make_shared<erasure::Rules>(
        erasure::Rules{nullptr, policy::Hasher(hash), triggers, ledger_name});
    rules->slice_rows = slice_rows;
    rules->notified = notified;
    rules->files = files;
    const auto schema = mautic::read_schema(daemon, mautic.prefix());
    rules->holds = mautic::holds_for(holds, schema);
    rules->plan = std::make_shared<const plan::Plan>(plan::build_plan(map, policy, rules->hasher, schema));
    rules_ = rules;
    eraser_ = std::make_unique<erasure::Eraser>(daemon, rules_);
}

std::vector<erasure::Result> World::erase(const std::vector<erasure::Request>& requests) {
    if (eraser_ == nullptr) prepare();
    return eraser_->erase(requests);
}

erasure::Result World::erase(ContactId contact, int pass, bool more_passes) {
    return erase({erasure::Request{contact, Origin::webhook, now(), pass, more_passes}}).at(0);
}

std::optional<ledger::Record> World::ledger(ContactId contact) {
    return ledger::Ledger(daemon, ledger_name).find(contact);
}

std::vector<ledger::Record> World::former(ContactId contact) {
    return ledger::Ledger(daemon, ledger_name).former(std::span(&contact, 1));
}

std::string World::ledger_dump() {
    std::string text;
    for (const char* table :
         {"erasure", "former_erasure", "former_finding", "covered_column", "finding", "ledger_format"}) {
        text += dump_of(daemon, std::string(ledger_name) + "." + table);
    }
    return text;
}

std::string World::notes_of(ContactId contact) {
    return mautic.value("SELECT COALESCE(GROUP_CONCAT(id), '0') FROM {prefix}lead_notes WHERE lead_id = " +
                        std::to_string(contact));
}

std::string World::rows_of(ContactId contact, const std::string& notes) {
    const std::string id = std::to_string(contact);
    const auto table = [&](const char* name) { return database::quote_identifier(mautic.real_name(name)); };
    auto& root = mautic.connection();
    std::string text = dump_of(root, table("leads") + " WHERE id = " + id);
    for (const char* name : {"lead_donotcontact", "email_stats", "lead_event_log", "lead_ips_xref",
                             "page_hits", "lead_devices", "lead_notes"}) {
        text += dump_of(root, table(name) + " WHERE lead_id = " + id + " ORDER BY 1, 2");
    }
    text += dump_of(root, table("audit_log") + " WHERE (object = 'lead' AND object_id = " + id +
                              ") OR (object = 'note' AND object_id IN (" + notes + ")) ORDER BY id");
    return text;
}

std::string World::md5(const std::string& text) {
    const TemporaryDirectory directory;
    return run_program({"md5sum"}, directory.write("text", text)).substr(0, 32);
}

void add_unsubscribed(World& world) {
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
}

}  // namespace gdprd::test
