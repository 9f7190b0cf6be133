// A backup of Mautic's database as an administrator takes and restores it, and a Mautic with many contacts
// for it.
#pragma once

#include <set>

#include "command/program.h"

namespace gdprd::test {

class Backup {
  public:
    // Of Mautic's database as it is now, without the ledger.
    explicit Backup(Site& site);

    void restore() const;

  private:
    Site& site_;
    TemporaryDirectory directory_;
};

// Contacts `from` to `to`, opted out an hour ago.
void add_opted_out(Site& site, ContactId from, ContactId to);

// As arguments of a command: {command, "--contact", "3", "4", …}.
std::vector<std::string> for_contacts(std::vector<std::string> command, ContactId from, ContactId to);

// The contacts whose marker is found anywhere in Mautic's database.
std::set<ContactId> contacts_named(Site& site);

// Every value of Mautic's database that names the person.
std::multiset<std::string> values_naming(Site& site, const Person& person);

}  // namespace gdprd::test
