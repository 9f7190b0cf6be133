#include "base/error.h"

namespace gdprd {

std::string describe(const std::exception& error) {
    std::string text = error.what();
    if (const auto* ours = dynamic_cast<const Error*>(&error); ours != nullptr && !ours->advice().empty()) {
        text += ". " + ours->advice();
    }
    return text;
}

std::string describe_ours(const std::exception& error) {
    return dynamic_cast<const Error*>(&error) != nullptr ? describe(error) : "not shown";
}

}  // namespace gdprd
