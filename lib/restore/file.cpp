#include "restore/file.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/error.h"

namespace gdprd::restore {

namespace {

using nlohmann::ordered_json;

constexpr const char* format_name = "mautic-gdprd ledger";

std::string header_line(const LedgerFileHeader& header) {
    ordered_json json{{"format", format_name},     {"version", ledger_file_version},
                      {"program", header.program}, {"exported_at", format_utc(header.exported_at)},
                      {"rows", header.rows},       {"addresses_filed", header.addresses_filed}};
    if (!header.mautic.empty()) json["mautic"] = header.mautic;
    return json.dump();
}

std::string last_line(std::uint64_t rows, const std::string& checksum) {
    return ordered_json{{"end", true}, {"rows", rows}, {"sha256", checksum}}.dump();
}

}  // namespace

LedgerFileWriter::LedgerFileWriter(Write write, const LedgerFileHeader& header) : write_(std::move(write)) {
    line(header_line(header));
}

void LedgerFileWriter::line(const std::string& text) {
    const std::string whole = text + '\n';
    checksum_.add(whole);
    write_(whole);
}

void LedgerFileWriter::add(const ledger::Record& row) {
    line(ledger_line(row));
    ++rows_;
}

void LedgerFileWriter::add(std::span<const ledger::ErasedAddress> addresses) {
    for (const ledger::ErasedAddress& one : addresses) line(address_line(one));
}

void LedgerFileWriter::add(std::span<const ledger::Fingerprint> fingerprints) {
    if (!fingerprints.empty()) line(fingerprints_line(fingerprints));
}

std::string LedgerFileWriter::finish() {
    std::string checksum = checksum_.hex();
    write_(last_line(rows_, checksum) + '\n');
    return checksum;
}

LedgerFileReader::LedgerFileReader(std::istream& input, std::string name, Takers take)
    : input_(input), name_(std::move(name)), take_(std::move(take)) {
    std::string line;
    if (!read_line(line)) refuse("is empty");
    const auto json = ordered_json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("format", ordered_json()) != format_name) {
        refuse("is not a file of `ledger export`");
    }
    for (int version = 1; version <= ledger_file_version; ++version) {
        if (json.value("version", ordered_json()) == version) version_ = version;
    }
    if (version_ == 0) {
        refuse("has a version that this program does not read; run the one that wrote it, or a newer one");
    }
    const auto program = json.value("program", ordered_json());
    const auto exported_at = json.value("exported_at", ordered_json());
    const auto rows = json.value("rows", ordered_json());
    const auto time = exported_at.is_string() ? parse_utc(exported_at.get<std::string>()) : std::nullopt;
    if (!program.is_string() || !time || !rows.is_number_unsigned()) refuse("the header is damaged");
    const auto filed = json.value("addresses_filed", ordered_json(false));
    if (!filed.is_boolean()) refuse("the header is damaged");
    const auto mautic = json.value("mautic", ordered_json(""));
    if (!mautic.is_string()) refuse("the header is damaged");
    header_ = {program.get<std::string>(), *time, rows.get<std::uint64_t>(), filed.get<bool>(),
               mautic.get<std::string>()};
    checksum_.add(line + '\n');
}

void LedgerFileReader::refuse(const std::string& what) const {
    const std::string where = line_ == 0 ? name_ : name_ + ": line " + std::to_string(line_);
    throw ConfigurationError(where + ": " + what, "Nothing was imported. Take another copy of the file");
}

// No more than a line may have is ever held in memory.
bool LedgerFileReader::read_line(std::string& line) {
    ++line_;
    line.clear();
    for (int c = input_.get(); c != std::istream::traits_type::eof(); c = input_.get()) {
        if (c == '\n') return true;
        if (line.size() == line_bytes_max) refuse("is too long");
        line += static_cast<char>(c);
    }
    if (input_.bad()) refuse("cannot be read");
    if (!line.empty()) refuse("is cut off");
    return false;
}

std::optional<ledger::Record> LedgerFileReader::next() {
    for (;;) {
        std::string line;
        if (!read_line(line)) refuse("the end of the file is missing");
        if (line.starts_with(R"({"end":)")) {
            finish(line);
            return std::nullopt;
        }
        const bool has_fingerprints = version_ > 1 && line.starts_with(R"({"fingerprints":)");
        const bool is_address = version_ > 3 && line.starts_with(R"({"address":)");
        try {
            if (!has_fingerprints && !is_address) return record(line);
            if (is_address) {
                take_address(line);
            } else {
                take_fingerprints(line);
            }
        } catch (const ConfigurationError&) {
            throw;
        } catch (const Error& error) {
            refuse(error.what());
        }
    }
}

ledger::Record LedgerFileReader::record(const std::string& line) {
    ledger::Record row = parse_ledger_line(line, version_);
    if (last_fingerprint_) refuse("a record stands after the fingerprints");
    if (last_address_) refuse("a record stands after the addresses");
    if (row.former && row.contact != last_contact_)
        refuse("contact: is not that of the current record before");
    if (!row.former && row.contact <= last_contact_) refuse("contact: is not greater than the one before");
    last_contact_ = row.contact;
    checksum_.add(line + '\n');
    ++rows_;
    return row;
}

void LedgerFileReader::take_address(const std::string& line) {
    ledger::ErasedAddress address = parse_address_line(line);
    if (last_fingerprint_) refuse("an address stands after the fingerprints");
    const auto place = [](const ledger::ErasedAddress& one) {
        return std::tie(one.contact, one.hash, one.noted_at);
    };
    if (last_address_ && place(address) <= place(*last_address_)) {
        refuse("address: is not greater than the one before");
    }
    checksum_.add(line + '\n');
    last_address_ = address;
    addresses_.push_back(std::move(address));
    if (addresses_.size() == addresses_max) hand_over_addresses();
}

void LedgerFileReader::hand_over_addresses() {
    if (take_.addresses && !addresses_.empty()) take_.addresses(addresses_);
    addresses_.clear();
}

void LedgerFileReader::take_fingerprints(const std::string& line) {
    const auto fingerprints = parse_fingerprints_line(line);
    if (last_fingerprint_ && fingerprints.front() <= *last_fingerprint_) {
        refuse("fingerprints: are not greater than those before");
    }
    last_fingerprint_ = fingerprints.back();
    checksum_.add(line + '\n');
    if (take_.fingerprints) take_.fingerprints(fingerprints);
}

void LedgerFileReader::finish(const std::string& line) {
    if (line != last_line(rows_, checksum_.hex())) {
        refuse("the checksum is not that of the lines before: the file was changed, or lines are missing");
    }
    if (rows_ != header_.rows) refuse("the header has another number of records");
    if (input_.peek() != std::istream::traits_type::eof()) refuse("something follows after the last line");
    hand_over_addresses();
}

}  // namespace gdprd::restore
