#include "certificate/document.h"

#include <initializer_list>

#include "base/text.h"
#include "paper/readable.h"
#include "words/numbers.h"
#include "words/table_words.h"

namespace gdprd::certificate {

namespace {

using paper::readable;
using paper::Section;
using words::Language;
using words::Word;

struct ConclusionWords {
    Word verdict;
    Word sentence;
};

ConclusionWords words_of(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::erased:
            return {Word::erased, Word::erased_sentence};
        case Conclusion::settling:
            return {Word::settling, Word::settling_sentence};
        case Conclusion::partial:
            return {Word::partial, Word::partial_sentence};
        case Conclusion::unfinished:
            return {Word::unfinished, Word::unfinished_sentence};
        case Conclusion::held:
            return {Word::held, Word::held_sentence};
        case Conclusion::superseded:
            return {Word::superseded, Word::superseded_sentence};
        case Conclusion::withdrawn:
            return {Word::withdrawn, Word::withdrawn_sentence};
        case Conclusion::found_again:
            return {Word::found_again, Word::found_again_sentence};
        case Conclusion::due:
            return {Word::due, Word::due_sentence};
        case Conclusion::not_erased:
            return {Word::not_erased, Word::not_erased_sentence};
        case Conclusion::unrecorded:
            return {Word::unrecorded, Word::unrecorded_sentence};
        case Conclusion::leftovers:
            return {Word::leftovers, Word::leftovers_sentence};
        case Conclusion::elsewhere:
            return {Word::elsewhere, Word::elsewhere_sentence};
        case Conclusion::untold:
            return {Word::untold, Word::untold_sentence};
        case Conclusion::nothing_known:
            break;
    }
    return {Word::nothing_known, Word::nothing_known_sentence};
}

Word word_of(AddressKind kind) {
    switch (kind) {
        case AddressKind::current:
            return Word::address_current;
        case AddressKind::former:
            return Word::address_former;
        case AddressKind::merged:
            return Word::address_merged;
        case AddressKind::seen:
            break;
    }
    return Word::address_seen;
}

Word word_of(Treatment treatment) {
    switch (treatment) {
        case Treatment::hashed:
            return Word::does_hashed;
        case Treatment::deleted:
            return Word::does_deleted;
        case Treatment::parameters_removed:
            return Word::does_parameters_removed;
        case Treatment::rewritten:
            return Word::does_rewritten;
        case Treatment::randomised:
            return Word::does_randomised;
        case Treatment::address_anonymised:
            return Word::does_address_anonymised;
        case Treatment::cancelled:
            return Word::does_cancelled;
        case Treatment::follows:
            return Word::does_follows;
        case Treatment::kept:
            break;
    }
    return Word::does_kept;
}

// Puts facts into words of one language.
class Writer {
  public:
    Writer(const Facts& facts, Language language) : facts_(facts), language_(language) {}

    Section issue() const {
        Section section;
        add(section, Word::number, facts_.issue.number);
        add(section, Word::issued_at, time(facts_.issue.at));
        if (!facts_.issue.officer.empty()) add(section, Word::officer, readable(facts_.issue.officer));
        if (!facts_.issue.case_reference.empty()) {
            add(section, Word::case_reference, readable(facts_.issue.case_reference));
        }
        return section;
    }

    Section subject() const {
        Section section{say(Word::subject)};
        if (facts_.contact) add(section, Word::contact, std::to_string(*facts_.contact));
        add(section, Word::asked_by,
            say(facts_.by_address ? Word::asked_by_address : Word::asked_by_contact));
        if (facts_.address) add(section, Word::address, readable(*facts_.address));
        if (facts_.address_was) add(section, Word::address_was, say(word_of(*facts_.address_was)));
        if (!facts_.by_address && facts_.record) section.notes.push_back(say(Word::number_alone));
        return section;
    }

    Section measures() const {
        const ledger::Record& record = *facts_.record;
        Section section{say(Word::measures)};
        add(section, Word::status, say(certificate::word_of(record.status)));
        add(section, Word::cause, say(certificate::word_of(record.reason)));
        add(section, Word::channel, say(word_of_channel(record.channel)));
        add(section, is_asked_for() ? Word::opted_out_at : Word::listed_at, time(record.opted_out_at));
        add(section, Word::requested_at, time(record.requested_at));
        add(section, Word::origin, say(certificate::word_of(record.origin)));
        if (record.tells_of_erasure()) add_passes(section, record);
        return section;
    }

    Section left_over() const {
        Section section{say(Word::left_over)};
        section.table.push_back({say(Word::column_of_table), say(Word::cells)});
        for (const ledger::Finding& finding : facts_.record->findings) {
            section.table.push_back(
                {readable(finding.table) + '.' + readable(finding.column), count(finding.cells)});
        }
        return section;
    }

