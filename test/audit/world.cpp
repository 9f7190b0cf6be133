#include "audit/world.h"

namespace gdprd::test {

namespace {

database::Connection create(const std::string& name, const std::string& ledger_name) {
    audit_server().execute("DROP DATABASE IF EXISTS " + name);
    audit_server().execute("DROP DATABASE IF EXISTS " + ledger_name);
    audit_server().execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
    return database::Connection(audit_server().options(name));
}

}  // namespace

PrivateServer& audit_server() {
    static PrivateServer instance;
    return instance;
}

Hits hits_of(const audit::Pass& pass) {
    Hits hits;
    for (const audit::TableState& state : pass.tables()) {
        for (std::size_t i = 0; i < state.columns.size(); ++i) {
            const auto& column = state.columns[i];
            if (column.rows_erased + column.rows_returned == 0) continue;
            std::string& text = hits[state.table.name + '.' + state.table.columns[i].name];
            text = std::to_string(column.rows_erased);
            if (column.rows_returned > 0) text += '+' + std::to_string(column.rows_returned);
        }
    }
    return hits;
}

AuditedDatabase::AuditedDatabase(const std::string& database_name)
    : name(database_name),
      ledger_name(database_name + "_ledger"),
      connection(create(database_name, database_name + "_ledger")) {
    ledger::Ledger(connection, ledger_name).create();
    execute("CREATE TABLE leads (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(191))");
}

void AuditedDatabase::insert(const std::string& table, const std::vector<database::Value>& values) {
    std::string places;
    for (std::size_t i = 0; i < values.size(); ++i) places += i == 0 ? "?" : ", ?";
    connection.change("INSERT INTO " + table + " VALUES (" + places + ")", values);
}

void AuditedDatabase::add_contact(ContactId id, const std::string& address) {
    insert("leads", {id, address});
}

ledger::Record AuditedDatabase::record(ContactId contact, const std::string& address,
                                       const policy::HashOptions& hash) const {
    const policy::Hasher hasher(hash);
    ledger::Record record;
    record.contact = contact;
    record.subject_hash = hasher.hash(address, policy::Normalisation::email);
    record.algorithm = hasher.algorithm_name();
    record.key_id = hasher.key_id();
    record.channel = "email";
    record.erased_at = now() - std::chrono::hours{1};
    record.last_pass_at = record.erased_at;
    record.status = ledger::Status::complete;
    record.passes = 1;
    record.policy_digest = record.schema_digest = record.map_digest = std::string(64, 'a');
    return record;
}

void AuditedDatabase::erase(ContactId contact, const std::string& address, const policy::HashOptions& hash) {
    write(record(contact, address, hash));
}

void AuditedDatabase::write(const ledger::Record& record) {
    ledger::Ledger(connection, ledger_name).write(record);
}

audit::PassOptions AuditedDatabase::options() const {
    audit::PassOptions options;
    options.database = name;
    options.ledger_database = ledger_name;
    options.anew = true;
    return options;
}

Hits AuditedDatabase::audit(const audit::PassOptions& options) {
    database::Connection reader(audit_server().options(name));
    audit::Pass pass({reader, reader}, options, [] { return true; });
    run(pass, [](const audit::TableState&) { return true; });
    return hits_of(pass);
}

bool AuditedDatabase::run(audit::Pass& pass, const audit::AfterChunk& after_chunk, bool is_kept) {
    database::Connection reader(audit_server().options(name));
    database::Connection ledger(audit_server().options(name));
    while (audit::TableState* state = pass.take()) {
        audit::audit_table({reader, ledger}, *state, pass.people(), [&](const audit::TableState& read) {
            if (is_kept) pass.save(ledger, read);
            return after_chunk(read);
        });
        if (!state->finished) return false;
        if (is_kept) pass.save(ledger, *state);
    }
    pass.finish(ledger);
    return true;
}

}  // namespace gdprd::test
