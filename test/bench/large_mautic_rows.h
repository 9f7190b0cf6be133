// The statements that large_mautic.h fills a database with.
//
// They know the range of contacts by {first}, {last}, {count} and {before}, the table prefix by {prefix}.
#pragma once

#include <string>
#include <vector>

namespace gdprd::bench {

struct FillStatement {
    std::string table;  // nothing happens where the schema has none of that name
    std::string sql;
};

// Of mails, pages, forms, segments and campaigns.
std::vector<FillStatement> shared_content();
// In an order in which each finds what it refers to.
std::vector<FillStatement> contact_history();
FillStatement opt_outs();

}  // namespace gdprd::bench
