// An id of a contact comes into use again: what was written under it belongs to whoever had it then.
#include <map>
#include <random>
#include <set>
#include <vector>

#include "complete/erased_history.h"
#include "fixture/php_serialize.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId first_winner = 1;
constexpr ContactId winners = 6;
constexpr ContactId first_id = 100;
constexpr ContactId ids = 40;
constexpr int longest_life_days = 100;

// One of those who had an id, one after the other, days apart.
struct Life {
    ContactId id = 0;
    int from = 0;  // days
    int until = 0;
    enum class End { merged, deleted, lives } end = End::lives;
    ContactId winner = 0;
    bool is_mapped = false;
};

std::string at(int day, int hour = 0) {
    return "'2020-01-01 08:00:00' + INTERVAL " + std::to_string(day) + " DAY + INTERVAL " +
           std::to_string(hour) + " HOUR";
}

class Histories {
  public:
    Histories(World& world, std::uint64_t seed) : world_(world), random_(seed) {
        for (ContactId winner = first_winner; winner < first_winner + winners; ++winner)
            add_contact(winner, 0);
        for (ContactId id = first_id; id < first_id + ids; ++id) add_lives(id);
    }

    const std::vector<Life>& lives() const { return lives_; }

    // Whether each life's mark is still in the log, and whether its mapping is still there.
    bool is_logged(const Life& life) const {
        return world_.mautic.row_count("audit_log", "details LIKE '%" + mark_of(life) + "%'") > 0;
    }
    bool is_mapped(const Life& life) const {
        return world_.mautic.row_count("integration_entity",
                                       "integration_entity_id = '" + mark_of(life) + "'") > 0;
    }

  private:
    int any(int from, int until) { return std::uniform_int_distribution(from, until)(random_); }
    std::string mark_of(const Life& life) const {
        return "m" + std::to_string(life.id) + "x" + std::to_string(life.from) + "x@example.org";
    }

    void add_contact(ContactId id, int day) {
        world_.mautic.insert("leads", {{"id", id},
                                       {"email", "c" + std::to_string(id) + "x@example.org"},
                                       {"date_identified", "2020-01-01 08:00:00"}});
        world_.mautic.connection().change("UPDATE leads SET date_added = " + at(day) +
                                          " WHERE id = " + std::to_string(id));
        world_.mautic.unsubscribe(id);
    }

    void log(const Life& life, const std::string& action, const std::string& when) {
        const std::string details = php::map({{"fields", php::map({{"email", php::string(mark_of(life))}})}});
        const auto row = world_.mautic.insert(
            "audit_log",
            {{"object", "lead"}, {"object_id", life.id}, {"action", action}, {"details", details}});
        world_.mautic.connection().change("UPDATE audit_log SET date_added = " + when +
                                          " WHERE id = " + std::to_string(row));
    }

    void map(Life& life) {
        life.is_mapped = true;
        const auto row =
            world_.mautic.insert("integration_entity", {{"internal_entity", "lead"},
                                                        {"internal_entity_id", life.id},
                                                        {"integration_entity_id", mark_of(life)}});
        world_.mautic.connection().change(
            "UPDATE integration_entity SET date_added = " + at(any(life.from, life.until - 1), 2) +
            " WHERE id = " + std::to_string(row));
    }

    // The log is there, as Mautic writes it, of all lives but those whose end shows elsewhere.
    void add_life(Life& life) {
        if (life.end == Life::End::deleted || any(0, 1) == 0) log(life, "create", at(life.from));
        for (int entry = any(1, 3); entry > 0; --entry) {
            log(life, "update", at(any(life.from, life.until - 1), 2));
        }
        if (any(0, 1) == 0) map(life);
        if (life.end == Life::End::lives) return add_contact(life.id, life.from);
        log(life, "delete", at(life.until));
        if (life.end == Life::End::deleted) return;
        const auto record = world_.mautic.insert(
            "contact_merge_records", {{"contact_id", life.winner}, {"merged_id", life.id}, {"name", "x"}});
        world_.mautic.connection().change("UPDATE contact_merge_records SET date_added = " + at(life.until) +
                                          " WHERE id = " + std::to_string(record));
    }

