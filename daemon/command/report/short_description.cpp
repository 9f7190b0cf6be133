#include "daemon/command/report/short_description.h"

#include <vector>

#include "certificate/document.h"
#include "certificate/rules.h"
#include "words/words.h"

namespace gdprd::command {

namespace {

using words::Word;

// Within a row of a table.
std::string cell_of(const std::string& text) {
    std::string cell;
    for (const char c : text) {
        if (c == '\n') {
            cell += "<br>";
        } else {
            // What would mean something in Markdown.
            if (c == '|' || c == '*' || c == '_') cell += '\\';
            cell += c;
        }
    }
    return cell;
}

}  // namespace

std::string short_description(const mautic::DataMap& map, const policy::FieldPolicy& policy,
                              words::Language language) {
    const auto say = [&](Word word) { return words::say(word, language); };
    std::string page = "# " + say(Word::describe_title) + "\n\n" + say(Word::describe_erased) + "\n\n" +
                       say(Word::describe_kept) + "\n\n## " + say(Word::describe_tables) + "\n\n" +
                       say(Word::describe_of_sample) + "\n\n" + say(Word::hash_note) + '\n';
    const auto add_table = [&](const std::vector<mautic::TableEntry>& entries) {
        mautic::DataMap part;
        part.entries = entries;
        const auto rules = certificate::table_rules(part, policy);
        if (rules.empty()) return;
        page += "\n| " + say(Word::what_it_holds) + " | " + say(Word::what_becomes) + " |\n|---|---|\n";
        for (const certificate::TableRules& one : rules) {
            const paper::TableRow row = certificate::row_of(one, language);
            page += "| " + cell_of(row.at(0)) + " | " + cell_of(row.at(1)) + " |\n";
        }
    };
    add_table(map.entries);
    for (const mautic::PluginMap& plugin : map.plugins) {
        page += "\n## " + plugin.name + '\n';
        add_table(plugin.entries);
    }
    page += "\n## " + say(Word::not_covered) + "\n\n";
    for (const Word word : {Word::uncovered_older_rows, Word::uncovered_files, Word::uncovered_backups,
                            Word::uncovered_logs, Word::uncovered_systems, Word::uncovered_kept}) {
        page += "- " + say(word) + '\n';
    }
    return page;
}

}  // namespace gdprd::command
