#include "http/type_name.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace gdprd::http {

std::string type_name(const std::exception& error) {
    const char* const mangled = typeid(error).name();
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                      std::free);
    return status == 0 ? name.get() : mangled;
}

}  // namespace gdprd::http
