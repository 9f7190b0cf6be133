// An id of a contact comes into use again, and dates or records of who had it when are lost, or never were.
// Whoever is erased loses nothing of anybody else, and what may be theirs and stays is reported.
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "erasure/world.h"
#include "fixture/php_serialize.h"
#include "model/dice.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using model::Dice;

namespace {

constexpr ContactId first_id = 100;
constexpr ContactId ids = 36;
constexpr const char* no_date = "'0000-00-00 00:00:00'";

std::string at(std::uint64_t day, std::uint64_t hour = 0) {
    return "'2020-01-01 08:00:00' + INTERVAL " + std::to_string(day) + " DAY + INTERVAL " +
           std::to_string(hour) + " HOUR";
}

// The tables of Mautic that show who had an id, and two in which rows stay under it.
class Site {
  public:
    void add_contact(ContactId id, const std::string& made) {
        world.mautic.insert("leads", {{"id", id},
                                      {"email", "c" + std::to_string(id) + "x@example.org"},
                                      {"date_identified", "2020-01-01 08:00:00"}});
        date("leads", "date_added", made, id);
        world.mautic.unsubscribe(id);
    }
    void merge(ContactId winner, ContactId loser, const std::string& when) {
        date("contact_merge_records", "date_added", when,
             world.mautic.insert("contact_merge_records",
                                 {{"contact_id", winner}, {"merged_id", loser}, {"name", "x"}}));
    }
    void log(ContactId id, const std::string& action, const std::string& when, const std::string& mark) {
        const std::string details = php::map({{"fields", php::map({{"email", php::string(mark)}})}});
        date("audit_log", "date_added", when,
             world.mautic.insert(
                 "audit_log",
                 {{"object", "lead"}, {"object_id", id}, {"action", action}, {"details", details}}));
    }
    void map(ContactId id, const std::string& when, const std::string& mark) {
        date("integration_entity", "date_added", when,
             world.mautic.insert(
                 "integration_entity",
                 {{"internal_entity", "lead"}, {"internal_entity_id", id}, {"integration_entity_id", mark}}));
    }
    bool is_logged(const std::string& mark) {
        return world.mautic.row_count("audit_log", "details LIKE '%" + mark + "%'") > 0;
    }
    bool is_mapped(const std::string& mark) {
        return world.mautic.row_count("integration_entity", "integration_entity_id = '" + mark + "'") > 0;
    }
    // Of which tables something is reported after a last pass.
    std::set<std::string> reported(ContactId contact) {
        std::set<std::string> tables;
        for (const auto& finding : world.erase(contact, 1, false).findings) tables.insert(finding.table);
        return tables;
    }

    World world{"", "5.2.10", false};

  private:
    void date(const std::string& table, const std::string& column, const std::string& when,
              std::uint64_t id) {
        world.mautic.connection().change("UPDATE " + table + " SET " + column + " = " + when +
                                         " WHERE id = " + std::to_string(id));
    }
};

// A row under an id, and what the judge knows about it.
struct Written {
    ContactId owner = 0;  // 0: somebody who was deleted, or nobody
    ContactId other = 0;  // two merges of one moment: nobody knows into whom of these
    // Of nobody, after the owner's loser was merged: where nothing shows that, the owner's.
    bool is_late = false;
    bool is_entry = false;  // of the log; else a mapping
    std::string mark{};
};

// Lives under each id, one after the other. Half of the ids have every record; of the others some are lost.
class Histories {
  public:
    Histories(Site& site, std::uint64_t seed) : site_(site), dice_(seed) {
        site_.world.mautic.connection().change("SET SESSION sql_mode = ''");
        for (ContactId winner = 1; winner <= 8; ++winner) add(winner, at(0));
        for (ContactId id = first_id; id < first_id + ids; ++id) {
            std::uint64_t day = 1;
            end_.reset();
            for (std::uint64_t left = dice_.between(1, 4); left > 0; --left) {
                day = add_life(id, day, left == 1 && dice_.chance(50));
            }
        }
    }

    const std::vector<Written>& rows() const { return rows_; }
    const std::set<ContactId>& present() const { return present_; }
    // Nothing is lost of any id that leads to the contact.
    static bool is_exact(ContactId contact) { return contact < first_id ? contact <= 4 : contact % 4 < 2; }

  private:
    bool is_lost(ContactId id, unsigned percent) { return !is_exact(id) && dice_.chance(percent); }
    std::string lossy(ContactId id, const std::string& date) { return is_lost(id, 25) ? no_date : date; }

