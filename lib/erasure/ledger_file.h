// The ledger as a file, to be kept where a restore does not reach it. JSON, one line each: a header, the
// records of contacts in the order of their ids, and a last line with their number and the SHA-256 of
// everything before it, so that a file that was cut or edited is noticed.
//
// What is read is as narrow as the ledger's own tables: ids, times, counts, words of this program and
// hexadecimal digits. A line that is not exactly as it would be written is refused; the error names the file,
// the line and the field, and never repeats a value. The only place of this room that knows JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "erasure/ledger.h"

namespace gdprd::erasure {

struct LedgerFileHeader {
    std::string program;  // the version of the program that wrote it
    Timestamp exported_at{};
    std::uint64_t rows = 0;
};

class LedgerFileWriter {
  public:
    using Write = std::function<void(std::string_view)>;

    // Writes the header.
    LedgerFileWriter(Write write, const LedgerFileHeader& header);

    void add(const LedgerRow& row);
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

    // Reads the header. `name` stands for the file in errors. Here and below ConfigurationError is thrown for
    // whatever is wrong with the file.
    LedgerFileReader(std::istream& input, std::string name);

    const LedgerFileHeader& header() const { return header_; }
    // The next record; nothing after the last line, which was found right then.
    std::optional<LedgerRow> next();
    std::uint64_t rows() const { return rows_; }

  private:
    bool read_line(std::string& line);
    void finish(const std::string& line);
    [[noreturn]] void refuse(const std::string& what) const;

    std::istream& input_;
    const std::string name_;
    LedgerFileHeader header_;
    Sha256 checksum_;
    std::uint64_t line_ = 0;
    std::uint64_t rows_ = 0;
    ContactId last_contact_ = 0;
};

// One record as a line without its end. For tests, too.
std::string ledger_line(const LedgerRow& row);
// Throws Error whose text names the field.
LedgerRow parse_ledger_line(const std::string& line);

}  // namespace gdprd::erasure
