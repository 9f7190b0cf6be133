#include "daemon/command/ledger.h"

#include <fstream>
#include <iostream>
#include <vector>

#include "base/error.h"
#include "base/fault.h"
#include "config/config.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/seals.h"
#include "daemon/command/terminal/new_stream.h"
#include "daemon/command/terminal/text_table.h"
#include "ledger/owner.h"
#include "reconciliation/address_filing.h"
#include "restore/file.h"
#include "verify/snapshot.h"

namespace gdprd::command {

namespace {

using ledger::Ledger;
using ledger::Record;
using restore::ImportCounts;
using restore::LedgerFileReader;
using restore::LedgerFileWriter;

constexpr std::size_t page_rows = 500;

struct Written {
    std::uint64_t rows = 0;
    std::string checksum;
};

// Each current record with its former ones.
std::uint64_t add_page(Ledger& ledger, const std::vector<Record>& rows, LedgerFileWriter& file) {
    std::vector<ContactId> contacts;
    for (const Record& row : rows) contacts.push_back(row.contact);
    const auto former = ledger.former(contacts);
    auto next = former.begin();
    for (const Record& row : rows) {
        file.add(row);
        for (; next != former.end() && next->contact == row.contact; ++next) file.add(*next);
    }
    return rows.size() + former.size();
}

void add_addresses(ledger::ErasedAddresses addresses, LedgerFileWriter& file) {
    std::optional<ledger::ErasedAddress> last;
    for (;;) {
        const auto page = addresses.page(last, page_rows);
        file.add(page);
        if (page.size() < page_rows) return;
        last = page.back();
    }
}

void add_fingerprints(ledger::Fingerprints fingerprints, LedgerFileWriter& file) {
    ledger::Fingerprint last = 0;
    for (;;) {
        const auto page = fingerprints.page(last, LedgerFileWriter::fingerprints_max);
        file.add(page);
        if (page.size() < LedgerFileWriter::fingerprints_max) return;
        last = page.back();
    }
}

Written write_ledger(database::Connection& connection, const config::Config& config,
                     const LedgerFileWriter::Write& write) {
    require_ledger(connection, config);
    const std::string& database = config.ledger.database;
    Ledger ledger(connection, database);
    const verify::Snapshot snapshot(connection);
    Written written;
    const bool is_filed = reconciliation::AddressFiling::is_done(connection, database);
    LedgerFileWriter file(write, {GDPRD_VERSION, now(), ledger.count(), is_filed,
                                  ledger::mautic_id(connection, config.mautic.table_prefix)});
    ContactId last = 0;
    for (auto rows = ledger.page(last, page_rows); !rows.empty(); rows = ledger.page(last, page_rows)) {
        written.rows += add_page(ledger, rows, file);
        last = rows.back().contact;
    }
    add_addresses(ledger::ErasedAddresses(connection, database), file);
    add_fingerprints(ledger::Fingerprints(connection, database), file);
    written.checksum = file.finish();
    return written;
}

// All of the file, page by page.
template <typename TakePage>
restore::LedgerFileHeader read_ledger_file(const std::filesystem::path& name, TakePage take_page,
                                           LedgerFileReader::Takers take = {}) {
    std::ifstream input(name, std::ios::binary);
    std::error_code ignored;
    if (!input || std::filesystem::is_directory(name, ignored)) {
        throw ConfigurationError(name.string() + ": cannot be read", "Give a file of `ledger export`");
    }
    LedgerFileReader reader(input, name.string(), std::move(take));
    std::vector<Record> page;
    while (auto row = reader.next()) {
        if (page.size() >= page_rows && !row->former) {
            take_page(page);
            page.clear();
        }
        page.push_back(std::move(*row));
    }
    take_page(page);
    return reader.header();
}

// Contacts are known by their ids: those of another Mautic are other people.
void require_same_mautic(database::Connection& connection, const config::Config& config,
                         const std::filesystem::path& file, const restore::LedgerFileHeader& header) {
    if (header.mautic.empty() || header.mautic == ledger::mautic_id(connection, config.mautic.table_prefix)) {
        return;
    }
    throw ConfigurationError(
        file.string() + ": holds the erasures of another Mautic than database " + config.database.database +
            (config.mautic.table_prefix.empty() ? " without a table prefix"
                                                : " with the table prefix " + config.mautic.table_prefix),
        "Nothing was imported. If this is the same Mautic, whose database or prefix had another name when "
        "the "
        "file was written: --of-former-name");
}

void print_import(const ImportCounts& counts, const restore::LedgerFileHeader& header, bool dry_run) {
    std::cout << "The file is whole: " << grouped(counts.total()) << " records, exported "
              << shown_time(header.exported_at) << ".\n";
    if (header.mautic.empty()) {
        std::cout << "It was written by an earlier version and does not say of which Mautic it is.\n";
    }
    TextTable table;
    table.add({grouped(counts.added), dry_run ? "would be new in the ledger" : "new in the ledger"});
    table.add({grouped(counts.updated), dry_run ? "newer, and would be updated" : "newer, and updated"});
    table.add({grouped(counts.kept), "as new as in the ledger or older, and left as they are"});
    table.print(std::cout, 2);
}

void print_filing(const reconciliation::AddressFilingCounts& counts, bool dry_run) {
    const auto of = [&](AddressKind kind) {
        const auto count = counts.addresses.find(kind);
        return grouped(count == counts.addresses.end() ? 0 : count->second);
    };
    std::cout << grouped(counts.contacts) << " contacts with a record of an erasure were looked at, and "
              << grouped(counts.mails) << " mails of deleted contacts.\n";
    TextTable table;
    const char* would = dry_run ? " would be filed" : " filed";
    table.add({of(AddressKind::current), std::string("addresses of records") + would});
    table.add({of(AddressKind::seen), std::string("addresses that stand as hashes in mails") + would});
    table.print(std::cout, 2);
}

}  // namespace

void require_ledger(database::Connection& connection, const config::Config& config) {
    const std::string& name = config.ledger.database;
    const auto format = Ledger(connection, name).format_found();
    if (!format) {
        throw ConfigurationError(
            "ledger " + name + ": there is none",
            "Look at [ledger] database. If it was lost, bring it back first: from its own "
            "backup, or by `mautic-gdprd ledger import`");
    }
    if (*format == Ledger::format) {
        return ledger::require_owner(connection, name, config.mautic.table_prefix);
    }
    throw ConfigurationError("ledger " + name + ": has format " + std::to_string(*format) +
                                 ", this program reads " + std::to_string(Ledger::format),
                             "Starting the daemon, or `mautic-gdprd init --ledger-only`, brings an older one "
                             "up to date");
}

ExitCode ledger_export(const LedgerExportOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    if (options.file == "-") {
        write_ledger(connection, config, [](std::string_view text) { std::cout << text; });
        return ExitCode::done;
    }
    NewStream file(options.file);
    const Written written =
        write_ledger(connection, config, [&](std::string_view text) { file.write(text); });
    file.finish();
    if (options.common.json) {
        std::cout << export_json(written.rows, written.checksum) << '\n';
    } else {
        std::cout << grouped(written.rows) << " records written to " << options.file.string() << '\n';
    }
    return ExitCode::done;
}

ExitCode ledger_import(const LedgerImportOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    // Once to its end before anything is imported.
    const restore::LedgerFileHeader whole = read_ledger_file(options.file, [](const std::vector<Record>&) {});
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    const std::string& database = config.ledger.database;
    if (!options.of_former_name) require_same_mautic(connection, config, options.file, whole);
    if (options.dry_run) {
        require_ledger(connection, config);
    } else {
        ledger::open_ledger(connection, database, config.mautic.table_prefix, ledger::Missing::made);
    }
    ImportSealing sealing(connection, config, !options.dry_run);
    ImportCounts counts;
    const auto take_page = [&](const std::vector<Record>& page) {
        const ImportCounts more = restore::import_page(connection, database, page, options.dry_run);
        counts.added += more.added;
        counts.updated += more.updated;
        counts.kept += more.kept;
    };
    LedgerFileReader::Takers take;
    const policy::Hasher hasher(config.hash);
    if (!options.dry_run) {
        take.addresses = [&](std::span<const ledger::ErasedAddress> addresses) {
            restore::import_addresses(connection, database, hasher, addresses);
        };
        take.fingerprints = [&](std::span<const ledger::Fingerprint> fingerprints) {
            restore::import_fingerprints(connection, database, fingerprints);
        };
        // Before the records: they must not be taken for those of which every address is there.
        if (!whole.addresses_filed) reconciliation::AddressFiling::begin_anew(connection, database);
    }
    read_ledger_file(options.file, take_page, take);
    const std::string unsealed = sealing.finish();
    if (options.common.json) {
        std::cout << import_json(counts, whole.exported_at, options.dry_run) << '\n';
    } else {
        print_import(counts, whole, options.dry_run);
        std::cout << unsealed;
    }
    return ExitCode::done;
}

ExitCode ledger_addresses(const LedgerAddressesOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    ImportSealing sealing(connection, config, !options.dry_run);
    reconciliation::AddressFiling filing(
        {config.mautic.table_prefix, config.ledger.database, options.dry_run});
    while (filing.next(connection)) fault::point("addresses-filed");
    const std::string unsealed = sealing.finish();
    if (options.common.json) {
        std::cout << addresses_json(filing.counts(), options.dry_run) << '\n';
    } else {
        print_filing(filing.counts(), options.dry_run);
        std::cout << unsealed;
    }
    return ExitCode::done;
}

ExitCode ledger_adopt(const LedgerAdoptOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    const std::string& database = config.ledger.database;
    const bool was_anothers = ledger::adopt(connection, database, config.mautic.table_prefix);
    std::cout << "The ledger " << database
              << (was_anothers ? " now holds" : " held already, or had nobody's, and holds")
              << " the erasures of the Mautic in the database " << config.database.database << ".\n";
    return ExitCode::done;
}

}  // namespace gdprd::command
