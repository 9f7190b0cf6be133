// What became of an address: the page that asks, and the page that answers, in three languages.
#include <algorithm>

#include "casework/people_world.h"
#include "lookup/log.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using desk::Answer;

namespace {

// Contact 7, erased in two passes; contact 8, who was not.
void add_two(PeopleDesk& desk) {
    add_unsubscribed(desk.world);
    desk.world.mautic.add_contact(8);
    desk.world.erase(7);
    desk.world.erase(7, 1, false);
}

Answer ask(PeopleDesk& desk, const std::string& address, const FormFields& more = {}) {
    FormFields fields{{"address", address}, {"case", "2026/17"}, {"reason", "request by letter"}};
    for (const auto& [name, value] : more) fields[name] = value;
    return desk.post(desk.look_up, fields);
}

std::string said(PeopleDesk& desk, const std::string& address, const FormFields& more = {}) {
    const Answer answer = desk.outcome(desk.look_up, ask(desk, address, more));
    CHECK(answer.status == 200);
    return answer.body.str();
}

}  // namespace

TEST_CASE("An erased person is found by the address, and everything that is recorded is said") {
    PeopleDesk desk;
    add_two(desk);
    const std::string text = said(desk, address_of(7));
    for (const char* part :
         {"Contacts found: 1", "Contact 7", "the record of erasures", "In Mautic since", "Mails sent",
          "On the do-not-contact list", "e-mail: the data subject opted out, since",
          "First pass of the erasure", "Passes", "Last pass at", "complete", "Rows changed",
          "Not covered by the erasure", "Data map, SHA-256", "2026/17", "request by letter",
          "were not searched"}) {
        CAPTURE(part);
        CHECK(has(text, part));
    }
    CHECK_FALSE(has(text, "Contact 8"));
}

TEST_CASE("Whoever is not erased, and whoever is not there, is told from each other") {
    PeopleDesk desk;
    add_two(desk);
    const std::string there = said(desk, address_of(8));
    CHECK(has(there, "Contact 8"));
    CHECK(has(there, "address, which is not erased"));
    CHECK(has(there, "No record of an erasure"));
    CHECK(has(said(desk, "nobody@example.org"), "Nothing found"));
}

TEST_CASE("The answer is in the language of the reader") {
    PeopleDesk desk;
    add_two(desk);
    desk.language = words::Language::hu;
    const std::string hungarian = said(desk, address_of(7));
    CHECK(has(hungarian, "Talált kapcsolatok: 1"));
    CHECK(has(hungarian, "a törlési nyilvántartás bejegyzése"));
    desk.language = words::Language::de;
    const std::string german = said(desk, address_of(7));
    CHECK(has(german, "Gefundene Kontakte: 1"));
    CHECK(has(german, "des Eintrags im Löschverzeichnis"));
}

TEST_CASE("Others who have the address, or had it, are warned of") {
    PeopleDesk desk;
    add_two(desk);
    desk.world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = 8",
                                          std::vector<database::Value>{address_of(7)});
    const std::string text = said(desk, address_of(7));
    CHECK(has(text, "Contact 8 has the address now."));
    CHECK(has(text, "Whoever asks may be that contact"));
}

TEST_CASE(
    "Each contact has a form for a certificate, and no two fields of the page have one name for labels") {
    PeopleDesk desk;
    add_two(desk);
    desk.services.seal_key = desk.seal_key;
    desk.world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = 8",
                                          std::vector<database::Value>{address_of(7)});
    const std::string text = said(desk, address_of(7));
    for (const char* field : {"id=\"format-7\"", "id=\"format-8\"", "id=\"language-7\"", "id=\"language-8\"",
                              "name=\"contact\" value=\"7\"", "name=\"contact\" value=\"8\""}) {
        const auto at = text.find(field);
        CAPTURE(field);
        CHECK(at != std::string::npos);
        CHECK(text.find(field, at + 1) == std::string::npos);
    }
}