    void add_lives(ContactId id) {
        int day = 1;
        for (int left = any(1, 4); left > 0; --left) {
            Life life;
            life.id = id;
            life.from = day;
            life.until = day + any(2, longest_life_days);
            const int end = any(0, left == 1 ? 2 : 1);
            life.end = end == 0 ? Life::End::merged : end == 1 ? Life::End::deleted : Life::End::lives;
            if (end == 0) life.winner = first_winner + static_cast<ContactId>(any(0, winners - 1));
            day = life.until + any(2, 30);
            add_life(life);
            lives_.push_back(life);
        }
    }

    World& world_;
    std::mt19937_64 random_;
    std::vector<Life> lives_;
};

}  // namespace

TEST_CASE("rows under an id that was used again are those of whoever had the id then") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        World world("", "5.2.10", false);
        Histories histories(world, seed);
        const auto is_erased = [](ContactId contact) { return contact % 2 == 0; };
        for (ContactId contact = first_winner; contact < first_id + ids; ++contact) {
            if (is_erased(contact) &&
                world.mautic.row_count("leads", "id = " + std::to_string(contact)) > 0) {
                world.erase(contact);
            }
        }
        for (const Life& life : histories.lives()) {
            CAPTURE(life.id, life.from, life.until, static_cast<int>(life.end), life.winner);
            const ContactId owner = life.end == Life::End::lives ? life.id : life.winner;
            // What a deleted contact left behind is nobody's, whoever has the id then.
            if (owner != 0 && is_erased(owner)) {
                CHECK_FALSE(histories.is_logged(life));
                CHECK_FALSE(histories.is_mapped(life));
            } else {
                CHECK(histories.is_logged(life));
                CHECK(histories.is_mapped(life) == life.is_mapped);
            }
        }
    }
}

TEST_CASE("an id that is used again within minutes changes hands when the new contact is made") {
    World world("", "5.2.10", false);
    auto& database = world.mautic.connection();
    for (const ContactId id : {9, 10}) {
        world.mautic.insert("leads", {{"id", id},
                                      {"email", "c" + std::to_string(id) + "@example.org"},
                                      {"date_identified", "2020-01-01 08:00:00"}});
        world.mautic.unsubscribe(id);
    }
    world.mautic.insert("contact_merge_records",
                        {{"contact_id", ContactId{10}}, {"merged_id", ContactId{9}}, {"name", "x"}});
    database.change("UPDATE contact_merge_records SET date_added = '2026-03-01 10:00:00'");
    const auto log = [&](const std::string& action, const std::string& name, const std::string& date) {
        world.mautic.insert("audit_log", {{"object", "lead"},
                                          {"object_id", ContactId{9}},
                                          {"action", action},
                                          {"details", php::map({{"lastname", php::string(name)}})}});
        database.change("UPDATE audit_log SET date_added = '" + date + "' WHERE details LIKE '%" + name +
                        "%'");
    };
    log("update", "Oldname", "2026-02-01 10:40:00");
    log("create", "Newname", "2026-03-01 10:20:00");
    log("update", "Newer", "2026-03-01 10:40:00");
    log("update", "Newest", "2026-03-01 11:40:00");
    std::string made = "'2026-03-01 10:20:00'";
    const auto is_there = [&](const std::string& name) {
        return world.mautic.row_count("audit_log", "details LIKE '%" + name + "%'") == 1;
    };
    SECTION("the winner is erased") {
        SECTION("whose loser's successor has a date") {}
        SECTION("or none") { made = "NULL"; }
        database.change("UPDATE leads SET date_added = " + made + " WHERE id = 9");
        world.erase(10);
        for (const char* name : {"Newname", "Newer", "Newest"}) CHECK(is_there(name));
        CHECK(is_there("Oldname") == (made == "NULL"));
    }
    SECTION("the one who has the id is erased") {
        SECTION("with a date") {}
        SECTION("or none") { made = "NULL"; }
        database.change("UPDATE leads SET date_added = " + made + " WHERE id = 9");
        world.erase(9);
        CHECK(is_there("Oldname"));
        CHECK_FALSE(is_there("Newest"));
        for (const char* name : {"Newname", "Newer"}) CHECK(is_there(name) == (made == "NULL"));
    }
}

