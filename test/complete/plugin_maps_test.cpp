// The maps of plugins that come with the program: a contact with a value in every column that they describe
// is erased, and somebody beside it is not. The judge reads rows before and after, and knows nothing of the
// plan.
#include <algorithm>
#include <iostream>
#include <regex>

#include "base/text.h"
#include "complete/plugin_rows.h"
#include "discovery/unknown.h"
#include "erasure/lock_wait.h"
#include "erasure/preview.h"
#include "mautic/plugin_maps.h"
#include "plan/coverage.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/skipped.h"

using namespace gdprd;
using namespace gdprd::test;
using mautic::TableEntry;
using mautic::Tie;

namespace {

constexpr ContactId subject = 7;
constexpr ContactId neighbour = 71;
constexpr ContactId third = 77;

std::filesystem::path config_directory() { return std::filesystem::path(GDPRD_SOURCE_DIR) / "config"; }

const mautic::DataMap& map_with_plugins() {
    static const mautic::DataMap map =
        mautic::load_data_map(config_directory() / "contact-data.toml", {}, config_directory() / "plugins");
    return map;
}

std::vector<std::filesystem::path> sql_files() {
    const auto facts = needed_facts() / "plugins";
    if (!std::filesystem::exists(facts)) skip_test_case();
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(facts)) {
        if (file.path().extension() == ".sql") files.push_back(file.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Mautic with all plugins there are facts about, and three contacts.
struct PluginMautic {
    explicit PluginMautic(const std::string& prefix, const std::string& version)
        : world(prefix, version, false), rows(world, sql_files()) {
        world.map = map_with_plugins();
        for (const ContactId id : {subject, neighbour, third}) {
            world.mautic.add_contact(id);
            world.mautic.unsubscribe(id);
            world.mautic.connection().change("UPDATE " + prefix + "leads SET mobile = '" + telephone_of(id) +
                                             "' WHERE id = " + std::to_string(id));
        }
        const auto schema = mautic::read_schema(world.mautic.connection(), prefix);
        map = mautic::map_in_use(world.map, schema);
        rows.add(map.plugins_in_use, subject, third, invented_person(subject).email());
        rows.add(map.plugins_in_use, neighbour, third, invented_person(neighbour).email());
    }

    // As somebody has it who took the maps of plugins away.
    void remove_maps(policy::UnknownRule unknown) {
        world.map = shipped_map();
        world.policy.unknown = unknown;
    }

    World world;
    PluginRows rows;
    mautic::DataMap map;  // in use
};

// Mautic's own housekeeping of whatever staff edits, and numbers that name rows.
bool is_of_staff(const std::string& column) {
    static const std::set<std::string> names{"is_published", "date_added", "created_by",  "date_modified",
                                             "modified_by",  "user_id",    "checked_out", "checked_out_by",
                                             "category_id",  "owner_id",   "assignee_id", "company_id"};
    return names.contains(column);
}

// Why the map says that the column of such a row stays; "" where it does not say so.
std::string why_kept(const mautic::DataMap& map, const LiveTable& table, const std::string& column) {
    const auto& key = table.primary_key;
    if (std::find(key.begin(), key.end(), column) != key.end()) return "names the row";
    if (table.foreign_keys.contains(column)) return "refers to another row";
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        if (entry.tie.column == column) return "refers to the contact";
        for (const auto& condition : entry.tie.conditions) {
            if (condition.column == column) return "says what the row is about";
        }
        const auto rule = entry.columns.find(column);
        if (rule != entry.columns.end() && rule->second.action == mautic::Action::keep) {
            return rule->second.why;
        }
    }
    return is_of_staff(column) ? "of staff" : "";
}

struct Outcome {
    std::set<std::string> erased;  // "table.column"
    std::set<std::string> kept;    // the same with a reason of the map's own
    std::set<std::string> unexplained;
    std::set<std::string> values_gone;  // tokens that only these cells had
};

// What the test put into the subject's cells.
std::set<std::string> tokens_in(const std::string& cell) {
    static const std::regex token("zq7x[0-9]+");
    std::set<std::string> tokens;
    for (std::sregex_iterator at(cell.begin(), cell.end(), token), end; at != end; ++at)
        tokens.insert(at->str());
    return tokens;
}

std::set<std::string> tokens_in(const Dump& dump) {
    std::set<std::string> tokens;
    for (const auto& [name, table] : dump.tables()) {
        for (const auto& [key, cells] : table.rows) {
            for (const auto& cell : cells) {
                if (cell) tokens.merge(tokens_in(*cell));
            }
        }
    }
    return tokens;
}

// Of the subject's rows in the tables of plugins, and in those it has in tables of Mautic by them.
Outcome outcome_of(const PluginMautic& here, const Dump& before, const Dump& after) {
    Outcome outcome;
    for (const auto& [name, table] : before.tables()) {
        const LiveTable& live = here.rows.tables().at(name);
        for (const auto& [key, cells] : table.rows) {
            if (here.rows.owner_of({name, key}) != subject) continue;
            const auto& rows_after = after.tables().at(name).rows;
            const auto now = rows_after.find(key);
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (!cells[i]) continue;
                const std::string place = name + "." + table.columns[i];
                const bool stays = now != rows_after.end() && now->second[i] == cells[i];
                if (stays) {
                    const std::string why = why_kept(here.map, live, table.columns[i]);
                    if (why.empty()) outcome.unexplained.insert(place);
                    outcome.kept.insert(place);
                    continue;
                }
                outcome.erased.insert(place);
                for (const std::string& token : tokens_in(*cells[i])) outcome.values_gone.insert(token);
            }
        }
    }
    return outcome;
}

std::vector<std::string> changes_of_others(const PluginMautic& here, const Dump& before, const Dump& after) {
    return Dump::differences(before, after, [&](const RowMaker::RowId& row) {
        const bool is_of_plugin = !shipped_map().knows_table(row.first);
        return (is_of_plugin || here.rows.owner_of(row) != 0) && here.rows.owner_of(row) != subject;
    });
}

std::set<std::string> of_tables(const std::set<std::string>& places, const std::set<std::string>& tables) {
    std::set<std::string> found;
    for (const std::string& place : places) {
        if (tables.contains(place.substr(0, place.find('.')))) found.insert(place);
    }
    return found;
}

// Columns of tables of plugins in which something of the subject stands.
std::set<std::string> places_of_subject(const Dump& dump) {
    std::set<std::string> places;
    for (const auto& [name, table] : dump.tables()) {
        if (shipped_map().knows_table(name)) continue;
        for (const auto& [key, cells] : table.rows) {
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (cells[i] && !tokens_in(*cells[i]).empty()) places.insert(name + "." + table.columns[i]);
            }
        }
    }
    return places;
}

