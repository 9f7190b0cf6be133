#include "soak/people.h"

namespace gdprd::soak {

Somebody& People::add(ContactId who, ContactId contact) {
    index_[who] = people_.size();
    people_.push_back({.who = who, .contact = contact});
    return people_.back();
}

Somebody* People::pick(Dice& dice, const std::function<bool(const Somebody&)>& wanted) {
    if (people_.empty()) return nullptr;
    // The next one from anywhere: of thousands who were imported few are held.
    const std::size_t begin = dice.below(people_.size());
    for (std::size_t i = 0; i < people_.size(); ++i) {
        Somebody& somebody = people_[(begin + i) % people_.size()];
        if (wanted(somebody)) return &somebody;
    }
    return nullptr;
}

Fate People::final_fate(const Somebody& somebody) const {
    const Somebody* at = &somebody;
    while (at->fate == Fate::living && at->merged_into != 0) at = &people_.at(index_.at(at->merged_into));
    return at->fate;
}

}  // namespace gdprd::soak
