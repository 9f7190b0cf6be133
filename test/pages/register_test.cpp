// The list of erasures, and the page of one.
#include <set>

#include "certificate/document.h"
#include "pages/erasure_fixture.h"
#include "records/register.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Record;
using ledger::Status;
using pages::register_of_erasures;
using words::Language;
using words::Word;

namespace {

// Contacts in the order of the page.
std::vector<std::string> contacts_on(const std::string& html) {
    std::vector<std::string> contacts;
    const std::string begin = "<th scope=\"row\"><a href=\"/register/";
    for (auto at = html.find(begin); at != std::string::npos; at = html.find(begin, at + 1)) {
        const auto number = at + begin.size();
        contacts.push_back(html.substr(number, html.find('"', number) - number));
    }
    return contacts;
}

}  // namespace

TEST_CASE("a register with nothing in it, and none at all, are pages in every language") {
    ErasurePages here;
    for (const Language language : all_languages) {
        const auto answer = here.get(register_of_erasures, "/register", language);
        CHECK(answer.title == words::say(Word::desk_register, language));
        CHECK(has(answer.body.str(), said(Word::desk_no_record, language)));
        CHECK(has(here.body(register_of_erasures, "/register/7", language),
                  said(Word::desk_no_record_of, language)));
    }
    here.drop_ledger();
    for (const Language language : all_languages) {
        for (const char* url : {"/register", "/register/7"}) {
            CHECK(has(here.body(register_of_erasures, url, language),
                      said(Word::desk_no_record_kept, language)));
        }
    }
}

TEST_CASE("the newest erasure comes first, with what is known of it in words") {
    ErasurePages here;
    Record former = some_record(7, noon - std::chrono::hours(48));
    former.former = true;
    former.status = Status::partial;
    Record held = some_record(9, noon);
    held.erased_at = held.last_pass_at = held.completed_at = std::nullopt;
    held.status = Status::held;
    here.write({some_record(7, noon), some_record(8, noon + std::chrono::hours(1)), former, held});
    for (const Language language : all_languages) {
        const std::string html = here.body(register_of_erasures, "/register", language);
        CHECK(contacts_on(html) == std::vector<std::string>{"8", "7", "7", "9"});
        CHECK(has(html, said(Word::desk_followed, language)));
        CHECK(has(html, said(Word::desk_no_pass, language)));
        CHECK(has(html, said(certificate::word_of(Status::held), language)));
        CHECK(has(html, words::time_text(noon, here.zone, language)));
        CHECK(has(html, "<caption>" + said(Word::desk_listed, language)));
    }
}

TEST_CASE("a filter shows what fits, in days of the reader, and stays chosen") {
    ErasurePages here;
    // Budapest is an hour ahead: this one is of the eleventh there.
    Record late = some_record(8, noon + std::chrono::hours(11) + std::chrono::minutes(30));
    late.status = Status::partial;
    late.reason = policy::Reason::bounced;
    late.origin = Origin::command;
    here.write({some_record(7, noon), late});
    const auto on = [&](const std::string& query) {
        return contacts_on(here.body(register_of_erasures, "/register?" + query));
    };
    CHECK(on("from=2026-03-11") == std::vector<std::string>{"8"});
    CHECK(on("to=2026-03-10") == std::vector<std::string>{"7"});
    CHECK(on("from=2026-03-10&to=2026-03-11").size() == 2);
    CHECK(on("status=partial&origin=command&reason=bounced") == std::vector<std::string>{"8"});
    CHECK(on("status=partial&origin=webhook").empty());
    CHECK(on("status=nonsense&after=nonsense&records=nonsense").size() == 2);
    const std::string html =
        here.body(register_of_erasures, "/register?from=2026-03-11&status=partial&records=current");
    CHECK(has(html, R"(value="2026-03-11")"));
    CHECK(has(html, R"(<option value="partial" selected>)"));
    CHECK(has(html, R"(<option value="current" selected>)"));
    const std::string bad = here.body(register_of_erasures, "/register?from=<script>\"'&amp;to=2026-13-01");
    CHECK(has(bad, said(Word::desk_bad_day, Language::en)));
    CHECK(contacts_on(bad).size() == 2);
}

