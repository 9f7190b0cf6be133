// Cookies (RFC 6265): those of a request, and one to be set. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gdprd::desk {

// Of the header "Cookie"; "" when it is not there.
std::string cookie_of(std::string_view header, std::string_view name);

// "name=value; Path=/; Secure; HttpOnly; SameSite=Strict". Without `lasts` it ends with the browser; with
// zero it is removed.
std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> lasts = std::nullopt);

}  // namespace gdprd::desk
