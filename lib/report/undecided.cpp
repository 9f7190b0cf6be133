#include "report/undecided.h"

#include <algorithm>

#include "discovery/unknown.h"

namespace gdprd::report {

using words::Word;

Undecided undecided_of(const discovery::Unknown& unknown) {
    Undecided undecided;
    undecided.name = unknown.column.empty() ? unknown.real_table : unknown.real_table + '.' + unknown.column;
    if (unknown.leads_to_contacts) {
        undecided.leads = unknown.is_certain ? Undecided::Leads::certainly : Undecided::Leads::perhaps;
    }
    undecided.fate = unknown.emptied            ? Undecided::Fate::emptied
                     : unknown.remedies.empty() ? Undecided::Fate::left
                                                : Undecided::Fate::partly_emptied;
    return undecided;
}

std::vector<Undecided> undecided_of(const plan::Plan& plan) {
    std::vector<Undecided> all;
    for (const discovery::Unknown& unknown : plan.unknown) all.push_back(undecided_of(unknown));
    std::sort(all.begin(), all.end(),
              [](const Undecided& one, const Undecided& other) { return one.name < other.name; });
    return all;
}

Word word_of(const Undecided& undecided) {
    switch (undecided.leads) {
        case Undecided::Leads::nowhere:
            return Word::report_leads_nowhere;
        case Undecided::Leads::perhaps:
            return Word::report_leads_perhaps;
        case Undecided::Leads::certainly:
            break;
    }
    switch (undecided.fate) {
        case Undecided::Fate::emptied:
            return Word::report_emptied;
        case Undecided::Fate::partly_emptied:
            return Word::report_partly_emptied;
        case Undecided::Fate::left:
            break;
    }
    return Word::report_leads_certainly;
}

}  // namespace gdprd::report
