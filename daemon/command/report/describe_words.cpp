#include "daemon/command/report/describe_words.h"

#include <vector>

#include "base/text.h"

namespace gdprd::command {

namespace {

using mautic::Action;
using mautic::Tie;
using policy::FieldRule;

std::string codes(const std::vector<std::string>& names, const char* separator) {
    std::vector<std::string> parts;
    for (const std::string& name : names) parts.push_back(code(name));
    return join(parts, separator);
}

std::string condition_words(const mautic::Condition& condition) {
    if (condition.is_null) return code(condition.column) + " is empty";
    return code(condition.column) + " is " + codes(condition.values, " or ");
}

std::string conditions_words(const Tie& tie) {
    std::string text;
    for (const auto& condition : tie.conditions) text += ", and " + condition_words(condition);
    for (const auto& exception : tie.exceptions) text += ", but not where " + condition_words(exception);
    return text;
}

std::string parent_date_words(const Tie& tie) {
    if (tie.parent_date.empty()) return {};
    return " Rows from before that row was made are about an earlier one with the same number.";
}

std::string id_words(const Tie& tie) {
    const bool stays_under_id = tie.kind == Tie::Kind::column && tie.leftovers == mautic::Leftovers::none;
    if (!tie.gone_contacts && (!stays_under_id || tie.row_date.empty())) return {};
    return " Rows of others who had or have the id are left. A row that may be theirs is left as well, and"
           " reported.";
}

std::string form_words(const Tie& tie) {
    if (tie.form_column.empty()) return {};
    return " The form must be the same: in both rows " + code(tie.form_column) +
           " is the number in the table's name. A row that may be another form's, as in a table that was left"
           " over, stays and is reported.";
}

std::string shared_words(const Tie& tie) {
    std::vector<std::string> sources;
    for (const auto& source : tie.through) sources.push_back(source.entry + '.' + source.column);
    return "Rows to which the contact's rows referred by " + codes(sources, ", ") + conditions_words(tie) +
           ". They are processed last, and only if nothing refers to them any more.";
}

std::string value_words(const Tie& tie) {
    const bool is_telephone = tie.comparison == mautic::Comparison::telephone;
    return "Rows in which " + codes(tie.text_columns, " or ") + " is " +
           (is_telephone ? "the telephone number in the contact's " : "the value of the contact's ") +
           codes(tie.fields, " or ") +
           (is_telephone ? ", ten digits or more, in both with its country (a plus sign or two zeros)"
                         : ", five characters or more") +
           conditions_words(tie) +
           (is_telephone ? ". A row with these digits that does not say the country, or that may be another"
                           " contact's or a company's as well, is left, and reported."
                         : ". A row that may be another contact's as well is left, and reported.") +
           " A later pass no longer knows the value.";
}

std::string text_words(const Tie& tie) {
    if (!tie.fields.empty()) return value_words(tie);
    const bool every = tie.text_columns == std::vector<std::string>{"*"};
    std::string text = "Of the newest rows those in which " +
                       (every ? std::string("any text column") : codes(tie.text_columns, " or ")) +
                       " contains the contact's address";
    if (!tie.mentions.empty()) text += ", or " + codes(tie.mentions, " or ") + " with its id";
    if (tie.clicks) text += ", or a link of a mail to the contact";
    if (!tie.orphans_of.empty()) {
        text += "; only in tables whose number is no id in " + code(tie.orphans_of) +
                ", or whose form has another table";
    }
    text += conditions_words(tie) + '.';
    if (!tie.visitors.empty()) {
        text +=
            " Only rows in which " + code(tie.visitors) +
            " is empty, or is a contact that is gone and was not merged into another, or one that was never"
            " identified and has nothing in its own row that identifies anybody. Of such a row only the"
            " columns that name the contact are changed.";
    }
    if (tie.messages == mautic::Messages::own_mails) {
        text += " Only mails that go to nobody but the contact.";
    } else if (tie.messages == mautic::Messages::no_mails_to_others) {
        text += " Not mails that also go to others, or whose recipients cannot be read.";
    } else if (tie.messages == mautic::Messages::own_webhooks) {
        text += " Only what says itself that it is about this contact, by its id, and about no other.";
    }
    return text;
}

std::string leftovers_words(const Tie& tie) {
    switch (tie.leftovers) {
        case mautic::Leftovers::lost_contact:
        case mautic::Leftovers::after_a_day:
            return " Orphaned rows, whose contact was deleted in Mautic, are treated in the same way"
                   " (`[deleted_contacts]`).";
        case mautic::Leftovers::also_merged:
            return " Orphaned rows, whose contact was deleted in Mautic, are treated in the same way"
                   " (`[deleted_contacts]`); those of a merged contact belong to the remaining one.";
        case mautic::Leftovers::none:
            break;
    }
    return {};
}

std::string rule_words(FieldRule rule) {
    switch (rule) {
        case FieldRule::hash:
            return "hashed";
        case FieldRule::keep:
            return "stays";
        default:
            return "deleted";
    }
}

std::string action_words(const std::string& column, const mautic::ColumnRule& rule,
                         const policy::FieldPolicy& policy) {
    switch (rule.action) {
        case Action::keep:
            return "stays";
        case Action::field:
            return rule_words(policy.rule_for(column));
        case Action::hash:
            return "hashed";
        case Action::remove:
            return "deleted";
        case Action::empty_array:
            return "emptied";
        case Action::strip_query:
            return "parameters removed";
        case Action::new_random:
            return "replaced by a random value";
        case Action::set_flag:
            return "set";
        case Action::unschedule:
            return "cancelled";
        case Action::anonymous_ip:
            return "made anonymous";
        case Action::rewrite:
            return "values in it removed";
        case Action::follows:
            return "follows";
    }
    return "stays";
}

std::string none_words(const Tie& tie) {
    if (tie.conditions.empty()) return "None.";
    std::vector<std::string> parts;
    for (const auto& condition : tie.conditions) parts.push_back(condition_words(condition));
    return "Rows in which " + join(parts, ", and ") + '.';
}

}  // namespace

std::string code(const std::string& name) { return '`' + name + '`'; }

std::string tie_words(const mautic::TableEntry& entry) {
    const Tie& tie = entry.tie;
    switch (tie.kind) {
        case Tie::Kind::contact:
            return "The row whose " + code(tie.column) + " is the contact's id.";
        case Tie::Kind::column:
            return "Rows in which " + code(tie.column) + " is the contact's id" + conditions_words(tie) +
                   '.' + leftovers_words(tie) + id_words(tie);
        case Tie::Kind::parent:
            return "Rows in which " + code(tie.column) + " is the " + code(tie.parent_column) +
                   " of a row of the contact in " + code(tie.parent) + conditions_words(tie) + '.' +
                   parent_date_words(tie) + id_words(tie) + form_words(tie);
        case Tie::Kind::shared:
            return shared_words(tie);
        case Tie::Kind::part:
            return "Rows in which " + code(tie.column) + " is the " + code(tie.parent_column) +
                   " of such a row of " + code(tie.parent) + conditions_words(tie) +
                   ": they are a part of it, and go with it.";
        case Tie::Kind::text:
            return text_words(tie);
        case Tie::Kind::undecided:
            return "**Left, and reported: nobody has decided about these rows" + conditions_words(tie) +
                   ".**";
        case Tie::Kind::none:
            return none_words(tie);
    }
    return {};
}

std::string outcome_words(const std::string& column, const mautic::ColumnRule& rule,
                          const policy::FieldPolicy& policy) {
    std::string words = action_words(column, rule, policy);
    if (!rule.keep_members.empty()) words += "; " + codes(rule.keep_members, ", ") + " stay";
    if (rule.keep_members.size() == 1) words += 's';
    if (!rule.switch_name.empty()) words += " (switch " + code(rule.switch_name) + ")";
    return words;
}

}  // namespace gdprd::command
