// What the figures are in words: all of them, in every language, on paper and as a page.
#include "report/document.h"

#include <cstdlib>
#include <fstream>
#include <regex>

#include "paper/html.h"
#include "paper/pdf.h"
#include "report/some_figures.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"
#include "words/numbers.h"
#include "words/words.h"

using namespace gdprd;
using namespace gdprd::test;
using report::Figures;
using words::Language;

namespace {

std::string plain(std::string text) {
    const std::string no_break = "\u00a0";
    for (auto at = text.find(no_break); at != std::string::npos; at = text.find(no_break))
        text.replace(at, no_break.size(), " ");
    return text;
}

// Cells between bars, so that a figure is found as a whole.
std::string text_of(const paper::Document& document) {
    std::string text = document.title + '\n' + document.subtitle + '\n' + document.verdict + '\n' +
                       document.verdict_text + '\n';
    for (const paper::Section& section : document.sections) {
        text += section.heading + '\n';
        for (const auto& paragraph : section.paragraphs) text += paragraph + '\n';
        for (const auto* rows : {&section.fields, &section.table}) {
            for (const auto& row : *rows) {
                text += '|';
                for (const auto& cell : row) text += cell + '|';
                text += '\n';
            }
        }
        for (const auto& note : section.notes) text += note + '\n';
    }
    return plain(text);
}

// For whoever wants to look at it.
void keep(const std::string& text, const std::string& name) {
    const char* directory = std::getenv("GDPRD_KEEP_REPORTS");
    if (directory != nullptr)
        std::ofstream(std::filesystem::path(directory) / name, std::ios::binary) << text;
}

std::string pdf_text(const std::string& pdf) {
    const TemporaryDirectory directory;
    return plain(run_program({"pdftotext", "-layout", directory.write("a.pdf", pdf).string(), "-"}));
}

// <th scope="col"> and the like, in their order.
std::vector<std::string> tags_of(const std::string& html) {
    std::vector<std::string> tags;
    const std::regex tag("</?([a-z0-9]+)[^>]*>");
    for (auto at = std::sregex_iterator(html.begin(), html.end(), tag); at != std::sregex_iterator(); ++at)
        tags.push_back(at->str());
    return tags;
}

}  // namespace

TEST_CASE("Every figure stands in the report, in every language") {
    const Figures figures = some_figures("2026-03-01", 31);
    const report::Part sum = report::sum_of(figures);
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string text = text_of(report::document_of(figures, language));
        const auto count = [&, of = language](std::uint64_t number) {
            return plain('|' + words::count_text(number, of) + '|');
        };
        for (const std::uint64_t number : {sum.erasures,
                                           sum.of_origin[0],
                                           sum.of_origin[1],
                                           sum.of_origin[2],
                                           sum.of_status[static_cast<std::size_t>(ledger::Status::complete)],
                                           sum.of_reason[1],
                                           sum.of_reason[2],
                                           std::uint64_t{1'203},
                                           std::uint64_t{42},
                                           std::uint64_t{12'345},
                                           std::uint64_t{11'111},
                                           std::uint64_t{1'210},
                                           std::uint64_t{21},
                                           std::uint64_t{29},
                                           std::uint64_t{31},
                                           std::uint64_t{26},
                                           std::uint64_t{104},
                                           std::uint64_t{19},
                                           std::uint64_t{13},
                                           std::uint64_t{15},
                                           std::uint64_t{16},
                                           std::uint64_t{57},
                                           std::uint64_t{33},
                                           std::uint64_t{28}}) {
            CHECK_THAT(text, ContainsSubstring(count(number)));
        }
        for (const auto time : {4'321, 93'784'000}) {
            CHECK_THAT(text, ContainsSubstring(plain(words::duration_text(Milliseconds(time), language))));
        }
        for (const char* part : {"email_stats", ".source", "legal claim <b>", "unpaid", "invoice",
                                 "mtc_plugin_chat", "MariaDB 10.11.6", "ROW", "FULL", "general_log",
                                 "/var/log/mysql/mysql.log", "slow_query_log", "1.2.3", "UTC", "02:03:04"}) {
            CHECK_THAT(text, ContainsSubstring(part));
        }
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::report_binlog_clear, language)));
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::report_lost_text, language)));
        CHECK_THAT(text, ContainsSubstring(words::say(words::Word::report_return_forgotten, language)));
        // Nothing that a place was left for.
        CHECK(text.find("{1}") == std::string::npos);
        keep(paper::to_pdf(report::document_of(figures, language), figures.made_at),
             std::string("month-") + name + ".pdf");
        keep(paper::to_html(report::document_of(figures, language)), std::string("month-") + name + ".html");
    }
}

