#include "daemon/audited_database.h"

namespace gdprd::daemon {

database::ConnectionOptions audited_database(const config::Config& config) {
    database::ConnectionOptions options = config.database;
    if (config.audit.database_host.empty()) return options;
    options.host = config.audit.database_host;
    options.unix_socket.clear();
    return options;
}

audit::PassOptions audit_pass_options(const config::Config& config) {
    audit::PassOptions options;
    options.database = config.database.database;
    options.table_prefix = config.mautic.table_prefix;
    options.ledger_database = config.ledger.database;
    options.keys = {config.hash.key};
    options.is_replica = !config.audit.database_host.empty();
    return options;
}

}  // namespace gdprd::daemon