namespace {

// Contact 9, whose id somebody else may have had, with a mapping of before and one of today.
class Reused {
  public:
    Reused() {
        world.mautic.insert("leads", {{"id", ContactId{9}},
                                      {"email", "anna@example.org"},
                                      {"date_identified", "2025-06-01 08:00:00"}});
        world.mautic.unsubscribe(9);
        made("'2025-06-01 08:00:00'");
        map("00Qbefore", "2025-02-02 08:00:00");
        map("00Qtoday", "2025-06-02 08:00:00");
    }

    void made(const std::string& when) { change("UPDATE leads SET date_added = " + when); }
    void map(const std::string& name, const std::string& when) {
        const auto row = world.mautic.insert("integration_entity", {{"internal_entity", "lead"},
                                                                    {"internal_entity_id", ContactId{9}},
                                                                    {"integration_entity_id", name}});
        change("UPDATE integration_entity SET date_added = '" + when + "' WHERE id = " + std::to_string(row));
    }
    void log(const std::string& action, const std::string& when, const std::string& text) {
        const auto row =
            world.mautic.insert("audit_log", {{"object", "lead"},
                                              {"object_id", ContactId{9}},
                                              {"action", action},
                                              {"details", php::map({{"x", php::string(text)}})}});
        change("UPDATE audit_log SET date_added = '" + when + "' WHERE id = " + std::to_string(row));
    }
    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    bool is_mapped(const std::string& name) {
        return world.mautic.row_count("integration_entity", "integration_entity_id = '" + name + "'") > 0;
    }
    bool is_logged(const std::string& text) {
        return world.mautic.row_count("audit_log", "details LIKE '%" + text + "%'") > 0;
    }
    // Of which tables something is reported after the last pass.
    std::set<std::string> reported() {
        world.erase(9);
        std::set<std::string> tables;
        for (const auto& finding : world.erase(9, 1, false).findings) tables.insert(finding.table);
        return tables;
    }

    World world{"", "5.2.10", false};
};

}  // namespace

TEST_CASE("a contact that was deleted and put back with its old date is erased as a whole") {
    Reused here;
    here.made("'2025-01-01 08:00:00'");
    here.log("create", "2025-01-01 08:00:00", "Firstvalue");
    here.log("delete", "2025-03-01 08:00:00", "Deletedvalue");
    here.log("update", "2025-06-02 08:00:00", "Lastvalue");
    CHECK(here.reported().empty());
    for (const char* name : {"00Qbefore", "00Qtoday"}) CHECK_FALSE(here.is_mapped(name));
    for (const char* text : {"Firstvalue", "Deletedvalue", "Lastvalue"}) CHECK_FALSE(here.is_logged(text));
}

TEST_CASE(
    "an id belongs to another one after its contact was deleted, whatever date an import gave that one") {
    Reused here;
    SECTION("the date of today") {}
    SECTION("an old one") { here.made("'2020-01-01 08:00:00'"); }
    SECTION("none") { here.made("NULL"); }
    here.log("create", "2025-01-01 08:00:00", "Formervalue");
    here.log("delete", "2025-03-01 08:00:00", "Deletedvalue");
    here.log("create", "2025-06-01 08:00:01", "Ownvalue");
    CHECK(here.reported().empty());
    CHECK(here.is_mapped("00Qbefore"));
    CHECK_FALSE(here.is_mapped("00Qtoday"));
    for (const char* text : {"Formervalue", "Deletedvalue"}) CHECK(here.is_logged(text));
    CHECK_FALSE(here.is_logged("Ownvalue"));
}