TEST_CASE("the links lead through all pages of what was filtered, each record once, and back to the first") {
    ErasurePages here;
    std::vector<Record> records;
    for (ContactId contact = 1; contact <= 130; ++contact) {
        // Many of a moment; every third one is something else.
        records.push_back(some_record(contact, noon + Milliseconds(contact / 20)));
        if (contact % 3 == 0) records.back().status = Status::partial;
        records.push_back(some_record(contact, noon - std::chrono::hours(contact % 2)));
        records.back().former = true;
    }
    here.write(records);
    for (const std::string query : {"", "?from=2026-03-10&status=complete", "?records=current"}) {
        std::multiset<std::string> seen;
        std::string url = "/register" + query;
        std::size_t pages = 0;
        for (; !url.empty() && pages < 20; ++pages) {
            const std::string html = here.body(register_of_erasures, url);
            for (const std::string& contact : contacts_on(html)) seen.insert(contact);
            CHECK(link_with(html, "First page") == (pages == 0 ? "" : "/register" + query));
            url = link_with(html, "Next");
        }
        records::RegisterFilter filter;
        if (has(query, "complete")) filter.status = Status::complete;
        filter.current_only = has(query, "current");
        const auto all =
            records::Register(here.world.daemon, World::ledger_name).page(filter, std::nullopt, 1'000);
        CHECK(all.size() > 100);
        std::multiset<std::string> expected;
        for (const auto& one : all) expected.insert(std::to_string(one.place.contact));
        CHECK(seen == expected);
        CHECK(pages == (all.size() + 49) / 50);
    }
}

TEST_CASE("the page of a contact has all its records, what is left and why, and what was not looked at") {
    ErasurePages here;
    here.world.mautic.add_contact(7);
    Record current = some_record(7, noon);
    current.status = Status::partial;
    current.completed_at = std::nullopt;
    current.files_removed = 3;
    current.rows_late = 2;
    current.findings = {{"page_hits", "url", 4}};
    current.not_covered = {true, true, 5};
    Record former = some_record(7, noon - std::chrono::hours(24 * 90));
    former.former = true;
    former.opted_out_at = *former.erased_at - std::chrono::hours(24 * 60);
    here.write({current, former});
    for (const Language language : all_languages) {
        const auto answer = here.get(register_of_erasures, "/register/7", language);
        const std::string html = answer.body.str();
        CHECK(answer.title == words::say(Word::desk_erasure_of, language, {"7"}));
        for (const Word word :
             {Word::desk_current_record, Word::left_over, Word::desk_left_found, Word::uncovered_files,
              Word::uncovered_older_rows, Word::month_within, Word::month_exceeded, Word::row_there,
              Word::rows_late, Word::files_removed, Word::policy_digest, Word::desk_make_certificate})
            CHECK(has(html, said(word, language)));
        CHECK(has(html, said(Word::uncovered_undecided, language, {"5"})));
        CHECK(has(html, "page_hits.url"));
        CHECK(count_of(html, words::time_text(*former.erased_at, here.zone, language)) >= 1);
        CHECK(count_of(html, std::string(64, 'd')) == 6);
    }
    CHECK(link_with(here.body(register_of_erasures, "/register/7"), "Certificate of this erasure") ==
          "/certificate?contact=7");
    here.role = sign_in::Role::viewer;
    CHECK_FALSE(has(here.body(register_of_erasures, "/register/7"), "/certificate"));
}

TEST_CASE("the month is told of what was asked for, and of nothing else") {
    ErasurePages here;
    here.world.mautic.add_contact(7);
    const auto tells = [&](Word word) {
        return has(here.body(register_of_erasures, "/register/7"), said(word, Language::en));
    };
    Record record = some_record(7, noon);
    SECTION("a mail that came back, and nothing else on the list") {
        record.reason = policy::Reason::bounced;
        here.write({record});
        CHECK(tells(Word::month_not_asked));
        CHECK(tells(Word::listed_at));
        CHECK_FALSE(tells(Word::month_within));
    }
    SECTION("an older request on the list") {
        here.write({record});
        here.world.mautic.unsubscribe(7);
        here.world.mautic.connection().change("UPDATE lead_donotcontact SET date_added = '2026-01-01'");
        CHECK(tells(Word::first_request_at));
        CHECK(tells(Word::month_exceeded));
        CHECK_FALSE(tells(Word::month_within));
    }
    SECTION("an earlier mail that came back: nobody knows any more what else was on the list") {
        Record former = some_record(7, noon - std::chrono::hours(48));
        former.former = true;
        former.reason = policy::Reason::bounced;
        here.write({record, former});
        CHECK(tells(Word::month_not_told));
        CHECK(tells(Word::month_within));
    }
}

TEST_CASE("what is no number of a contact is no page") {
    ErasurePages here;
    for (const char* rest : {"x", "7x", "-1", "0", "00", "99999999999999999999999", "7/8", nasty})
        CHECK(here.get(register_of_erasures, std::string("/register/") + rest).status == 404);
}

TEST_CASE("of a contact that nobody knows it is not said that Mautic deleted it, and nothing is certified") {
    ErasurePages here;
    here.write({some_record(7, noon)});
    for (const Language language : all_languages) {
        const std::string unknown = here.body(register_of_erasures, "/register/9999999", language);
        CHECK(has(unknown, said(Word::row_not_there, language)));
        CHECK_FALSE(has(unknown, said(Word::row_gone, language)));
        CHECK_FALSE(has(unknown, "/certificate"));
        const std::string erased = here.body(register_of_erasures, "/register/7", language);
        CHECK(has(erased, said(Word::row_gone, language)));
        CHECK(has(erased, "/certificate?contact=7"));
    }
}

TEST_CASE("a first day after the last one is told, beside its field") {
    ErasurePages here;
    for (const Language language : all_languages) {
        const std::string html =
            here.body(register_of_erasures, "/register?from=2026-03-02&to=2026-03-01", language);
        CHECK(has(html, said(Word::desk_days_reversed, language)));
        CHECK(has(html, "aria-invalid"));
        CHECK_FALSE(has(here.body(register_of_erasures, "/register?from=2026-03-01&to=2026-03-01", language),
                        said(Word::desk_days_reversed, language)));
    }
}
