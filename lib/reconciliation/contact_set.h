// Contact ids that were seen: a bit each, because ids are numbers in a row.
#pragma once

#include <bitset>
#include <map>

#include "base/contact_id.h"

namespace gdprd::reconciliation {

class ContactSet {
  public:
    // True when it was not there yet.
    bool insert(ContactId contact) {
        auto bit = blocks_[contact / block_size][contact % block_size];
        const bool is_new = !bit;
        bit = true;
        return is_new;
    }

  private:
    static constexpr std::size_t block_size = 65'536;
    std::map<ContactId, std::bitset<block_size>> blocks_;
};

}  // namespace gdprd::reconciliation
