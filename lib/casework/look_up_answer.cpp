#include "casework/look_up_answer.h"

#include <optional>
#include <string>

#include "casework/work_page.h"
#include "certificate/document.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Facts;
using desk::Html;
using desk::Text;
using desk::Visit;
using lookup::FoundContact;
using lookup::Trace;
using words::Word;

namespace {

Word word_of_trace(Trace trace) {
    switch (trace) {
        case Trace::ledger:
            return Word::desk_trace_ledger;
        case Trace::former_address:
            return Word::desk_trace_former;
        case Trace::merged_address:
            return Word::desk_trace_merged;
        case Trace::seen_address:
            return Word::desk_trace_seen;
        case Trace::contact_address:
            return Word::desk_trace_contact_address;
        case Trace::contact_hash:
            return Word::desk_trace_contact_hash;
        case Trace::mail_address:
            return Word::desk_trace_mail_address;
        case Trace::mail_hash:
            break;
    }
    return Word::desk_trace_mail_hash;
}

Html paragraph(const std::string& text) {
    Html html;
    html << "<p>" << Text{text} << "</p>\n";
    return html;
}

// Puts an answer into the language of the visit.
class AnswerWriter {
  public:
    AnswerWriter(const Visit& visit, const LookUpResult& result) : visit_(visit), answer_(result.answer) {}

    Html summary(const LookUpResult& result) const {
        Html html;
        const std::size_t contacts = answer_.contacts.size();
        html << as_status(
            contacts > 0 ? desk::notice(desk::Tone::attention, say(Word::desk_found, {count(contacts)}), "")
            : answer_.found() ? desk::notice(desk::Tone::attention, say(Word::desk_found_without_contact), "")
                              : desk::notice(desk::Tone::good, say(Word::desk_nothing_found), ""));
        Facts facts;
        facts.add(say(Word::desk_asked_at), visit_.time(result.at));
        facts.add(say(Word::desk_officer), result.words.officer);
        add_if(facts, Word::case_reference, result.words.case_reference);
        add_if(facts, Word::desk_reason, result.words.reason);
        html << facts.html();
        return html;
    }

    Html contact(const FoundContact& found) const {
        Html html;
        html << desk::heading(say(found.in_mautic ? Word::desk_contact : Word::desk_contact_deleted,
                                  {std::to_string(found.contact)}));
        html << others(found, found.used_now_by, Word::desk_has_address_now)
             << others(found, found.used_last_by, Word::desk_had_address);
        if (found.is_reused) html << paragraph(say(Word::desk_reused));
        Facts facts;
        for (const Trace trace : found.traces) {
            facts.add(say(Word::desk_found_by), say(word_of_trace(trace)));
        }
        if (!found.is_reused) add_what_mautic_has(facts, found);
        const bool is_of_others = found.erasure && !found.addresses.empty() && !found.is_recorded();
        if (!found.erasure || is_of_others) add_leftovers(facts, found);
        if (found.erasure) {
            add_address(facts, found, *found.erasure);
            add_erasure(facts, *found.erasure);
        }
        html << facts.html();
        for (const ledger::Record& record : found.former) {
            html << "<h3>" << Text{say(Word::desk_earlier_erasure, {std::to_string(found.contact)})}
                 << "</h3>\n";
            Facts earlier;
            add_address(earlier, found, record);
            add_erasure(earlier, record);
            html << earlier.html();
        }
        return html;
    }

    Html reach(const LookUpResult& result) const {
        Html html = without_contact();
        if (!answer_.has_ledger) html << paragraph(say(Word::desk_no_ledger));
        for (const auto& missing : answer_.missing_keys) {
            html << paragraph(
                say(Word::desk_missing_key, {missing.algorithm, missing.key_id, count(missing.contacts)}));
        }
        const lookup::ForgottenErasures& forgotten = answer_.forgotten;
        if (forgotten.count > 0) {
            html << paragraph(say(Word::forgotten_erasures,
                                  {count(forgotten.count), time(forgotten.first), time(forgotten.last)}));
        }
        if (result.history) {
            html << paragraph(say(Word::desk_mails_searched));
            return html;
        }
        if (answer_.has_ledger && !result.filed) html << paragraph(say(Word::desk_not_filed));
        html << paragraph(say(Word::desk_mails_not_searched));
        return html;
    }

