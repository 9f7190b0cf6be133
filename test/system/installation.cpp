#include "system/installation.h"

namespace gdprd::test {

PrivateServer& shared_server() {
    static PrivateServer server;
    return server;
}

Installation::Installation(PrivateServer& with_server, const std::string& name, const std::string& version)
    : Machine(with_server.options(name), "gdprd_" + name),
      server(with_server),
      mautic(with_server, name),
      ledger_database("gdprd_" + name) {
    version.empty() ? mautic.load_own_schema() : mautic.load_facts_schema(version);
    // Of the section before, or of a test with the same name: records are never overwritten.
    for (const char* of : {"", "seals_of_", "lookups_of_"}) {
        server.execute("DROP DATABASE IF EXISTS " + (of + ledger_database));
    }
}

void Installation::add_opted_out(ContactId contact, int reason) {
    mautic.add_contact(contact);
    mautic.unsubscribe(contact, reason);
}

std::string Installation::ledger(ContactId contact, const std::string& column) {
    database::Rows rows = server.select(
        "SELECT " + column + " FROM erasure WHERE contact_id = " + std::to_string(contact), ledger_database);
    if (!rows.next()) return "no row";
    return rows.optional_text(0).value_or("NULL");
}

std::uint64_t Installation::ledger_rows() {
    return std::stoull(server.value("SELECT COUNT(*) FROM erasure", ledger_database));
}

void Installation::wait_for_ledger(ContactId contact, const std::string& status) {
    wait_until("contact " + std::to_string(contact) + " is " + status,
               [&] { return ledger(contact) == status; });
}

bool Installation::erased(ContactId contact) {
    return mautic.places_of(invented_person(contact).marker).empty();
}

bool Installation::untouched(ContactId contact) {
    for (const auto& [alias, value] : invented_person(contact).fields) {
        if (mautic.field(contact, alias) != value) return false;
    }
    return mautic.row_count("lead_notes", "lead_id = " + std::to_string(contact)) == 1;
}

}  // namespace gdprd::test
