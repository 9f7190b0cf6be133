// The hashes of policy/hash.h, of very many texts that need no normalisation: what OpenSSL prepares is kept
// between them, and nothing is written out. An object belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "policy/hash.h"

namespace gdprd::policy {

class ManyHashes {
  public:
    // Throws Error when OpenSSL refuses the algorithm.
    explicit ManyHashes(const HashOptions& options);
    ~ManyHashes();
    ManyHashes(ManyHashes&&) noexcept;

    // The first 64 bits of the text's hash: its first 16 digits.
    std::uint64_t beginning(std::string_view text);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::policy
