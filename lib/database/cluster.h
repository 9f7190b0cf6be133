// What a session needs on a node of a Galera cluster (MariaDB's, Percona's).
#pragma once

namespace sql {
class Connection;
}

namespace gdprd::database {

// False, and nothing done, on any other server. Throws DatabaseError 1047 when the node cannot work now: it
// has lost the majority, or is still catching up. It takes connections then all the same, and would refuse
// the first statement about a table.
//
// Makes every transaction, and every statement outside of one, wait until the node has what was committed on
// the others before: a webhook can be faster than the replication of the opt-out that it tells of, and
// looking too early would take the contact for one that never opted out. Throws sql::SQLException.
bool set_up_for_cluster(sql::Connection& session);

}  // namespace gdprd::database
