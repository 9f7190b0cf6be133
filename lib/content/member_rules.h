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

// The names of the members around a value, from the outside in. Elements of lists have none.
class MemberPath {
  public:
    // Of a member's value, or of an element's, which has a number for a name, or "".
    void enter(std::string_view name);
    void leave();
    const std::vector<std::string>& names() const { return names_; }

  private:
    std::vector<std::string> names_;
    std::vector<std::size_t> depths_;  // how many names there were before each
};

class MemberRules {
  public:
    // `keep` as rewrite() takes it.
    explicit MemberRules(const std::vector<std::string>& keep);

    struct Judgement {
        bool stays = false;         // the name, and so the member
        Kept kept = Kept::nothing;  // of its value
    };

    // `path`: of the member's container; `position`: how many members stayed before it; `container_kept`:
    // what was judged of its container.
    Judgement judge(std::string_view name, const MemberPath& path, std::size_t position,
                    Kept container_kept) const;

  private:
    struct Rule {
        std::vector<std::string> around;  // names of the members around it, "*" for any
        std::string name;
        bool outermost = false;  // and no other members are around it
        Kept kept = Kept::everything;
    };
    static bool is_within(const Rule& rule, const std::vector<std::string>& path);

    std::vector<Rule> rules_;
};

}  // namespace gdprd::content
