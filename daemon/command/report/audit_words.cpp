#include "daemon/command/report/audit_words.h"

#include <ostream>

#include "base/text.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/terminal/text_table.h"

namespace gdprd::command {

namespace {

using audit::ColumnFindings;
using audit::TableState;

std::string ids_text(const std::vector<audit::FoundRow>& rows, std::uint64_t in_all) {
    std::vector<std::string> keys;
    for (const audit::FoundRow& row : rows)
        keys.push_back(row.key + " (contact " + std::to_string(row.contact) + ")");
    if (keys.empty()) return {};
    return "rows " + join(keys, ", ") + (in_all > keys.size() ? ", …" : "");
}

void print_found(std::ostream& out, const AuditAnswer& answer) {
    TextTable found;
    TextTable returned;
    for (const TableState& state : answer.tables) {
        for (std::size_t i = 0; i < state.columns.size(); ++i) {
            const ColumnFindings& column = state.columns[i];
            const std::string name = state.table.name + '.' + state.table.columns[i].name;
            if (column.rows_erased > 0) {
                found.add(
                    {name, counted(column.rows_erased, "row"), ids_text(column.rows, column.rows_erased)});
            }
            if (column.rows_returned > 0) returned.add({name, counted(column.rows_returned, "row")});
        }
    }
    for (const auto& file : answer.logs ? answer.logs->files : std::vector<audit::FileFindings>{}) {
        if (file.lines_erased > 0) found.add({file.file, counted(file.lines_erased, "line"), ""});
        if (file.lines_returned > 0) returned.add({file.file, counted(file.lines_returned, "line")});
    }
    out << (found.empty() ? "No address of anybody who was erased was found.\n"
                          : "Addresses of people who were erased:\n");
    found.print(out, 2);
    if (!returned.empty()) out << "\nAddresses of people who were erased and are contacts again:\n";
    returned.print(out, 2);
}

void print_contacts(std::ostream& out, const AuditAnswer& answer) {
    constexpr std::size_t shown_max = 50;
    const std::set<ContactId> contacts = answer.contacts();
    if (contacts.empty()) return;
    std::vector<std::string> ids;
    for (const ContactId contact : contacts) {
        if (ids.size() == shown_max) break;
        ids.push_back(std::to_string(contact));
    }
    out << "\nErased as contacts: " << join(ids, ", ") << (contacts.size() > ids.size() ? ", …" : "") << '\n';
}

void print_not_searched(std::ostream& out, const AuditAnswer& answer) {
    TextTable missing;
    for (const auto& one : answer.not_searched) missing.add({one.what, one.why});
    if (!missing.empty()) out << "\nNot searched:\n";
    missing.print(out, 2);
}

}  // namespace

void print_answer(std::ostream& out, const AuditAnswer& answer) {
    print_found(out, answer);
    print_contacts(out, answer);
    print_not_searched(out, answer);
    if (answer.interrupted && answer.last) out << "\nThat one has not come to its end.\n";
    if (answer.interrupted && !answer.last) out << "\nInterrupted; the same command goes on with it.\n";
    out << "\nSearched " << counted(answer.tables.size(), "table") << ", " << counted(answer.rows(), "row")
        << ", " << (answer.bytes() + 999'999) / 1'000'000 << " MB";
    if (!answer.last) {
        out << " for " << counted(answer.erased_addresses, "erased address", "erased addresses");
    }
    if (answer.logs) out << "; " << counted(answer.logs->files_read, "log file");
    out << ". Begun " << shown_time(answer.begun_at) << ".\n";
}

void print_repair(std::ostream& out, const AuditRepair& repair) {
    out << "\nErased again:\n";
    print_totals(out, repair.totals, "mautic-gdprd audit --repair");
    if (!repair.left) return;
    if (repair.left->interrupted) {
        out << "\nInterrupted: what is left is not known.\n";
        return;
    }
    out << "\nAfter that:\n";
    print_found(out, *repair.left);
    print_contacts(out, *repair.left);
    print_not_searched(out, *repair.left);
    if (repair.left->counts().erased == 0) return;
    if (repair.totals.skipped_in_all() + repair.totals.failed > 0) {
        out << "\nOf contacts that were skipped or failed everything is left. For the others no rule of the "
               "data "
               "map reaches\nwhat is left. ";
    } else {
        out << "\nNo rule of the data map reaches what is left. ";
    }
    out << "A table that is undecided in `mautic-gdprd coverage` needs a\ndata map of your own; what staff "
           "wrote, and log files, can only be changed by hand.\n";
}

}  // namespace gdprd::command
