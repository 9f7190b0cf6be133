// Who came back, and what is done about it: the decision alone.
#include "suppression/reappearance.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::suppression;

namespace {

Timestamp at(const char* text) { return *parse_utc(text); }

// Came back by an import.
Reappearance somebody() {
    return {50, 7, at("2026-03-01 12:00:00.500"), at("2026-03-02 12:00:00"), false, false};
}

const Timestamp installed = at("2026-02-01 00:00:00");

}  // namespace

TEST_CASE("What is done depends on the mode and on a form that was sent") {
    using Mode = SuppressionMode;
    struct Case {
        const char* name;
        SuppressionOptions options;
        bool sent_form;
        std::optional<Outcome> outcome;
    };
    const Case cases[] = {
        {"off", {Mode::off, true}, false, std::nullopt},
        {"off, with a form", {Mode::off, true}, true, std::nullopt},
        {"report", {Mode::report, true}, false, Outcome::reported},
        {"report, with a form", {Mode::report, true}, true, Outcome::consented},
        {"report, a form is no consent", {Mode::report, false}, true, Outcome::reported},
        {"do-not-contact", {Mode::do_not_contact, true}, false, Outcome::do_not_contact},
        {"do-not-contact, with a form", {Mode::do_not_contact, true}, true, Outcome::consented},
        {"do-not-contact, a form is no consent",
         {Mode::do_not_contact, false},
         true,
         Outcome::do_not_contact},
    };
    for (const Case& one : cases) {
        CAPTURE(one.name);
        Reappearance found = somebody();
        found.sent_form = one.sent_form;
        CHECK(judge(found, one.options, installed) == one.outcome);
        found.has_opt_out = true;  // is erased anyway
        CHECK(judge(found, one.options, installed) == std::nullopt);
    }
}

TEST_CASE("Only who came after the erasure and after the daemon came back") {
    struct Case {
        const char* name;
        const char* came_at;
        const char* erased_at;
        bool came_back;
    };
    const Case cases[] = {
        {"a day later", "2026-03-02 12:00:00", "2026-03-01 12:00:00.500", true},
        {"in the same second", "2026-03-01 12:00:00", "2026-03-01 12:00:00.500", true},
        {"a twin, a second before", "2026-03-01 11:59:59", "2026-03-01 12:00:00.500", false},
        {"a twin of long ago", "2020-01-01 00:00:00", "2026-03-01 12:00:00.500", false},
        {"back before the daemon was there", "2026-01-31 23:59:59", "2026-01-01 00:00:00", false},
        {"the day of the installation", "2026-02-01 00:00:00", "2026-01-01 00:00:00", true},
    };
    for (const Case& one : cases) {
        CAPTURE(one.name);
        Reappearance found = somebody();
        found.came_at = at(one.came_at);
        found.erased_at = at(one.erased_at);
        CHECK(came_back(found, installed) == one.came_back);
    }
    Reappearance itself = somebody();
    itself.former = itself.contact;
    CHECK_FALSE(came_back(itself, installed));
}