    Section now() const {
        const StateNow& state = facts_.now;
        Section section{say(Word::now_title)};
        if (facts_.contact) {
            add(section, Word::row_now,
                say(state.is_others             ? Word::row_others
                    : state.in_mautic           ? Word::row_there
                    : facts_.tells_of_erasure() ? Word::row_gone
                                                : Word::row_not_there));
        }
        if (state.in_mautic && !state.is_others) {
            add(section, Word::address_now, say(state.has_clear_address ? Word::yes : Word::no));
            add(section, Word::do_not_contact_now, say(state.on_list ? Word::yes : Word::no));
        }
        if (state.rows_pending) {
            add(section, Word::read_again,
                *state.rows_pending == 0 ? say(Word::nothing_pending)
                                         : say(Word::rows_pending, {count(*state.rows_pending)}));
        }
        if (facts_.by_address) add_elsewhere(section);
        return section;
    }

    Section rules() const {
        const ledger::Record& record = *facts_.record;
        Section section{say(Word::rules_title)};
        section.paragraphs.push_back(say(facts_.rules_of == RulesOf::the_pass ? Word::rules_same
                                         : facts_.rules_of == RulesOf::the_pass_but_schema
                                             ? Word::rules_schema
                                             : Word::rules_other));
        if (!record.subject_hash.empty()) {
            add(section, Word::hash_method,
                record.key_id.empty() ? say(Word::hash_without_key, {record.algorithm})
                                      : say(Word::hash_keyed, {record.algorithm, record.key_id}));
        }
        add(section, Word::policy_digest, record.policy_digest);
        add(section, Word::map_digest, record.map_digest);
        add(section, Word::schema_digest, record.schema_digest);
        if (!record.subject_hash.empty()) section.paragraphs.push_back(say(Word::hash_note));
        if (facts_.rules.empty()) return section;
        section.table.push_back({say(Word::what_it_holds), say(Word::what_becomes)});
        for (const TableRules& rules : facts_.rules)
            section.table.push_back(row_of(rules, language_, facts_.record->forgotten_at.has_value()));
        return section;
    }

    Section not_covered() const {
        Section section{say(Word::not_covered)};
        const auto add_line = [&](const std::string& text) {
            section.paragraphs.push_back("\u2022 " + text);
        };
        if (facts_.record && facts_.record->tells_of_erasure()) {
            const ledger::NotCovered& not_covered = facts_.record->not_covered;
            if (!not_covered.undecided) {
                add_line(say(Word::uncovered_undecided_unknown));
            } else if (*not_covered.undecided > 0) {
                add_line(say(Word::uncovered_undecided, {count(*not_covered.undecided)}));
            }
            if (not_covered.files) add_line(say(Word::uncovered_files));
            if (not_covered.older_rows) add_line(say(Word::uncovered_older_rows));
        }
        if (!facts_.by_address) {
            add_line(say(Word::uncovered_elsewhere));
        } else if (!facts_.elsewhere.mails_searched) {
            add_line(say(Word::uncovered_mails));
        }
        if (!facts_.undecided.empty()) {
            std::vector<std::string> names;
            for (const std::string& name : facts_.undecided) names.push_back(readable(name));
            add_line(say(Word::uncovered_undecided_now, {join(names, ", ")}));
        }
        for (const Word word :
             {Word::uncovered_kept, Word::uncovered_backups, Word::uncovered_logs, Word::uncovered_systems}) {
            add_line(say(word));
        }
        return section;
    }

    Section earlier() const {
        Section section{say(Word::earlier_title)};
        for (const ledger::Record& record : facts_.earlier) {
            section.paragraphs.push_back(
                say(Word::earlier_entry, {time(record.opted_out_at), time(record.erased_at),
                                          say(certificate::word_of(record.status))}));
            if (record.forgotten_at) {
                section.paragraphs.back() += ' ' + say(Word::earlier_forgotten, {time(record.forgotten_at)});
            }
        }
        if (facts_.other_records > 0) {
            section.paragraphs.push_back(say(Word::other_records, {count(facts_.other_records)}));
        }
        if (facts_.untold_records > 0) {
            section.paragraphs.push_back(say(Word::untold_records, {count(facts_.untold_records)}));
        }
        if (facts_.forgotten.count > 0) {
            section.paragraphs.push_back(say(
                Word::forgotten_erasures,
                {count(facts_.forgotten.count), time(facts_.forgotten.first), time(facts_.forgotten.last)}));
        }
        return section;
    }

