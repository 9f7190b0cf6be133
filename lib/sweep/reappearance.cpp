#include "sweep/reappearance.h"

namespace gdprd::sweep {

bool came_back(const Reappearance& found, Timestamp installed_at) {
    // Mautic's dates are whole seconds: one of the same second may be either.
    return found.came_at >= std::chrono::floor<std::chrono::seconds>(found.erased_at) &&
           found.came_at >= std::chrono::floor<std::chrono::seconds>(installed_at);
}

std::optional<Outcome> judge(const Reappearance& found, const SuppressionOptions& options,
                             Timestamp installed_at) {
    if (options.mode == SuppressionMode::off || found.has_opt_out || !came_back(found, installed_at)) {
        return std::nullopt;
    }
    if (options.form_is_consent && found.sent_form) return Outcome::consented;
    return options.mode == SuppressionMode::do_not_contact ? Outcome::do_not_contact : Outcome::reported;
}

}  // namespace gdprd::sweep
