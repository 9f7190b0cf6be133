// A Mautic with a ledger, and the pages about erasures as the frame would ask for them.
#pragma once

#include <string>
#include <vector>

#include "erasure/world.h"
#include "pages/pages.h"
#include "paper/html.h"

namespace gdprd::test {

// What must never be markup.
inline constexpr const char* nasty = R"(<script>"'&)";

class ErasurePages {
  public:
    ErasurePages();

    // GET of a URL of ours, "/register?status=partial". Checks what is so of every page: well-formed, nothing
    // of others is markup, no style, no address.
    desk::Answer get(desk::Page (*page)(pages::Services&), const std::string& url,
                     words::Language language = words::Language::en);
    std::string body(desk::Page (*page)(pages::Services&), const std::string& url,
                     words::Language language = words::Language::en) {
        return get(page, url, language).body.str();
    }
    desk::Visit visit(const std::string& url, words::Language language = words::Language::en) const;

    void write(const std::vector<ledger::Record>& records);
    void drop_ledger();

    World world;
    words::TimeZone zone{"Europe/Budapest"};
    sign_in::Role role = sign_in::Role::officer;
    bool stop_on_unknown = false;

  private:
    desk::Connections connections_;
    desk::DaemonStatusSource daemon_{""};
    pages::Services services_;
};

// Erased, complete, at that time.
ledger::Record some_record(ContactId contact, Timestamp erased_at);

// The target of the link with that text; "" when there is none.
std::string link_with(const std::string& html, const std::string& text);
std::size_t count_of(const std::string& html, const std::string& part);
bool has(const std::string& html, const std::string& part);

// As it stands in a page.
inline std::string said(words::Word word, words::Language language,
                        std::initializer_list<std::string> parts = {}) {
    return paper::escaped_html(words::say(word, language, parts));
}

inline constexpr Timestamp noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 10) +
                                std::chrono::hours(12)};

inline const words::Language all_languages[] = {words::Language::en, words::Language::hu,
                                                words::Language::de};

}  // namespace gdprd::test
