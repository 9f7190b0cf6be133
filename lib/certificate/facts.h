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

namespace gdprd::certificate {

// What it comes to. Only `erased` certifies an erasure.
enum class Conclusion {
    erased,       // complete, and nothing was there again at the time of issue
    settling,     // a first pass was made; the later one is not concluded
    partial,      // something is left
    unfinished,   // half-way
    held,         // a hold keeps it
    superseded,   // the opt-out was withdrawn before the end
    found_again,  // an erasure is recorded, and there are data under the number
    due,          // do-not-contact, and not erased
    not_erased,   // in Mautic
    unrecorded,   // a hash stands in the address's place, and there is no record
    leftovers,    // deleted in Mautic; what was left was removed
    nothing_known,
};
inline constexpr auto conclusion_names =
    make_names<Conclusion>({{Conclusion::erased, "erased"},
                            {Conclusion::settling, "settling"},
                            {Conclusion::partial, "partial"},
                            {Conclusion::unfinished, "unfinished"},
                            {Conclusion::held, "held"},
                            {Conclusion::superseded, "superseded"},
                            {Conclusion::found_again, "found_again"},
                            {Conclusion::due, "due"},
                            {Conclusion::not_erased, "not_erased"},
                            {Conclusion::unrecorded, "unrecorded"},
                            {Conclusion::leftovers, "leftovers"},
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
    std::size_t other_records = 0;        // of the number, about another address
    // Of a contact that was deleted in Mautic: when what was left of it was removed.
    std::optional<Timestamp> leftovers_from;
    std::optional<Timestamp> leftovers_to;
    StateNow now;
    RulesOf rules_of = RulesOf::today;
    std::vector<TableRules> rules;       // of today
    std::vector<std::string> undecided;  // names of today
    SealedRecord sealed;

    std::optional<Took> took_to_erase() const;
    std::optional<Took> took_to_complete() const;
    // A mail that came back is no request, for which alone Article 12(3) sets a period.
    bool has_month() const { return record && record->reason != policy::Reason::bounced; }
};

// Pure. In doubt it is something else than `erased`.
Conclusion conclude(const Facts& facts);

}  // namespace gdprd::certificate