    Section leftovers() const {
        Section section{say(Word::measures)};
        add(section, Word::leftovers_at, time(facts_.leftovers_to));
        return section;
    }

    Section seal() const {
        Section section{say(Word::seal_title)};
        if (facts_.record) add_seal(section);
        add(section, Word::signing_key, facts_.issue.public_key);
        section.notes.push_back(say(Word::how_to_verify));
        section.notes.push_back(say(Word::times_note));
        section.notes.push_back(say(Word::issued_with, {facts_.issue.program_version}));
        return section;
    }

    std::string say(Word word, std::initializer_list<std::string> parts = {}) const {
        return words::say(word, language_, parts);
    }

  private:
    std::string time(const std::optional<Timestamp>& at) const {
        return at ? words::time_text(*at, language_) : say(Word::unknown);
    }
    std::string count(std::uint64_t number) const { return words::count_text(number, language_); }

    // By the data subject, as far as Mautic says.
    bool is_asked_for() const { return facts_.record->reason == policy::Reason::unsubscribed; }

    void add(Section& section, Word label, const std::string& value) const {
        section.fields.push_back({say(label), value});
    }

    void add_elsewhere(Section& section) const {
        const Elsewhere& elsewhere = facts_.elsewhere;
        add(section, Word::contacts_elsewhere,
            elsewhere.contacts == 0 ? say(Word::none) : count(elsewhere.contacts));
        if (elsewhere.erased_contacts > 0) {
            add(section, Word::erased_elsewhere, count(elsewhere.erased_contacts));
        }
        add(section, Word::mails_elsewhere,
            !elsewhere.mails_searched ? say(Word::not_searched)
            : elsewhere.mails == 0    ? say(Word::none)
                                      : count(elsewhere.mails));
    }

    // Since the opt-out that the record tells of.
    void add_took(Section& section, Word label, const std::optional<Took>& took) const {
        if (!took) return add(section, label, say(Word::took_not_known));
        std::string text = words::duration_text(took->time, language_);
        if (facts_.is_opt_out_the_request()) {
            text += " \u2013 " + say(certificate::word_of(took->month));
        } else if (!facts_.requested_at()) {
            text += " \u2013 " + say(facts_.has_no_request() ? Word::month_not_asked : Word::month_not_told);
        }
        add(section, label, text);
    }

    // Since a request that is another one, and that the list alone knows.
    void add_request(Section& section) const {
        const auto from = facts_.requested_at();
        if (!from || facts_.is_opt_out_the_request()) return;
        add(section, Word::first_request_at, time(from));
        for (const auto& [label, to] :
             {std::pair(Word::took_request_erased, facts_.record->erased_at),
              std::pair(Word::took_request_complete, facts_.record->completed_at)}) {
            const auto since = took(from, to);
            if (!since) continue;
            add(section, label,
                words::duration_text(since->time, language_) + " \u2013 " +
                    say(certificate::word_of(since->month)));
        }
    }

    void add_passes(Section& section, const ledger::Record& record) const {
        add(section, Word::erased_at, time(record.erased_at));
        if (record.erased_at) {
            add_took(section, is_asked_for() ? Word::took_erased : Word::took_listed_erased,
                     facts_.took_to_erase());
        }
        add(section, Word::passes, count(record.passes));
        add(section, Word::last_pass_at, time(record.last_pass_at));
        if (record.completed_at) {
            add(section, Word::complete_since, time(record.completed_at));
            add_took(section, is_asked_for() ? Word::took_complete : Word::took_listed_complete,
                     facts_.took_to_complete());
        }
        add_request(section);
        add(section, Word::rows_changed, count(record.rows_changed));
        add(section, Word::rows_deleted, count(record.rows_deleted));
        add(section, Word::rows_late, count(record.rows_late));
        add(section, Word::files_removed, count(record.files_removed));
        if (record.values_emptied > 0) add(section, Word::values_emptied, count(record.values_emptied));
        if (record.forgotten_at) add(section, Word::forgotten_at, time(record.forgotten_at));
    }

    void add_seal(Section& section) const {
        const SealedRecord& sealed = facts_.sealed;
        switch (sealed.state) {
            case SealState::none:
                section.paragraphs.push_back(say(Word::seal_none));
                return;
            case SealState::broken:
                section.paragraphs.push_back(say(Word::seal_broken));
                return;
            case SealState::changed:
                section.paragraphs.push_back(say(Word::seal_changed));
                break;
            case SealState::good:
                section.paragraphs.push_back(say(Word::seal_good));
                break;
        }
        const std::string number = std::to_string(sealed.seal->number);
        add(section, Word::seal_number, number);
        add(section, Word::seal_at, time(sealed.seal->at));
        add(section, Word::seal_root, sealed.seal->root);
        add(section, Word::seal_key, sealed.seal->key_id);
        section.notes.push_back(say(Word::how_to_compare, {number}));
    }

