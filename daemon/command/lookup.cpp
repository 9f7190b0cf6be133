#include "daemon/command/lookup.h"

#include <iostream>

#include "base/secret.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/report/ledger_words.h"
#include "daemon/command/terminal/address_input.h"
#include "daemon/command/terminal/text_table.h"
#include "lookup/lookup.h"
#include "reconciliation/address_filing.h"

namespace gdprd::command {

namespace {

using lookup::FoundContact;
using lookup::LookupAnswer;
using lookup::Trace;

// A table of many million mails is read from end to end.
constexpr Milliseconds history_timeout{3'600'000};

const char* trace_words(Trace trace) {
    switch (trace) {
        case Trace::ledger:
            return "the record of erasures";
        case Trace::former_address:
            return "an erasure: the contact had the address before";
        case Trace::merged_address:
            return "an erasure: a contact that was merged into this one had the address";
        case Trace::seen_address:
            return "an erasure: mails to the contact went to the address, or a form had it";
        case Trace::contact_address:
            return "the contact's address, which is not erased";
        case Trace::contact_hash:
            return "the hash in the contact's address";
        case Trace::mail_address:
            return "a mail sent to it";
        case Trace::mail_hash:
            break;
    }
    return "the hash of a mail's address";
}

std::string mails_text(const lookup::Mails& mails) {
    std::string text = std::to_string(mails.sent);
    if (mails.first) text += ", first " + shown_time(*mails.first);
    if (mails.last) text += ", last " + shown_time(*mails.last);
    return text;
}

std::string reason_text(std::int64_t code) {
    const auto reason = policy::reason_from_code(code);
    return reason ? policy::name_of(*reason) : "reason " + std::to_string(code);
}

std::string or_unknown(const std::optional<Timestamp>& time) { return time ? shown_time(*time) : "unknown"; }

// How much an erasure changed, and what it did not look at.
void add_extent(TextTable& table, const ledger::Record& row) {
    table.add({"rows", std::to_string(row.rows_changed) + " changed, " + std::to_string(row.rows_deleted) +
                           " deleted, " + std::to_string(row.rows_late) +
                           " of them new and found by later passes"});
    table.add({"files", std::to_string(row.files_removed) + " removed"});
    if (row.values_emptied > 0) {
        table.add({"emptied", counted(row.values_emptied, "value") + " of a kind that could not be read"});
    }
    for (const std::string& words : not_covered_words(row.not_covered)) table.add({"not covered", words});
}

void add_erasure(TextTable& table, const ledger::Record& row) {
    table.add({"erased", row.passes == 0 ? "no" : or_unknown(row.erased_at)});
    table.add({"status", words_for(row.status)});
    if (row.passes > 0) {
        table.add({"passes", std::to_string(row.passes) + ", last " + or_unknown(row.last_pass_at)});
    }
    if (row.completed_at) table.add({"complete since", shown_time(*row.completed_at)});
    table.add({"because of", std::string(policy::name_of(row.reason)) + ", " + row.channel + ", since " +
                                 or_unknown(row.opted_out_at)});
    table.add({"asked for by", std::string(name_of(row.origin)) + ", " + or_unknown(row.requested_at)});
    if (row.passes > 0) add_extent(table, row);
    for (const auto& finding : row.findings) {
        table.add(
            {"left over", finding.table + '.' + finding.column + ": " + counted(finding.cells, "cell")});
    }
    if (row.forgotten_at) {
        table.add({"forgotten",
                   shown_time(*row.forgotten_at) + ": which address it was of, can no longer be told"});
    }
    if (!row.subject_hash.empty()) {
        table.add({"hash", row.algorithm + (row.key_id.empty() ? ", no key" : ", key " + row.key_id)});
    }
    table.add({"policy", row.policy_digest});
    table.add({"data map", row.map_digest});
    table.add({"schema", row.schema_digest});
}

// Where an id has more than one record, of whom each is: the address changed, or a restored backup gave the
// id to somebody else.
void add_address(TextTable& table, const FoundContact& found, const ledger::Record& row,
                 const LookupAnswer& answer) {
    const bool needs_none = found.is_recorded() || (found.addresses.empty() && !row.tells_of_erasure());
    if (found.former.empty() && needs_none) return;
    if (found.is_of_address(row)) {
        table.add({"record of", "this address"});
    } else if (found.kind_in(row)) {
        table.add({"record of", "another address; this one is an older one of the contact"});
    } else {
        const char* const of = row.forgotten_at           ? "an address that is forgotten"
                               : answer.lacks_key_of(row) ? "an address hashed with a key that was not given"
                               : row.subject_hash.empty() ? "no address"
                                                          : "another address";
        table.add({"record of", of});
    }
}

void print_others(const FoundContact& found, const std::vector<ContactId>& others, const char* what) {
    for (const ContactId other : others) {
        std::cout << "  Contact " << other << what
                  << " Whoever asks may be that contact: make sure of it before you tell them anything about "
                     "contact "
                  << found.contact << ".\n";
    }
    if (others.size() == FoundContact::others_max) {
        std::cout << "  There may be more of them; this answer lists them all.\n";
    }
}

void add_what_mautic_has(TextTable& table, const FoundContact& found) {
    if (found.in_mautic) table.add({"first seen", or_unknown(found.first_seen)});
    table.add({"mails sent", mails_text(found.mails)});
    for (const auto& opt_out : found.opt_outs) {
        table.add({"do-not-contact", opt_out.channel + ", " + reason_text(opt_out.reason) + ", since " +
                                         or_unknown(opt_out.since)});
    }
    if (found.opt_outs.empty()) table.add({"do-not-contact", "no"});
}

// Of a contact that Mautic had deleted there is no record.
void add_leftovers(TextTable& table, const FoundContact& found) {
    for (const ledger::ErasedAddress& one : found.addresses) {
        table.add({"erased", "what was left of it, on " + shown_time(one.noted_at)});
    }
    if (found.addresses.empty()) table.add({"erased", "no record of it"});
}

void print_contact(const FoundContact& found, const LookupAnswer& answer) {
    std::cout << "\nContact " << found.contact << (found.in_mautic ? "" : ", deleted in Mautic") << '\n';
    print_others(found, found.used_now_by, " has the address now.");
    print_others(found, found.used_last_by, " had the address when it was erased.");
    if (found.is_reused) {
        std::cout << "  The id is another contact's now, or the contact has another address since. What "
                     "Mautic has under it is not shown.\n";
    }
    TextTable table;
    for (const Trace trace : found.traces) table.add({"found by", trace_words(trace)});
    if (!found.is_reused) add_what_mautic_has(table, found);
    if (found.erasure && !found.addresses.empty() && !found.is_recorded()) add_leftovers(table, found);
    if (found.erasure) {
        add_address(table, found, *found.erasure, answer);
        add_erasure(table, *found.erasure);
    } else {
        add_leftovers(table, found);
    }
    table.print(std::cout, 2);
    for (const ledger::Record& row : found.former) {
        std::cout << "\n  An earlier erasure of contact " << found.contact << ":\n";
        TextTable earlier;
        add_address(earlier, found, row, answer);
        add_erasure(earlier, row);
        earlier.print(std::cout, 2);
    }
}

// What was searched, as far as it is not everything.
struct Reach {
    bool history = false;  // all mails
    bool filed = false;    // the addresses of all erasures are filed
};

void print_reach(const Reach& reach, bool has_ledger) {
    if (reach.history) return;
    if (has_ledger && !reach.filed) {
        std::cout << "\nAddresses that people had before were not searched for erasures of former versions "
                     "(--fast). `mautic-gdprd ledger addresses` files them.\n";
    }
    std::cout << "\nMails to earlier addresses of contacts that are not erased, and of contacts that were "
                 "deleted in Mautic, were not searched; --history does.\n";
}

void print_deleted(Timestamp first, Timestamp last) {
    std::cout << "\nA contact that was deleted in Mautic had this address";
    if (first == last) {
        std::cout << ". What was left of it was erased, at the latest " << shown_time(last) << ".\n";
    } else {
        std::cout << ", or several had. What was left of them was erased, for the first time at the latest "
                  << shown_time(first) << ", for the last time at the latest " << shown_time(last) << ".\n";
    }
}

// Also where something was found: one of these may have been another erasure of the same person.
void print_forgotten(const lookup::ForgottenErasures& forgotten) {
    if (forgotten.count == 0) return;
    std::cout << "\nOf " << counted(forgotten.count, "erasure");
    if (forgotten.first && forgotten.last) {
        std::cout << ", from " << shown_time(*forgotten.first) << " to " << shown_time(*forgotten.last)
                  << ',';
    }
    std::cout << " the ledger has forgotten who they were of: their hashes went at the end of their time. "
                 "Whether this address was among them can no longer be told.\n";
}

void print_answer(const LookupAnswer& answer, const Reach& reach) {
    std::cout << (answer.found() ? "Found: " + counted(answer.contacts.size(), "contact") : "Not found")
              << ".\n";
    for (const FoundContact& found : answer.contacts) print_contact(found, answer);
    if (answer.mails_without_contact.sent > 0) {
        std::cout << "\nMails to it whose contact was deleted in Mautic: "
                  << mails_text(answer.mails_without_contact);
        if (answer.clear_mails_without_contact > 0) {
            std::cout << "; " << answer.clear_mails_without_contact << " of them have it in clear";
        }
        std::cout << '\n';
    }
    if (answer.deleted_contact_erased_at) {
        print_deleted(*answer.deleted_contact_first_erased_at, *answer.deleted_contact_erased_at);
    }
    if (!answer.has_ledger) std::cout << "\nThere is no ledger: erasures could not be looked up.\n";
    for (const auto& missing : answer.missing_keys) {
        std::cout << '\n'
                  << counted(missing.contacts, "erasure was", "erasures were") << " recorded with "
                  << missing.algorithm << ", key " << missing.key_id
                  << ". They can only be searched with the key of that time: --key-file.\n";
    }
    print_forgotten(answer.forgotten);
    print_reach(reach, answer.has_ledger);
}

}  // namespace

ExitCode lookup(const LookupOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    lookup::LookupOptions wanted;
    wanted.table_prefix = config.mautic.table_prefix;
    wanted.ledger_database = config.ledger.database;
    wanted.hash = config.hash;
    for (const std::string& file : options.key_files) wanted.other_keys.push_back(read_secret(file));
    check_words(options.words, config.lookup.case_required);
    const std::string address = read_address();
    const database::ThreadScope thread;
    database::ConnectionOptions connection_options = config.database;
    connection_options.read_timeout = std::max(connection_options.read_timeout, history_timeout);
    database::Connection connection(connection_options);
    LookupLogWriter log(connection, config);
    Reach reach;
    reach.filed = reconciliation::AddressFiling::is_done(connection, wanted.ledger_database);
    reach.history = options.history || (!reach.filed && !options.fast);
    wanted.read_history = reach.history;
    const LookupAnswer answer = lookup::Lookup(connection, wanted).find(address);
    log.add_address(logged(answer, options.words, reach.history), address);
    if (options.common.json) {
        std::cout << to_json(answer, reach.history) << '\n';
    } else {
        print_answer(answer, reach);
    }
    if (answer.found()) return ExitCode::done;
    return answer.missing_keys.empty() ? ExitCode::not_found : ExitCode::not_everything;
}

}  // namespace gdprd::command
