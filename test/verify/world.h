// A database of its own for each test of the search, on the one private server of this test program.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/private_server.h"
#include "verify/whole_search.h"

namespace gdprd::test {

PrivateServer& server();

class SearchedDatabase {
  public:
    explicit SearchedDatabase(std::string database_name);

    void execute(std::string_view sql) { connection.change(sql); }
    // INSERT INTO `table` VALUES (values…)
    void insert(const std::string& table, const std::vector<database::Value>& values);

    verify::Findings search(const matching::Identity& identity, bool strong_only = false);
    verify::Findings search(const matching::Identity& identity, const verify::GoOn& go_on);

    const std::string name;
    database::Connection connection;  // root's, to plant values with
};

matching::Identity identity_of(const std::vector<std::string>& values);

// "table.column" -> rows of strong and weak hits, as "2" or "2+1".
std::map<std::string, std::string> hits_of(const verify::Findings& findings);

}  // namespace gdprd::test
