// Randomness fit for keys: OpenSSL's generator, seeded by the kernel. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

namespace gdprd {

// `bytes` random bytes as twice as many hexadecimal digits. Throws Error when the generator fails.
std::string random_hex(std::size_t bytes);

// Uniform in [0, 1), for the jitter of a back-off.
double random_fraction();

}  // namespace gdprd
