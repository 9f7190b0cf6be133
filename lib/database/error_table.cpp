#include "database/error_table.h"

#include <algorithm>
#include <iterator>

namespace gdprd::database {

namespace {

constexpr ErrorClass connection = ErrorClass::connection;
constexpr ErrorClass conflict = ErrorClass::conflict;
constexpr ErrorClass schema = ErrorClass::schema;
constexpr ErrorClass privilege = ErrorClass::privilege;
constexpr ErrorClass permanent = ErrorClass::permanent;

constexpr KnownError known_errors[] = {
    // The server is away, or this server cannot work now: it starts, stops, is full, or is a replica that was
    // a primary before a failover. Nothing about the job is wrong, so it waits for a server that can.
    {1021, connection, "the server's disk is full"},
    {1026, connection, "the server cannot write a file"},
    {1037, connection, "the server is out of memory"},
    {1040, connection, "the server has too many connections"},
    {1041, connection, "the server is out of memory"},
    {1042, connection, "the server cannot resolve our host name"},
    {1043, connection, "bad handshake"},
    {1047, connection, "the cluster node is not ready"},
    {1053, connection, "the server is shutting down"},
    {1114, connection, "the table's storage is full"},
    {1129, connection, "the server has blocked our host after connection errors"},
    {1135, connection, "the server cannot create a thread"},
    {1152, connection, "the server aborted the connection"},
    {1158, connection, "network error while reading"},
    {1159, connection, "network timeout while reading"},
    {1160, connection, "network error while writing"},
    {1161, connection, "network timeout while writing"},
    {1181, connection, "the server could not roll back"},
    {1184, connection, "the server aborted the connection"},
    {1203, connection, "the user has too many connections"},
    {1226, connection, "the user's resource limit is reached"},
    {1243, connection, "the server has forgotten a prepared statement"},
    {1290, connection, "an option of the server (such as read_only) forbids the statement"},
    {1461, connection, "the server has too many prepared statements"},
    {1792, connection, "the server's transactions are read-only"},
    {1836, connection, "the server is read-only"},
    {1874, connection, "the storage engine is read-only"},
    {1878, connection, "the server cannot write a temporary file"},
    {1881, connection, "the storage engine is in forced recovery"},
    {1927, connection, "the connection was killed"},
    {2002, connection, "cannot connect to the server's socket"},
    {2003, connection, "cannot connect to the server"},
    {2005, connection, "unknown server host"},
    {2006, connection, "the server has gone away"},
    {2012, connection, "error in the server's handshake"},
    {2013, connection, "the connection was lost or the statement exceeded the read timeout"},
    {2014, connection, "commands out of step with the server"},
    {2026, connection, "TLS connection error"},
    {2027, connection, "malformed packet"},
    {2048, connection, "the connection is not open"},
    {2055, connection, "the connection was lost"},
    {2056, connection, "the statement was closed with its connection"},
    {3015, connection, "the storage engine is out of memory"},
    {3019, connection, "the storage engine has no room for undo logs"},
    {3032, connection, "the server is in offline mode"},
    {3044, connection, "the server is out of memory"},
    {3098, connection, "the cluster's plugin does not take the table as it is"},
    {3100, connection, "the cluster's plugin refused the transaction"},
    {3168, connection, "the server is not available"},
    {3169, connection, "the session was killed"},
    {3675, connection, "the server's disk is full"},
    {3781, connection, "the cluster is choosing a primary"},
    {3782, connection, "the cluster is choosing a primary"},
    {3783, connection, "the cluster's member has failed"},
    {3796, connection, "the cluster's member cannot give the consistency asked for"},
    {3797, connection, "the cluster's member cannot give the consistency asked for"},
    {3798, connection, "the cluster's member cannot give the consistency asked for"},
    {3874, connection, "the server is being copied"},
    {3875, connection, "the server is being copied"},
    {3884, connection, "the server has no room for temporary tables"},
    {3950, connection, "the server is out of memory"},
    {3989, connection, "the database is in read-only mode"},
    {4031, connection, "the server closed an idle connection"},
    {4081, connection, "the server's connections use too much memory"},
    {4082, connection, "the connection uses too much memory"},
    {4094, connection, "the cluster is choosing a primary"},
    {6141, connection, "the cluster's member has no connection free"},
    {6400, connection, "the server is in offline mode"},
    {9001, connection, "the proxy cannot reach a server"},

    // Another transaction was in the way.
    {1020, conflict, "a row changed since it was read"},
    {1030, conflict, "error from the storage engine"},
    // Also when a cluster's node aborts a transaction that is opening a table.
    {1033, conflict, "the table's definition could not be read"},
    {1180, conflict, "error during commit"},
    {1205, conflict, "lock wait timeout"},
    {1206, conflict, "the lock table is full"},
    {1213, conflict, "deadlock"},
    {1317, conflict, "the statement was interrupted"},
    {1614, conflict, "deadlock"},
    {1615, conflict, "the prepared statement must be prepared again"},
    {1637, conflict, "too many concurrent transactions"},
    {1689, conflict, "a wait for a table's lock was ended for another session's"},
    {1969, conflict, "the statement exceeded the server's time limit"},
    {3024, conflict, "the statement exceeded the server's time limit"},
    {3058, conflict, "deadlock of named locks"},
    {3101, conflict, "the cluster rolled back the transaction"},
    {3572, conflict, "a row is locked"},

    // The database no longer looks as it did when the statement was made.
    {1049, schema, "unknown database"},
    {1051, schema, "unknown table"},
    {1054, schema, "unknown column"},
    {1109, schema, "unknown table"},
    {1136, schema, "the number of columns does not match"},
    {1146, schema, "unknown table"},
    {1176, schema, "unknown index"},
    {1356, schema, "the view is not valid"},
    {1412, schema, "the table's definition has changed"},
    {1932, schema, "the table does not exist in the storage engine"},
    {2057, schema, "the columns of a prepared statement have changed"},

    // An operator must grant or configure something.
    {1044, privilege, "access to the database denied"},
    {1045, privilege, "access denied"},
    {1130, privilege, "our host may not connect to the server"},
    {1142, privilege, "command denied on a table"},
    {1143, privilege, "command denied on a column"},
    {1227, privilege, "access denied; a privilege is missing"},
    {1251, privilege, "the client does not support the server's authentication"},
    {1370, privilege, "command denied on a routine"},
    {1449, privilege, "the definer of a view or trigger does not exist"},
    {1524, privilege, "the authentication plugin is not loaded"},
    {1698, privilege, "access denied"},
    {1820, privilege, "the user's password must be changed"},
    {1862, privilege, "the user's password has expired"},
    {2058, privilege, "the authentication plugin cannot be used"},
    {2059, privilege, "the authentication plugin cannot be loaded"},
    {2061, privilege, "authentication failed"},
    {3118, privilege, "the account is locked"},
    {3159, privilege, "the server demands an encrypted connection"},
    {3955, privilege, "the account is blocked after wrong passwords"},
    {4162, privilege, "the account is blocked after wrong passwords"},
    {6444, privilege, "the server's firewall refused the account"},
    {4151, privilege, "the account is locked"},

    // Trying again would do the same. These rows exist for their words: the server's own may quote a value.
    {1048, permanent, "the column cannot be NULL"},
    {1062, permanent, "duplicate key"},
    {1064, permanent, "syntax error"},
    {1105, permanent, "the server names no reason; a value larger than max_allowed_packet is refused so"},
    {1153, permanent, "the statement is larger than max_allowed_packet"},
    {1197, permanent, "the transaction is larger than max_binlog_cache_size"},
    {1216, permanent, "a foreign key refers to a row that does not exist"},
    {1217, permanent, "a foreign key refers to this row"},
    {1235, permanent, "the server does not support the statement"},
    {1264, permanent, "the value is out of the column's range"},
    {1265, permanent, "the value does not fit the column's type"},
    {1292, permanent, "incorrect value for the type"},
    {1364, permanent, "the column has no default value"},
    {1366, permanent, "incorrect value for the column"},
    {1406, permanent, "the value is too long for the column"},
    {1451, permanent, "a foreign key refers to this row"},
    {1452, permanent, "a foreign key refers to a row that does not exist"},
    {1586, permanent, "duplicate key"},
    {1644, permanent, "a trigger refused the statement"},
    {1665, permanent, "binlog_format STATEMENT cannot record READ COMMITTED; MIXED or ROW can"},
    {1690, permanent, "the result is out of the type's range"},
    {1705, permanent, "the statement is larger than max_binlog_stmt_cache_size"},
    {2020, permanent, "the statement is larger than max_allowed_packet"},
    {2032, permanent, "a value was cut off while reading"},
    {3140, permanent, "invalid JSON"},
    {3141, permanent, "invalid JSON, or a JSON value that is larger than max_allowed_packet"},
    {3144, permanent, "text without a character set where JSON is expected"},
    {3164, permanent, "an audit plugin refused the statement"},
    {3231, permanent, "the transaction is larger than the cluster takes"},
    {3819, permanent, "a CHECK constraint refused the value"},
    {4025, permanent, "a CHECK constraint refused the value"},
};

}  // namespace

const KnownError* find_known_error(int code) noexcept {
    const auto* found = std::find_if(std::begin(known_errors), std::end(known_errors),
                                     [code](const KnownError& known) { return known.code == code; });
    return found == std::end(known_errors) ? nullptr : found;
}

}  // namespace gdprd::database