    void add(ContactId id, const std::string& made) {
        site_.add_contact(id, made);
        present_.insert(id);
    }

    void write(ContactId id, std::uint64_t day, Written row) {
        row.mark = "m" + std::to_string(rows_.size()) + "x@example.org";
        row.is_entry = dice_.chance(50);
        if (row.is_entry) {
            site_.log(id, "update", at(day, 3), row.mark);
        } else {
            site_.map(id, at(day, 3), row.mark);
        }
        rows_.push_back(row);
    }

    // A row between the life before and this one, whose beginning shows.
    void write_late(ContactId id) {
        if (!end_ || dice_.chance(50) || (is_exact(id) && end_->owner != 0)) return;
        Written late = *end_;
        late.is_late = true;
        write(id, end_day_ + 2, late);
    }

    // Returns when the next one may begin.
    std::uint64_t add_life(ContactId id, std::uint64_t from, bool lives) {
        const std::uint64_t until = from + dice_.between(2, 60);
        const bool is_merged = !lives && dice_.chance(50);
        const bool is_deleted = !lives && !is_merged;
        const bool is_created = is_deleted || !is_lost(id, 50);  // without it a deletion leaves no trace
        const bool is_dated = lives && !is_lost(id, 40);
        Written own;
        if (lives) own.owner = id;
        if (is_merged) own.owner = dice_.between(1, 4) + (is_exact(id) ? 0 : 4);
        if (is_merged && is_lost(id, 20)) own.other = own.owner == 8 ? 5 : own.owner + 1;
        if (is_created || is_dated) write_late(id);
        if (is_created) site_.log(id, "create", at(from), "x");
        for (std::uint64_t row = dice_.between(1, 3); row > 0; --row) {
            write(id, dice_.between(from, until - 1), own);
        }
        if (lives) add(id, is_dated ? at(from) : dice_.chance(50) ? "NULL" : no_date);
        if (is_deleted || (is_merged && !is_lost(id, 30))) site_.log(id, "delete", lossy(id, at(until)), "x");
        if (is_merged) site_.merge(own.owner, id, lossy(id, at(until)));
        if (own.other != 0) site_.merge(own.other, id, at(until));
        end_ = own;
        end_day_ = until;
        return until + dice_.between(5, 30);
    }

    Site& site_;
    Dice dice_;
    std::vector<Written> rows_;
    std::set<ContactId> present_;
    std::optional<Written> end_;  // the life before
    std::uint64_t end_day_ = 0;
};

}  // namespace

TEST_CASE("where it is lost who had an id when, nobody else loses a row, and what stays is reported") {
    std::size_t gone = 0;
    std::size_t doubtful = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        Site site;
        const Histories histories(site, seed);
        const auto is_erased = [](ContactId contact) { return contact != 0 && contact % 2 == 0; };
        for (const ContactId contact : histories.present()) {
            if (is_erased(contact)) site.world.erase(contact);
        }
        std::map<ContactId, std::set<std::string>> reported;
        for (const ContactId contact : histories.present()) {
            if (!is_erased(contact)) continue;
            reported[contact] = site.reported(contact);
            CAPTURE(contact);
            if (Histories::is_exact(contact)) CHECK(reported[contact].empty());
        }
        for (const Written& row : histories.rows()) {
            CAPTURE(row.mark, row.owner, row.other, row.is_late, row.is_entry);
            const bool is_there = row.is_entry ? site.is_logged(row.mark) : site.is_mapped(row.mark);
            if (!is_there) {
                CHECK(is_erased(row.owner));
                CHECK(row.other == 0);
                ++gone;
                continue;
            }
            if (row.is_late) continue;
            const std::string table = row.is_entry ? "audit_log" : "integration_entity";
            for (const ContactId owner : {row.owner, row.other}) {
                if (!is_erased(owner)) continue;
                CHECK(reported[owner].contains(table));
                ++doubtful;
            }
        }
    }
    CHECK(gone > 30);
    CHECK(doubtful > 30);
}

