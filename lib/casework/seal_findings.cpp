#include "casework/seal_findings.h"

#include <string>

#include "casework/work_page.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Html;
using desk::Text;
using desk::Visit;
using seal::Discrepancy;
using words::Word;

namespace {

std::string seal_text(const Visit& visit, const seal::Found& found) {
    const std::string number = std::to_string(found.seal);
    return found.sealed_at ? visit.say(Word::desk_seal_of, {number, visit.time(*found.sealed_at)})
                           : visit.say(Word::desk_seal_alone, {number});
}

// What it is about, and what is said of it.
std::pair<std::string, std::string> words_of_finding(const Visit& visit, const seal::Found& found) {
    const std::string row =
        found.table ? std::string(seal::evidence_names.of(*found.table)) + ' ' + std::to_string(found.key)
                    : "";
    const std::string seal = seal_text(visit, found);
    switch (found.what) {
        case Discrepancy::changed:
            return {row, found.as_in_seal == 0 ? visit.say(Word::desk_found_changed, {seal})
                                               : visit.say(Word::desk_found_restored,
                                                           {seal, std::to_string(found.as_in_seal)})};
        case Discrepancy::removed:
            return {row, visit.say(Word::desk_found_removed, {seal})};
        case Discrepancy::added:
            return {row, visit.say(Word::desk_found_added, {seal})};
        case Discrepancy::signature:
            return {seal, visit.say(Word::desk_found_signature)};
        case Discrepancy::chain:
            return {seal, visit.say(Word::desk_found_chain)};
        case Discrepancy::leaves:
            return {seal, visit.say(Word::desk_found_leaves)};
        case Discrepancy::key:
            return {seal, visit.say(Word::desk_found_key)};
        case Discrepancy::cut_off:
            return {seal, visit.say(Word::desk_found_cut_off)};
        case Discrepancy::outside_copy:
            return {seal, visit.say(Word::desk_found_copy)};
        case Discrepancy::unknown_layout:
            break;
    }
    return {seal, visit.say(Word::desk_found_layout)};
}

Html table_of_findings(const Visit& visit, const seal::SealReport& report) {
    desk::Table table(
        visit.say(Word::desk_disagrees, {words::count_text(report.found_count, visit.language)}),
        {visit.say(Word::desk_finding_of), visit.say(Word::desk_finding)});
    for (const seal::Found& found : report.found) {
        const auto [subject, text] = words_of_finding(visit, found);
        table.row({desk::cell(subject), desk::cell(text)});
    }
    if (report.found_count > report.found.size()) table.row({desk::cell("\u2026"), desk::cell("\u2026")});
    return table.html();
}

}  // namespace

Word word_of(seal::SealKind kind) {
    switch (kind) {
        case seal::SealKind::regular:
            return Word::desk_kind_regular;
        case seal::SealKind::accepted:
            return Word::desk_kind_accepted;
        case seal::SealKind::imported:
            return Word::desk_kind_imported;
        case seal::SealKind::forgotten:
            return Word::desk_kind_forgotten;
        case seal::SealKind::migrated:
            break;
    }
    return Word::desk_kind_migrated;
}

Html html_of(const Visit& visit, const seal::SealReport& report, bool is_key_known) {
    const auto count = [&](std::uint64_t number) { return words::count_text(number, visit.language); };
    Html html;
    html << (report.found_count == 0
                 ? as_status(desk::notice(desk::Tone::good, visit.say(Word::desk_agrees), ""))
                 : desk::notice(desk::Tone::bad, visit.say(Word::desk_disagrees, {count(report.found_count)}),
                                visit.say(Word::desk_disagrees_text)));
    if (report.found_count > 0) html << table_of_findings(visit, report);
    desk::Facts facts;
    facts.add(visit.say(Word::desk_seals), count(report.seals));
    facts.add(visit.say(Word::desk_rows_compared), count(report.rows));
    facts.add(visit.say(Word::desk_rows_unsealed), count(report.unsealed));
    const std::pair<Word, std::uint64_t> further[] = {{Word::desk_kind_accepted, report.accepted},
                                                      {Word::desk_kind_imported, report.imported},
                                                      {Word::desk_kind_forgotten, report.forgotten}};
    for (const auto& [word, seals] : further) {
        if (seals > 0) facts.add(visit.say(word), count(seals));
    }
    facts.add(visit.say(Word::desk_copies_compared), count(report.copies_compared));
    if (report.copies_unreadable > 0) {
        facts.add(visit.say(Word::desk_copies_unreadable), count(report.copies_unreadable));
    }
    for (const std::string& key : report.public_keys) facts.add(visit.say(Word::desk_public_key), key);
    html << facts.html();
    if (!is_key_known) html << "<p>" << Text{visit.say(Word::desk_key_not_asked)} << "</p>\n";
    html << "<p>" << Text{visit.say(Word::desk_not_proved)} << "</p>\n";
    return html;
}

}  // namespace gdprd::casework
