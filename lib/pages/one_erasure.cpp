#include "pages/one_erasure.h"

#include "base/text.h"
#include "certificate/document.h"
#include "certificate/reader.h"
#include "ledger/ledger.h"
#include "ledger/recorded_name.h"
#include "pages/erasure_parts.h"
#include "paper/readable.h"
#include "plan/plan.h"
#include "sign_in/accounts.h"
#include "words/numbers.h"
#include "words/table_words.h"

namespace gdprd::pages {

using desk::Answer;
using desk::cell;
using desk::Html;
using desk::Link;
using desk::Text;
using desk::Visit;
using ledger::Record;
using words::Word;

namespace {

std::optional<ContactId> contact_of(const std::string& rest) {
    const auto contact = whole_number<ContactId>(rest);
    // The ledger's for whom Mautic has deleted.
    return contact == ContactId{0} ? std::nullopt : contact;
}

// The other reasons are entries of staff and of mails that came back.
bool is_opted_out(const Record& record) { return record.reason == policy::Reason::unsubscribed; }

// What the time since the entry on the do-not-contact list comes to against the month of Article 12(3): the
// month itself, another sentence, or nothing where an older request counts.
struct Period {
    bool is_month = true;
    std::optional<Word> instead{};
};

Period period_of(const certificate::Facts& found) {
    if (found.is_opt_out_the_request()) return {};
    if (found.requested_at()) return {false, std::nullopt};
    return {false, found.has_no_request() ? Word::month_not_asked : Word::month_not_told};
}

// The list may have had a request beside the mail that came back.
Period period_of(const Record& former) {
    if (former.reason != policy::Reason::bounced) return {};
    return {false, Word::month_not_told};
}

std::string took_text(const Visit& visit, const Record& record, const Period& period,
                      const std::optional<Timestamp>& to) {
    const auto took = certificate::took(record.opted_out_at, to);
    if (!took) return visit.say(Word::took_not_known);
    std::string text = words::duration_text(took->time, visit.language);
    if (period.is_month) text += " \u2013 " + visit.say(certificate::word_of(took->month));
    if (period.instead) text += " \u2013 " + visit.say(*period.instead);
    return text;
}

void add_passes(const Visit& visit, const Record& record, const Period& period, desk::Facts& facts) {
    facts.add(visit.say(Word::erased_at),
              record.erased_at ? visit.time(*record.erased_at) : visit.say(Word::desk_no_pass));
    if (record.erased_at) {
        facts.add(visit.say(is_opted_out(record) ? Word::took_erased : Word::took_listed_erased),
                  took_text(visit, record, period, record.erased_at));
    }
    facts.add(visit.say(Word::passes), count(visit, record.passes));
    if (record.last_pass_at) facts.add(visit.say(Word::last_pass_at), visit.time(*record.last_pass_at));
    if (record.completed_at) {
        facts.add(visit.say(Word::complete_since), visit.time(*record.completed_at));
        facts.add(visit.say(is_opted_out(record) ? Word::took_complete : Word::took_listed_complete),
                  took_text(visit, record, period, record.completed_at));
    }
    for (const auto& [word, number] :
         {std::pair(Word::rows_changed, record.rows_changed),
          std::pair(Word::rows_deleted, record.rows_deleted), std::pair(Word::rows_late, record.rows_late),
          std::pair(Word::files_removed, record.files_removed),
          std::pair(Word::values_emptied, record.values_emptied)}) {
        facts.add(visit.say(word), count(visit, number));
    }
}

Html facts_of(const Visit& visit, const Record& record, const Period& period) {
    desk::Facts facts;
    facts.add(visit.say(Word::status), visit.say(certificate::word_of(record.status)));
    facts.add(visit.say(Word::cause), visit.say(certificate::word_of(record.reason)));
    facts.add(visit.say(Word::channel), visit.say(certificate::word_of_channel(record.channel)));
    const std::string unknown = visit.say(Word::unknown);
    facts.add(visit.say(is_opted_out(record) ? Word::opted_out_at : Word::listed_at),
              record.opted_out_at ? visit.time(*record.opted_out_at) : unknown);
    facts.add(visit.say(Word::requested_at),
              record.requested_at ? visit.time(*record.requested_at) : unknown);
    facts.add(visit.say(Word::origin), visit.say(certificate::word_of(record.origin)));
    if (record.tells_of_erasure()) add_passes(visit, record, period, facts);
    if (record.forgotten_at) facts.add(visit.say(Word::forgotten_at), visit.time(*record.forgotten_at));
    return facts.html();
}

Word why_left(const ledger::Finding& finding, const plan::Plan& plan) {
    const auto is_of = [&](const std::string& table, const std::string& column) {
        return ledger::recorded_name(table) == finding.table &&
               ledger::recorded_name(column) == finding.column;
    };
    for (const auto& [table, column] : plan.waiting_columns) {
        if (is_of(table, column)) return Word::desk_left_right;
    }
    for (const plan::Limitation& one : plan.limitations) {
        const bool is_of_table = one.column.empty() && ledger::recorded_name(one.table) == finding.table;
        if (is_of_table || is_of(one.table, one.column)) return Word::desk_left_limit;
    }
    return Word::desk_left_found;
}

Html left_over(const Visit& visit, const Record& record, const plan::Plan& plan) {
    if (record.findings.empty()) return {};
    desk::Table table(visit.say(Word::left_over), {visit.say(Word::column_of_table), visit.say(Word::cells),
                                                   visit.say(Word::desk_why_left)});
    for (const ledger::Finding& finding : record.findings) {
        const std::string in_words = words::table_text(finding.table, visit.language);
        table.row({lines((in_words.empty() ? "" : in_words + '\n') + paper::readable(finding.table) + '.' +
                         paper::readable(finding.column)),
                   cell(count(visit, finding.cells)), cell(visit.say(why_left(finding, plan)))});
    }
    return table.html();
}

Html not_covered(const Visit& visit, const Record& record) {
    std::vector<std::string> items;
    const ledger::NotCovered& not_covered = record.not_covered;
    if (!not_covered.undecided) {
        items.push_back(visit.say(Word::uncovered_undecided_unknown));
    } else if (*not_covered.undecided > 0) {
        items.push_back(visit.say(Word::uncovered_undecided, {count(visit, *not_covered.undecided)}));
    }
    if (not_covered.files) items.push_back(visit.say(Word::uncovered_files));
    if (not_covered.older_rows) items.push_back(visit.say(Word::uncovered_older_rows));
    Html html;
    html << "<h3>" << Text{visit.say(Word::report_limits)} << "</h3>\n";
    if (items.empty()) return html << paragraph(visit.say(Word::desk_nothing_uncovered));
    html << "<ul>";
    for (const std::string& item : items) html << "<li>" << Text{item} << "</li>";
    html << "</ul>\n";
    return html;
}

Html rules_of(const Visit& visit, const Record& record) {
    desk::Facts facts;
    if (!record.subject_hash.empty()) {
        facts.add(visit.say(Word::hash_method),
                  record.key_id.empty() ? visit.say(Word::hash_without_key, {record.algorithm})
                                        : visit.say(Word::hash_keyed, {record.algorithm, record.key_id}));
    }
    facts.add(visit.say(Word::policy_digest), record.policy_digest);
    facts.add(visit.say(Word::map_digest), record.map_digest);
    facts.add(visit.say(Word::schema_digest), record.schema_digest);
    Html html;
    html << "<details><summary>" << Text{visit.say(Word::desk_digests)} << "</summary>" << facts.html()
         << "</details>\n";
    return html;
}

Html record_html(const Visit& visit, const Record& record, const Period& period, const plan::Plan& plan) {
    const auto told = record.erased_at ? record.erased_at : record.requested_at;
    Html html = desk::heading(record.former ? visit.say(Word::desk_former_record, {when(visit, told)})
                                            : visit.say(Word::desk_current_record));
    html << facts_of(visit, record, period) << left_over(visit, record, plan);
    if (record.tells_of_erasure()) html << not_covered(visit, record) << rules_of(visit, record);
    return html;
}

// Whose the number is now, and what was asked for on the do-not-contact list.
Html state_html(const Visit& visit, const certificate::Facts& found) {
    desk::Facts facts;
    facts.add(visit.say(Word::row_now), visit.say(found.now.in_mautic        ? Word::row_there
                                                  : found.tells_of_erasure() ? Word::row_gone
                                                                             : Word::row_not_there));
    if (found.now.in_mautic) {
        facts.add(visit.say(Word::do_not_contact_now), visit.say(found.now.on_list ? Word::yes : Word::no));
    }
    const auto requested = found.requested_at();
    if (requested && found.record && !found.is_opt_out_the_request()) {
        facts.add(visit.say(Word::first_request_at), visit.time(*requested));
        if (const auto took = certificate::took(requested, found.record->erased_at)) {
            facts.add(visit.say(Word::took_request_erased), words::duration_text(took->time, visit.language) +
                                                                " \u2013 " +
                                                                visit.say(certificate::word_of(took->month)));
        }
    }
    return facts.html();
}

}  // namespace

Answer show_erasure(Services& services, const Visit& visit) {
    const auto contact = contact_of(visit.rest);
    if (!contact) {
        Answer answer =
            Answer::page(visit.say(Word::desk_not_found), paragraph(visit.say(Word::desk_not_found_text)));
        answer.status = 404;
        return answer;
    }
    const std::string number = std::to_string(*contact);
    const std::string title = visit.say(Word::desk_erasure_of, {number});
    if (is_there_no_ledger(services)) return Answer::page(title, no_ledger(visit));
    database::Connection& connection = services.connections.mine();
    const auto rules = services.rules(connection);
    const certificate::Facts found = certificate::FactReader(connection, *rules).of_contact(*contact);
    Html body;
    if (!found.record && found.earlier.empty()) {
        body << paragraph(visit.say(Word::desk_no_record_of));
        if (found.leftovers_to) {
            desk::Facts facts;
            facts.add(visit.say(Word::leftovers_at), visit.time(*found.leftovers_to));
            body << facts.html();
        }
    }
    body << state_html(visit, found);
    if (visit.person.role == sign_in::Role::officer && found.tells_of_erasure()) {
        body << "<p>"
             << desk::linked(Link("/certificate").with("contact", number),
                             visit.say(Word::desk_make_certificate))
             << "</p>\n";
    }
    if (found.record) body << record_html(visit, *found.record, period_of(found), *rules->plan);
    for (const Record& record : found.earlier) {
        // A copy of the ledger knew of the current one, too.
        if (found.record && ledger::same_erasure(record, *found.record)) continue;
        body << record_html(visit, record, period_of(record), *rules->plan);
    }
    body << paragraph(visit.say(Word::number_alone));
    body << "<p>" << desk::linked(Link("/register"), visit.say(Word::desk_back)) << "</p>\n";
    return Answer::page(title, std::move(body));
}

}  // namespace gdprd::pages
