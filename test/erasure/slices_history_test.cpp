// Invented histories of any shape, worked off in one transaction and in slices that are interrupted: the same
// rows, and the same words for them.
#include <limits>
#include <optional>
#include <random>

#include "erasure/comparable.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t n) { return random() % n; }

std::string old_address(Random& random) {
    return "old" + std::to_string(below(random, 4)) + "@zq7f7x.example.org";
}

// Views from a few internet addresses, some of them the neighbour's too; mails to addresses of earlier times;
// the same addresses here and there in other texts.
void add_history(World& world, std::uint32_t seed) {
    Random random(seed);
    auto& root = world.mautic.connection();
    root.change(
        "INSERT INTO ip_addresses (id, ip_address) SELECT 500 + seq, CONCAT('198.51.100.', seq)"
        " FROM " +
        test::sequence(1, 12));
    for (const ContactId id : {busy, neighbour}) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
    }
    const auto add = [&](const std::string& table, const MauticDatabase::Row& row) {
        world.mautic.insert(table, row);
    };
    for (std::size_t i = below(random, 40); i > 0; --i) {
        const bool is_neighbours = below(random, 6) == 0;
        const std::string path = below(random, 4) == 0 ? "of/" + old_address(random) : "page";
        const std::string source = below(random, 8) == 0 && !is_neighbours ? old_address(random) : "email";
        add("page_hits",
            {{"lead_id", is_neighbours ? neighbour : busy},
             {"ip_id", std::uint64_t{501 + below(random, 12)}},
             {"date_hit", std::string("2025-02-01 08:00:00")},
             {"code", std::int64_t{200}},
             {"tracking_id", std::string("t")},
             {"source", source},
             {"url", "https://www.example.org/" + (is_neighbours ? "page" : path) + "?a=zq7f7x"}});
    }
    // Some were opened on devices, from places of their own, and some answered.
    for (std::size_t i = below(random, 30); i > 0; --i) {
        const bool is_neighbours = below(random, 8) == 0;
        const auto stat = world.mautic.insert(
            "email_stats", {{"lead_id", is_neighbours ? neighbour : busy},
                            {"email_address", is_neighbours ? "friend@example.net" : old_address(random)},
                            {"date_sent", std::string("2025-02-01 08:00:00")},
                            {"source", below(random, 20) == 0 ? old_address(random) : std::string("email")}});
        for (std::size_t device = below(random, 4); device > 1; --device) {
            add("email_stats_devices", {{"stat_id", stat},
                                        {"ip_id", std::uint64_t{501 + below(random, 12)}},
                                        {"date_opened", std::string("2025-02-01 09:00:00")}});
        }
    }
    for (std::size_t i = below(random, 30); i > 0; --i) {
        add("lead_notes", {{"lead_id", busy}, {"text", "called " + old_address(random)}});
    }
    for (std::size_t i = below(random, 30); i > 0; --i) {
        add("lead_event_log", {{"lead_id", busy},
                               {"date_added", std::string("2025-02-01 08:00:00")},
                               {"properties", "{\"to\":\"" + old_address(random) + "\"}"}});
    }
}

struct Outcome {
    std::string rows;
    Status first = Status::settling;
    Status second = Status::settling;
    std::set<std::string> findings;
    std::uint64_t changed = 0;
    std::uint64_t late = 0;
};

Outcome outcome_of(World& world, Status first) {
    Outcome outcome;
    outcome.first = first;
    outcome.second = world.erase(busy, 1).status;
    const auto row = world.ledger(busy);
    for (const auto& finding : row->findings) outcome.findings.insert(finding.table + "." + finding.column);
    outcome.changed = row->rows_changed + row->rows_deleted;
    outcome.late = row->rows_late;
    outcome.rows = comparable(world);
    return outcome;
}

// Somebody holds rows that the erasure is going to want, until it goes out of scope.
class Contention {
  public:
    Contention(World& world, Random& random) : holder_(world.mautic.options()), transaction_(holder_) {
        static const char* const wanted[] = {"leads WHERE id = 7",
                                             "page_hits WHERE lead_id = 7 ORDER BY id DESC LIMIT 1",
                                             "email_stats WHERE lead_id = 7 ORDER BY id LIMIT 1",
                                             "lead_notes WHERE lead_id = 7 ORDER BY id DESC LIMIT 2",
                                             "lead_event_log WHERE lead_id = 7",
                                             "ip_addresses WHERE id > 500"};
        holder_.select("SELECT id FROM " + std::string(wanted[below(random, std::size(wanted))]) +
                       " FOR UPDATE");
    }

  private:
    database::Connection holder_;
    database::Transaction transaction_;
};

// A few times the process ends after a slice, and another one begins anew; or it waits in vain for a lock
// that is taken before its first slice or between two, gives up, and is asked again, as the worker would.
Status erase_with_trouble(World& world, Random& random) {
    const std::vector<erasure::Request> request{{busy, Origin::webhook, now(), 0, true}};
    auto impatient = world.mautic.options();
    impatient.lock_wait_timeout = Milliseconds(1000);
    database::Connection connection(impatient);
    for (std::size_t troubles = 4;; --troubles) {
        const bool is_killed = below(random, 2) == 0;
        std::size_t slices = below(random, 8);
        std::optional<Contention> contention;
        if (troubles > 0 && !is_killed && slices == 0) contention.emplace(world, random);
        erasure::Eraser eraser(connection, world.rules(), [&] {
            if (troubles == 0 || slices-- > 0) return true;
            if (is_killed) return false;
            if (!contention) contention.emplace(world, random);
            slices = std::numeric_limits<std::size_t>::max();
            return true;
        });
        try {
            return eraser.erase(request).at(0).status;
        } catch (const erasure::Interrupted&) {
            continue;
        } catch (const database::DatabaseError& error) {
            REQUIRE(error.error_class() == database::ErrorClass::conflict);
        }
    }
}

}  // namespace

TEST_CASE(
    "whatever the history, and whenever it is killed or waits in vain for a lock, slices come to what one "
    "transaction does") {
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        Outcome expected;
        {
            World whole;
            add_history(whole, seed);
            expected = outcome_of(whole, whole.erase(busy).status);
        }
        World world;
        add_history(world, seed);
        world.slice_rows = 3;
        world.prepare();
        Random random(seed);
        const Status first = erase_with_trouble(world, random);
        const Outcome outcome = outcome_of(world, first);
        CHECK(outcome.first == expected.first);
        CHECK(outcome.second == expected.second);
        CHECK((outcome.findings == expected.findings));
        CHECK(outcome.changed == expected.changed);
        CHECK(outcome.late == expected.late);
        CHECK((outcome.rows == expected.rows));
    }
}
