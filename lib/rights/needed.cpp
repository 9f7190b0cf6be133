#include "rights/needed.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "base/text.h"
#include "database/quote.h"
#include "ledger/columns.h"
#include "lookup/log.h"
#include "mautic/holds.h"
#include "rights/tables.h"
#include "seal/store.h"
#include "statements/statements.h"

namespace gdprd::rights {

using plan::Link;
using plan::Plan;
using plan::Step;

namespace {

using database::quote_identifier;

using Columns = std::vector<std::string>;

class Needs {
  public:
    // On Mautic's tables.
    explicit Needs(const Plan& plan)
        : contacts_(plan.contact_table),
          opt_outs_(plan.table_prefix + "lead_donotcontact"),
          of_named_rows_(tables_of_named_rows(plan)) {}
    explicit Needs(std::string ledger_database) : database_(std::move(ledger_database)) {}

    void to_read(const std::string& table) {
        add({database_, table, "SELECT", "SELECT * FROM " + name_of(table) + " WHERE 1 = 0", true});
    }
    // Without it what refers to the rows cannot be asked, and they wait.
    void to_ask(const plan::Reference& reference) {
        if (reference.database.empty()) return to_read(reference.real_table);
        const std::string name =
            quote_identifier(reference.database) + '.' + quote_identifier(reference.real_table);
        Right right{reference.database, reference.real_table, "SELECT",
                    "SELECT " + quote_identifier(reference.column) + " FROM " + name + " WHERE 1 = 0", true};
        add_new(std::move(right));
    }
    // MySQL locks a row for those only who may change it, or delete it.
    void to_lock(const std::string& table) {
        add({database_, table, "UPDATE", "SELECT 1 FROM " + name_of(table) + " WHERE 1 = 0 FOR UPDATE",
             true});
    }
    void to_delete(const std::string& table) {
        add({database_, table, "DELETE", "DELETE FROM " + name_of(table) + " WHERE 1 = 0"});
    }
    // Adds no row and uses up no id. All columns that are written: the right may be there for one of them.
    void to_insert(const std::string& table, const Columns& columns) {
        Columns names;
        for (const std::string& column : columns) names.push_back(quote_identifier(column));
        add({database_, table, "INSERT",
             "INSERT INTO " + name_of(table) + " (" + join(names, ", ") + ") SELECT " +
                 join(Columns(columns.size(), "''"), ", ") + " FROM DUAL WHERE 1 = 0"});
    }
    void to_update(const std::string& table, const Columns& columns) {
        Columns parts;
        for (const std::string& column : columns) {
            parts.push_back(quote_identifier(column) + " = " + quote_identifier(column));
        }
        add({database_, table, "UPDATE",
             "UPDATE " + name_of(table) + " SET " + join(parts, ", ") + " WHERE 1 = 0"});
    }
    std::vector<Right> take() { return std::move(rights_); }

  private:
    std::string name_of(const std::string& table) const {
        return (database_.empty() ? "" : quote_identifier(database_) + '.') + quote_identifier(table);
    }

    void add(Right right) {
        right.stops_all = right.reads || !database_.empty() || right.real_table == contacts_ ||
                          right.real_table == opt_outs_ || of_named_rows_.contains(right.real_table);
        add_new(std::move(right));
    }

    void add_new(Right right) {
        const bool known = std::any_of(rights_.begin(), rights_.end(),
                                       [&](const Right& one) { return one.trial == right.trial; });
        if (!known) rights_.push_back(std::move(right));
    }

