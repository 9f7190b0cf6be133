// Whatever the bytes, parse_ledger_line() takes a line only when it would write the same, and nothing it
// takes could be an address or a name.
#include <algorithm>

#include "base/error.h"
#include "fuzz/target.h"
#include "restore/file.h"

namespace gdprd::fuzz {

namespace {

// Of a record's texts the longest that is no hexadecimal is a table's name.
bool is_harmless(const std::string& text) {
    return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == '$' || c == '-';
           });
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    const std::string line(input);
    try {
        const ledger::Record row = restore::parse_ledger_line(line);
        must_hold(restore::ledger_line(row) == line, "what is taken is written the same");
        must_hold(row.contact > 0, "it is of a contact");
        for (const std::string& text : {row.subject_hash, row.algorithm, row.key_id, row.channel,
                                        row.policy_digest, row.schema_digest, row.map_digest}) {
            must_hold(is_harmless(text), "its texts are words and digits");
        }
        for (const auto& finding : row.findings) {
            must_hold(is_harmless(finding.table) && is_harmless(finding.column), "findings are names");
        }
    } catch (const Error& error) {
        const std::string what = error.what();
        must_hold(what.find(": ") != std::string::npos, "a refusal names the field");
        must_hold(what.size() < 200, "a refusal repeats nothing");
    }
}

}  // namespace gdprd::fuzz
