// What must hold after any accident: each contact is either as it was or fully erased, and who was
// acknowledged is erased.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "system/installation.h"

namespace gdprd::test {

class Aftermath {
  public:
    // Adds `count` contacts, ids from 1, who opted out, and notes what is known about them. The daemon must
    // hash with MD5 and no key, so that the expected hashes can be made here.
    Aftermath(Installation& installation, std::size_t count);

    const std::vector<ContactId>& contacts() const { return contacts_; }

    // Waits until nothing is left to do but later passes, then checks every contact and the daemon's figures.
    void check(const std::set<ContactId>& acknowledged);
    // Every contact, whichever daemon dealt with it; none may be at work any more.
    void check_contacts(const std::set<ContactId>& acknowledged);

  private:
    std::set<ContactId> erased_contacts();
    void check_rows(const std::set<ContactId>& erased);
    void check_mails(const std::set<ContactId>& erased);

    Installation& here_;
    std::vector<ContactId> contacts_;
    std::map<ContactId, std::size_t> traces_before_;
};

// What every test of this kind needs in its configuration.
void prepare_for_aftermath(Machine& machine);

std::string md5_of(std::string_view text);

}  // namespace gdprd::test
