#include "pages/pages.h"

namespace gdprd::pages {

using desk::Answer;
using desk::Html;
using desk::Visit;
using words::Word;

namespace {

Answer show_overview(Services& services, const Visit& visit) {
    const desk::DaemonStatus status = services.daemon.read();
    Html body;
    body << desk::notice(status.is_ready ? desk::Tone::good : desk::Tone::bad, visit.say(Word::desk_overview),
                         "");
    return Answer::page(visit.say(Word::desk_overview), std::move(body));
}

}  // namespace

desk::Page overview(Services& services) {
    desk::Page page;
    page.path = "/";
    page.name = Word::desk_overview;
    page.get = [&services](const Visit& visit) { return show_overview(services, visit); };
    return page;
}

}  // namespace gdprd::pages
