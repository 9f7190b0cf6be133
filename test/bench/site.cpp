#include "bench/site.h"

#include <chrono>
#include <filesystem>

#include "base/error.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "ledger/ledger.h"

namespace gdprd::bench {

Site::Site(test::PrivateServer& on, const std::string& name, Report& report)
    : server(on), mautic(on, name), report_(report) {
    load_wanted_schema(mautic);
    add_shared_content(mautic);
    server.execute("DROP DATABASE IF EXISTS " + ledger());
    database::Connection connection(mautic.options());
    ledger::Ledger(connection, ledger()).create();
}

void Site::grow(Range contacts) {
    const auto start = std::chrono::steady_clock::now();
    add_contacts(mautic, contacts);
    unsubscribe(mautic, contacts);
    analyze(mautic);
    settle(mautic);
    contacts_ += contacts.count;
    report_.say("  " + mautic.name() + ": " + std::to_string(contacts.count) + " contacts made in " +
                readable(seconds_since(start)) + " s, " + readable(bytes_a_contact() / 1'000) +
                " kB a contact on the disk");
}

double Site::bytes_a_contact() const {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(server.data_directory() / mautic.name())) {
        bytes += file.file_size();
    }
    return static_cast<double>(bytes) / static_cast<double>(contacts_);
}

void require_room_for(std::uint64_t contacts, double bytes_a_contact) {
    constexpr double logs_and_ledger = 1.2;
    constexpr double gigabyte = 1e9;
    const double needed = static_cast<double>(contacts) * bytes_a_contact * logs_and_ledger;
    const auto there = static_cast<double>(std::filesystem::space(scratch_parent()).available);
    if (needed <= there) return;
    throw Error(
        std::to_string(contacts) + " contacts need " + readable(needed / gigabyte) + " GB in " +
            scratch_parent().string() + ", and " + readable(there / gigabyte) + " GB are free",
        "Start it on a larger disk, or with a --scale " + readable(there / needed) + " times as large");
}

}  // namespace gdprd::bench
