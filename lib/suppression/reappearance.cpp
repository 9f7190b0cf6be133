#include "suppression/reappearance.h"

#include <algorithm>

namespace gdprd::suppression {

using background::Outcome;
using background::SuppressionMode;

// Mautic's dates are whole seconds: one of the same second may be either.
bool came_back(const Reappearance& found, Timestamp installed_at) {
    if (found.contact == found.former) return false;
    return found.came_at >= std::chrono::floor<std::chrono::seconds>(std::max(found.erased_at, installed_at));
}

Timestamp settled_at(const Reappearance& found, Timestamp seen_at, Milliseconds consent_within) {
    return std::min(found.came_at, seen_at) + consent_within;
}

std::optional<Outcome> judge(const Reappearance& found, const background::SuppressionOptions& options,
                             Timestamp installed_at) {
    if (options.mode == SuppressionMode::off || found.has_opt_out) return std::nullopt;
    if (!came_back(found, installed_at)) return std::nullopt;
    if (options.form_is_consent && found.sent_form) return Outcome::consented;
    return options.mode == SuppressionMode::report ? Outcome::reported : Outcome::do_not_contact;
}

}  // namespace gdprd::suppression
