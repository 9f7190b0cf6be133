// Who is in this Mautic, and what must have become of each of them at the end. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "model/dice.h"

namespace gdprd::soak {

using test::model::Dice;

enum class Fate {
    living,   // must be as Mautic wrote it, wherever their rows are by now
    held,     // opted out and on hold: the same
    erased,   // opted out: nothing of theirs may be left
    deleted,  // by staff: the same
};

struct Somebody {
    ContactId who = 0;      // the number of the invented person: what to search for
    ContactId contact = 0;  // the id; of a person who comes back that of the one before
    Fate fate = Fate::living;
    bool imported = false;      // with few rows
    bool gone = false;          // the contact's row: merged or deleted
    bool has_merged = false;    // somebody was merged into it
    ContactId merged_into = 0;  // another `who`: their rows share its fate from then on
    std::string reason{};       // of the opt-out
    std::string channel{};
    bool acknowledged = false;  // of the webhook about it
    bool late_rows = false;     // written after the opt-out: gone when the later passes are over, not before
    bool commanded = false;     // erased by hand, maybe once more: that is a record of its own
    bool came_back = false;     // somebody else is the contact by now
};

class People {
  public:
    Somebody& add(ContactId who, ContactId contact);
    Somebody& of(ContactId who) { return people_.at(index_.at(who)); }
    const std::vector<Somebody>& all() const { return people_; }
    ContactId next() { return ++last_; }

    // Somebody, or nullptr; not somebody in particular when there are many.
    Somebody* pick(Dice& dice, const std::function<bool(const Somebody&)>& wanted);

    // Those whose rows went to others with them.
    Fate final_fate(const Somebody& somebody) const;

  private:
    std::vector<Somebody> people_;
    std::map<ContactId, std::size_t> index_;
    ContactId last_ = 0;
};

// The person who comes back as that contact.
inline ContactId returned(ContactId who) { return who + 1'000'000; }

}  // namespace gdprd::soak