  private:
    std::string say(Word word, std::initializer_list<std::string> parts = {}) const {
        return visit_.say(word, parts);
    }
    std::string time(const std::optional<Timestamp>& at) const {
        return at ? visit_.time(*at) : say(Word::unknown);
    }
    std::string count(std::uint64_t number) const { return words::count_text(number, visit_.language); }
    void add_if(Facts& facts, Word label, const std::string& text) const {
        if (!text.empty()) facts.add(say(label), text);
    }
    void add_if(Facts& facts, Word label, const std::optional<Timestamp>& at) const {
        if (at) facts.add(say(label), visit_.time(*at));
    }

    // A name that is known, or as the database has it.
    std::string channel_text(const std::string& channel) const {
        if (channel == "email") return say(Word::channel_email);
        if (channel == "sms") return say(Word::channel_sms);
        return channel == "other" ? say(Word::channel_other) : channel;
    }

    std::string mails_text(const lookup::Mails& mails) const {
        if (!mails.first || !mails.last) return count(mails.sent);
        return say(Word::desk_mails_between, {count(mails.sent), time(mails.first), time(mails.last)});
    }

    Html others(const FoundContact& found, const std::vector<ContactId>& contacts, Word what) const {
        Html html;
        for (const ContactId other : contacts) {
            html << desk::notice(desk::Tone::attention, say(what, {std::to_string(other)}),
                                 say(Word::desk_make_sure, {std::to_string(found.contact)}));
        }
        if (contacts.size() == FoundContact::others_max) html << paragraph(say(Word::desk_more_others));
        return html;
    }

    void add_what_mautic_has(Facts& facts, const FoundContact& found) const {
        if (found.in_mautic) facts.add(say(Word::desk_first_seen), time(found.first_seen));
        facts.add(say(Word::desk_mails_sent), mails_text(found.mails));
        for (const auto& opt_out : found.opt_outs) {
            const auto reason = policy::reason_from_code(opt_out.reason);
            facts.add(say(Word::do_not_contact_now),
                      say(Word::desk_opt_out,
                          {channel_text(opt_out.channel),
                           reason ? say(certificate::word_of(*reason))
                                  : say(Word::desk_reason_code, {std::to_string(opt_out.reason)}),
                           time(opt_out.since)}));
        }
        if (found.opt_outs.empty()) facts.add(say(Word::do_not_contact_now), say(Word::no));
    }

    // Of a contact that Mautic had deleted there is no record.
    void add_leftovers(Facts& facts, const FoundContact& found) const {
        for (const ledger::ErasedAddress& one : found.addresses) {
            facts.add(say(Word::leftovers_at), time(one.noted_at));
        }
        if (found.addresses.empty()) facts.add(say(Word::desk_erasure), say(Word::unrecorded));
    }

    // Where an id has more than one record, of whom each is.
    void add_address(Facts& facts, const FoundContact& found, const ledger::Record& record) const {
        const bool needs_none =
            found.is_recorded() || (found.addresses.empty() && !record.tells_of_erasure());
        if (found.former.empty() && needs_none) return;
        const Word of = found.is_of_address(record)    ? Word::desk_record_this
                        : found.kind_in(record)        ? Word::desk_record_older
                        : record.forgotten_at          ? Word::desk_record_forgotten
                        : answer_.lacks_key_of(record) ? Word::desk_record_key
                        : record.subject_hash.empty()  ? Word::desk_record_none
                                                       : Word::desk_record_other;
        facts.add(say(Word::desk_record_of), say(of));
    }