TEST_CASE("The address is in no answer, no redirect, no log and no table") {
    PeopleDesk desk;
    add_two(desk);
    const std::string address = "m.o'hara+x@nowhere-else.example";
    const std::string before = desk.everything_stored();
    StandardError standard_error;
    std::string seen;
    const auto keep = [&](const Answer& answer) {
        seen += answer.title + answer.body.str() + answer.redirect.value_or("") + '\n';
        return answer;
    };
    keep(desk.outcome(desk.look_up, keep(ask(desk, address))));
    keep(desk.outcome(desk.look_up, keep(ask(desk, address, {{"history", "1"}}))));
    keep(ask(desk, address, {{"case", address}}));
    keep(ask(desk, address.substr(0, 8)));
    keep(desk.outcome(desk.look_ups, keep(desk.post(desk.look_ups, {{"address", address}}))));
    keep(desk.outcome(desk.residue,
                      keep(desk.post(desk.residue, {{"address", address}, {"values", "Mary O'Hara"}}))));
    keep(desk.post(desk.residue, {{"address", address}, {"values", "x"}}));
    desk.is_log_broken = true;
    keep(ask(desk, address));
    for (const std::string& action : desk.actions()) seen += action + '\n';
    const std::string everything = seen + standard_error.text() + desk.everything_stored();
    for (const char* part : {"nowhere-else", "hara+x", "hara%2Bx", "O&#39;Hara", "Mary O"}) {
        CAPTURE(part);
        CHECK_FALSE(has(before, part));
        CHECK_FALSE(has(everything, part));
    }
}

TEST_CASE("A look-up is in both logs before it is answered") {
    PeopleDesk desk;
    add_two(desk);
    const Answer answer = ask(desk, address_of(7));
    REQUIRE(answer.redirect.has_value());
    database::Connection connection(desk.world.mautic.options());
    const auto entries = lookup::LookupLog(connection, World::ledger_name).newest(9, std::nullopt);
    REQUIRE(entries.size() == 1);
    CHECK(entries.at(0).account == "desk");
    CHECK(entries.at(0).officer == "officer");
    CHECK(entries.at(0).case_reference == "2026/17");
    CHECK(entries.at(0).reason == "request by letter");
    CHECK(entries.at(0).contacts == std::vector<ContactId>{7});
    CHECK(desk.actions() == std::vector<std::string>{"look_up officer 192.0.2.9 "});
}

TEST_CASE("What cannot be logged is not answered") {
    PeopleDesk desk;
    add_two(desk);
    SECTION("in the log of actions") { desk.is_log_broken = true; }
    SECTION("in the log of look-ups") {
        // A table of that name that takes no such line.
        const std::string log = lookup::lookup_log_database(World::ledger_name);
        server().execute("CREATE DATABASE " + log);
        server().execute("CREATE TABLE " + log + ".lookup (id INT NOT NULL)");
    }
    const Answer answer = ask(desk, address_of(7));
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.redirect.has_value());
    CHECK(has(answer.body.str(), "could not be logged"));
    CHECK_FALSE(has(answer.body.str(), "Contact 7"));
    const Answer in_background = ask(desk, address_of(7), {{"history", "1"}});
    const Answer ended = desk.outcome(desk.look_up, in_background);
    CHECK(ended.status == 503);
    CHECK(has(ended.body.str(), "could not be logged"));
    CHECK(has(ended.body.str(), "desk check"));
    CHECK_FALSE(has(ended.body.str(), "Contact 7"));
}

TEST_CASE("What cannot be asked is said beside the field, and nothing is looked up") {
    PeopleDesk desk;
    desk.services.case_required = true;
    const std::pair<FormFields, const char*> wrong[] = {
        {{{"address", " "}, {"case", "1"}}, "Give an address."},
        {{{"address", "example.org"}, {"case", "1"}}, "it has no @"},
        {{{"address", std::string(800, 'a') + "@example.org"}, {"case", "1"}}, "too long for an address"},
        {{{"address", "a\tb@example.org"}, {"case", "1"}}, "cannot be seen"},
        {{{"address", "a@example.org"}, {"case", "\u200b "}}, "A case is required here"},
        {{{"address", "a@example.org"}, {"case", std::string(200, '1')}}, "128 bytes at most"},
        {{{"address", "a@example.org"}, {"case", "1"}, {"reason", "b@example.org"}}, "No address may stand"}};
    for (const auto& [fields, part] : wrong) {
        const Answer answer = desk.post(desk.look_up, fields);
        CAPTURE(part);
        CHECK(answer.status == 422);
        CHECK(has(answer.body.str(), part));
        CHECK(has(answer.body.str(), "aria-invalid"));
        CHECK_FALSE(has(answer.body.str(), "@example.org"));
    }
    CHECK(desk.actions().empty());
    CHECK(desk.log_of_look_ups().empty());
}

