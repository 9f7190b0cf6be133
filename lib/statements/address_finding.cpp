// Who has an address now.
#include <bit>

#include "database/placeholders.h"
#include "database/quote.h"
#include "mautic/id_list.h"
#include "statements/statements.h"

namespace gdprd::statements {

using database::quote_identifier;

namespace {

// "`email` IN (?,?)". Rounded up to a power of two by repeating the last one: few different statements.
std::string is_one_of(const plan::AddressLookupColumn& column, std::vector<std::string> values,
                      std::vector<database::Value>& parameters) {
    values.resize(std::bit_ceil(values.size()), values.back());
    parameters.insert(parameters.end(), values.begin(), values.end());
    return database::comparable_column(quote_identifier(column.name), column.collation) + " IN (" +
           database::question_marks(values.size(), column.collation) + ')';
}

}  // namespace

Statement select_addresses_held(const plan::Plan& plan, std::span<const std::string> addresses,
                                std::span<const ContactId> contacts) {
    Statement statement;
    const mautic::IdList ids(contacts);
    std::vector<std::string> domains;
    for (const std::string& address : addresses) domains.push_back(address.substr(address.find('@') + 1));
    statement.sql =
        "SELECT " + quote_identifier(plan.contact_address.name) + " FROM " +
        quote_identifier(plan.contact_table) + " WHERE " +
        is_one_of(plan.contact_address, {addresses.begin(), addresses.end()}, statement.parameters);
    if (!plan.contact_domain.name.empty())
        statement.sql += " AND " + is_one_of(plan.contact_domain, std::move(domains), statement.parameters);
    statement.sql +=
        " AND " + quote_identifier(plan.contact_step()->tie.column) + " NOT IN " + ids.placeholders();
    statement.parameters.insert(statement.parameters.end(), ids.parameters().begin(), ids.parameters().end());
    return statement;
}

}  // namespace gdprd::statements
