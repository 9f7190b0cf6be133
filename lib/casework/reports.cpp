#include <utility>

#include "base/error.h"
#include "casework/pages.h"
#include "casework/people_forms.h"
#include "desk/results.h"
#include "pages/erasure_parts.h"
#include "report/output.h"
#include "report/period.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Visit;
using report::OutputFormat;
using words::Word;

namespace {

std::string content_type_of(OutputFormat format) {
    switch (format) {
        case OutputFormat::pdf:
            return "application/pdf";
        case OutputFormat::html:
            return "text/html; charset=utf-8";
        case OutputFormat::csv:
            return "text/csv; charset=utf-8";
        case OutputFormat::json:
            break;
    }
    return "application/json";
}

// Nothing when it is none that can be reported on.
std::optional<report::Period> typed_period(const Visit& visit) {
    try {
        return report::period_of(visit.form.value("from"), visit.form.value("to"), now());
    } catch (const ConfigurationError&) {
        return std::nullopt;
    }
}

Html day_field(const Visit& visit, const std::string& name, Word label, const std::string& error) {
    desk::Field field{name, visit.say(label), visit.form.value(name)};
    field.hint = visit.say(Word::desk_days_hint);
    field.error = error;
    field.type = "date";
    field.is_required = true;
    return desk::input(field);
}

class Reports {
  public:
    explicit Reports(Services& services) : services_(services) {}

    Answer get(const Visit& visit) {
        if (visit.rest.empty()) return form(visit, "");
        const auto made = files_.find(visit.person.owner, visit.rest);
        if (made == nullptr) return result_gone(visit, Word::desk_reports);
        return file_page(visit, *made, Word::desk_reports, desk::Link("/reports/" + visit.rest));
    }

    Answer post(const Visit& visit) try {
        const auto period = typed_period(visit);
        if (!period) return form(visit, visit.say(Word::desk_period_wrong));
        const OutputFormat format =
            report::output_format_names.value_of(visit.form.value("format")).value_or(OutputFormat::pdf);
        if (pages::is_there_no_ledger(services_))
            return Answer::page(visit.say(Word::desk_reports), pages::no_ledger(visit));
        services_.connections.mine();  // with it comes what a thread needs for connections
        const auto connection = services_.connections.separate(report::sorting_timeout);
        const auto rules = services_.rules(*connection);
        const report::Figures figures =
            report::read_figures(*connection, *rules, *period, services_.program_version);
        const std::string from = report::day_text(period->from);
        const std::string to = report::day_text(period->to);
        or_not_at_all([&] {
            services_.log_action(*connection, action_of(visit, ActionKind::report, from + " to " + to));
        });
        MadeFile made;
        made.notice = [from, to, total = figures.total()](const Visit& reader) {
            return desk::notice(
                desk::Tone::good, reader.say(Word::desk_report_ready),
                reader.say(Word::desk_report_of, {from, to, words::count_text(total, reader.language)}));
        };
        made.file = {"report-" + from + '-' + to + '.' + report::output_format_names.of(format),
                     content_type_of(format), report::text_of(figures, format, chosen_language(visit))};
        return Answer::go_to(desk::Link("/reports/" + files_.keep(visit.person.owner, std::move(made))));
    } catch (const NotLogged& error) {
        return not_logged(visit, error);
    }

  private:
    static Answer form(const Visit& visit, const std::string& error) {
        Html body;
        body << "<p>" << desk::Text{visit.say(Word::desk_report_text)} << "</p>\n"
             << desk::form_begin(visit, desk::Link("/reports"))
             << day_field(visit, "from", Word::desk_from, error) << day_field(visit, "to", Word::desk_to, "")
             << desk::select({"format",
                              visit.say(Word::desk_format),
                              visit.form.value("format"),
                              {{"pdf", visit.say(Word::desk_format_pdf)},
                               {"html", visit.say(Word::desk_format_html)},
                               {"csv", visit.say(Word::desk_format_csv)},
                               {"json", visit.say(Word::desk_format_json)}}})
             << language_choice(visit) << submit(visit.say(Word::desk_make_report)) << "</form>\n";
        Answer answer = Answer::page(visit.say(Word::desk_reports), std::move(body));
        if (!error.empty()) answer.status = 422;
        return answer;
    }

    Services& services_;
    desk::Results<MadeFile> files_;
};

}  // namespace

desk::Page reports(Services& services) {
    const auto reports = std::make_shared<Reports>(services);
    desk::Page page;
    page.path = "/reports";
    page.name = Word::desk_reports;
    page.get = [reports](const Visit& visit) { return reports->get(visit); };
    page.post = [reports](const Visit& visit) { return reports->post(visit); };
    return page;
}

}  // namespace gdprd::casework
