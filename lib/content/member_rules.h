// Which members of a structured value stay when what identifies is taken out of it (see rewrite.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::content {

// What of a value stays as it is.
enum class Kept {
    nothing,
    numbers,  // "reason:number" in the list: a code stays, a text under the same name goes
    everything,
};

class MemberRules {
  public:
    // `keep` must outlive the rules.
    explicit MemberRules(const std::vector<std::string>& keep) : keep_(keep) {}

    struct Judgement {
        bool stays = false;         // the name, and so the member
        Kept kept = Kept::nothing;  // of its value
    };

    // `position`: how many members stayed before it; `container_kept`: what was judged of its container.
    Judgement judge(std::string_view name, std::size_t position, Kept container_kept) const;

  private:
    const std::vector<std::string>& keep_;
};

}  // namespace gdprd::content
