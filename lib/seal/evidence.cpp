#include "seal/evidence.h"

#include <algorithm>
#include <stdexcept>

namespace gdprd::seal {

namespace {

constexpr std::array record_columns{Column{"contact_id"},
                                    Column{"subject_hash"},
                                    Column{"algorithm"},
                                    Column{"key_id"},
                                    Column{"channel"},
                                    Column{"reason"},
                                    Column{"origin"},
                                    Column{"opted_out_at", true},
                                    Column{"requested_at", true},
                                    Column{"erased_at", true},
                                    Column{"last_pass_at", true},
                                    Column{"completed_at", true},
                                    Column{"status"},
                                    Column{"passes"},
                                    Column{"rows_changed"},
                                    Column{"rows_deleted"},
                                    Column{"rows_late"},
                                    Column{"hash_marks"},
                                    Column{"policy_digest"},
                                    Column{"schema_digest"},
                                    Column{"map_digest"},
                                    Column{"files_removed"},
                                    Column{"values_emptied"},
                                    Column{"not_covered"},
                                    Column{"undecided"},
                                    Column{"salt"},
                                    Column{"forgotten_at", true}};
constexpr std::array address_columns{Column{"contact_id"}, Column{"address_hash"}, Column{"algorithm"},
                                     Column{"key_id"},     Column{"kind"},         Column{"noted_at", true},
                                     Column{"salt"}};
constexpr std::array lookup_columns{Column{"at", true},       Column{"account"},    Column{"officer"},
                                    Column{"case_reference"}, Column{"reason"},     Column{"asked"},
                                    Column{"key_id"},         Column{"searched"},   Column{"outcome"},
                                    Column{"contact_count"},  Column{"contact_ids"}};

constexpr std::array action_columns{Column{"at", true}, Column{"kind"}, Column{"account"}, Column{"remote"},
                                    Column{"detail"}};

const TableLayout of_erasure{"contact_id", record_columns};
const TableLayout of_former_erasure{"id", record_columns};
const TableLayout of_address{"id", address_columns};
const TableLayout of_lookup{"id", lookup_columns};
const TableLayout of_action{"id", action_columns};

// The status of a record, and its other values that the judgement reads, stand at fixed places.
constexpr std::size_t place_of(std::string_view name) {
    for (std::size_t place = 0; place < record_columns.size(); ++place) {
        if (record_columns[place].name == name) return place;
    }
    throw std::logic_error("no such column of a record");
}
constexpr std::size_t status_place = place_of("status");

constexpr std::array statuses{"settling", "complete", "partial", "superseded", "held", "erasing"};

bool is_above_zero(const std::optional<std::string>& number) { return number && *number != "0"; }

std::optional<Timestamp> as_time(const std::optional<std::string>& text) {
    return text ? parse_utc(*text) : std::nullopt;
}

Digest content_with(const Row& row, std::optional<std::string> status) {
    Encoding encoding;
    encoding.add(std::to_string(layout));
    encoding.add(is_record(row.table) ? "record" : evidence_names.of(row.table));
    for (std::size_t place = 0; place < row.values.size(); ++place) {
        encoding.add_or_null(status && place == status_place ? status : row.values[place]);
    }
    for (const Finding& finding : row.findings) {
        for (const std::string& part : finding) encoding.add(part);
    }
    return sha256(encoding.text());
}

std::optional<Digest> erasure_of(const Row& record, bool with_address) {
    if (!record.value("erased_at") || record.value("status") == "erasing") return std::nullopt;
    Encoding encoding;
    encoding.add("erasure");
    encoding.add_or_null(record.value("contact_id"));
    for (const char* column : {"erased_at", "origin", "requested_at"})
        encoding.add_or_null(record.value(column));
    if (with_address && record.value("subject_hash")) {
        for (const char* column : {"subject_hash", "algorithm", "key_id", "salt"})
            encoding.add_or_null(record.value(column));
    }
    return sha256(encoding.text());
}

}  // namespace

const TableLayout& layout_of(Evidence table) {
    switch (table) {
        case Evidence::erasure:
            return of_erasure;
        case Evidence::former_erasure:
            return of_former_erasure;
        case Evidence::erased_address:
            return of_address;
        case Evidence::lookup:
            return of_lookup;
        case Evidence::desk_action:
            break;
    }
    return of_action;
}

void Encoding::add(std::string_view text) {
    std::array<char, 1 + sizeof(std::uint64_t)> head{'\1'};
    for (std::size_t byte = 1; byte < head.size(); ++byte) {
        const std::size_t shift = 8 * (sizeof(std::uint64_t) - byte);
        head[byte] = static_cast<char>(static_cast<unsigned char>(std::uint64_t{text.size()} >> shift));
    }
    text_.append(head.data(), head.size());
    text_ += text;
}

void Encoding::add_or_null(const std::optional<std::string>& text) {
    if (text) return add(std::string_view(*text));
    text_ += '\0';
}

const std::optional<std::string>& Row::value(std::string_view column) const {
    const auto columns = layout_of(table).columns;
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.name == column; });
    return values.at(static_cast<std::size_t>(found - columns.begin()));
}

Digest content_of(const Row& row) { return content_with(row, std::nullopt); }

// As ledger::Record::tells_of_erasure() says it.
RowState state_of(const Row& row) {
    if (row.table != Evidence::erasure) return RowState::closed;
    const auto& status = row.value("status");
    const bool tells_of_erasure =
        row.value("erased_at") || status == "erasing" || is_above_zero(row.value("passes")) ||
        is_above_zero(row.value("rows_changed")) || is_above_zero(row.value("rows_deleted"));
    if (!tells_of_erasure) return RowState::no_erasure;
    return status == "complete" || status == "superseded" ? RowState::closed : RowState::open;
}

std::optional<Timestamp> time_of(const Row& row) {
    switch (row.table) {
        case Evidence::erasure:
        case Evidence::former_erasure:
            return as_time(row.value("last_pass_at"));
        case Evidence::erased_address:
            return as_time(row.value("noted_at"));
        case Evidence::lookup:
        case Evidence::desk_action:
            break;
    }
    return as_time(row.value("at"));
}

std::string Leaf::text() const {
    Encoding encoding;
    encoding.add("leaf");
    encoding.add(evidence_names.of(table));
    encoding.add(std::to_string(key));
    encoding.add(row_state_names.of(state));
    encoding.add_or_null(changed_at ? std::optional(format_utc(*changed_at)) : std::nullopt);
    encoding.add(to_hex(content));
    encoding.add_or_null(erasure ? std::optional(to_hex(*erasure)) : std::nullopt);
    return encoding.text();
}

Leaf leaf_of(const Row& row) {
    Leaf leaf{row.table, row.key, 0, state_of(row), std::nullopt, content_of(row), std::nullopt};
    if (row.table == Evidence::erasure) {
        leaf.changed_at = time_of(row);
        leaf.erasure = erasure_of(row, true);
    }
    return leaf;
}

Leaf leaf_of_removed(const Leaf& sealed) {
    return {sealed.table, sealed.key, 0, RowState::removed, std::nullopt, Digest{}, std::nullopt};
}

bool is_same_erasure(const Row& record, const Leaf& sealed) {
    if (!sealed.erasure) return true;
    return sealed.erasure == erasure_of(record, true) || sealed.erasure == erasure_of(record, false);
}

bool is_superseded_form(const Row& record, const Digest& sealed) {
    if (record.value("status") != "superseded") return false;
    return std::any_of(statuses.begin(), statuses.end(),
                       [&](const char* status) { return content_with(record, status) == sealed; });
}

}  // namespace gdprd::seal
