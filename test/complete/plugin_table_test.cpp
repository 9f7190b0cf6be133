// Tables of plugins, which the shipped map cannot know: found, emptied when the policy says so, and erased
// once the operator has described them.
#include "complete/dump.h"
#include "complete/erased_history.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* sample = "someone.zq7f7x@example.org";

// One table with a foreign key to `leads`, one with nothing but the name of its column, and one below the
// first; with every kind of column, a JSON one and an array among them.
void add_plugin_tables(World& world) {
    auto& connection = world.mautic.connection();
    const std::string prefix = world.mautic.prefix();
    connection.change("CREATE TABLE " + prefix +
                      "plugin_poll_answers (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, contact BIGINT"
                      " UNSIGNED DEFAULT NULL, answer LONGTEXT NOT NULL, extra LONGTEXT NOT NULL COMMENT"
                      " '(DC2Type:json)' CHECK (JSON_VALID(extra)), options LONGTEXT DEFAULT NULL COMMENT"
                      " '(DC2Type:array)', stars INT NOT NULL, INDEX by_contact (contact), CONSTRAINT"
                      " poll_contact FOREIGN KEY (contact) REFERENCES " +
                      prefix + "leads (id) ON DELETE SET NULL) ENGINE = InnoDB");
    connection.change("CREATE TABLE " + prefix +
                      "plugin_calls (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT UNSIGNED NOT"
                      " NULL, number VARCHAR(64) NOT NULL, remarks VARCHAR(191) DEFAULT NULL, called_at"
                      " DATETIME NOT NULL, UNIQUE INDEX by_number (lead_id, number)) ENGINE = InnoDB");
    for (const int contact : {7, 71}) {
        const std::string id = std::to_string(contact);
        const std::string text = contact == 7 ? sample : "other@example.org";
        connection.change("INSERT INTO " + prefix +
                          "plugin_poll_answers (contact, answer, extra, options,"
                          " stars) VALUES (" +
                          id + ", 'I am " + text + "', '{\"from\":\"" + text +
                          "\",\"stars\":5}', 'a:1:{i:0;s:" + std::to_string(text.size()) + ":\"" + text +
                          "\";}', 5)");
        connection.change("INSERT INTO " + prefix +
                          "plugin_calls (lead_id, number, remarks, called_at) VALUES (" + id + ", '+49 " +
                          id + "', 'Asked for " + text + "', '2025-02-01 08:00:00')");
    }
}

struct PluginWorld {
    explicit PluginWorld(const std::string& prefix, policy::UnknownRule rule) : world(prefix, "6.0.8", true) {
        add_plugin_tables_for(rule);
    }
    void add_plugin_tables_for(policy::UnknownRule rule) {
        for (const ContactId id : {7, 71}) {
            world.mautic.add_contact(id);
            world.mautic.unsubscribe(id);
        }
        add_plugin_tables(world);
        world.policy.unknown = rule;
    }
    std::set<std::string> unknown_tables() {
        std::set<std::string> names;
        for (const auto& unknown : world.plan().unknown) names.insert(unknown.table);
        return names;
    }
    // Tables and columns of plugins with something of the contact.
    std::set<std::string> places() {
        const LiveTables tables = read_live_tables(world.mautic.connection(), world.mautic.prefix());
        const Dump dump(world.mautic.connection(), tables);
        std::set<std::string> places;
        for (const char* name : {"plugin_poll_answers", "plugin_calls"}) {
            const auto& table = dump.tables().at(name);
            for (const auto& [key, cells] : table.rows) {
                for (std::size_t i = 0; i < cells.size(); ++i) {
                    const std::string cell = cells[i].value_or("");
                    if (cell.find(sample) != std::string::npos || cell == "+49 7") {
                        places.insert(std::string(name) + "." + table.columns[i]);
                    }
                }
            }
        }
        return places;
    }
    std::string others() {
        return world.mautic.value(
                   "SELECT GROUP_CONCAT(answer, extra, options, stars) FROM {prefix}plugin_poll_answers WHERE"
                   " contact = 71") +
               world.mautic.value(
                   "SELECT GROUP_CONCAT(number, remarks) FROM {prefix}plugin_calls WHERE lead_id = 71");
    }

    World world;
};

const std::set<std::string> both_tables{"plugin_calls", "plugin_poll_answers"};
const std::set<std::string> all_places{"plugin_calls.number", "plugin_calls.remarks",
                                       "plugin_poll_answers.answer", "plugin_poll_answers.extra",
                                       "plugin_poll_answers.options"};

