// What the pages about people ask for alike: case and reason, language and format of a document; and what is
// said where one of these is wrong.
//
// Threads: any.
#pragma once

#include <any>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "casework/background_work.h"
#include "desk/page.h"
#include "desk/results.h"
#include "lookup/request.h"
#include "pages/services.h"
#include "sign_in/accounts.h"

namespace gdprd::casework {

using pages::Action;
using pages::ActionKind;
using pages::Services;

// The system's account in the log of look-ups, for all who use the desk; the officer is the one of the desk.
inline constexpr const char* desk_account = "desk";

lookup::LookupWords words_in(const desk::Visit& visit);

// Case and reason, with what was typed.
desk::Html case_fields(const Services& services, const desk::Visit& visit,
                       const std::optional<lookup::RefusedWords>& refused);
std::string text_of(const desk::Visit& visit, const lookup::RefusedWords& refused);
// Its value is never given back.
desk::Html address_field(const desk::Visit& visit, const std::optional<lookup::AddressFault>& fault);

desk::Html checkbox(const std::string& name, const std::string& label, const std::string& hint, bool is_set);
desk::Html submit(std::string_view label);
// The languages by their own names.
desk::Html language_choice(const desk::Visit& visit, const std::string& id = "language");
words::Language chosen_language(const desk::Visit& visit);

// In the logs, or not at all. Throws NotLogged.
class NotLogged : public Error {
  public:
    using Error::Error;
};
void or_not_at_all(const std::function<void()>& log);
desk::Answer not_logged(const desk::Visit& visit, const NotLogged& error);
// Of work in the background: its result, or, where that cannot be logged, one that says so alone. What is
// cancelled is cut off in the middle of a line, too, and has no result then.
std::any or_unlogged(const WorkControl& control, const std::function<std::any()>& work);
bool is_unlogged(const std::any& result);
desk::Answer not_logged(const desk::Visit& visit);
Action action_of(const desk::Visit& visit, ActionKind kind, std::string detail = {});

desk::Answer result_gone(const desk::Visit& visit, words::Word name);
desk::Answer not_allowed(const desk::Visit& visit);

// A file that a form led to: a page that offers it for download.
struct MadeFile {
    // In the language of whoever looks at it, which may be another one by then.
    std::function<desk::Html(const desk::Visit&)> notice;
    desk::Answer::Download file;
};
desk::Answer file_page(const desk::Visit& visit, const MadeFile& made, words::Word name,
                       const desk::Link& link);

}  // namespace gdprd::casework
