// What the register is asked for, as URLs have it. Pure.
#pragma once

#include <optional>
#include <string>

#include "desk/visit.h"
#include "records/register.h"

namespace gdprd::pages {

struct RegisterQuery {
    records::RegisterFilter filter;
    std::optional<records::RegisterPlace> after;
    // As they were typed; is_bad: it is no day, and nothing is filtered by it.
    std::string from;
    std::string to;
    bool is_from_bad = false;
    bool is_to_bad = false;
    bool is_reversed = false;  // the first day is after the last one
};
// Days are those of the reader. What is unknown is not asked for.
RegisterQuery register_query(const desk::Visit& visit);

// The first page of the same filter, and the page after this place.
desk::Link link_of(const RegisterQuery& query);
desk::Link link_after(const RegisterQuery& query, const records::RegisterPlace& place);

}  // namespace gdprd::pages
