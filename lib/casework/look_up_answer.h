// What became of an address, in words. Pure.
#pragma once

#include "base/clock.h"
#include "desk/page.h"
#include "lookup/lookup.h"
#include "lookup/request.h"

namespace gdprd::casework {

// The address itself is not in it.
struct LookUpResult {
    lookup::LookupAnswer answer;
    lookup::LookupWords words;
    bool history = false;  // all mails were searched
    bool filed = false;    // the addresses of all erasures are filed
    Timestamp at{};
};

// What is said of the answer as a whole, then of each contact, then what was not searched.
desk::Html summary_of(const desk::Visit& visit, const LookUpResult& result);
desk::Html html_of(const desk::Visit& visit, const LookUpResult& result, const lookup::FoundContact& found);
desk::Html reach_of(const desk::Visit& visit, const LookUpResult& result);

}  // namespace gdprd::casework