    const std::string database_;
    const std::string contacts_;
    const std::string opt_outs_;
    const std::set<std::string> of_named_rows_;
    std::vector<Right> rights_;
};

}  // namespace

std::vector<Right> needed_rights(const erasure::Rules& rules) {
    const Plan& plan = *rules.plan;
    Needs needs(plan);
    bool needs_address = false;
    for (const Step& step : plan.steps) {
        needs.to_read(step.real_table);
        for (const auto& chain : step.chains) {
            for (const Link& link : chain) needs.to_read(link.real_table);
        }
        for (const plan::Reference& reference : step.references) needs.to_ask(reference);
        if (step.delete_rows) {
            needs.to_delete(step.real_table);
        } else if (!step.columns.empty()) {
            Columns columns;
            for (const columns::ColumnStep& column : step.columns) columns.push_back(column.column);
            needs.to_update(step.real_table, columns);
        }
        if (!step.failed_log.empty()) {
            needs.to_insert(step.failed_log, {"log_id", "date_added"});
            needs.to_update(step.failed_log, {"reason"});
        }
        needs_address = needs_address || statements::needs_anonymous_ip(step);
    }
    for (const std::string& table : {plan.contact_table, plan.table_prefix + "lead_donotcontact"}) {
        needs.to_read(table);
        needs.to_lock(table);
    }
    for (const std::string& table : mautic::tables_of_holds(rules.holds)) {
        needs.to_read(plan.table_prefix + table);
    }
    if (needs_address) needs.to_insert(addresses_of(plan), {"ip_address", "ip_details"});
    return needs.take();
}

bool is_for_anonymous_row(const Right& right, const Plan& plan) {
    return right.database.empty() && right.privilege == "INSERT" && right.real_table == addresses_of(plan);
}

namespace {

// The statements are those of Marks, Sightings, GoneContacts, ContactRows, OrphanNotes and
// ledger::Forgetting.
std::vector<Right> background_rights(const std::string& ledger_database) {
    Needs needs(ledger_database);
    for (const char* table :
         {"mark", "leftover_row", "sighting", "watched_table", "contact_row", "merged_row", "gone_contact",
          "audit_table", "audit_column", "audit_row", "audit_contact"}) {
        needs.to_read(table);
    }
    needs.to_insert("mark", {"name", "number", "at"});
    needs.to_update("mark", {"number", "at"});
    needs.to_delete("mark");
    needs.to_insert("leftover_row", {"table_name", "row_id", "what", "row_constant"});
    needs.to_update("leftover_row", {"what", "row_constant"});
    needs.to_insert("sighting", {"kind", "contact_id", "former_id", "outcome", "seen_at"});
    needs.to_insert("watched_table", {"name"});
    for (const char* table : {"contact_row", "merged_row"}) {
        needs.to_insert(table, {"table_id", "row_id", "contact_id", "row_constant"});
        needs.to_update(table, {"contact_id", "row_constant"});
        needs.to_delete(table);
    }
    needs.to_insert("gone_contact", {"contact_id", "seen_at"});
    needs.to_update("gone_contact", {"deleted"});
    needs.to_delete("gone_contact");
    needs.to_insert("audit_table", {"table_name", "finished", "key_reached", "rows_read", "bytes_read"});
    needs.to_insert("audit_column",
                    {"table_name", "column_name", "rows_erased", "rows_returned", "unreadable"});
    needs.to_insert("audit_row", {"table_name", "column_name", "row_key", "contact_id"});
    needs.to_insert("audit_contact", {"table_name", "contact_id"});
    for (const char* table : {"audit_table", "audit_column", "audit_row", "audit_contact"}) {
        needs.to_delete(table);
    }
    // Forgetting, and hashes that are wrapped.
    needs.to_update("former_erasure",
                    {"subject_hash", "algorithm", "key_id", "hash_marks", "salt", "forgotten_at"});
    needs.to_update("erased_address", {"address_hash", "algorithm", "key_id", "salt"});
    needs.to_delete("hash_fingerprint");
    needs.to_delete("sighting");
    std::vector<Right> rights = needs.take();
    for (Right& right : rights) right.stops_all = false;
    return rights;
}

}  // namespace

// The statements are those of Ledger, Fingerprints, ErasedAddresses, HoldMemory and worker::try_a_change().
std::vector<Right> needed_ledger_rights(const std::string& ledger_database, bool background, bool notifies) {
    Needs needs(ledger_database);
    Columns record;
    std::istringstream columns{std::string(ledger::ledger_columns)};
    for (std::string column; std::getline(columns, column, ',');) record.emplace_back(trimmed(column));
    for (const char* table : {"erasure", "former_erasure", "finding", "former_finding", "covered_column",
                              "hash_fingerprint", "erased_address", "ledger_format"}) {
        needs.to_read(table);
    }
    needs.to_lock("erasure");
    needs.to_insert("erasure", record);
    needs.to_update("erasure", Columns(record.begin() + 1, record.end()));
    needs.to_insert("former_erasure", record);
    needs.to_insert("finding", {"contact_id", "column_id", "cells"});
    needs.to_delete("finding");
    needs.to_insert("former_finding", {"former_id", "column_id", "cells"});
    needs.to_insert("covered_column", {"table_name", "column_name"});
    needs.to_insert("hash_fingerprint", {"fingerprint", "noted_on"});
    needs.to_update("hash_fingerprint", {"noted_on"});
    needs.to_insert("erased_address",
                    {"contact_id", "address_hash", "algorithm", "key_id", "kind", "noted_at", "salt"});
    needs.to_read("mark");
    needs.to_insert("mark", {"name", "number"});  // HoldMemory
    needs.to_delete("mark");                      // ErasedAddresses::begin_filing_anew()
    needs.to_delete("ledger_format");
    if (notifies) {
        needs.to_insert("notification",
                        {"receiver", "message", "contact_id", "subject_hash", "algorithm", "key_id",
                         "opted_out_at", "erased_at", "state", "attempts", "due_at", "last_error"});
    }
    std::vector<Right> rights = needs.take();
    if (background) {
        for (Right& right : background_rights(ledger_database)) rights.push_back(std::move(right));
    }
    return rights;
}

namespace {

std::vector<Right> stops_nobody(std::vector<Right> rights) {
    for (Right& right : rights) right.stops_all = false;
    return rights;
}

}  // namespace

std::vector<Right> needed_notification_rights(const std::string& ledger_database) {
    Needs needs(ledger_database);
    needs.to_read("notification");
    needs.to_update("notification", {"state", "attempts", "due_at", "subject_hash", "claim", "last_error"});
    needs.to_delete("notification");
    return stops_nobody(needs.take());
}

std::vector<Right> needed_lookup_log_rights(const std::string& ledger_database) {
    Needs needs(lookup::lookup_log_database(ledger_database));
    needs.to_read("lookup");
    needs.to_insert("lookup", {"at", "account", "officer", "case_reference", "reason", "asked", "key_id",
                               "searched", "outcome", "contact_count", "contact_ids"});
    return stops_nobody(needs.take());
}

std::vector<Right> rights_beyond_lookup_log(const std::string& ledger_database) {
    Needs needs(lookup::lookup_log_database(ledger_database));
    needs.to_update("lookup", {"at", "account"});
    needs.to_delete("lookup");
    return stops_nobody(needs.take());
}

std::vector<Right> needed_seal_rights(const std::string& ledger_database) {
    Needs needs(seal::seals_database(ledger_database));
    for (const char* table : {"seal", "leaf", "signing_key"}) needs.to_read(table);
    needs.to_insert("seal", {"number", "sealed_at", "kind", "whole", "layout", "rows_sealed", "root",
                             "previous_hash", "key_id", "signature"});
    needs.to_insert("leaf", {"table_name", "row_key", "seal", "state", "changed_at", "content", "erasure"});
    needs.to_insert("signing_key", {"key_id", "public_key", "noted_at"});
    return stops_nobody(needs.take());
}

std::vector<Right> rights_beyond_seals(const std::string& ledger_database) {
    Needs needs(seal::seals_database(ledger_database));
    needs.to_update("seal", {"sealed_at", "root"});
    needs.to_delete("seal");
    needs.to_update("leaf", {"content"});
    needs.to_delete("leaf");
    return stops_nobody(needs.take());
}

Right right_to_opt_out(const Plan& plan) {
    Needs needs(plan);
    needs.to_insert(plan.table_prefix + "lead_donotcontact",
                    {"lead_id", "reason", "channel", "date_added", "comments"});
    Right right = needs.take().front();
    right.stops_all = false;
    return right;
}

}  // namespace gdprd::rights
