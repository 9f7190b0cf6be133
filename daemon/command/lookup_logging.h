// What a look-up is logged with: who, for which case and why, and the key of what was asked.
#pragma once

#include <optional>
#include <string>

#include "base/contact_id.h"
#include "config/config.h"
#include "database/connection.h"
#include "lookup/log_writer.h"
#include "lookup/lookup.h"
#include "lookup/request.h"
#include "policy/hash.h"

namespace gdprd::command {

using lookup::LookupWords;

// Throws ConfigurationError for words that cannot be logged, and for a case that is required and not given.
void check_words(const LookupWords& words, bool case_required);

// Hashes what was asked. Its key is made of the hash key; without one it is in a file of its own in the
// state directory, which the first look-up makes. Throws ConfigurationError or Error when that cannot be.
policy::Hasher lookup_log_hasher(const config::Config& config);

// The account of the operating system that asks: the one that logged in, if somebody became root after that.
std::string system_account();

lookup::LoggedLookup logged(const lookup::LookupAnswer& answer, const LookupWords& words, bool history);
// Of a contact by its number, which is no address.
lookup::LoggedLookup logged(ContactId contact, bool found, const LookupWords& words);

// No answer without a line in the log. Everything here throws ConfigurationError or Error, saying so, when
// the look-up cannot be logged.
class LookupLogWriter {
  public:
    LookupLogWriter(database::Connection& connection, const config::Config& config);

    void add_address(lookup::LoggedLookup entry, const std::string& address);
    void add_contact(lookup::LoggedLookup entry, ContactId contact);

  private:
    std::optional<lookup::LogWriter> log_;
};

}  // namespace gdprd::command
