// The ledger as a file, to be kept where a restore does not reach it. JSON, one line each: a header; the
// records in the order of their contacts' ids, of each the current one, then its former ones; the addresses
// of the erased by their hashes; the fingerprints of our hashes, many a line; and a last line with the number
// of records and the SHA-256 of everything before it, so that a file that was cut or edited is noticed. Files
// of version 1, with one record a contact and no fingerprints, of version 2, without `undecided` (not
// recorded then), of version 3, without addresses, of version 4, without salts, and of version 5, without
// wrapped hashes, are read too.
//
// What is read is as narrow as the ledger's own tables: ids, times, counts, words of this program and
// hexadecimal digits. A line that is not exactly as it would be written is refused; the error names the file,
// the line and the field, and never repeats a value. The only place that knows the JSON of its lines.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.h"
#include "ledger/addresses.h"
#include "ledger/fingerprints.h"
#include "ledger/ledger.h"

namespace gdprd::restore {

struct LedgerFileHeader {
    std::string program;  // the version of the program that wrote it
    Timestamp exported_at{};
    std::uint64_t rows = 0;
    // Has every record its addresses beside it? Not in files of earlier versions.
    bool addresses_filed = false;
    // Of which Mautic they are (ledger::mautic_id()); "" in files of earlier versions of the program.
    std::string mautic = {};
};

class LedgerFileWriter {
  public:
    static constexpr std::size_t fingerprints_max = 4'096;
    using Write = std::function<void(std::string_view)>;

    // Writes the header.
    LedgerFileWriter(Write write, const LedgerFileHeader& header);

    void add(const ledger::Record& row);
    // After all records, in the order of ErasedAddresses::page().
    void add(std::span<const ledger::ErasedAddress> addresses);
    // After these. In their order, no more than fingerprints_max.
    void add(std::span<const ledger::Fingerprint> fingerprints);
    // Writes the last line and returns the checksum.
    std::string finish();

  private:
    void line(const std::string& text);

    const Write write_;
    Sha256 checksum_;
    std::uint64_t rows_ = 0;
};

class LedgerFileReader {
  public:
    static constexpr std::size_t line_bytes_max = 1'048'576;

    static constexpr std::size_t addresses_max = 500;

    // Get what is not a record, if somebody wants it; addresses no more than addresses_max at a time.
    struct Takers {
        std::function<void(std::span<const ledger::ErasedAddress>)> addresses = {};
        std::function<void(std::span<const ledger::Fingerprint>)> fingerprints = {};
    };

    // Reads the header. `name` stands for the file in errors. Here and below ConfigurationError is thrown for
    // whatever is wrong with the file.
    LedgerFileReader(std::istream& input, std::string name, Takers take);
    LedgerFileReader(std::istream& input, std::string name)
        : LedgerFileReader(input, std::move(name), Takers()) {}

    const LedgerFileHeader& header() const { return header_; }
    // The next record; nothing after the last line, which was found right then, and everything taken.
    std::optional<ledger::Record> next();
    std::uint64_t rows() const { return rows_; }

  private:
    bool read_line(std::string& line);
    void finish(const std::string& line);
    ledger::Record record(const std::string& line);
    void take_address(const std::string& line);
    void hand_over_addresses();
    void take_fingerprints(const std::string& line);
    [[noreturn]] void refuse(const std::string& what) const;

    std::istream& input_;
    const std::string name_;
    const Takers take_;
    LedgerFileHeader header_;
    int version_ = 0;
    Sha256 checksum_;
    std::uint64_t line_ = 0;
    std::uint64_t rows_ = 0;
    ContactId last_contact_ = 0;
    std::optional<ledger::ErasedAddress> last_address_;
    std::vector<ledger::ErasedAddress> addresses_;
    std::optional<ledger::Fingerprint> last_fingerprint_;
};

inline constexpr int ledger_file_version = 6;

// One record as a line without its end, and back. Throw Error whose text names the field. For tests, too.
std::string ledger_line(const ledger::Record& row, int version = ledger_file_version);
ledger::Record parse_ledger_line(const std::string& line, int version = ledger_file_version);
std::string address_line(const ledger::ErasedAddress& address);
ledger::ErasedAddress parse_address_line(const std::string& line);
std::string fingerprints_line(std::span<const ledger::Fingerprint> fingerprints);
std::vector<ledger::Fingerprint> parse_fingerprints_line(const std::string& line);

}  // namespace gdprd::restore
