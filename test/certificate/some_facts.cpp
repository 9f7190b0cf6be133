#include "certificate/some_facts.h"

namespace gdprd::test {

certificate::Facts complete_facts() {
    ledger::Record record;
    record.contact = 4711;
    record.subject_hash = std::string(64, 'a');
    record.algorithm = "hmac-sha256";
    record.key_id = "0123456789abcdef";
    record.channel = "email";
    record.opted_out_at = parse_utc("2026-03-01 12:00:00");
    record.requested_at = parse_utc("2026-03-01 12:00:02");
    record.erased_at = parse_utc("2026-03-01 12:00:05.250");
    record.last_pass_at = parse_utc("2026-03-02 12:00:06");
    record.completed_at = parse_utc("2026-03-02 12:00:06");
    record.status = ledger::Status::complete;
    record.passes = 3;
    record.rows_changed = 1'234;
    record.rows_deleted = 17;
    record.rows_late = 2;
    record.files_removed = 4;
    record.not_covered.undecided = 0;
    record.policy_digest = std::string(64, '1');
    record.schema_digest = std::string(64, '2');
    record.map_digest = std::string(64, '3');

    certificate::Facts facts;
    facts.issue = {"00112233445566ff",  *parse_utc("2026-04-05 06:07:08"), "1.2.3", "", "",
                   std::string(64, 'c')};
    facts.contact = 4711;
    facts.record = record;
    facts.now.in_mautic = true;
    facts.now.has_hash = true;
    facts.now.on_list = true;
    facts.now.is_due = true;
    facts.now.rows_pending = 0;
    facts.rules_of = certificate::RulesOf::the_pass;
    facts.rules = {{"leads",
                    "mtc_leads",
                    certificate::RowsOf::contact,
                    false,
                    {{certificate::Treatment::hashed, {"email", "firstname"}},
                     {certificate::Treatment::deleted, {"city"}},
                     {certificate::Treatment::kept, {"id", "points"}}}},
                   {"lead_notes", "mtc_lead_notes", certificate::RowsOf::contact, true, {}}};
    return facts;
}

}  // namespace gdprd::test
