// Which members of a structured value stay when what identifies is taken out of it (see rewrite.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::content {

class MemberRules {
  public:
    // `keep` must outlive the rules.
    explicit MemberRules(const std::vector<std::string>& keep) : keep_(keep) {}

    struct Judgement {
        bool stays = false;  // the name, and so the member
        bool kept = false;   // its value as it is
    };

    // `position`: how many members stayed before it; `container_kept`: what was judged of its container.
    Judgement judge(std::string_view name, std::size_t position, bool container_kept) const;

  private:
    const std::vector<std::string>& keep_;
};

}  // namespace gdprd::content
