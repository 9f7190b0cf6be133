#include "execution/unreferenced_rows.h"

#include <algorithm>

#include "base/text.h"
#include "text_search/address_holders.h"

namespace gdprd::execution {

using database::Rows;
using plan::Step;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::scopes_of_keys;
using subjects::Subject;
using subjects::Subjects;
using text_search::may_name_successor;

namespace {

// First and last name in one, as whole words: a first name alone may be a town's or a brand's. Not where the
// operator keeps one of them.
bool holds_full_name(const std::string& text, const Subject& subject, const plan::Plan& plan) {
    const auto identifies = [&](const char* column) {
        return std::find(plan.identifying.begin(), plan.identifying.end(), column) != plan.identifying.end();
    };
    if (!identifies("firstname") || !identifies("lastname")) return false;
    const auto first = subject.values.find("firstname");
    const auto last = subject.values.find("lastname");
    if (first == subject.values.end() || last == subject.values.end()) return false;
    if (trimmed(first->second).empty() || trimmed(last->second).empty()) return false;
    matching::Identity full_name;
    for (const char* between : {" ", "-", "."}) full_name.add(first->second + between + last->second);
    for (const char* between : {" ", ", "}) full_name.add(last->second + between + first->second);
    return full_name.found_in(text, mautic::Search::all);
}

// Is the company the owner's own? By its name, or by an address or a number of theirs, unless the address is
// somebody else's by now. What it writes about itself, and where it is, says nothing.
bool names_the_owner(PlanStatements& statements, const Step& step, const std::string& column,
                     const std::string& text, const Subjects& subjects, ContactId owner) {
    const Subject& subject = subjects.at(owner);
    if (column == "companyname" && holds_full_name(text, subject, statements.plan())) return true;
    if (column == "companydescription" || column == "companycity") return false;
    return subject.identity.found_in(text, mautic::Search::strong) &&
           !may_name_successor(statements, step, subjects, owner, text);
}

// At this moment.
Owners find_unreferenced(PlanStatements& statements, const Step& step, const RowScopes& scopes,
                         const Subjects& subjects) {
    Owners owners;
    for (const RowScope& scope : scopes) {
        Rows rows = statements.select(statements::select_unreferenced(step, scope.scope), step);
        while (rows.next()) {
            const std::string key = rows.text(0);
            const auto of_row = scope.owners_of(key);
            bool named = !step.only_if_named;
            for (std::size_t i = 0; i < step.searched.size() && !named; ++i) {
                if (rows.is_null(i + 1)) continue;
                named = std::any_of(of_row.begin(), of_row.end(),
                                    [&, text = rows.text(i + 1)](const ContactId owner) {
                                        return names_the_owner(statements, step, step.searched[i].column,
                                                               text, subjects, owner);
                                    });
            }
            if (named) owners[key].insert(of_row.begin(), of_row.end());
        }
    }
    return owners;
}

void lock_rows(PlanStatements& statements, const Step& step, const RowScopes& scopes) {
    for (const RowScope& scope : scopes) statements.select(statements::lock_keys(step, scope.scope), step);
}

// Of an internet address that stays without a reference nothing leads to anybody, and Mautic refers to the
// same few rows all the time.
bool may_be_left_by_both(const Step& step) { return step.table == "ip_addresses"; }

}  // namespace

// Two transactions that erase the last two contacts of a row would each see the other's reference, and both
// leave the row, for good. So the second one waits for the row until the first one has ended, and then no
// longer sees its reference: at READ COMMITTED each statement sees what is committed when it begins. Where
// that may happen, it is asked twice: first without locks, because most of these rows are somebody else's too
// and must not be locked; then what is left is locked, so that nobody begins to refer to it, and asked again.
Owners lock_unreferenced(PlanStatements& statements, const Step& step, const Owners& candidates,
                         const Subjects& subjects) {
    RowScopes scopes = scopes_of_keys(step, candidates);
    if (may_be_left_by_both(step)) {
        const Owners free = find_unreferenced(statements, step, scopes, subjects);
        if (free.empty()) return {};
        scopes = scopes_of_keys(step, free);
    }
    lock_rows(statements, step, scopes);
    return find_unreferenced(statements, step, scopes, subjects);
}

}  // namespace gdprd::execution
