// The readable name of an exception's type: all that a log may say of an error that is not our own.
#pragma once

#include <exception>
#include <string>

namespace gdprd::http {

std::string type_name(const std::exception& error);

}  // namespace gdprd::http
