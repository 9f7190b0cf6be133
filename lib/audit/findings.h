// What an audit found: names, numbers and counts, never a value. Plain structs of a bounded size.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "audit/erased_people.h"
#include "base/contact_id.h"
#include "verify/table_list.h"
#include "verify/table_reader.h"
#include "verify/whole_search.h"

namespace gdprd::audit {

inline constexpr std::size_t rows_named_max = 20;         // of a column; the others are counted
inline constexpr std::size_t contacts_named_max = 1'000;  // of a table

// A row to look at.
struct FoundRow {
    std::string key;        // its key, when that consists of numbers, with commas between them; else ""
    ContactId contact = 0;  // one of those whose address it holds
};

struct ColumnFindings {
    std::uint64_t rows_erased = 0;  // with an address of somebody who was erased
    std::uint64_t rows_returned =
        0;                         // the others: with one of somebody who was erased and is a contact again
    std::uint64_t unreadable = 0;  // cells that could not be searched
    std::vector<FoundRow> rows;    // the first ones of rows_erased, if they can be named
};

// A table, and how far it was read.
struct TableState {
    verify::SearchedTable table;
    verify::TablePosition position;
    bool finished = false;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::vector<ColumnFindings> columns;  // like table.columns
    std::set<ContactId> contacts;         // who was found
    std::string failure;                  // why it was not read to its end, "" for nothing
};

struct FileFindings {
    std::string file;  // relative to Mautic's directory
    std::uint64_t lines_erased = 0;
    std::uint64_t lines_returned = 0;
    std::set<ContactId> contacts;
};

struct LogAudit {
    std::vector<FileFindings> files;  // with findings
    std::vector<verify::NotSearched> not_searched;
    std::uint64_t files_read = 0;
    std::uint64_t bytes = 0;
    bool interrupted = false;
};

}  // namespace gdprd::audit
