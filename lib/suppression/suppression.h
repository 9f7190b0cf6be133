// The suppression guard: an erased person whose address comes back as a new contact (an import, the API, a
// CRM's synchronisation) is recognised by the hash of the address in the ledger, and told, or put on Mautic's
// do-not-contact list, after which it is erased like any other. Also looks for merges that took an opt-out
// away (suppression/lost_opt_outs.h).
//
// Each contact is read when it is new, by its id, and when it was changed: by date_modified where Mautic
// has an index on it (6.0 and newer), and otherwise in a round over all contacts that takes about `full`, a
// few pages a run. Only erasures with the hash algorithm and key of today can be recognised.
//
// Mautic saves a contact first and the form that made it afterwards, so that nobody sent a form is not
// believed of somebody who came a moment ago: who has not sent one is judged `consent_within` after it came.
// Until then its id is remembered.
//
// The effect happens once: sightings are kept in the ledger's database (background/sightings.h).
// Threads: the scheduler's. Errors: DatabaseError; the next run begins where this one did.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "background/cursor.h"
#include "background/options.h"
#include "background/task.h"
#include "health/metrics.h"
#include "suppression/contact_pages.h"
#include "suppression/lost_opt_outs.h"
#include "suppression/reappearance.h"

namespace gdprd::suppression {

class Suppression : public background::Task {
  public:
    // `overlap`: how long a transaction of Mautic may be open, and its clock be wrong, without a contact
    // being missed.
    Suppression(const background::SuppressionOptions& suppression, const background::SweepOptions& sweep,
                health::Metrics& metrics, Milliseconds overlap = Milliseconds{300'000},
                Milliseconds consent_within = Milliseconds{300'000});

    std::string_view name() const override { return "suppression"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    using Page = std::vector<AddressedContact>;

    void scan_young(const background::Run& run, const ContactPages& contacts);
    void scan_new(const background::Run& run, const ContactPages& contacts);
    void scan_changed(const background::Run& run, const ContactPages& contacts);
    void scan_by_date(const background::Run& run, const ContactPages& contacts, const std::string& index);
    void scan_in_round(const background::Run& run, const ContactPages& contacts);
    void judge(const background::Run& run, const Page& page);
    std::vector<Reappearance> find(const background::Run& run, const Page& page);
    void complete(const background::Run& run, Reappearance& found);
    bool must_wait(const Reappearance& found, background::Outcome outcome);
    void act(const background::Run& run, const Reappearance& found, background::Outcome outcome);
    bool put_on_list(const background::Run& run, const Reappearance& found);
    void tell_of_missing_right(ContactId contact);
    void tell_of_other_keys(const background::Run& run);
    // Tells of it, too.
    static bool is_other_key(const background::Run& run, const std::string& algorithm,
                             const std::string& key_id);

    const background::SuppressionOptions options_;
    const background::SweepOptions sweep_;
    health::Metrics& metrics_;
    const Milliseconds consent_within_;
    std::map<ContactId, Timestamp> young_;  // who came a moment ago, and when to judge
    background::IdCursor new_contacts_;
    background::DateCursor changed_contacts_;
    background::IndexCache change_index_;
    LostOptOuts lost_opt_outs_;
    bool behind_ = false;
    bool is_right_told_ = false;
    std::optional<Timestamp> installed_at_;
    std::optional<ContactId> keys_looked_until_ = 0;  // none: told, or all looked at
};

}  // namespace gdprd::suppression
