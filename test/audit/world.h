// A database to audit, and a ledger that says who was erased, on the one private server of the test program.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "audit/pass.h"
#include "ledger/ledger.h"
#include "support/private_server.h"

namespace gdprd::test {

PrivateServer& audit_server();

// "table.column" -> rows of people who were erased and, behind a plus sign, of those who are contacts again.
using Hits = std::map<std::string, std::string>;
Hits hits_of(const audit::Pass& pass);

class AuditedDatabase {
  public:
    // With an empty table `leads`.
    explicit AuditedDatabase(const std::string& database_name);

    void execute(std::string_view sql) { connection.change(sql); }
    // INSERT INTO `table` VALUES (values…)
    void insert(const std::string& table, const std::vector<database::Value>& values);
    void add_contact(ContactId id, const std::string& address);

    // A record of an erasure, an hour ago.
    ledger::Record record(ContactId contact, const std::string& address,
                          const policy::HashOptions& hash = {}) const;
    void erase(ContactId contact, const std::string& address, const policy::HashOptions& hash = {});
    void write(const ledger::Record& record);

    audit::PassOptions options() const;
    // To its end; `after_chunk` may leave it.
    Hits audit(const audit::PassOptions& options);
    Hits audit() { return audit(options()); }
    // False when `after_chunk` left it. Saves after each chunk, unless `is_kept` is false.
    bool run(audit::Pass& pass, const audit::AfterChunk& after_chunk, bool is_kept = true);

    const std::string name;
    const std::string ledger_name;
    database::Connection connection;  // root's, for everything
};

}  // namespace gdprd::test
