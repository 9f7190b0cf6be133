#include "soak/judge.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <sstream>

#include "base/hex.h"
#include "base/text.h"
#include "soak/commands.h"
#include "soak/rows_of_people.h"
#include "system/traces.h"

namespace gdprd::soak {

namespace {

constexpr std::chrono::minutes patience(5);
constexpr std::size_t named_at_most = 10, told_at_most = 3;

using Contacts = std::set<ContactId>;

Contacts contacts_in(World& world, const std::string& sql) {
    Contacts contacts;
    database::Rows rows = world.server.select(sql, world.here.ledger_database);
    while (rows.next()) contacts.insert(rows.number(0));
    return contacts;
}

std::string names(const Contacts& contacts) {
    std::string text;
    std::size_t named = 0;
    for (const ContactId contact : contacts) {
        if (++named > named_at_most) return text + " …";
        text += ' ' + std::to_string(contact);
    }
    return text;
}

// What the daemon logged of the first of them.
std::string story(World& world, const Contacts& contacts) {
    std::string story;
    std::size_t told = 0;
    for (const ContactId contact : contacts) {
        if (++told > told_at_most) break;
        std::istringstream log(world.log());
        for (std::string line; std::getline(log, line);) {
            if ((line + ' ').find("contact=" + std::to_string(contact) + ' ') != std::string::npos) {
                story += "\n    " + line;
            }
        }
    }
    return story;
}

void expect_nobody(World& world, const std::string& what, const Contacts& contacts) {
    if (contacts.empty()) return;
    world.complain(std::to_string(contacts.size()) + ' ' + what + ':' + names(contacts) +
                   story(world, contacts));
}

Contacts contacts_of(World& world, const std::function<bool(const Somebody&)>& wanted) {
    Contacts contacts;
    for (const Somebody& one : world.people.all()) {
        if (wanted(one)) contacts.insert(one.contact);
    }
    return contacts;
}

Contacts without(Contacts all, const Contacts& some) {
    for (const ContactId contact : some) all.erase(contact);
    return all;
}

void wait(World& world, const std::string& what, const std::function<bool()>& condition) {
    try {
        world.here.wait_until(what, condition, patience);
    } catch (const std::runtime_error& error) {
        world.complain(std::string(error.what()).substr(0, 200));
    }
}

void wait_for_acknowledged(World& world) {
    const Contacts told =
        contacts_of(world, [](const Somebody& one) { return one.fate == Fate::erased && one.acknowledged; });
    const auto missing = [&] {
        return without(told,
                       contacts_in(world, "SELECT contact_id FROM erasure WHERE erased_at IS NOT NULL"));
    };
    wait(world, "everybody who was acknowledged is erased", [&] { return missing().empty(); });
    expect_nobody(world, "were acknowledged and lost", missing());
}

// What a database and its ledger still say of whom.
Contacts people_found(World& world, const std::string& database) {
    Contacts found;
    for (const auto& [who, times] : test::traces(world.server.options(database))) found.insert(who);
    return found;
}

bool is_erased(World& world, const Somebody& somebody) {
    const Fate fate = world.people.final_fate(somebody);
    return fate == Fate::erased || fate == Fate::deleted;
}

// Which texts, so that a set of them is asked once: an IP address or a cookie has no marker in it.
std::map<std::string, std::string> places_of_tracks(World& world) {
    std::map<std::string, std::string> places;
    for (const char* column : {"ip_addresses.ip_address", "audit_log.ip_address", "lead_devices.tracking_id",
                               "page_hits.tracking_id"}) {
        const std::string table = std::string(column).substr(0, std::string_view(column).find('.'));
        database::Rows rows =
            world.server.select("SELECT " + std::string(column) + " FROM " + table, world.here.mautic.name());
        while (rows.next()) places[rows.text(0)] += std::string(column) + ' ';
    }
    return places;
}

void check_erased(World& world) {
    const Contacts found = people_found(world, world.here.mautic.name());
    const auto places = places_of_tracks(world);
    for (const Somebody& one : world.people.all()) {
        if (!is_erased(world, one)) continue;
        const test::Person person = test::invented_person(one.who);
        std::string where;
        for (const std::string& track : {person.ip_address, person.tracking_id}) {
            if (places.contains(track)) where += places.at(track);
        }
        if (found.contains(one.who)) {
            for (const std::string& place : world.here.mautic.places_of(person.marker)) where += place + ' ';
        }
        if (where.empty()) continue;
        const std::string merged =
            one.merged_into == 0 ? "" : " merged into " + std::to_string(one.merged_into);
        world.complain(std::to_string(one.who) + merged + " is erased and stands in " + where +
                       story(world, {one.contact, one.merged_into}));
    }
}

void check_hashes(World& world) {
    Contacts wrong;
    for (const Somebody& one : world.people.all()) {
        if (one.fate != Fate::erased || one.came_back || one.gone) continue;
        for (const char* alias : {"email", "lastname", "phone"}) {
            const std::string plain = test::invented_person(one.who).fields.at(alias);
            if (world.here.mautic.field(one.contact, alias) != sha256_hex(plain)) wrong.insert(one.contact);
        }
    }
    expect_nobody(world, "do not have their own hashes", wrong);
}

void check_others(World& world) {
    const OwnedRows are = rows_of_people(world.server.options(world.here.mautic.name()));
    const OwnedRows expected = rows_of_people(world.server.options(world.mautic.twin().name()));
    Contacts touched;
    std::size_t alive = 0;
    for (const Somebody& one : world.people.all()) {
        if (is_erased(world, one)) continue;
        ++alive;
        std::string difference = first_difference(are.by_marker, expected.by_marker, one.who);
        // A merge brings rows of others too, who may have been erased before.
        if (difference.empty() && !one.has_merged && !one.gone && !one.came_back) {
            difference = first_difference(are.by_contact, expected.by_contact, one.contact);
        }
        if (difference.empty()) continue;
        if (touched.size() < 3) world.complain("of " + std::to_string(one.who) + ' ' + difference);
        touched.insert(one.who);
    }
    std::cout << alive << " others were compared" << std::endl;
    expect_nobody(world, "who are not to be erased were touched", touched);
}

bool is_right(const Somebody& one, database::Rows& row) {
    const std::string status = row.text(1), hash = row.text(2);
    if (row.text(3) != one.channel || row.text(4) != one.reason) return false;
    if (one.acknowledged && !one.commanded && row.text(6) != "webhook") return false;
    if (one.fate == Fate::held) return status == "held" && hash.empty();
    if (hash != sha256_hex(test::invented_person(one.who).email())) return false;
    if (one.came_back) return status == "complete" || status == "superseded";
    return status == "complete" && row.number(5) == 1;
}

void check_ledger(World& world) {
    Contacts missing = contacts_of(
        world, [](const Somebody& one) { return one.fate == Fate::erased || one.fate == Fate::held; });
    std::map<ContactId, const Somebody*> known;
    for (const Somebody& one : world.people.all()) {
        if (one.fate == Fate::erased || one.fate == Fate::held) known[one.contact] = &one;
    }
    Contacts wrong, of_nobody;
    database::Rows rows = world.server.select(
        "SELECT contact_id, status, subject_hash, channel, reason,"
        " erased_at >= opted_out_at - INTERVAL " +
            std::to_string(clock_back_at_most) +
            " SECOND AND completed_at >= erased_at AND passes > 1, origin FROM erasure",
        world.here.ledger_database);
    while (rows.next()) {
        const ContactId contact = rows.number(0);
        missing.erase(contact);
        const auto somebody = known.find(contact);
        if (somebody == known.end()) {
            of_nobody.insert(contact);
        } else if (!is_right(*somebody->second, rows)) {
            wrong.insert(contact);
            if (wrong.size() <= 3) {
                std::cout << "  record of " << contact << ':';
                for (std::size_t i = 1; i < 7; ++i) std::cout << ' ' << rows.text(i);
                std::cout << std::endl;
            }
        }
    }
    expect_nobody(world, "have no record", missing);
    expect_nobody(world, "have a record that is not true", wrong);
    expect_nobody(world, "have a record and were not to be erased", of_nobody);
    const Contacts commanded = contacts_of(world, [](const Somebody& one) { return one.commanded; });
    expect_nobody(world, "have two records",
                  without(contacts_in(world, "SELECT contact_id FROM former_erasure"), commanded));
}

void check_no_values(World& world, const std::string& where, const std::string& bytes) {
    for (const char* value : {"zq7f", "@example."}) {
        const std::size_t at = to_lower(bytes).find(value);
        if (at == std::string::npos) continue;
        world.complain("somebody's value stands in " + where + ": " +
                       bytes.substr(at < 100 ? 0 : at - 100, 200));
    }
}

void check_nothing_left_mautic(World& world) {
    check_no_values(world, "the log", world.log());
    for (const char* page : {"/metrics", "/readyz", "/healthz"})
        check_no_values(world, page, world.here.page(page));
    for (const auto& file : std::filesystem::directory_iterator(world.here.config.queue_directory())) {
        check_no_values(world, file.path().filename().string(), test::read_file(file.path()));
    }
    for (const std::string& database : {world.here.ledger_database, "seals_of_" + world.here.ledger_database,
                                        "lookups_of_" + world.here.ledger_database}) {
        const std::string there = world.server.value(
            "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '" + database + "'");
        if (there != "0") expect_nobody(world, "stand in " + database, people_found(world, database));
    }
}

}  // namespace

void settle(World& world) {
    wait_for_acknowledged(world);
    if (world.dice.chance(50)) sweep(world);
    world.here.stop();
    world.here.config.options["sweep.webhook_delay"] = "\"0s\"";
    world.start();
    const Contacts all = contacts_of(world, [](const Somebody& one) { return one.fate == Fate::erased; });
    const auto missing = [&] {
        return without(
            all,
            contacts_in(world, "SELECT contact_id FROM erasure WHERE status IN ('complete', 'superseded')"));
    };
    wait(world, "everybody's erasure is complete", [&] { return missing().empty(); });
    const auto plain_rows = [&] {
        return world.here.mautic.row_count("email_stats", "lead_id IS NULL AND email_address LIKE '%@%'");
    };
    wait(world, "nothing of deleted contacts is left", [&] { return plain_rows() == 0; });
    wait(world, "nothing is left to do", [&] {
        return world.here.metric("queue_jobs{state=\"ready\"}") == 0 &&
               world.here.metric("queue_jobs{state=\"running\"}") == 0 &&
               world.here.metric("queue_jobs{state=\"settling\"}") == 0;
    });
}

void judge(World& world, const Disturbances& disturbances) {
    world.check(world.here.status_of("/readyz") == 200, "it is not ready: " + world.here.page("/readyz"));
    world.check(world.here.metric("queue_jobs{state=\"parked\"}") == 0, "jobs are parked");
    check_erased(world);
    check_hashes(world);
    check_others(world);
    check_ledger(world);
    check_nothing_left_mautic(world);
    world.here.stop();
    for (const std::string& line : disturbances.unexplained(world.log()))
        world.complain("unexplained: " + line);
    std::string output;
    world.check(world.run({"ledger", "verify"}, "", output) == 0, "the seals do not agree:\n" + output);
}

}  // namespace gdprd::soak
