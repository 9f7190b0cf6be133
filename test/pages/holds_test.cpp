// Who is on hold, and who came back.
#include <set>

#include "background/sightings.h"
#include "pages/erasure_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using background::Outcome;
using background::Sighting;
using background::Sightings;
using ledger::Record;
using ledger::Status;
using words::Language;
using words::Word;

namespace {

Record held_record(ContactId contact) {
    Record record = some_record(contact, now());
    record.erased_at = record.last_pass_at = record.completed_at = std::nullopt;
    record.status = Status::held;
    record.passes = 0;
    record.rows_changed = 0;
    record.subject_hash.clear();
    return record;
}

constexpr const char* escaped = "&lt;script&gt;&quot;";

}  // namespace

TEST_CASE("nobody on hold and nobody back are pages in every language, and so is a missing ledger") {
    ErasurePages here;
    for (const Language language : all_languages) {
        const auto holds = here.get(pages::holds, "/holds", language);
        CHECK(holds.title == words::say(Word::desk_holds, language));
        CHECK(has(holds.body.str(), said(Word::desk_no_hold_rules, language)));
        CHECK(has(holds.body.str(), said(Word::desk_nobody_held, language)));
        const auto returned = here.get(pages::returned, "/returned", language);
        CHECK(returned.title == words::say(Word::desk_returned, language));
        CHECK(has(returned.body.str(), said(Word::desk_no_return, language)));
    }
    here.drop_ledger();
    for (const Language language : all_languages) {
        CHECK(has(here.body(pages::holds, "/holds", language), said(Word::desk_no_record_kept, language)));
        CHECK(has(here.body(pages::returned, "/returned", language),
                  said(Word::desk_no_record_kept, language)));
    }
}

TEST_CASE("rules are told with whom they hold, and every contact with its rule") {
    ErasurePages here;
    here.world.holds.tags = {nasty, "unused"};
    here.world.mautic.add_contact(7);
    here.world.mautic.add_contact(8);
    here.world.mautic.insert("lead_tags", {{"id", std::uint64_t{3}}, {"tag", nasty}});
    here.world.mautic.insert("lead_tags_xref", {{"lead_id", std::uint64_t{7}}, {"tag_id", std::uint64_t{3}}});
    here.write({held_record(7), held_record(8), held_record(9)});
    for (const Language language : all_languages) {
        const std::string html = here.body(pages::holds, "/holds", language);
        CAPTURE(html);
        CHECK(has(html, escaped));
        CHECK(has(html, said(Word::report_held_tag, language, {"unused"}) + "</th><td>0</td>"));
        CHECK(has(html, said(Word::report_held_by_none, language) + "</th><td>1</td>"));
        CHECK(has(html, said(Word::report_held_gone, language) + "</th><td>1</td>"));
        for (const char* contact : {"7", "8", "9"})
            CHECK(link_with(html, contact) == std::string("/register/") + contact);
    }
}

TEST_CASE("contacts on hold are listed page by page") {
    ErasurePages here;
    std::vector<Record> records;
    for (ContactId contact = 1; contact <= 120; ++contact) records.push_back(held_record(contact));
    here.write(records);
    std::size_t seen = 0;
    std::string url = "/holds";
    for (int page = 0; !url.empty() && page < 9; ++page) {
        const std::string html = here.body(pages::holds, url);
        seen += count_of(html, "<th scope=\"row\"><a href=\"/register/");
        CHECK((link_with(html, "First page") == "/holds") == (page > 0));
        url = link_with(html, "Next");
    }
    CHECK(seen == 120);
}

TEST_CASE("of very many contacts on hold a page is listed, and nobody waits until all are counted by rule") {
    ErasurePages here;
    here.world.holds.tags = {"claim"};
    std::vector<Record> records;
    for (ContactId contact = 1; contact <= 2'001; ++contact) records.push_back(held_record(contact));
    here.write(records);
    const std::string html = here.body(pages::holds, "/holds");
    CHECK(has(html, said(Word::desk_too_many_held, Language::en, {"2,000"})));
    CHECK(has(html, said(Word::report_held_tag, Language::en, {"claim"})));
    CHECK(count_of(html, "<th scope=\"row\"><a href=\"/register/") == 50);
}

TEST_CASE("people who came back are listed once, the newest first, with what was done") {
    ErasurePages here;
    Sightings sightings(here.world.daemon, World::ledger_name);
    for (ContactId contact = 1; contact <= 120; ++contact)
        sightings.add(Sighting::reappeared, 1'000 + contact, contact, Outcome::reported);
    sightings.add(Sighting::lost_opt_out, 5'000, 7, Outcome::reported);
    here.world.daemon.change(std::string("UPDATE ") + World::ledger_name +
                             ".sighting SET seen_at = TIMESTAMPADD(SECOND, contact_id DIV 40, '2026-03-01')");
    std::set<std::string> seen;
    std::size_t rows = 0;
    std::string url = "/returned";
    for (int page = 0; !url.empty() && page < 9; ++page) {
        const std::string html = here.body(pages::returned, url);
        if (page == 0) CHECK(has(html, "<tbody>\n<tr><th scope=\"row\"><a href=\"/register/5000\">"));
        const std::string begin = "<th scope=\"row\"><a href=\"/register/";
        for (auto at = html.find(begin); at != std::string::npos; at = html.find(begin, at + 1), ++rows)
            seen.insert(html.substr(at + begin.size(), 5));
        CHECK((link_with(html, "First page") == "/returned") == (page > 0));
        url = link_with(html, "Next");
    }
    CHECK(rows == 121);
    CHECK(seen.size() == 121);
    for (const Language language : all_languages) {
        const std::string html = here.body(pages::returned, "/returned", language);
        CHECK(has(html, said(Word::report_lost_opt_out_reported, language)));
        CHECK(has(html, said(Word::report_reappeared_reported, language)));
        CHECK(link_with(html, "7") == "/register/7");
    }
    CHECK(has(here.body(pages::returned, "/returned?seen=x&contact=1&former=2&kind=reappeared"), "5000"));
}
