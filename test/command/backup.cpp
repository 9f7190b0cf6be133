#include "command/backup.h"

#include <charconv>
#include <sstream>
#include <string_view>

#include "support/server_under_test.h"

namespace gdprd::test {

Backup::Backup(Site& site) : site_(site) {
    const std::string socket = site.here.server.socket().string();
    run_program({ServerUnderTest::get().dump(), "--no-defaults", "--socket=" + socket, "--user=root",
                 "--single-transaction", "--result-file=" + (directory_ / "dump.sql").string(),
                 site.mautic.name()});
}

void Backup::restore() const { site_.here.server.load_file(directory_ / "dump.sql", site_.mautic.name()); }

void add_opted_out(Site& site, ContactId from, ContactId to) {
    for (ContactId contact = from; contact <= to; ++contact) site.here.add_opted_out(contact);
    site.mautic.connection().change(
        "UPDATE lead_donotcontact SET date_added = date_added - INTERVAL 1 HOUR WHERE lead_id BETWEEN ? AND "
        "?",
        std::vector<database::Value>{from, to});
}

std::vector<std::string> for_contacts(std::vector<std::string> command, ContactId from, ContactId to) {
    command.push_back("--contact");
    for (ContactId contact = from; contact <= to; ++contact) command.push_back(std::to_string(contact));
    return command;
}

std::set<ContactId> contacts_named(Site& site) {
    // As Person::marker is made: "zq7f4711x". A regular expression takes a minute for a thousand people.
    constexpr std::string_view begin = "zq7f";
    const std::string dump = site.mautic.dump();
    std::set<ContactId> contacts;
    for (auto at = dump.find(begin); at != std::string::npos; at = dump.find(begin, at + 1)) {
        ContactId contact = 0;
        const char* const digits = dump.data() + at + begin.size();
        const auto [end, error] = std::from_chars(digits, dump.data() + dump.size(), contact);
        if (error == std::errc{} && *end == 'x') contacts.insert(contact);
    }
    return contacts;
}

std::multiset<std::string> values_naming(Site& site, const Person& person) {
    std::istringstream dump(site.mautic.dump());
    std::multiset<std::string> values;
    for (std::string line; std::getline(dump, line);) {
        if (line.find(person.marker) != std::string::npos) values.insert(line);
    }
    return values;
}

}  // namespace gdprd::test