TEST_CASE("what may be a former owner's or the contact's stays and is reported") {
    Reused here;
    SECTION("nobody knows when the contact was made") {
        here.made("NULL");
        here.log("delete", "2025-03-01 08:00:00", "Deletedvalue");
        here.log("update", "2025-06-02 08:00:00", "Ownvalue");
        CHECK(here.reported() == std::set<std::string>{"integration_entity", "audit_log"});
        CHECK(here.world.mautic.row_count("audit_log", "details = 'a:1:{s:1:\"x\";s:0:\"\";}'") == 1);
        CHECK(here.is_mapped("00Qbefore"));
        CHECK(here.is_logged("Deletedvalue"));
    }
    SECTION("it was made within the hour after the deletion") {
        here.made("'2025-03-01 08:50:00'");
        here.log("delete", "2025-03-01 08:00:00", "Deletedvalue");
        here.log("create", "2025-03-01 08:50:00", "Ownvalue");
        here.map("00Qbetween", "2025-03-01 08:40:00");
        CHECK(here.reported() == std::set<std::string>{"integration_entity"});
        for (const char* name : {"00Qbefore", "00Qbetween"}) CHECK(here.is_mapped(name));
        CHECK(here.is_logged("Deletedvalue"));
        CHECK_FALSE(here.is_logged("Ownvalue"));
    }
    CHECK_FALSE(here.is_mapped("00Qtoday"));
}

namespace {

// Notes of several contacts, one after the other under the same numbers.
struct Note {
    std::uint64_t number = 0;
    ContactId contact = 0;
    int from = 0;  // days
    bool is_there = false;
    bool is_restored = false;  // deleted, and put back as it was
};

class Notes {
  public:
    Notes(World& world, std::uint64_t seed) : world_(world), random_(seed) {
        for (ContactId contact = 1; contact <= 4; ++contact) {
            world.mautic.insert("leads", {{"id", contact},
                                          {"email", "c" + std::to_string(contact) + "x@example.org"},
                                          {"date_identified", "2020-01-01 08:00:00"}});
            world.mautic.unsubscribe(contact);
        }
        for (std::uint64_t number = 1; number <= 30; ++number) add_notes(number);
    }

    const std::vector<Note>& notes() const { return notes_; }
    std::uint64_t entries_of(const Note& note) {
        return world_.mautic.row_count("audit_log", "details LIKE '%" + mark_of(note) + "%'");
    }

  private:
    int any(int from, int until) { return std::uniform_int_distribution(from, until)(random_); }
    static std::string mark_of(const Note& note) {
        return "n" + std::to_string(note.number) + "d" + std::to_string(note.from) + "e";
    }

    void log(const Note& note, const std::string& action, int day, int minute) {
        const auto row = world_.mautic.insert(
            "audit_log", {{"object", "note"},
                          {"object_id", note.number},
                          {"action", action},
                          {"details", php::map({{"text", php::string(mark_of(note))}})}});
        world_.mautic.connection().change("UPDATE audit_log SET date_added = " + at(day) + " + INTERVAL " +
                                          std::to_string(minute) +
                                          " MINUTE WHERE id = " + std::to_string(row));
    }

    // Clocks differ by half an hour, and a number may come again at once.
    void add_notes(std::uint64_t number) {
        int day = 1;
        for (int left = any(1, 3); left > 0; --left) {
            Note note{number, static_cast<ContactId>(any(1, 4)), day, left == 1 && any(0, 3) > 0, false};
            log(note, "create", day, any(0, 1) * 20);
            for (int entry = any(0, 2); entry > 0; --entry) log(note, "update", day + any(1, 5), 0);
            note.is_restored = note.is_there && any(0, 3) == 0;
            day += 6;
            if (!note.is_there || note.is_restored) log(note, "delete", day, any(0, 1) * 20);
            if (note.is_restored) log(note, "update", day + 1, 0);
            if (note.is_there) put(note);
            notes_.push_back(note);
            day += any(0, 1) * 10;
        }
    }

    void put(const Note& note) {
        world_.mautic.insert("lead_notes", {{"id", note.number}, {"lead_id", note.contact}, {"text", "x"}});
        world_.mautic.connection().change("UPDATE lead_notes SET date_added = " + at(note.from) +
                                          " WHERE id = " + std::to_string(note.number));
    }