// What is left of the subject where the maps of plugins are taken away.
std::set<std::string> left_without_maps(const std::string& prefix, const std::string& version,
                                        policy::UnknownRule unknown) {
    PluginMautic here(prefix, version);
    here.remove_maps(unknown);
    const Dump before = here.rows.dump();
    here.world.erase(subject);
    const Dump after = here.rows.dump();
    CHECK(changes_of_others(here, before, after) == std::vector<std::string>{});
    const std::set<std::string> left = places_of_subject(after);
    if (unknown == policy::UnknownRule::warn) CHECK(left == places_of_subject(before));
    // None of it in silence.
    std::set<std::string> named;
    for (const auto& one : here.world.plan().unknown) named.insert(one.table);
    for (const std::string& place : left) {
        CAPTURE(place);
        CHECK(named.contains(place.substr(0, place.find('.'))));
    }
    CHECK(here.world.plan().undecided_count() > 0);
    return left;
}

struct LeftWithoutMaps {
    std::set<std::string> by_delete;
    std::set<std::string> by_warn;
};

// As in plugins.md: plugin, tables that coverage names without its map, what the map does, and what is left
// without it.
void print_table(PluginMautic& here, const Outcome& outcome, const LeftWithoutMaps& left) {
    const auto schema = mautic::read_schema(here.world.daemon, here.world.mautic.prefix());
    std::set<std::string> named;
    for (const auto& unknown : discovery::find_unknown(shipped_map(), schema, {}))
        named.insert(unknown.table);
    std::set<std::string> undecided;
    for (const auto& unknown : discovery::find_unknown(here.world.map, schema, {}))
        undecided.insert(unknown.name());
    for (const auto& plugin : here.map.plugins_in_use) {
        std::set<std::string> tables, own;
        for (const TableEntry& entry : plugin.entries) {
            if (schema.find(entry.table) == nullptr) continue;
            tables.insert(entry.table);
            if (!shipped_map().knows_table(entry.table)) own.insert(entry.table);
        }
        const auto named_here = std::count_if(
            own.begin(), own.end(), [&](const std::string& table) { return named.contains(table); });
        std::cout << plugin.name << " | " << named_here << " of " << own.size() << " tables named | "
                  << of_tables(outcome.erased, own).size() << " columns erased | "
                  << of_tables(outcome.kept, own).size() << " kept on purpose | without the map "
                  << of_tables(left.by_delete, own).size() << " left by \"delete\", "
                  << of_tables(left.by_warn, own).size() << " by \"warn\" | undecided:";
        for (const std::string& one : of_tables(undecided, own)) std::cout << ' ' << one;
        std::cout << '\n';
        CHECK(named_here == static_cast<std::ptrdiff_t>(own.size()));
    }
}

}  // namespace