TEST_CASE("Somebody who is known is never answered with nothing: what is around an address is refused") {
    PeopleDesk desk;
    add_two(desk);
    const std::string address = address_of(7);
    const std::pair<std::string, const char*> wrong[] = {
        {"Someone <" + address + ">", "Give the address alone"},
        {address + ",", "Give the address alone"},
        {"mailto:" + address, "Give the address alone"},
        {'"' + address + '"', "Give the address alone"},
        {"\u201e" + address + "\u201c", "Give the address alone"},
        {address + "?", "Give the address alone"},
        {"\u300c" + address + "\u300d", "Give the address alone"},
        {"\u2022" + address, "Give the address alone"},
        {"\u2192" + address, "Give the address alone"},
        {address + "\u2013", "Give the address alone"},
        {address + "\u2026", "Give the address alone"},
        {address + "\u2713", "Give the address alone"},
        {address + "-", "Give the address alone"},
        {address + "_", "Give the address alone"},
        {address + ".", "a dot stands directly after the @, or at the end"},
        {address + ' ' + address, "more than one @"},
        {"x " + address, "there is a blank in it"},
        {"x\u00a0" + address, "there is a blank in it"},
        {"a@b@c", "more than one @"},
        {"@", "nothing stands before the @"},
        {address + "\xe9", "characters that cannot be read"}};
    for (const auto& [typed, part] : wrong) {
        for (desk::Page* page : {&desk.look_up, &desk.look_ups, &desk.residue}) {
            const Answer answer = desk.post(*page, {{"address", typed}});
            CAPTURE(typed, page->path);
            CHECK(answer.status == 422);
            CHECK(has(answer.body.str(), part));
            CHECK_FALSE(has(answer.body.str(), address));
        }
    }
    CHECK(desk.actions().empty());
    CHECK(desk.log_of_look_ups().empty());
}

TEST_CASE("An odd address that stands in the database is found all the same") {
    PeopleDesk desk;
    add_two(desk);
    for (const char* odd : {R"("a b"@example.org)", R"("a@b,c"@example.org)", R"("a\"b"@example.org)",
                            "o\u2019hara@example.org", "x.@example.org", "a@localhost", "a@[192.0.2.1]",
                            "m\u00fcller@b\u00fccher.example"}) {
        desk.world.mautic.connection().change("UPDATE leads SET email = ? WHERE id = 8",
                                              std::vector<database::Value>{std::string(odd)});
        CAPTURE(odd);
        CHECK(has(said(desk, odd), "Contact 8"));
        CHECK(has(said(desk, "\u200b" + std::string(odd) + "\u00a0"), "Contact 8"));
    }
}

TEST_CASE("The choice to search all mails is there again after a session that ended") {
    PeopleDesk desk;
    desk::Visit visit = desk.visit(desk.look_up);
    visit.is_carried_over = true;
    visit.form = desk::Form("address=somebody%40example.org&history=1");
    CHECK(has(desk.look_up.get(visit).body.str(), "value=\"1\" checked"));
    visit.form = desk::Form("address=somebody%40example.org");
    CHECK_FALSE(has(desk.look_up.get(visit).body.str(), " checked"));
}

TEST_CASE("The choice to search all mails stays where somebody has to wait for another search") {
    PeopleDesk desk;
    add_two(desk);
    database::Connection lock(desk.world.mautic.options());
    lock.change("LOCK TABLES email_stats WRITE");
    REQUIRE(ask(desk, address_of(7), {{"history", "1"}}).redirect.has_value());
    const Answer waits = ask(desk, address_of(8), {{"history", "1"}});
    CHECK_FALSE(waits.redirect.has_value());
    CHECK(has(waits.body.str(), "This is running already"));
    CHECK(has(waits.body.str(), "value=\"1\" checked"));
}

TEST_CASE("A look-up that is cancelled says so, and nothing of its logs, wherever it was cut off") {
    PeopleDesk desk;
    add_two(desk);
    database::Connection lock(desk.world.mautic.options());
    const std::string log = lookup::lookup_log_database(World::ledger_name);
    said(desk, address_of(7));
    SECTION("while it reads") { lock.change("LOCK TABLES email_stats WRITE"); }
    SECTION("while it is logged") { lock.change("LOCK TABLES " + log + ".lookup WRITE"); }
    const Answer first = ask(desk, address_of(7), {{"history", "1"}});
    std::string waiting;
    while (waiting.empty()) {
        auto rows = server().select(
            "SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table%lock'");
        while (rows.next()) waiting = rows.text(0);
    }
    desk.post(desk.look_up, {{"action", "cancel"}}, *first.redirect);
    const Answer ended = desk.outcome(desk.look_up, first);
    CHECK(ended.status == 200);
    CHECK(has(ended.body.str(), "Cancelled"));
    CHECK_FALSE(has(ended.body.str(), "Contact 7"));
}