    World& world_;
    std::mt19937_64 random_;
    std::vector<Note> notes_;
};

}  // namespace

TEST_CASE("the log of an earlier note with the same number is not the contact's") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        CAPTURE(seed);
        World world("", "5.2.10", false);
        Notes notes(world, seed);
        std::map<std::uint64_t, std::uint64_t> before;
        for (std::size_t i = 0; i < notes.notes().size(); ++i) before[i] = notes.entries_of(notes.notes()[i]);
        for (const ContactId contact : {2, 4}) world.erase(contact);
        for (std::size_t i = 0; i < notes.notes().size(); ++i) {
            const Note& note = notes.notes()[i];
            CAPTURE(note.number, note.contact, note.from, note.is_there, note.is_restored);
            const bool goes = note.is_there && note.contact % 2 == 0;
            CHECK(notes.entries_of(note) == (goes ? 0 : before[i]));
        }
    }
}

TEST_CASE("the log of a note that may be an earlier one's is counted, although the note goes") {
    World world("", "5.2.10", false);
    world.mautic.insert(
        "leads",
        {{"id", ContactId{2}}, {"email", "c2x@example.org"}, {"date_identified", "2020-01-01 08:00:00"}});
    world.mautic.unsubscribe(2);
    const auto log = [&](const char* action, const char* date) {
        world.mautic.insert("audit_log", {{"object", "note"},
                                          {"object_id", std::uint64_t{5}},
                                          {"action", action},
                                          {"date_added", date},
                                          {"details", php::map({{"text", php::string("whose")}})}});
    };
    log("create", "2024-01-01 08:00:00");
    log("delete", "2024-02-01 08:00:00");
    // Put back, or another one with that number?
    world.mautic.insert("lead_notes", {{"id", std::uint64_t{5}}, {"lead_id", ContactId{2}}, {"text", "x"}});
    world.mautic.connection().change("UPDATE lead_notes SET date_added = NULL");
    const auto is_counted = [](const erasure::Result& result) {
        return std::any_of(result.findings.begin(), result.findings.end(),
                           [](const auto& finding) { return finding.table == "audit_log"; });
    };
    const auto left = [&] { return world.mautic.row_count("audit_log", "details LIKE '%whose%'"); };
    const auto first = world.erase(2);
    REQUIRE(left() > 0);
    CHECK(world.mautic.row_count("lead_notes", "lead_id = 2") == 0);
    CHECK(is_counted(first));
    CHECK(world.erase(2, 1).status == ledger::Status::partial);
}

TEST_CASE("a date that is none, or at the end of time, keeps nobody from being erased") {
    for (const char* date : {"0000-00-00 00:00:00", "2025-00-00 00:00:00", "2025-02-00 00:00:00",
                             "1000-01-01 00:00:00", "9999-12-31 23:59:59"}) {
        CAPTURE(date);
        World world;
        add_unsubscribed(world);
        world.mautic.add_contact(8);
        const std::string set = "SET sql_mode = ''; ";
        const std::string in = date;
        world.mautic.insert(
            "contact_merge_records",
            {{"contact_id", std::uint64_t{8}}, {"merged_id", std::uint64_t{7}}, {"name", "x"}});
        const auto deletion = world.mautic.insert(
            "audit_log", {{"object", "lead"}, {"object_id", std::uint64_t{7}}, {"action", "delete"}});
        server().load_sql(set + "UPDATE contact_merge_records SET date_added = '" + in + "';" +
                              "UPDATE audit_log SET date_added = '" + in +
                              "' WHERE id = " + std::to_string(deletion) + ";" +
                              "UPDATE lead_notes SET date_added = '" + in + "';",
                          world.mautic.name());
        CHECK_NOTHROW(world.erase(7));
        CHECK_NOTHROW(world.erase(7, 1));
        server().load_sql(set + "UPDATE leads SET date_added = '" + in + "' WHERE id = 8;",
                          world.mautic.name());
        world.mautic.unsubscribe(8);
        CHECK_NOTHROW(world.erase(8));
    }
}
