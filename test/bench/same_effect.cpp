#include "bench/same_effect.h"

#include <sstream>

#include "base/error.h"
#include "bench/by_hand.h"
#include "bench/engine.h"
#include "bench/large_mautic.h"
#include "bench/plugin_loop.h"
#include "ledger/ledger.h"

namespace gdprd::bench {
namespace {

constexpr Range all{1, 440};
constexpr std::size_t erased = 405;  // the last batches are not full, and share addresses with the rest

struct Twin {
    Twin(test::PrivateServer& server, const std::string& name)
        : mautic(server, name), ledger(name + "_ledger"), connection(mautic.options()) {
        load_wanted_schema(mautic);
        add_shared_content(mautic);
        add_contacts(mautic, all);
        unsubscribe(mautic, all);
        server.execute("DROP DATABASE IF EXISTS " + ledger);
        ledger::Ledger(connection, ledger).create();
    }

    // What is random is so on both sides; that it was replaced shows.
    std::string content() {
        std::istringstream lines(mautic.dump());
        std::string text, line;
        while (std::getline(lines, line)) {
            const auto random = line.find("=erased-");
            text += line.substr(0, random == std::string::npos ? random : random + 8) + '\n';
        }
        auto rows = connection.select(
            "SELECT CONCAT_WS(' ', contact_id, subject_hash, algorithm, channel,"
            " reason, opted_out_at, status, passes) FROM " +
            ledger + ".erasure ORDER BY contact_id");
        while (rows.next()) text += "ledger: " + rows.text(0) + '\n';
        return text;
    }

    test::MauticDatabase mautic;
    std::string ledger;
    database::Connection connection;
};

void compare(const std::string& engine, const std::string& baseline, const std::string& name) {
    std::istringstream left(engine), right(baseline);
    std::string left_line, right_line;
    while (std::getline(left, left_line)) {
        std::getline(right, right_line);
        if (left_line != right_line) {
            throw Error("the engine and " + name + " differ: '" + left_line + "' and '" + right_line + "'");
        }
    }
    if (std::getline(right, right_line)) throw Error(name + " leaves more: '" + right_line + "'");
}

}  // namespace

void check_same_effect(test::PrivateServer& server) {
    Twin engine(server, "twin_engine");
    Twin by_hand(server, "twin_by_hand");
    Twin plugin(server, "twin_plugin");
    const auto contacts = ids_of({all.first, erased});
    const auto compare_all = [&] {
        const std::string expected = engine.content();
        compare(expected, by_hand.content(), "the SQL by hand");
        compare(expected, plugin.content(), "the plugin's loop");
    };
    compare_all();
    // In one transaction: of two at the same time, each with some of the contacts that share an IP address,
    // both may take it for used.
    Engine(engine.mautic, rules_for(engine.mautic, engine.ledger)).erase(contacts, contacts.size());
    ByHand(by_hand.mautic, by_hand.ledger).erase(contacts);
    PluginLoop(plugin.mautic, plugin.ledger).erase(contacts);
    compare_all();
    for (const Twin* twin : {&engine, &by_hand, &plugin}) {
        server.execute("DROP DATABASE " + twin->mautic.name());
        server.execute("DROP DATABASE " + twin->ledger);
    }
}

}  // namespace gdprd::bench
