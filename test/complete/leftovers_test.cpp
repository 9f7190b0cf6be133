// What a plain delete in Mautic leaves behind of a whole history, on every schema: nothing that identifies
// the person stays in rows that lost them, and no other row is touched.
#include <strings.h>
#include "orphans/orphaned_rows.h"

#include <algorithm>

#include "background/checkpoints.h"
#include "complete/erased_history.h"
#include "health/metrics.h"
#include "orphans/orphan_eraser.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Nothing is known of the person, so a name in the path of a page is a path.
const std::set<std::string> names_in_paths{"page_hits.url: firstname", "page_hits.url: marker",
                                           "video_hits.url: firstname", "video_hits.url: marker"};

class Remains {
  public:
    explicit Remains(const SchemaCase& schema) : history(schema) {
        background::Checkpoints(history.world.daemon, World::ledger_name).installed_at(now());
        run();
        for (const plan::Step* step : orphans::orphan_steps(history.world.plan())) {
            remember(step->table);
        }
        for (const plan::Step& step : history.world.plan().steps) {
            const bool by_id =
                step.tie.kind == mautic::Tie::Kind::column && step.tie.leftovers == mautic::Leftovers::none;
            if (by_id) remember_named(step);
        }
    }

    // A new daemon's first look, from its beginning to its end.
    void run() {
        orphans::OrphanedRows task(
            background::DeletedContacts::since_installation, {}, deletions, [](std::size_t) { return true; },
            metrics, orphans::OrphanedRows::Pace{Milliseconds{0}, Milliseconds{0}});
        const std::stop_token stop;
        background::Throttle throttle({0, 0});
        do {
            task.run({history.world.daemon, history.world.rules(), stop, throttle});
        } while (task.period() == Milliseconds{0});
    }

    void delete_contact() {
        auto& root = history.world.mautic.connection();
        root.change("SET foreign_key_checks = 1");
        root.change("DELETE FROM " + history.world.mautic.real_name("leads") + " WHERE id = 7");
    }

    // Rows that lose the subject, what hangs on them, and what they alone refer to.
    bool is_left_behind(const RowMaker::RowId& row) const {
        static const std::set<std::string> dependent{"email_stats_devices", "email_stat_replies",
                                                     "form_results_1_newsletter", "email_copies"};
        return rows_.contains(row) || (dependent.contains(row.first) && history.is_of_subject(row));
    }
    const std::set<std::string>& tables() const { return tables_; }

    ErasedHistory history;
    orphans::Deletions deletions;
    health::Metrics metrics{"test"};

  private:
    void remember(const std::string& table) {
        const auto& dumped = history.before.tables().at(table);
        const auto contact = std::find(dumped.columns.begin(), dumped.columns.end(), "lead_id");
        const auto at = static_cast<std::size_t>(contact - dumped.columns.begin());
        for (const auto& [key, cells] : dumped.rows) {
            if (cells.at(at) != "7") continue;
            rows_.insert({table, key});
            tables_.insert(table);
        }
    }

    // What names the subject by its id and stays when it is deleted, because no foreign key ties it.
    void remember_named(const plan::Step& step) {
        const auto table = history.before.tables().find(step.table);
        if (table == history.before.tables().end()) return;
        const auto& dumped = table->second;
        const auto cell_of = [&](const auto& cells, const std::string& column) {
            const auto at = std::find(dumped.columns.begin(), dumped.columns.end(), column);
            return cells.at(static_cast<std::size_t>(at - dumped.columns.begin()));
        };
        const auto holds = [&](const auto& cells, const mautic::Condition& condition) {
            // As the server compares: upper and lower case are the same.
            const std::optional<std::string> cell = cell_of(cells, condition.column);
            return std::any_of(condition.values.begin(), condition.values.end(),
                               [&](const std::string& value) {
                                   return cell && strcasecmp(value.c_str(), cell->c_str()) == 0;
                               });
        };
        for (const auto& [key, cells] : dumped.rows) {
            const auto of_row = [&, &row = cells](const auto& condition) { return holds(row, condition); };
            if (cell_of(cells, step.tie.column) != "7") continue;
            if (!std::all_of(step.tie.conditions.begin(), step.tie.conditions.end(), of_row)) continue;
            if (std::any_of(step.tie.exceptions.begin(), step.tie.exceptions.end(), of_row)) continue;
            rows_.insert({step.table, key});
        }
    }

    std::set<RowMaker::RowId> rows_;
    std::set<std::string> tables_;
};

std::vector<std::string> other_changes(const Remains& here, const Dump& before, const Dump& after) {
    std::vector<std::string> all;
    for (const std::string& change : here.history.changes_of_others(before, after)) all.push_back(change);
    for (const std::string& change : Dump::differences(before, after, [&](const RowMaker::RowId& row) {
             return here.history.is_of_subject(row) && !here.is_left_behind(row) &&
                    row.first != "ip_addresses";
         })) {
        all.push_back(change);
    }
    return all;
}

}  // namespace

TEST_CASE("What a deleted contact leaves behind names nobody afterwards, or hardly, on every schema") {
    for (const SchemaCase& schema : schema_cases()) {
        CAPTURE(schema.name());
        Remains here(schema);
        CHECK(here.tables().size() >= 11);
        here.delete_contact();
        const Dump deleted = here.history.dump();
        const auto of_remains = [&](const RowMaker::RowId& row) { return here.is_left_behind(row); };
        REQUIRE(deleted.search(here.history.needles, of_remains).size() > 50);
        here.run();
        const Dump after = here.history.dump();
        CHECK(after.search(here.history.needles, of_remains) == names_in_paths);
        CHECK(other_changes(here, deleted, after) == std::vector<std::string>{});
        here.run();
        CHECK(here.history.dump() == after);
    }
}
