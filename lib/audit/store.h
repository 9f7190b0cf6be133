// How far an audit came and what it found so far, kept in the ledger's database: names of tables and columns,
// keys that are numbers, counts. An audit that was stopped, or whose process died, is gone on with from
// there.
//
// A name that is no plain identifier is kept as one, with a digest that tells it from others. A position in a
// table whose key is no number is not kept, because a text may be an address: such a table is read again, and
// so is one without a key. What was found in the part of it that was read is not kept either.
//
// Threads: that of its connection; several threads may each have one, for different tables. Errors:
// DatabaseError.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/findings.h"
#include "base/clock.h"
#include "database/connection.h"

namespace gdprd::audit {

class Store {
  public:
    Store(database::Connection& connection, std::string ledger_database);

    // When the audit that is kept was begun, and when it came to its end.
    std::optional<Timestamp> begun_at();
    std::optional<Timestamp> finished_at();

    // Forgets what is kept and begins another one.
    void begin(Timestamp at);
    void finish(Timestamp at);

    // Completes a state that has its table only.
    void load(TableState& state);
    // In one transaction: whatever ends the process, what was found and how far it came fit each other. A
    // table that is kept as read to its end stays so, whoever else is still in the middle of it.
    void save(const TableState& state);

  private:
    std::string table(std::string_view name) const;
    bool is_finished(const std::string& name);
    void drop(const std::vector<database::Value>& name);
    void save_column(const std::string& name, const std::string& column, const ColumnFindings& findings);

    database::Connection& connection_;
    const std::string ledger_database_;
};

}  // namespace gdprd::audit