TEST_CASE("what the maps of plugins describe is erased, and nothing of anybody else") {
    for (const auto& [prefix, version] :
         std::vector<std::pair<std::string, std::string>>{{"mtc_", "5.1.1"}, {"", "7.1.0-rc"}}) {
        CAPTURE(prefix, version);
        PluginMautic here(prefix, version);
        CHECK(here.map.plugins_set_aside == std::vector<std::string>{});
        CHECK(here.map.plugins_in_use.size() == 22);
        const Dump before = here.rows.dump();
        const std::string neighbours_core = here.world.rows_of(neighbour, here.world.notes_of(neighbour));

        const auto result = here.world.erase(subject);
        CHECK(result.findings.empty());
        const Dump after = here.rows.dump();
        const Outcome outcome = outcome_of(here, before, after);
        CHECK(outcome.unexplained == std::set<std::string>{});
        CHECK(changes_of_others(here, before, after) == std::vector<std::string>{});
        CHECK(here.world.rows_of(neighbour, here.world.notes_of(neighbour)) == neighbours_core);
        CHECK(here.world.mautic.places_of(invented_person(subject).email()) == std::set<std::string>{});
        CHECK(outcome.values_gone.size() > 90);
        const std::set<std::string> left = tokens_in(after);
        for (const std::string& value : outcome.values_gone) {
            CAPTURE(value);
            CHECK_FALSE(left.contains(value));
        }

        // Mautic's own links are cut by the first later pass; after that nothing changes any more.
        here.world.erase(subject, 1);
        const Dump later = here.rows.dump();
        CHECK(changes_of_others(here, after, later) == std::vector<std::string>{});
        CHECK(here.world.erase(subject, 2, false).counts.unexpected() == 0);
        CHECK((here.rows.dump() == later));
        if (prefix.empty()) continue;  // what is left without the maps is told once
        const LeftWithoutMaps without_maps{left_without_maps(prefix, version, policy::UnknownRule::remove),
                                           left_without_maps(prefix, version, policy::UnknownRule::warn)};
        CHECK(without_maps.by_delete.size() < without_maps.by_warn.size());
        print_table(here, outcome, without_maps);
    }
}

namespace {

// Items of Custom Objects with a value each, and who is linked with them.
class Items {
  public:
    Items() : world("mtc_", "5.1.1", false), rows_(world, {needed_facts() / "plugins/custom-objects.sql"}) {
        world.map = map_with_plugins();
        for (const ContactId id : {subject, neighbour}) {
            world.mautic.add_contact(id);
            world.mautic.unsubscribe(id);
        }
    }

    void add(std::uint64_t item, const std::vector<ContactId>& linked) {
        rows_.insert(subject, "custom_item", {{"id", item}, {"name", "name " + std::to_string(item)}});
        rows_.insert(subject, "custom_field_value_text",
                     {{"custom_field_id", std::uint64_t{1}}, {"custom_item_id", item}});
        rows_.insert(subject, "custom_field_value_text",
                     {{"custom_field_id", std::uint64_t{2}}, {"custom_item_id", item}});
        rows_.insert(subject, "custom_field_value_option", {{"custom_item_id", item}});
        rows_.insert(
            subject, "audit_log",
            {{"object", "customItem"}, {"object_id", item}, {"details", "a:1:{s:4:\"name\";s:1:\"x\";}"}});
        for (const ContactId contact : linked) {
            rows_.insert(contact, "custom_item_xref_contact",
                         {{"custom_item_id", item}, {"contact_id", contact}});
        }
    }
    void link_company(std::uint64_t item) {
        rows_.insert(subject, "custom_item_xref_company",
                     {{"custom_item_id", item}, {"company_id", std::uint64_t{1}}});
    }
    void link(std::uint64_t lower, std::uint64_t higher) {
        rows_.insert(subject, "custom_item_xref_custom_item",
                     {{"custom_item_id_lower", lower}, {"custom_item_id_higher", higher}});
    }