    const Facts& facts_;
    const Language language_;
};

}  // namespace

Word word_of(Month month) {
    switch (month) {
        case Month::within:
            return Word::month_within;
        case Month::depends:
            return Word::month_depends;
        case Month::exceeded:
            break;
    }
    return Word::month_exceeded;
}

Word word_of_channel(const std::string& channel) {
    if (channel == "email") return Word::channel_email;
    return channel == "sms" ? Word::channel_sms : Word::channel_other;
}

Word word_of(policy::Reason reason) {
    switch (reason) {
        case policy::Reason::unsubscribed:
            return Word::cause_unsubscribed;
        case policy::Reason::bounced:
            return Word::cause_bounced;
        case policy::Reason::manual:
            return Word::cause_manual;
        case policy::Reason::contactable:
            break;
    }
    return Word::cause_contactable;
}

Word word_of(Origin origin) {
    switch (origin) {
        case Origin::webhook:
            return Word::origin_webhook;
        case Origin::sweep:
            return Word::origin_sweep;
        case Origin::command:
            break;
    }
    return Word::origin_command;
}

Word word_of(ledger::Status status) {
    switch (status) {
        case ledger::Status::settling:
            return Word::status_settling;
        case ledger::Status::complete:
            return Word::status_complete;
        case ledger::Status::partial:
            return Word::status_partial;
        case ledger::Status::superseded:
            return Word::status_superseded;
        case ledger::Status::erasing:
            return Word::status_erasing;
        case ledger::Status::held:
            break;
    }
    return Word::status_held;
}

Word word_of(Conclusion conclusion) { return words_of(conclusion).verdict; }

paper::TableRow row_of(const TableRules& rules, Language language, bool forgotten) {
    const std::string words = words::table_text(rules.table, language);
    std::vector<std::string> lines;
    if (rules.rows_of == RowsOf::contact_alone) lines.push_back(say(Word::only_unshared, language));
    if (rules.rows_of == RowsOf::its_name) lines.push_back(say(Word::only_by_text, language));
    if (rules.rows_deleted) lines.push_back(say(Word::does_rows_deleted, language));
    for (const auto& [treatment, columns] : rules.columns) {
        std::vector<std::string> names;
        for (const std::string& column : columns) {
            names.push_back(column == "*" ? say(Word::every_other_column, language) : readable(column));
        }
        const bool is_gone = forgotten && treatment == Treatment::hashed;
        lines.push_back(say(is_gone ? Word::does_hashed_forgotten : word_of(treatment), language) + ": " +
                        join(names, ", "));
    }
    return {(words.empty() ? "" : words + '\n') + readable(rules.real_table), join(lines, "\n")};
}

paper::Document document_of(const Facts& facts, Language language) {
    const Writer writer(facts, language);
    const Conclusion conclusion = conclude(facts);
    const bool certifies = conclusion == Conclusion::erased;
    paper::Document document;
    document.title = writer.say(certifies ? Word::erasure_title : Word::state_title);
    document.subtitle = writer.say(Word::legal_basis);
    document.verdict = writer.say(words_of(conclusion).verdict);
    const bool by_other_rules = certifies && facts.rules_of == RulesOf::today;
    const Word sentence =
        by_other_rules ? Word::erased_by_other_rules_sentence : words_of(conclusion).sentence;
    document.verdict_text = writer.say(sentence, {facts.contact ? std::to_string(*facts.contact) : ""});
    document.sections.push_back(writer.issue());
    document.sections.push_back(writer.subject());
    if (facts.record) document.sections.push_back(writer.measures());
    if (facts.record && !facts.record->findings.empty()) document.sections.push_back(writer.left_over());
    if (!facts.record && facts.leftovers_to) document.sections.push_back(writer.leftovers());
    if (facts.contact || facts.by_address) document.sections.push_back(writer.now());
    if (const Section earlier = writer.earlier(); !earlier.paragraphs.empty()) {
        document.sections.push_back(earlier);
    }
    document.sections.push_back(writer.not_covered());
    document.sections.push_back(writer.seal());
    if (facts.record && facts.record->tells_of_erasure()) document.sections.push_back(writer.rules());
    document.footer = document.title + " \u2022 " + facts.issue.number;
    document.page_of = words::say(Word::page, language, {"{1}", "{2}"});
    document.language = words::language_names.of(language);
    return document;
}

}  // namespace gdprd::certificate
