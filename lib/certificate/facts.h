// Everything a certificate says, apart from the words it is said with: what the record of erasures has of one
// person, what Mautic has at the time of issue, the rules, the seal. The words are made of this alone
// (certificate/document.h), whatever shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address_kind.h"
#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "certificate/month.h"
#include "certificate/rules.h"
#include "certificate/sealed_record.h"
#include "ledger/ledger.h"
#include "lookup/lookup.h"

namespace gdprd::certificate {

// What it comes to. Only `erased` certifies an erasure.
enum class Conclusion {
    erased,       // complete, and nothing was there again at the time of issue
    settling,     // a first pass was made; the later one is not concluded
    partial,      // something is left
    unfinished,   // half-way
    held,         // a hold keeps it
    superseded,   // the opt-out was withdrawn before the end
    withdrawn,    // and after the erasure was concluded
    found_again,  // an erasure is recorded, and there are data under the number
    due,          // do-not-contact, and not erased
    not_erased,   // in Mautic
    unrecorded,   // a hash stands in the address's place, and there is no record
    leftovers,    // deleted in Mautic; what was left was removed
    elsewhere,    // the address stands in clear in Mautic, but not with this contact
    untold,       // an erasure may be recorded whose hash is forgotten
    nothing_known,
};
inline constexpr auto conclusion_names =
    make_names<Conclusion>({{Conclusion::erased, "erased"},
                            {Conclusion::settling, "settling"},
                            {Conclusion::partial, "partial"},
                            {Conclusion::unfinished, "unfinished"},
                            {Conclusion::held, "held"},
                            {Conclusion::superseded, "superseded"},
                            {Conclusion::withdrawn, "withdrawn"},
                            {Conclusion::found_again, "found_again"},
                            {Conclusion::due, "due"},
                            {Conclusion::not_erased, "not_erased"},
                            {Conclusion::unrecorded, "unrecorded"},
                            {Conclusion::leftovers, "leftovers"},
                            {Conclusion::elsewhere, "elsewhere"},
                            {Conclusion::untold, "untold"},
                            {Conclusion::nothing_known, "nothing_known"}});

// Of this document.
struct Issue {
    std::string number;  // random
    Timestamp at{};
    std::string program_version;
    std::string officer;  // as they were given, or ""
    std::string case_reference;
    std::string public_key;  // that signs it
};

// What Mautic had of the contact at the time of issue.
struct StateNow {
    bool in_mautic = false;
    // The number is another contact's, or the contact has another address: nothing else was looked at.
    bool is_others = false;
    bool has_clear_address = false;
    bool has_hash = false;                      // in the address's place
    bool is_back = false;                       // an address stands where an erasure leaves none
    bool on_list = false;                       // there is a do-not-contact row
    bool is_due = false;                        // and one that leads to an erasure
    std::optional<std::uint64_t> rows_pending;  // that the rules would change; nothing: not looked at
};

// What the do-not-contact list of the time of issue has of opt-outs by the data subject or by staff, as far
// as they are not younger than the erasure. Of a mail that came back the list has a row, too, and it may be
// the older one: the record tells of the oldest row alone.
struct Requests {
    bool is_known = false;              // the list was read, and is that of this contact
    std::optional<Timestamp> first_at;  // on a channel that leads to an erasure
    bool are_others = false;            // without a date, or on another channel
};

// Where else the address that was asked for stands in Mautic. They may be somebody else's data, who uses the
// same address: how many there are is told, not who.
struct Elsewhere {
    std::size_t contacts = 0;         // with the address in clear, in their row or in their mails
    std::size_t erased_contacts = 0;  // that had the address when they were erased
    std::uint64_t mails = 0;          // with the address in clear, of contacts that Mautic has deleted
    bool mails_searched = false;

    bool is_in_clear() const { return contacts > 0 || mails > 0; }
};

// The rules of today, and whether they are those of the record's last pass.
enum class RulesOf { the_pass, the_pass_but_schema, today };
inline constexpr auto rules_of_names =
    make_names<RulesOf>({{RulesOf::the_pass, "the_pass"},
                         {RulesOf::the_pass_but_schema, "the_pass_but_schema"},
                         {RulesOf::today, "today"}});

struct Facts {
    Issue issue;
    std::optional<ContactId> contact;
    bool by_address = false;             // else by the contact's number
    std::optional<std::string> address;  // as it was asked for, where it is to be in the document
    std::optional<AddressKind> address_was;
    std::optional<ledger::Record> record;
    std::vector<ledger::Record> earlier;  // of the same person, as far as that is known; the latest one first
    std::size_t other_records = 0;        // of the number, about another address or about none
    // Of the number, and whether they are about the address cannot be told: their hash is forgotten, or was
    // made with a key that is not there.
    std::size_t untold_records = 0;
    lookup::ForgottenErasures forgotten;  // of anybody: by an address none of them is found
    // Of a contact that was deleted in Mautic: when what was left of it was removed.
    std::optional<Timestamp> leftovers_from;
    std::optional<Timestamp> leftovers_to;
    StateNow now;
    Requests requests;
    Elsewhere elsewhere;  // where it was asked for by an address
    RulesOf rules_of = RulesOf::today;
    std::vector<TableRules> rules;       // of today
    std::vector<std::string> undecided;  // names of today
    SealedRecord sealed;

    std::optional<Took> took_to_erase() const;
    std::optional<Took> took_to_complete() const;
    // Where the month of Article 12(3) begins: with the oldest request that is known. A mail that came back
    // is none.
    std::optional<Timestamp> requested_at() const;
    // Is that the opt-out which the record tells of?
    bool is_opt_out_the_request() const {
        return record && requested_at() && requested_at() == record->opted_out_at;
    }
    // Does anything tell of an erasure, or of what was left of a contact that Mautic had deleted?
    bool tells_of_erasure() const { return record || !earlier.empty() || leftovers_to; }
    // Certainly none: only mails came back.
    bool has_no_request() const;
};

// Pure. In doubt it is something else than `erased`.
Conclusion conclude(const Facts& facts);

}  // namespace gdprd::certificate
