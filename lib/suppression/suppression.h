// The suppression guard: an erased person whose address comes back as a new contact (an import, the API, a
// CRM's synchronisation) is recognised by the hash of the address in the ledger, and told, or put on Mautic's
// do-not-contact list, after which it is erased like any other. Also looks for merges that took an opt-out
// away (suppression/lost_opt_outs.h).
//
// Each contact is looked at when it is new, by its id, and when it was changed: by date_modified where Mautic
// has an index on it (6.0 and newer), and otherwise in a round over all contacts that takes about `full`, a
// few pages a look. Only erasures with the hash algorithm and key of today can be recognised.
//
// Mautic saves a contact first and the form that made it afterwards, so that nobody sent a form is not
// believed of somebody who came a moment ago: who has not sent one is judged `consent_within` after it came.
// Until then its id is remembered.
//
// The effect happens once: sightings are kept in the ledger's database (background/sightings.h).
// Threads: the scheduler's. Errors: DatabaseError; the next look begins where this one did.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "background/options.h"
#include "background/seen_mark.h"
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
    void run(const background::Look& look) override;

  private:
    using Page = std::vector<AddressedContact>;

    void look_at_young(const background::Look& look, const ContactPages& contacts);
    void look_at_new(const background::Look& look, const ContactPages& contacts);
    void look_at_changed(const background::Look& look, const ContactPages& contacts);
    void look_by_date(const background::Look& look, const ContactPages& contacts);
    void look_in_round(const background::Look& look, const ContactPages& contacts);
    void judge(const background::Look& look, const Page& page);
    std::vector<Reappearance> find(const background::Look& look, const Page& page);
    void complete(const background::Look& look, Reappearance& found);
    bool must_wait(const Reappearance& found, background::Outcome outcome);
    void act(const background::Look& look, const Reappearance& found, background::Outcome outcome);
    bool put_on_list(const background::Look& look, const Reappearance& found);
    void tell_of_missing_right(ContactId contact);
    void tell_of_other_keys(const background::Look& look);
    // Tells of it, too.
    static bool is_other_key(const background::Look& look, const std::string& algorithm,
                             const std::string& key_id);

    const background::SuppressionOptions options_;
    const background::SweepOptions sweep_;
    health::Metrics& metrics_;
    const Milliseconds overlap_;
    const Milliseconds consent_within_;
    std::map<ContactId, Timestamp> young_;  // who came a moment ago, and when to judge
    background::SeenMark new_contacts_;
    LostOptOuts lost_opt_outs_;
    bool behind_ = false;
    bool is_right_told_ = false;
    std::optional<Timestamp> installed_at_;
    std::string indexed_schema_;  // the digest of the schema that index_ is of
    std::string index_;
    std::optional<ContactPages::Place> changed_reached_;  // of a look by date that was not through
    Timestamp changed_begun_{};
    std::optional<ContactId> keys_looked_until_ = 0;  // none: told, or all looked at
};

}  // namespace gdprd::suppression
