#include "report/held.h"

#include <map>
#include <tuple>

#include "paper/readable.h"
#include "records/statistics.h"
#include "subjects/hold_finder.h"
#include "subjects/subject.h"

namespace gdprd::report {

using background::Outcome;
using background::Sighting;
using paper::readable;
using words::Word;

std::vector<HeldContact> held_contacts(database::Connection& connection, const erasure::Rules& rules,
                                       ContactId after, std::size_t max) {
    const auto contacts = records::Statistics(connection, rules.ledger_database).held(after, max);
    std::vector<HeldContact> held;
    if (contacts.empty()) return held;
    const auto subjects = subjects::read_subjects(connection, *rules.plan, rules.hasher, contacts);
    mautic::FieldValues values;
    for (const auto& [contact, subject] : subjects) values.emplace(contact, &subject.values);
    subjects::HoldFinder finder(connection, *rules.plan, rules.holds, rules.ledger_database);
    const auto holds = finder.find(values);
    for (const ContactId contact : contacts) {
        HeldContact& one = held.emplace_back();
        one.contact = contact;
        one.in_mautic = subjects.contains(contact);
        const auto found = holds.find(contact);
        if (found == holds.end()) continue;
        const policy::Hold& hold = found->second;
        const bool is_field = hold.kind == policy::Hold::Kind::field;
        one.rule = HeldByRule{hold.kind, hold.name, is_field ? hold.number : 0, 0};
    }
    return held;
}

HeldFigures held_figures(database::Connection& connection, const erasure::Rules& rules) {
    constexpr std::size_t page = 500;
    HeldFigures figures;
    std::map<std::tuple<policy::Hold::Kind, std::string, std::size_t>, std::uint64_t> by_rule;
    for (ContactId after = 0;;) {
        const auto contacts = held_contacts(connection, rules, after, page);
        if (contacts.empty()) break;
        after = contacts.back().contact;
        for (const HeldContact& one : contacts) {
            if (one.rule) ++by_rule[{one.rule->kind, one.rule->name, one.rule->number}];
            figures.gone += !one.in_mautic;
            figures.by_none += one.in_mautic && !one.rule;
        }
    }
    for (const auto& [rule, contacts] : by_rule) {
        figures.rules.push_back({std::get<0>(rule), std::get<1>(rule), std::get<2>(rule), contacts});
    }
    return figures;
}

std::string rule_text(const HeldByRule& rule, words::Language language) {
    const std::string name = readable(rule.name);
    switch (rule.kind) {
        case policy::Hold::Kind::tag:
            return words::say(Word::report_held_tag, language, {name});
        case policy::Hold::Kind::segment:
            return words::say(Word::report_held_segment, language, {name});
        case policy::Hold::Kind::merged:
            return words::say(Word::report_held_merged, language);
        case policy::Hold::Kind::field:
            break;
    }
    return words::say(Word::report_held_field, language, {name, std::to_string(rule.number)});
}

Word word_of(Sighting kind, Outcome outcome) {
    if (kind == Sighting::lost_opt_out) {
        return outcome == Outcome::reported ? Word::report_lost_opt_out_reported
                                            : Word::report_lost_opt_out_other;
    }
    switch (outcome) {
        case Outcome::reported:
            return Word::report_reappeared_reported;
        case Outcome::do_not_contact:
            return Word::report_reappeared_listed;
        case Outcome::consented:
            break;
    }
    return Word::report_reappeared_consented;
}

}  // namespace gdprd::report
