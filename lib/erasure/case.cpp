#include "erasure/case.h"

#include <algorithm>
#include <map>
#include <string>

#include "ledger/recorded_name.h"
#include "subjects/hold_finder.h"

namespace gdprd::erasure {

using ledger::Status;

namespace {

// The contact's last erasure stands, and nothing new asks for another one.
bool erasure_stands(const plan::Plan& plan, const Case& of) {
    if (!of.before || !of.before->erased_at) return false;
    const Status status = of.before->status;
    const bool is_erased =
        status == Status::settling || status == Status::complete || status == Status::partial;
    return is_erased && !came_back(plan, of);
}

// What an earlier policy or map left there did not come back.
bool is_filled_again(const plan::Plan& plan, const ledger::Record& before, const ColumnValues& values) {
    if (has_new_address(plan, values)) return true;
    const plan::Step* own = plan.contact_step();
    if (own == nullptr || before.policy_digest != plan.policy_digest ||
        before.map_digest != plan.map_digest) {
        return false;
    }
    return std::any_of(own->columns.begin(), own->columns.end(), [&](const columns::ColumnStep& step) {
        const auto value = values.find(step.column);
        return step.tells_return && value != values.end() && !value->second.empty() &&
               !policy::Hasher::may_be_hash(value->second);
    });
}

// The only opt-outs after the erasure say that a mail came back, while the address is our hash: no person
// asked for anything, Mautic tried to write to a hash. What staff have added since is no business of it.
bool is_mautics_own(const Case& of) {
    const auto address = of.subject->values.find("email");
    const auto erased_at = std::chrono::floor<std::chrono::seconds>(*of.before->erased_at);
    return of.opt_out.newest_bounce >= erased_at && of.opt_out.newest_otherwise <= erased_at &&
           address != of.subject->values.end() && policy::Hasher::has_hash_shape(address->second);
}

// The erasure that stands has carried this request out. Its time and that of the request may come from
// different machines, whose clocks differ; what stands in the database itself, the opt-out and the contact's
// row, has been asked first.
bool is_carried_out(const Request& request, const Case& of) {
    return request.once && request.pass == 0 &&
           (*of.before->erased_at >= request.received_at || is_mautics_own(of));
}

}  // namespace

bool has_new_address(const plan::Plan& plan, const ColumnValues& values) {
    const auto address = values.find("email");
    if (address == values.end() || address->second.empty()) return false;
    const plan::Step* own = plan.contact_step();
    const bool is_erased =
        own != nullptr && std::any_of(own->columns.begin(), own->columns.end(),
                                      [](const columns::ColumnStep& step) { return step.column == "email"; });
    return is_erased && !policy::Hasher::has_hash_shape(address->second);
}

// Mautic's clock may be ahead of ours: the opt-out on record is none that came after the erasure. One on
// record without a date may have had one that was yet to come then.
bool has_opted_out_again(const Case& of) {
    if (!of.subject || !of.opt_out.erase || !of.before || !of.before->erased_at) return false;
    const Timestamp since = of.opt_out.since;
    if (!of.before->opted_out_at || since <= *of.before->erased_at || since <= *of.before->opted_out_at) {
        return false;
    }
    return !is_mautics_own(of);
}

bool came_back(const plan::Plan& plan, const Case& of) {
    if (!of.subject || !of.before || !of.before->erased_at) return false;
    return has_opted_out_again(of) || is_filled_again(plan, *of.before, of.subject->values);
}

// Where the ledger knows neither of both, "other" is the channel of the opt-out that led to the erasure.
bool is_still_listed(const Case& of) {
    const auto& listed = of.opt_out.listed_channels;
    return of.before && std::any_of(listed.begin(), listed.end(), [&](const std::string& channel) {
               const bool is_other = channel != "email" && channel != "sms";
               return of.before->channel == channel || (of.before->channel == "other" && is_other);
           });
}

namespace {

// The opt-out has another reason now, one that would lead to no erasure; but it led to this one, which is
// half done, or has later passes to come.
bool goes_on(const plan::Plan& plan, const Case& of) {
    if (of.opt_out.in_grace || !is_still_listed(of)) return false;
    const bool asks_for_no_other =
        std::all_of(of.requests.begin(), of.requests.end(),
                    [](const Request& request) { return request.pass > 0 || request.once; });
    return of.before->status == Status::erasing || (erasure_stands(plan, of) && asks_for_no_other);
}

bool is_to_be_erased(const plan::Plan& plan, const Case& of) {
    return of.subject && (of.opt_out.erase || goes_on(plan, of));
}

}  // namespace

bool can_be_held(const plan::Plan& plan, const Case& of) {
    if (!is_to_be_erased(plan, of)) return false;
    if (!of.before) return true;
    // Of a long history the part that is left stays; and a restored backup, or who came back since, may have
    // put all of it there anew.
    if (of.before->status == Status::erasing) return true;
    return of.before->status == Status::held || of.before->status == Status::superseded ||
           came_back(plan, of);
}

bool has_resubscribed(const Case& of) {
    if (!of.before || !of.subject) return false;
    const ledger::Record& before = *of.before;
    const auto since = before.erased_at      ? before.erased_at
                       : before.last_pass_at ? before.last_pass_at
                                             : before.opted_out_at;
    const auto date = [&](const char* column) {
        const auto found = of.subject->values.find(column);
        const auto time = found == of.subject->values.end() ? std::nullopt : parse_utc(found->second);
        return time.value_or(Timestamp{});
    };
    return !since || std::max(date("date_added"), date("date_modified")) > *since;
}

Decided decide(const plan::Plan& plan, const Case& of) {
    const auto any = [&](auto&& holds_for) {
        return std::any_of(of.requests.begin(), of.requests.end(), holds_for);
    };
    if (!of.subject) return {.verdict = Verdict::no_such_contact};
    if (!is_to_be_erased(plan, of)) {
        return {.verdict = of.opt_out.in_grace ? Verdict::in_grace : Verdict::not_do_not_contact};
    }
    const bool stands = erasure_stands(plan, of) && any([](const Request& request) { return request.once; });
    if (stands && any([&](const Request& request) { return is_carried_out(request, of); })) {
        return {.verdict = Verdict::already_erased, .stands = true};
    }
    if (of.hold) return {.verdict = Verdict::held};
    const bool again = has_opted_out_again(of);
    const bool later_is_due = any([](const Request& request) {
        return request.pass > 0 || !request.later_passes || !request.more_passes;
    });
    return {
        .verdict = Verdict::erased, .stands = stands, .opted_out_again = again, .later_is_due = later_is_due};
}

namespace {

// Those that the ledger has as held, and that no rule holds now.
std::vector<ContactId> no_longer_held(const plan::Plan& plan, const std::map<ContactId, Case>& cases) {
    std::vector<ContactId> contacts;
    for (const auto& [contact, of] : cases) {
        const bool was_held = of.before && of.before->status == Status::held;
        if (was_held && !of.hold && can_be_held(plan, of)) contacts.push_back(contact);
    }
    return contacts;
}

// Nothing but the operator ends a hold. While there is a rule of which nobody knows any more whom it held,
// whoever is on hold stays so.
void keep_on_hold(subjects::HoldFinder& finder, const plan::Plan& plan, std::map<ContactId, Case>& cases) {
    const auto contacts = no_longer_held(plan, cases);
    if (contacts.empty()) return;
    const auto hold = finder.find_hold_of_nothing();
    for (const ContactId contact : contacts) cases.at(contact).hold = hold;
}

// Also of who is erased: what a merge brought is not.
void hold_merged(subjects::HoldFinder& finder, const plan::Plan& plan, std::map<ContactId, Case>& cases) {
    std::vector<ContactId> contacts;
    for (const auto& [contact, of] : cases) {
        if (is_to_be_erased(plan, of) && !of.hold) contacts.push_back(contact);
    }
    for (auto& [contact, hold] : finder.find_merged(contacts)) cases.at(contact).hold = std::move(hold);
}

void find_holds(subjects::HoldFinder& finder, const plan::Plan& plan, std::map<ContactId, Case>& cases) {
    mautic::FieldValues may_be_held;
    for (const auto& [contact, of] : cases) {
        if (can_be_held(plan, of)) may_be_held.emplace(contact, &of.subject->values);
    }
    for (auto& [contact, hold] : finder.find(may_be_held)) cases.at(contact).hold = std::move(hold);
    hold_merged(finder, plan, cases);
    keep_on_hold(finder, plan, cases);
}

// The ledger writes some names in another way than the database.
void name_as_in_plan(const plan::Plan& plan, std::vector<ledger::Finding>& findings) {
    if (findings.empty()) return;
    std::map<std::string, std::string> names;
    const auto add = [&](const std::string& name) {
        std::string recorded = ledger::recorded_name(name);
        if (recorded != name) names.emplace(std::move(recorded), name);
    };
    for (const auto* steps : {&plan.steps, &plan.left}) {
        for (const plan::Step& step : *steps) {
            add(step.table);
            add(step.counted_column());
            for (const columns::ColumnStep& column : step.columns) add(column.column);
            for (const columns::SearchedColumn& column : step.searched) add(column.column);
            for (const std::string& column : step.left_columns) add(column);
        }
    }
    for (ledger::Finding& finding : findings) {
        for (std::string* name : {&finding.table, &finding.column}) {
            if (const auto known = names.find(*name); known != names.end()) *name = known->second;
        }
    }
}

// The first time that anybody asked for it.
Timestamp told_at(const Case& of) {
    return std::min_element(
               of.requests.begin(), of.requests.end(),
               [](const Request& one, const Request& other) { return one.received_at < other.received_at; })
        ->received_at;
}

}  // namespace

std::map<ContactId, Case> open_cases(database::Connection& connection, const Rules& rules,
                                     ledger::Ledger* ledger, std::span<const Request> requests) {
    std::map<ContactId, Case> cases;
    for (const Request& request : requests) cases[request.contact].requests.push_back(request);
    std::vector<ContactId> contacts;
    for (const auto& [contact, of] : cases) contacts.push_back(contact);

    auto subjects = subjects::lock_subjects(connection, *rules.plan, rules.hasher, contacts);
    const auto opt_outs = mautic::lock_do_not_contact(connection, rules.plan->table_prefix, contacts);
    if (ledger != nullptr) {
        for (auto& [contact, record] : ledger->lock(contacts)) {
            name_as_in_plan(*rules.plan, record.findings);
            cases.at(contact).before = std::move(record);
        }
    }
    const Timestamp at = now();
    for (auto& [contact, subject] : subjects) cases.at(contact).subject = std::move(subject);
    for (const auto& [contact, rows] : opt_outs) {
        Case& of = cases.at(contact);
        of.opt_out = mautic::decide(rows, rules.triggers, at, told_at(of));
    }
    if (!rules.holds.empty()) {
        subjects::HoldFinder finder(connection, *rules.plan, rules.holds,
                                    ledger == nullptr ? std::string() : rules.ledger_database);
        find_holds(finder, *rules.plan, cases);
    }
    for (auto& [contact, of] : cases) of.decided = decide(*rules.plan, of);
    return cases;
}

std::vector<ContactId> whose_erasure_stands(database::Connection& connection, const Rules& rules,
                                            std::span<const ContactId> contacts) {
    std::vector<Request> requests;
    for (const ContactId contact : contacts) {
        requests.push_back({.contact = contact, .origin = Origin::command, .pass = 1, .once = true});
    }
    ledger::Ledger ledger(connection, rules.ledger_database);
    const auto cases = open_cases(connection, rules, &ledger, requests);
    mautic::FieldValues may_be_held;
    for (const auto& [contact, of] : cases) {
        const bool stands = of.decided.verdict == Verdict::erased && of.decided.stands;
        if (stands) may_be_held.emplace(contact, &of.subject->values);
    }
    std::vector<ContactId> standing;
    if (may_be_held.empty()) return standing;
    // Here there is something that a hold can keep, also of who is erased.
    subjects::HoldFinder finder(connection, *rules.plan, rules.holds, rules.ledger_database);
    const auto holds = finder.find(may_be_held);
    if (finder.find_hold_of_nothing()) return standing;
    for (const auto& [contact, values] : may_be_held) {
        if (!holds.contains(contact)) standing.push_back(contact);
    }
    return standing;
}

}  // namespace gdprd::erasure
