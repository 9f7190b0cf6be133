#include "daemon/command/report/ledger_words.h"

namespace gdprd::command {

const char* words_for(ledger::Status status) {
    switch (status) {
        case ledger::Status::settling:
            return "settling: erased, and proven of what is decided about; a later pass is due";
        case ledger::Status::complete:
            return "complete: erased, and proven of what is decided about; a later pass found nothing new";
        case ledger::Status::partial:
            return "partial: something is left";
        case ledger::Status::superseded:
            return "superseded: the contact may be written to again and is left alone since";
        case ledger::Status::erasing:
            return "erasing: a contact with very many rows, erased in several steps; not all are done yet";
        case ledger::Status::held:
            break;
    }
    return "held: a rule of [hold] in the configuration keeps it; nothing is changed until the hold is gone";
}

std::vector<std::string> not_covered_words(const ledger::NotCovered& not_covered) {
    std::vector<std::string> words;
    if (not_covered.files) {
        words.emplace_back(
            "files not covered: [mautic] directory was not set, or a link stood in a file's place");
    }
    if (not_covered.older_rows) {
        words.emplace_back("older rows of free-text tables were not searched");
    }
    if (not_covered.undecided.value_or(0) > 0) {
        words.push_back(
            "undecided, and left or emptied in part only: " + std::to_string(*not_covered.undecided) +
            " of the tables and columns that lead to contacts; `mautic-gdprd coverage` names them");
    }
    return words;
}

}  // namespace gdprd::command
