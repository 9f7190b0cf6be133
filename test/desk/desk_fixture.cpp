#include "desk/desk_fixture.h"

#include <stdexcept>

#include "base/error.h"

namespace gdprd::test {

using desk::Answer;
using desk::Html;
using desk::Link;
using desk::Page;
using desk::Text;
using desk::Visit;
using words::Word;

DeskFixture::DeskFixture(desk::FrameOptions given, sign_in::GateOptions gate_options)
    : accounts({account_of("anna"), account_of("bert", sign_in::Role::viewer)}),
      gate(accounts.file, gate_options),
      connections({}),
      frame(complete(std::move(given)), gate, connections, pages()) {}

desk::FrameOptions DeskFixture::complete(desk::FrameOptions options) {
    options.clock = [this] { return clock; };
    options.log_sign_in = [this](desk::SignInEvent event, const std::string& account,
                                 const std::string& remote) {
        if (log_fails) throw Error("the log cannot be written");
        sign_ins.push_back({event, account, remote});
    };
    return options;
}

std::vector<Page> DeskFixture::pages() {
    Page overview;
    overview.path = "/";
    overview.name = Word::desk_overview;
    overview.get = [](const Visit& visit) { return Answer::page(visit.say(Word::desk_overview), {}); };

    Page lookup;
    lookup.path = "/look-up";
    lookup.name = Word::desk_lookup;
    lookup.least = sign_in::Role::officer;
    lookup.get = [](const Visit& visit) {
        Html body;
        body << "<p>rest " << Text{visit.rest} << "</p>" << form_begin(visit, Link("/look-up"))
             << desk::input({.name = "address", .label = "Address", .value = visit.form.value("address")})
             << "</form>";
        return Answer::page(visit.say(Word::desk_lookup), std::move(body));
    };
    lookup.post = [this](const Visit& visit) {
        done.push_back(visit.form.value("address"));
        return Answer::go_to(Link("/look-up/" + std::to_string(done.size())));
    };

    Page broken;
    broken.path = "/broken";
    broken.name = Word::desk_seals;
    broken.in_menu = false;
    broken.get = [](const Visit&) -> Answer { throw std::runtime_error("somebody@example.org"); };

    Page slow_page;
    slow_page.path = "/slow";
    slow_page.name = Word::desk_holds;
    slow_page.get = [this](const Visit&) {
        slow();
        return Answer::page("slow", {});
    };

    Page report;
    report.path = "/report";
    report.name = Word::desk_reports;
    report.get = [](const Visit& visit) { return Answer::page("<script>" + visit.rest, {}); };
    report.post = [this](const Visit&) {
        done.emplace_back("report");
        Answer answer;
        answer.download = Answer::Download{"report.csv", "text/csv", "a,b\n"};
        return answer;
    };
    return {overview, lookup, broken, slow_page, report};
}

}  // namespace gdprd::test