TEST_CASE("rows of a merged contact stay and are reported where it may be another one's") {
    Site site;
    site.world.mautic.connection().change("SET SESSION sql_mode = ''");
    for (const ContactId id : {1, 2, 3, 4}) site.add_contact(id, at(100));
    SECTION("the merge has no date, and its contact's creation is in the log") {
        site.log(5, "create", at(10), "rowof5");
        site.merge(1, 5, no_date);
        site.world.erase(1);
        CHECK(site.reported(1) == std::set<std::string>{"audit_log"});
        CHECK(site.is_logged("rowof5"));
    }
    SECTION("somebody has the id now, and nobody knows since when") {
        site.add_contact(6, "NULL");
        site.log(6, "create", at(10), "rowof6");
        site.map(6, at(10), "mapof6");
        site.merge(2, 6, at(50));
        site.world.erase(2);
        CHECK(site.reported(2) == std::set<std::string>{"audit_log", "integration_entity"});
        CHECK(site.is_logged("rowof6"));
        site.world.erase(6);
        CHECK(site.reported(6) == std::set<std::string>{"audit_log", "integration_entity"});
        CHECK(site.is_mapped("mapof6"));
    }
    SECTION("it was merged into two others") {
        std::string second = at(50);
        SECTION("in one second") {}
        SECTION("in one hour") { second += " + INTERVAL 40 MINUTE"; }
        site.log(7, "create", at(10), "rowof7");
        site.map(7, at(51), "mapof7");
        site.merge(3, 7, at(50));
        site.merge(4, 7, second);
        site.world.erase({{3, Origin::webhook, now(), 0, true}, {4, Origin::webhook, now(), 0, true}});
        for (const ContactId winner : {3, 4}) {
            CHECK(site.reported(winner) == std::set<std::string>{"audit_log", "integration_entity"});
        }
        CHECK(site.is_logged("rowof7"));
        CHECK(site.is_mapped("mapof7"));
    }
    SECTION("it was deleted before, and perhaps put back") {
        site.map(8, at(10), "mapof8");
        site.log(8, "delete", at(20), "rowof8");
        site.map(8, at(30), "laterof8");
        site.merge(1, 8, at(50));
        site.world.erase(1);
        CHECK(site.reported(1) == std::set<std::string>{"audit_log", "integration_entity"});
        CHECK(site.is_mapped("mapof8"));
        CHECK_FALSE(site.is_mapped("laterof8"));
    }
}

TEST_CASE("what came between a deletion and the next creation is not the next one's") {
    Site site;
    site.world.mautic.connection().change("SET SESSION sql_mode = ''");
    std::string deleted = at(50);
    bool is_creation_logged = true;
    SECTION("as the log says") {}
    SECTION("as its own date says") { is_creation_logged = false; }
    SECTION("as the order of the log says, whose deletion has no date") { deleted = no_date; }
    site.log(1, "create", at(10), "formerrow");
    site.map(1, at(20), "formermap");
    site.log(1, "delete", deleted, "deletedrow");
    site.log(1, "update", at(50) + " + INTERVAL 30 SECOND", "betweenrow");
    site.map(1, at(52), "betweenmap");
    site.map(1, at(99, 23) + " + INTERVAL 30 MINUTE", "justbefore");
    if (is_creation_logged) site.log(1, "create", at(100), "ownrow");
    site.map(1, at(100), "ownmap");
    site.add_contact(1, at(100));
    site.world.erase(1);
    for (const char* mark : {"formerrow", "deletedrow", "betweenrow"}) CHECK(site.is_logged(mark));
    for (const char* mark : {"formermap", "betweenmap", "justbefore"}) CHECK(site.is_mapped(mark));
    CHECK_FALSE(site.is_logged("ownrow"));
    CHECK_FALSE(site.is_mapped("ownmap"));
    CHECK(site.reported(1) == std::set<std::string>{"integration_entity"});  // clocks may differ by an hour
}

TEST_CASE("what came between a merge and the next creation is not the next one's") {
    Site site;
    site.world.mautic.connection().change("SET SESSION sql_mode = ''");
    std::string merged = at(50);
    bool is_dated = true;
    SECTION("as both dates say") {}
    SECTION("and where the merge has no date it stays as well, and is reported") {
        merged = no_date;
        is_dated = false;
    }
    site.add_contact(9, at(0));
    site.merge(9, 1, merged);
    site.map(1, at(20), "formermap");
    site.log(1, "update", at(52), "betweenrow");
    site.map(1, at(100), "ownmap");
    site.add_contact(1, at(100));
    site.world.erase(1);
    CHECK(site.is_mapped("formermap"));
    CHECK(site.is_logged("betweenrow"));
    CHECK_FALSE(site.is_mapped("ownmap"));
    CHECK(site.reported(1).empty() == is_dated);
}