    // "name 11, 2 texts, 1 option, 1 entry, links 7 71".
    std::string state(std::uint64_t item) {
        const std::string id = std::to_string(item);
        const auto count = [&](const std::string& table) {
            return world.mautic.value("SELECT COUNT(*) FROM {prefix}" + table +
                                      " WHERE custom_item_id = " + id);
        };
        const std::string entries = world.mautic.value(
            "SELECT COUNT(*) FROM {prefix}audit_log WHERE object = 'customItem' AND object_id = " + id +
            " AND details LIKE '%\"x\"%'");
        const std::string links = world.mautic.value(
            "SELECT COALESCE(GROUP_CONCAT(contact_id ORDER BY contact_id SEPARATOR ' '), '-') FROM "
            "{prefix}custom_item_xref_contact WHERE custom_item_id = " +
            id);
        return world.mautic.value("SELECT CONCAT('[', name, ']') FROM {prefix}custom_item WHERE id = " + id) +
               ", " + count("custom_field_value_text") + " texts, " + count("custom_field_value_option") +
               " options, " + entries + " entries, links " + links;
    }
    std::uint64_t item_links() { return world.mautic.row_count("custom_item_xref_custom_item"); }

    World world;

  private:
    PluginRows rows_;
};

constexpr const char* erased_item = "[], 0 texts, 0 options, 0 entries, links -";

std::string whole(std::uint64_t item, const std::string& links) {
    return "[name " + std::to_string(item) + "], 2 texts, 1 options, 1 entries, links " + links;
}

}  // namespace

TEST_CASE("an item that somebody else needs stays with all its values until they are erased, too") {
    Items items;
    items.add(11, {subject});
    items.add(12, {subject, neighbour});
    items.add(13, {subject});
    items.link_company(13);
    items.add(14, {subject});
    items.add(15, {neighbour});
    items.link(14, 15);
    items.add(16, {});
    items.link(14, 16);
    items.world.erase(subject);
    CHECK(items.state(11) == erased_item);
    CHECK(items.state(12) == whole(12, "71"));
    CHECK(items.state(13) == whole(13, "-"));
    CHECK(items.state(14) == whole(14, "-"));
    CHECK(items.state(15) == whole(15, "71"));
    CHECK(items.state(16) == whole(16, "-"));
    CHECK(items.item_links() == 2);
    CHECK(items.world.erase(subject, 1).counts.unexpected() == 0);
    CHECK(items.state(12) == whole(12, "71"));
    items.world.erase(neighbour);
    CHECK(items.state(12) == erased_item);
    CHECK(items.state(13) == whole(13, "-"));
    CHECK(items.state(15) == whole(15, "-"));
}

TEST_CASE("an item of two contacts that are erased together is erased once") {
    Items items;
    items.add(12, {subject, neighbour});
    items.add(13, {subject, neighbour, third});
    const auto results = items.world.erase({erasure::Request{subject, Origin::webhook, now(), 0, true},
                                            erasure::Request{neighbour, Origin::webhook, now(), 0, true}});
    for (const auto& result : results) CHECK(result.findings.empty());
    CHECK(items.state(12) == erased_item);
    CHECK(items.state(13) == whole(13, "77"));
}

TEST_CASE("an item of two contacts that two workers erase at once is erased by the last of them") {
    Items items;
    items.add(12, {subject, neighbour});
    items.world.prepare();
    auto& other_worker = items.world.mautic.connection();
    {
        database::Transaction transaction(other_worker);
        other_worker.select("SELECT id FROM mtc_custom_item WHERE id = 12 FOR UPDATE");
        std::thread worker([&] {
            const database::ThreadScope scope;
            items.world.erase(subject);
        });
        wait_for_lock_wait();
        other_worker.change(
            "DELETE FROM mtc_custom_item_xref_contact WHERE custom_item_id = 12 AND "
            "contact_id = " +
            std::to_string(neighbour));
        transaction.commit();
        worker.join();
    }
    CHECK(items.state(12) == erased_item);
}

TEST_CASE("a preview counts the parts of items, and changes nothing") {
    Items items;
    items.add(11, {subject});
    items.world.prepare();
    const auto previews = erasure::preview(items.world.daemon, *items.world.rules(), subject);
    std::map<std::string, std::uint64_t> rows;
    for (std::size_t i = 0; i < previews.size(); ++i)
        rows[items.world.plan().steps[i].key()] = previews[i].rows;
    CHECK(rows.at("custom_item") == 1);
    CHECK(rows.at("custom_field_value_text") == 2);
    CHECK(rows.at("audit_log#custom-item") == 1);
    CHECK(items.state(11) == whole(11, "7"));
}