TEST_CASE("Without a register each page says that there is none yet") {
    PeopleDesk desk;
    desk.services.seal_key = desk.seal_key;
    server().execute(std::string("DROP DATABASE ") + World::ledger_name);
    const FormFields fields{
        {"address", "a@example.org"}, {"contact", "7"}, {"from", "2026-01-01"}, {"to", "2026-02-01"}};
    for (desk::Page* page : {&desk.look_up, &desk.seals, &desk.certificate}) {
        CAPTURE(page->path);
        CHECK(has(desk.get(*page).body.str(), "There is no register of erasures"));
    }
    for (desk::Page* page : {&desk.look_up, &desk.seals, &desk.certificate, &desk.reports}) {
        CAPTURE(page->path);
        const Answer answer = desk.post(*page, fields);
        CHECK(answer.status == 200);
        CHECK(has(answer.body.str(), "There is no register of erasures"));
    }
    CHECK(desk.actions().empty());
}

TEST_CASE("All mails are searched in the background, and the answer is found afterwards") {
    PeopleDesk desk;
    add_two(desk);
    const std::string old = invented_person(8).old_email;
    CHECK_FALSE(has(said(desk, old), "Contact 8"));
    const std::string text = said(desk, old, {{"history", "1"}});
    CHECK(has(text, "Contact 8"));
    CHECK(has(text, "a mail sent to it"));
    CHECK(has(text, "All mails were searched."));
}

TEST_CASE("An answer is shown to whoever asked, and to nobody else") {
    PeopleDesk desk;
    add_two(desk);
    const Answer answer = ask(desk, address_of(7));
    desk.person.owner = "colleague:1";
    const Answer other = desk.get(desk.look_up, *answer.redirect);
    CHECK(other.status == 404);
    CHECK_FALSE(has(other.body.str(), "Contact 7"));
    CHECK(desk.post(desk.look_up, {{"contact", "7"}}, *answer.redirect).status == 404);
}

TEST_CASE("Look-ups, certificates and searches are for officers; a GET does nothing") {
    PeopleDesk desk;
    CHECK(desk.look_up.least == sign_in::Role::officer);
    CHECK(desk.certificate.least == sign_in::Role::officer);
    CHECK(desk.residue.least == sign_in::Role::officer);
    for (const desk::Page* page :
         {&desk.look_up, &desk.certificate, &desk.look_ups, &desk.seals, &desk.reports, &desk.residue}) {
        CHECK(desk.get(*page).status == 200);
        CHECK(desk.get(*page, page->path + "/1234").status == 404);
    }
    CHECK(desk.actions().empty());
    CHECK(desk.log_of_look_ups().empty());
}

TEST_CASE("What the database has is never taken for markup") {
    PeopleDesk desk;
    desk.world.mautic.add_contact(8);
    const std::string evil = "<script>\"'&";
    desk.world.mautic.unsubscribe(8, 3, evil);
    const std::string text = said(desk, address_of(8), {{"case", evil}, {"reason", evil}});
    CHECK_FALSE(has(text, "<script>"));
    CHECK(std::count(text.begin(), text.end(), '<') == std::count(text.begin(), text.end(), '>'));
    CHECK(has(text, "&lt;script&gt;&quot;&#39;&amp;"));
}

TEST_CASE("What somebody had typed when their session ended is there again, and only then") {
    PeopleDesk desk;
    for (const desk::Page* page : {&desk.look_up, &desk.residue}) {
        desk::Visit visit = desk.visit(*page);
        visit.form = desk::Form("address=somebody%40example.org&values=one%0Atwo&case=R-1");
        CHECK_FALSE(has(page->get(visit).body.str(), "somebody@example.org"));
        visit.is_carried_over = true;
        CHECK(has(page->get(visit).body.str(), "value=\"R-1\""));
        CHECK(has(page->get(visit).body.str(), "value=\"somebody@example.org\""));
        if (page == &desk.residue) CHECK(has(page->get(visit).body.str(), ">one&#10;two</textarea>"));
    }
}