constexpr const char* own_entries = R"(format = 1
[[table]]
name = "plugin_poll_answers"
why = "Answers to polls."
tie = { kind = "column", column = "contact" }
[table.columns]
answer = { action = "delete", why = "Free text." }
extra = { action = "rewrite", keep_members = ["stars"], why = "Free text; the stars are statistics." }
options = { action = "empty_array", why = "Free text." }
stars = { action = "keep", why = "Statistics." }

[[table]]
name = "plugin_calls"
why = "Telephone calls."
tie = { kind = "column", column = "lead_id" }
rows = "delete"
)";

}  // namespace

TEST_CASE("a plugin's tables are found and left alone") {
    for (const char* prefix : {"", "mtc_"}) {
        PluginWorld plugin(prefix, policy::UnknownRule::warn);
        plugin.world.prepare();
        CHECK(plugin.unknown_tables() == both_tables);
        CHECK(plugin.places() == all_places);
        plugin.world.erase(7);
        CHECK(plugin.places() == all_places);
    }
}

TEST_CASE("a plugin's tables are emptied by type when the policy says so") {
    for (const char* prefix : {"", "mtc_"}) {
        PluginWorld plugin(prefix, policy::UnknownRule::remove);
        plugin.world.prepare();
        CHECK(plugin.unknown_tables() == both_tables);
        const std::string others = plugin.others();
        CHECK(plugin.world.erase(7).findings.empty());
        // Without a prefix only a key shows whose row it is.
        const std::set<std::string> of_calls{"plugin_calls.number", "plugin_calls.remarks"};
        CHECK(plugin.places() == (*prefix == '\0' ? of_calls : std::set<std::string>{}));
        CHECK(plugin.others() == others);
        CHECK(plugin.world.mautic.value(
                  "SELECT JSON_VALID(extra) FROM {prefix}plugin_poll_answers WHERE contact = 7") == "1");
        CHECK(plugin.world.mautic.value("SELECT COALESCE(options, 'a:0:{}') FROM {prefix}plugin_poll_answers"
                                        " WHERE contact = 7") == "a:0:{}");
        CHECK(plugin.world.mautic.row_count("leads", "id = 7") == 1);
        CHECK(plugin.world.erase(7, 1, false).counts.unexpected() == 0);
    }
}

TEST_CASE("a plugin's tables that the operator described are erased and no longer unknown") {
    const TemporaryDirectory directory;
    const std::filesystem::path own_maps[] = {directory.write("plugins.toml", own_entries)};
    for (const char* prefix : {"", "mtc_"}) {
        PluginWorld plugin(prefix, policy::UnknownRule::stop);
        plugin.world.map =
            mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml", own_maps);
        plugin.world.prepare();
        CHECK(plugin.unknown_tables() == std::set<std::string>{});
        const std::string others = plugin.others();
        CHECK(plugin.world.erase(7).findings.empty());
        CHECK(plugin.places() == std::set<std::string>{});
        CHECK(plugin.others() == others);
        CHECK(plugin.world.mautic.value("SELECT CONCAT(answer, JSON_EXTRACT(extra, '$.stars'), stars) FROM"
                                        " {prefix}plugin_poll_answers WHERE contact = 7") == "55");
        CHECK(plugin.world.mautic.row_count("plugin_calls", "lead_id = 7") == 0);
        CHECK(plugin.world.erase(7, 1, false).counts.unexpected() == 0);
    }
}

TEST_CASE("a plugin that refers to addresses keeps those it needs") {
    ErasedHistory erased({"7.1.0-rc", false, "mtc_"});
    auto& mautic = erased.world.mautic;
    mautic.connection().change(
        "CREATE TABLE mtc_plugin_visits (id INT PRIMARY KEY, ip_id INT UNSIGNED NOT NULL, INDEX by_ip "
        "(ip_id),"
        " CONSTRAINT visit_ip FOREIGN KEY (ip_id) REFERENCES mtc_ip_addresses (id)) ENGINE = InnoDB");
    const std::string address = erased.history.subject().value("private IP address");
    mautic.connection().change(
        "INSERT INTO mtc_plugin_visits SELECT 1, MIN(id) FROM mtc_ip_addresses WHERE"
        " ip_address = '" +
        address + "'");
    erased.world.prepare();
    erased.erase(0);
    CHECK(mautic.row_count("ip_addresses", "ip_address = '" + address + "'") == 1);
}
