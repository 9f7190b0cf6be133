#include "base/random.h"

#include <openssl/rand.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/hex.h"

namespace gdprd {

namespace {

std::vector<unsigned char> random_bytes(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
        throw Error("OpenSSL: the random generator failed");
    }
    return bytes;
}

}  // namespace

std::string random_hex(std::size_t bytes) { return to_hex(random_bytes(bytes)); }

double random_fraction() {
    const auto bytes = random_bytes(sizeof(std::uint64_t));
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return static_cast<double>(number >> 11) * 0x1.0p-53;  // 53 bits: what a double holds exactly
}

}  // namespace gdprd