TEST_CASE("What is not known is said in words, and not as a zero") {
    const Figures figures = no_figures();
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const auto document = report::document_of(figures, language);
        const std::string text = text_of(document);
        for (const words::Word word :
             {words::Word::report_no_erasure, words::Word::report_record_empty, words::Word::report_not_over,
              words::Word::report_nothing_open, words::Word::report_not_begun, words::Word::report_no_return,
              words::Word::report_all_decided, words::Word::report_log_unreadable,
              words::Word::report_replicas_hidden, words::Word::report_binlog_off,
              words::Word::report_lost_text}) {
            CHECK_THAT(text, ContainsSubstring(plain(words::say(word, language))));
        }
        const auto has_chart = [](const paper::Section& section) { return section.chart.has_value(); };
        CHECK(std::none_of(document.sections.begin(), document.sections.end(), has_chart));
        keep(paper::to_pdf(document, figures.made_at), std::string("empty-") + name + ".pdf");
        keep(paper::to_html(document), std::string("empty-") + name + ".html");
    }
}

TEST_CASE("Bars and rows are days, then months, then years") {
    struct Case {
        int days;
        std::size_t bars;
        std::string first;
        std::string last;
    };
    for (const Case& one : {Case{1, 1, "2026-01-01", "2026-01-01"}, Case{92, 92, "2026-01-01", "2026-04-02"},
                            Case{93, 4, "2026-01", "2026-04"}, Case{365, 12, "2026-01", "2026-12"},
                            Case{1'826, 60, "2026-01", "2030-12"}, Case{3'700, 11, "2026", "2036"}}) {
        CAPTURE(one.days);
        const Figures figures = some_figures("2026-01-01", one.days);
        for (const auto& [language, name] : words::language_names) {
            const auto document = report::document_of(figures, language);
            const auto& chart = document.sections.at(1).chart.value();
            CHECK(chart.bars.size() == one.bars);
            CHECK(chart.bars.front().label == one.first);
            CHECK(chart.bars.back().label == one.last);
            std::uint64_t sum = 0, highest = 0;
            for (const auto& bar : chart.bars) {
                std::uint64_t of_bar = 0;
                for (const auto value : bar.values) of_bar += value;
                sum += of_bar;
                highest = std::max(highest, of_bar);
            }
            CHECK(sum == figures.total());
            CHECK(chart.ticks.back().value >= highest);
            CHECK(chart.ticks.size() <= 8);
            const std::string pdf = paper::to_pdf(document, figures.made_at);
            CHECK_THAT(pdf_text(pdf), ContainsSubstring(plain(words::count_text(figures.total(), language))));
            const std::string file = std::to_string(one.days) + "-days-" + name;
            keep(pdf, file + ".pdf");
            keep(paper::to_html(document), file + ".html");
        }
    }
}

TEST_CASE("The page is whole, asks for nothing, runs nothing, and says what is a head") {
    for (const auto& [language, name] : words::language_names) {
        CAPTURE(name);
        const std::string html =
            paper::to_html(report::document_of(some_figures("2026-03-01", 31), language));
        CHECK_THAT(html, ContainsSubstring(std::string("<html lang=\"") + name + "\">"));
        CHECK_THAT(html, ContainsSubstring("legal claim &lt;b&gt;"));
        CHECK_THAT(html, ContainsSubstring("mtc_plugin_&lt;script&gt;"));
        CHECK_THAT(html, ContainsSubstring("role=\"img\" aria-label="));
        for (const char* part : {"<script", "src=", "href=", "url(", "@import", "onload", "<b>"}) {
            CHECK(html.find(part) == std::string::npos);
        }
        // The name of SVG is no address that is asked.
        CHECK(html.find("http") == html.find("http-equiv"));
        CHECK(std::regex_search(html, std::regex("xmlns=\"http://www.w3.org/2000/svg\"")));

        std::vector<std::string> open;
        std::size_t heads = 0, rows = 0;
        for (const std::string& tag : tags_of(html)) {
            const std::string word =
                tag.substr(tag[1] == '/' ? 2 : 1, tag.find_first_of(" >/", 2) - (tag[1] == '/' ? 2 : 1));
            if (word == "meta" || word == "br" || tag.ends_with("/>")) continue;
            if (tag[1] != '/') {
                open.push_back(word);
                heads += word == "th";
                rows += word == "tr";
                if (word == "th") CHECK(tag.find("scope=") != std::string::npos);
                continue;
            }
            REQUIRE(!open.empty());
            CHECK(open.back() == word);
            open.pop_back();
        }
        CHECK(open.empty());
        CHECK(heads >= rows);
    }
}
