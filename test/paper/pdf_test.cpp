// The text of a PDF as a reader has it, by pdftotext.
#include "paper/pdf.h"

#include "support/catch.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

const Timestamp made_at = *parse_utc("2026-03-01 12:00:00");

paper::Document small_document() {
    paper::Document document;
    document.title = "Igazolás őrűltsége";
    document.verdict = "Törölve";
    document.verdict_text = "Löschung geprüft.";
    document.sections.push_back(
        {"Heading", {"Paragraph"}, {{"Label", "Value"}}, {{"A", "B"}, {"one", "two"}}, {"Note"}});
    document.footer = "footer";
    document.page_of = "Page {1} of {2}";
    return document;
}

std::string output_of(const std::vector<std::string>& program, const std::string& pdf) {
    const TemporaryDirectory directory;
    std::vector<std::string> arguments = program;
    arguments.push_back(directory.write("a.pdf", pdf).string());
    if (program.front() == "pdftotext") arguments.emplace_back("-");
    return run_program(arguments);
}

std::string text_of(const paper::Document& document) {
    return output_of({"pdftotext", "-layout"}, paper::to_pdf(document, made_at));
}

}  // namespace

TEST_CASE("A PDF has every text of the document, in its letters") {
    const std::string text = text_of(small_document());
    for (const char* part : {"Igazolás őrűltsége", "Törölve", "Löschung geprüft.", "Heading", "Paragraph",
                             "Label", "Value", "one", "two", "Note", "footer", "Page 1 of 1"}) {
        CHECK_THAT(text, ContainsSubstring(part));
    }
}

TEST_CASE("All fonts of a PDF are embedded in it") {
    const std::string fonts = output_of({"pdffonts"}, paper::to_pdf(small_document(), made_at));
    CHECK_THAT(fonts, ContainsSubstring("DejaVuSans"));
    CHECK_THAT(fonts, ContainsSubstring("yes yes yes"));
    CHECK(fonts.find(" no ") == std::string::npos);
}

TEST_CASE("Very many rows go on over pages, and none is lost") {
    paper::Document document = small_document();
    constexpr int rows = 2'000;
    for (int i = 0; i < rows; ++i) {
        document.sections.front().table.push_back({"table_" + std::to_string(i) + "_", "what becomes of it"});
    }
    const std::string text = text_of(document);
    int found = 0;
    for (int i = 0; i < rows; ++i)
        found += text.find("table_" + std::to_string(i) + "_") != std::string::npos;
    CHECK(found == rows);
    const auto last = text.rfind("Page ");
    const std::string page = text.substr(last, text.find('\n', last) - last);
    const auto of = page.find(" of ");
    CHECK(page.substr(5, of - 5) == page.substr(of + 4));
    CHECK(std::stoi(page.substr(5)) > 30);
}

TEST_CASE("A text longer than a page goes on over pages") {
    paper::Document document = small_document();
    std::string names;
    for (int i = 0; i < 3'000; ++i) names += "column_" + std::to_string(i) + "_, ";
    document.sections.front().table.push_back({"a table", names});
    const std::string text = text_of(document);
    CHECK_THAT(text, ContainsSubstring("column_0_,"));
    CHECK_THAT(text, ContainsSubstring("column_1500_,"));
    CHECK_THAT(text, ContainsSubstring("column_2999_,"));
}

TEST_CASE("A digest that does not fit a line gets no hyphen") {
    paper::Document document = small_document();
    const std::string digest(400, 'a');
    document.sections.front().fields.push_back({"Digest", digest});
    CHECK(text_of(document).find("a-") == std::string::npos);
}

TEST_CASE("Letters that no font has, and bytes that are none, are shown by their codes") {
    paper::Document document = small_document();
    document.sections.front().paragraphs = {"x\U000F0000y", "plane\u202etxt", "bytes\xff.", "\U00013000 z"};
    const std::string text = text_of(document);
    CHECK_THAT(text, ContainsSubstring("x\\u{f0000}y"));
    CHECK_THAT(text, ContainsSubstring("plane\\u{202e}txt"));
    CHECK_THAT(text, ContainsSubstring("bytes\\x{ff}."));
    CHECK_THAT(text, ContainsSubstring(" z"));
}

TEST_CASE("Places in a text that is put in are not taken for page numbers") {
    paper::Document document = small_document();
    document.sections.front().paragraphs = {"{1} of {2}"};
    document.footer = "{1}";
    const std::string text = text_of(document);
    CHECK_THAT(text, ContainsSubstring("{1} of {2}"));
    CHECK_THAT(text, ContainsSubstring("Page 1 of 1"));
}
