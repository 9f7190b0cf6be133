// A Mautic database with people in it, the shipped data map and policy, a ledger, and an eraser: what a test
// of erasures starts from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "erasure/eraser.h"
#include "fixture/mautic_database.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::test {

// One server for the whole program.
PrivateServer& server();

const mautic::DataMap& shipped_map();

// With more entries; they may hang on `leads` and `email_stats`.
mautic::DataMap with_entry(const std::string& text);

// The policy of the sample configuration.
policy::FieldPolicy sample_policy();

class World {
  public:
    // A project-made Mautic, or one of the facts' schemas.
    explicit World(const std::string& prefix = "");
    World(const std::string& prefix, const std::string& version, bool upgraded);

    // What the next rules are made of; change them before prepare().
    policy::FieldPolicy policy = sample_policy();
    policy::HashOptions hash;
    policy::Triggers triggers;
    mautic::DataMap map = shipped_map();
    std::size_t slice_rows = 10'000;
    policy::Holds holds;
    std::shared_ptr<const files::ContactFiles> files;
    std::vector<std::string> notified;

    // Reads the schema and makes plan and eraser. Called by erase() when it was not.
    void prepare();
    const plan::Plan& plan() const { return *rules_->plan; }
    std::shared_ptr<const erasure::Rules> rules() const { return rules_; }

    erasure::Result erase(ContactId contact, int pass = 0, bool more_passes = true);
    std::vector<erasure::Result> erase(const std::vector<erasure::Request>& requests);
    std::optional<ledger::Record> ledger(ContactId contact);
    std::vector<ledger::Record> former(ContactId contact);
    // Everything the ledger holds, one value a line.
    std::string ledger_dump();

    // Every value of every row of the contact, one a line; its notes are named by `notes`.
    std::string rows_of(ContactId contact, const std::string& notes);
    // Ids of its notes as a list for IN (…); "0" when there are none.
    std::string notes_of(ContactId contact);

    // By a program of its own, so that the daemon's hash is not checked by itself.
    std::string md5(const std::string& text);

    MauticDatabase mautic;
    database::Connection daemon;
    static constexpr const char* ledger_name = "test_ledger";

  private:
    void create_ledger();
    std::shared_ptr<const erasure::Rules> rules_;
    std::unique_ptr<erasure::Eraser> eraser_;
};

// Contact 7, who unsubscribed.
void add_unsubscribed(World& world);

}  // namespace gdprd::test
