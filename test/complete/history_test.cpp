// The history itself: the person is really in every column the facts tie to a contact, so that a test which
// finds nothing afterwards has looked for something.
#include "fixture/full_history.h"

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "complete/dump.h"
#include "complete/php_check.h"
#include "fixture/encodings.h"
#include "support/catch.h"
#include "support/facts.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

// "table.column" of every text column of the facts that a careful engineer changes, whatever the version.
std::set<std::string> columns_of_the_facts() {
    std::set<std::string> places;
    std::ifstream file(needed_facts() / "contact-data-map.tsv");
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream stream(line);
        for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
        if (cells.size() < 10 || cells[9] == "keep" || cells[9] == "follows" || cells[9] == "default")
            continue;
        const std::string& type = cells[2];
        if (type.find("char") == std::string::npos && type.find("text") == std::string::npos &&
            type.find("blob") == std::string::npos) {
            continue;
        }
        std::string column = cells[1];
        if (column.starts_with("{field alias}")) continue;
        places.insert(cells[0].substr(0, cells[0].find('#')) + "." + column);
    }
    return places;
}

// Vocabulary that the facts delete all the same: with the row, or because it is coarse but tells something.
const std::set<std::string> without_a_value{"leads.preferred_profile_image", "message_queue.status",
                                            "integration_entity.integration_entity",
                                            "integration_entity.internal_entity"};

std::set<std::string> places_of(const std::set<std::string>& findings) {
    std::set<std::string> places;
    for (const std::string& finding : findings) places.insert(finding.substr(0, finding.find(':')));
    return places;
}

void check_history(MauticDatabase& mautic) {
    const FullHistory history(mautic);
    const Dump dump(mautic.connection(), history.tables());
    const auto of_subject = [&](const RowMaker::RowId& row) { return history.is_of_subject(row); };
    const std::set<std::string> findings = dump.search(Needles(history.subject()));
    const std::set<std::string> places = places_of(findings);
    for (const std::string& place : columns_of_the_facts()) {
        const std::size_t dot = place.find('.');
        const std::string table = place.substr(0, dot), column = place.substr(dot + 1);
        if (!history.tables().contains(table) || history.tables().at(table).find(column) == nullptr) continue;
        CAPTURE(place);
        CHECK(places.contains(place) != without_a_value.contains(place));
    }
    for (const auto& value : history.subject().values) {
        CAPTURE(value.name);
        CHECK(findings.contains("audit_log.details: " + value.name));
        CHECK(findings.contains("email_stats.tokens: " + value.name));
    }
    // Nothing of the subject is anywhere but in rows of theirs, and nothing of the others is in these.
    CHECK(dump.search(Needles(history.subject()), [&](const RowMaker::RowId& row) {
        return !of_subject(row);
    }) == std::set<std::string>{});
    CHECK(dump.search(Needles(history.neighbour()), of_subject) == std::set<std::string>{});
    CHECK(dump.search(Needles(history.stranger()), of_subject) == std::set<std::string>{});
    CHECK(unreadable_by_php(dump, history.tables()) == "");
    CHECK(invalid_json(mautic.connection(), history.tables()) == "");
    for (const auto& [name, table] : history.tables()) {
        CAPTURE(name);
        CHECK_FALSE(dump.tables().at(name).rows.empty());
    }
}

}  // namespace

TEST_CASE("one person is in every column that the facts tie to a contact") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        for (const bool upgraded : {false, true}) {
            if (upgraded && version < "5.1") continue;
            DYNAMIC_SECTION(version << (upgraded ? ", upgraded" : "")) {
                MauticDatabase mautic(server(), "history", version == "5.2.10" ? "mtc_" : "");
                mautic.load_facts_schema(version, upgraded);
                check_history(mautic);
            }
        }
    }
}

TEST_CASE("the search finds a value however it is written") {
    const KnownPerson person = known_person(7, "qx7v", "7142");
    const Needles needles(person);
    CHECK(needles.found_in("nothing of anybody").empty());
    for (const auto& [name, value] : person.values) {
        CAPTURE(name);
        const std::string quoted = "\"" + json_escaped(value) + "\"";
        const std::string forms[] = {"x" + value + "y",
                                     to_lower(value),
                                     url_encoded_text(value),
                                     to_lower(url_encoded_text(value)),
                                     "a=" + url_encoded_text(value, true),
                                     "https://x/?u=" + url_encoded_text(url_encoded_text(value)),
                                     quoted,
                                     with_slashes(quoted),
                                     html_escaped(value),
                                     html_escaped(value, true),
                                     base64_text(value),
                                     base64_text("1" + value + "2"),
                                     base64_text("12" + value + "345"),
                                     zlib_compressed("{" + quoted + "}"),
                                     zlib_compressed("x" + value)};
        for (const std::string& form : forms) {
            CAPTURE(form);
            CHECK(needles.found_in(form).contains(name));
        }
    }
}

TEST_CASE("a dump tells what changed and where") {
    MauticDatabase mautic(server(), "dumped");
    mautic.load_own_schema();
    mautic.add_contact(1);
    const LiveTables tables = read_live_tables(mautic.connection(), "");
    const auto all = [](const RowMaker::RowId&) { return true; };
    const Dump before(mautic.connection(), tables);
    mautic.connection().change("UPDATE leads SET firstname = 'x' WHERE id = 1");
    mautic.connection().change("DELETE FROM lead_notes WHERE lead_id = 1");
    mautic.connection().change("INSERT INTO ip_addresses (id, ip_address) VALUES (99, '*.*.*.*')");
    const Dump after(mautic.connection(), tables);
    CHECK(Dump::differences(before, after, all) ==
          std::vector<std::string>{"ip_addresses[99]: new", "lead_notes[1]: gone", "leads[1].firstname"});
    CHECK_FALSE(before == after);
    CHECK(before == Dump(before));
}