    void add_erasure(Facts& facts, const ledger::Record& record) const {
        facts.add(say(Word::status), say(certificate::word_of(record.status)));
        facts.add(say(Word::erased_at), record.passes == 0 ? say(Word::no) : time(record.erased_at));
        if (record.passes > 0) {
            facts.add(say(Word::passes), count(record.passes));
            facts.add(say(Word::last_pass_at), time(record.last_pass_at));
        }
        add_if(facts, Word::complete_since, record.completed_at);
        facts.add(say(Word::cause), say(certificate::word_of(record.reason)));
        facts.add(say(Word::channel), channel_text(record.channel));
        const bool is_asked_for = record.reason == policy::Reason::unsubscribed;
        facts.add(say(is_asked_for ? Word::opted_out_at : Word::listed_at), time(record.opted_out_at));
        facts.add(say(Word::origin), say(certificate::word_of(record.origin)));
        facts.add(say(Word::requested_at), time(record.requested_at));
        if (record.passes > 0) add_extent(facts, record);
        for (const ledger::Finding& finding : record.findings) {
            facts.add(say(Word::left_over), finding.table + '.' + finding.column + ": " + say(Word::cells) +
                                                ' ' + count(finding.cells));
        }
        add_if(facts, Word::forgotten_at, record.forgotten_at);
        if (!record.subject_hash.empty()) {
            facts.add(say(Word::hash_method), record.key_id.empty()
                                                  ? say(Word::hash_without_key, {record.algorithm})
                                                  : say(Word::hash_keyed, {record.algorithm, record.key_id}));
        }
        add_if(facts, Word::policy_digest, record.policy_digest);
        add_if(facts, Word::map_digest, record.map_digest);
        add_if(facts, Word::schema_digest, record.schema_digest);
    }

    // How much an erasure changed, and what it did not look at.
    void add_extent(Facts& facts, const ledger::Record& record) const {
        facts.add(say(Word::rows_changed), count(record.rows_changed));
        facts.add(say(Word::rows_deleted), count(record.rows_deleted));
        facts.add(say(Word::rows_late), count(record.rows_late));
        facts.add(say(Word::files_removed), count(record.files_removed));
        if (record.values_emptied > 0) facts.add(say(Word::values_emptied), count(record.values_emptied));
        const ledger::NotCovered& not_covered = record.not_covered;
        const std::string label = say(Word::desk_uncovered);
        if (not_covered.files) facts.add(label, say(Word::uncovered_files));
        if (not_covered.older_rows) facts.add(label, say(Word::uncovered_older_rows));
        if (not_covered.undecided.value_or(0) > 0) {
            facts.add(label, say(Word::uncovered_undecided, {count(*not_covered.undecided)}));
        }
    }

    Html without_contact() const {
        Html html;
        if (answer_.mails_without_contact.sent > 0) {
            Facts facts;
            facts.add(say(Word::desk_mails_without_contact), mails_text(answer_.mails_without_contact));
            if (answer_.clear_mails_without_contact > 0) {
                facts.add(say(Word::desk_mails_in_clear), count(answer_.clear_mails_without_contact));
            }
            html << facts.html();
        }
        const auto last = answer_.deleted_contact_erased_at;
        const auto first = answer_.deleted_contact_first_erased_at;
        if (last) {
            html << paragraph(first == last ? say(Word::desk_deleted_once, {time(last)})
                                            : say(Word::desk_deleted_often, {time(first), time(last)}));
        }
        return html;
    }

    const Visit& visit_;
    const lookup::LookupAnswer& answer_;
};

}  // namespace

Html summary_of(const Visit& visit, const LookUpResult& result) {
    return AnswerWriter(visit, result).summary(result);
}

Html html_of(const Visit& visit, const LookUpResult& result, const FoundContact& found) {
    return AnswerWriter(visit, result).contact(found);
}

Html reach_of(const Visit& visit, const LookUpResult& result) {
    return AnswerWriter(visit, result).reach(result);
}

}  // namespace gdprd::casework
