#include "daemon/command/report/tie_text.h"

#include "base/text.h"

namespace gdprd::command {

namespace {

std::string condition_text(const mautic::Condition& condition) {
    return condition.column + (condition.is_null ? " is NULL" : " is " + join(condition.values, " or "));
}

std::string conditions_text(const mautic::Tie& tie) {
    std::string text;
    for (const auto& condition : tie.conditions) text += " and " + condition_text(condition);
    for (const auto& exception : tie.exceptions) text += ", except where " + condition_text(exception);
    return text;
}

std::string restrictions_text(const mautic::Tie& tie) {
    if (!tie.visitors.empty()) return ", of visitors who were never identified (" + tie.visitors + ")";
    switch (tie.messages) {
        case mautic::Messages::own_mails:
            return ", only mails to nobody else";
        case mautic::Messages::no_mails_to_others:
            return ", no mails to others";
        case mautic::Messages::own_webhooks:
            return ", only webhooks about the contact alone";
        case mautic::Messages::all:
            break;
    }
    return {};
}

std::string value_text(const plan::Step& step) {
    const std::string of = step.is_indexed ? "" : "of the newest " + std::to_string(step.newest_rows) + " ";
    const bool is_telephone = step.tie.comparison == mautic::Comparison::telephone;
    return of + "rows where " + join(step.text_columns, " or ") + " is the contact's " +
           (is_telephone ? "telephone number in " : "value of ") + join(step.fields, " or ") +
           " and nobody else's";
}

}  // namespace

std::string tie_text(const plan::Step& step) {
    const mautic::Tie& tie = step.tie;
    switch (tie.kind) {
        case mautic::Tie::Kind::contact:
            return "the contact's own row";
        case mautic::Tie::Kind::column:
            return "rows where " + tie.column + " is the contact's id" + conditions_text(tie);
        case mautic::Tie::Kind::parent:
            return "rows where " + tie.column + " is the " + tie.parent_column + " of a row of " +
                   tie.parent + conditions_text(tie);
        case mautic::Tie::Kind::shared:
            return "rows that rows of the contact referred to and nobody refers to any more" +
                   conditions_text(tie);
        case mautic::Tie::Kind::part:
            return "rows where " + tie.column + " is the " + tie.parent_column + " of such a row of " +
                   tie.parent + conditions_text(tie);
        case mautic::Tie::Kind::text:
            if (!step.fields.empty()) return value_text(step) + conditions_text(tie);
            return "of the newest " + std::to_string(step.newest_rows) +
                   " rows those that quote the contact in " + join(step.text_columns, ", ") +
                   conditions_text(tie) + restrictions_text(tie);
        case mautic::Tie::Kind::undecided:
        case mautic::Tie::Kind::none:
            break;
    }
    return mautic::name_of(tie.kind);
}

}  // namespace gdprd::command
