#include "daemon/command/report/describe_page.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "base/text.h"
#include "daemon/command/report/describe_words.h"
#include "policy/switches.h"

namespace gdprd::command {

namespace {

using mautic::Action;
using mautic::ColumnRule;
using mautic::TableEntry;
using mautic::Tie;
using policy::FieldPolicy;
using policy::FieldRule;

constexpr const char* introduction =
    R"(# What is erased

`mautic-gdprd describe` makes this page from the data map and the policy of the sample configuration; it is not edited
by hand. `mautic-gdprd plan` prints what your own configuration and database come to, and `mautic-gdprd coverage` prints
it column by column. The options are explained in [Configuration](../reference/configuration.md).

## In short

When a contact has opted out of mail, or a mail to it bounced, everything in Mautic's database that shows who the person
is goes: names, addresses, telephone numbers, what they typed into forms, what staff wrote about them, their browsers
and IP addresses, the text of mails written to them, and the links by which Mautic or another system could find the
person again. Afterwards the changed rows are searched for the erased values.

All of this happens in one transaction. Only a contact with a very long history is erased in several, one after the
other; the ledger says so until the last one. The ids in the links of mails are replaced a minute later, because the
page on which somebody has just opted out needs them.

Nothing more is sent: campaign steps that were still to come are cancelled, mails that wait for this person alone are
withdrawn, and the contact counts as removed from its campaigns and segments by hand.

What stays is what Mautic counts, and what protects the person from more mail: the opt-out itself, which mails were sent
and opened and when, which campaigns and segments the pseudonymous contact was in, and which steps it went through.
These rows refer to a number. A hash replaces the address, so that the question "was this address ever here?" can still
be answered.

)";

constexpr const char* words =
    R"(## What the words mean

| Word | Meaning |
|---|---|
| deleted | The value is gone: the field is empty. |
| hashed | A code of fixed length replaces the value. Whoever has the value (and the key) can recognise it; nobody can read it. This is pseudonymisation, not anonymisation. |
| emptied | A list of values has no entry any more. |
| values in it removed | A structured text keeps the names of its parts; what they held is gone. Parts that stay are named: `reason:number` as a number only, `contact.id` directly within `contact`, `fields.*.*.id` with any two names between, `.id` within nothing else. |
| parameters removed | An address of a web page keeps server and page; everything behind a question mark is gone. |
| replaced by a random value | Nothing can be found by the old value any more. |
| set | A flag becomes 1. |
| cancelled | A step that was still to come does not happen, and counts as failed, as when Mautic itself cancels it. |
| made anonymous | Points to no IP address, or to Mautic's own "some address" (`*.*.*.*`) where it insists on one. |
| row deleted | The whole row is gone. |
| follows | Computed by the database from another column, and changes with it. |
| stays | Unchanged, for the reason given. |

)";

constexpr const char* limits =
    R"(## What this page does not promise

- Only their text associates some rows with a person. They are searched for among the newest rows of their table, by
  default 1000; older ones stay. Page views of other, unknown visitors are among them: a browser that followed a link
  with the person's address in it. `mautic-gdprd verify` searches all rows.
- A mail that waits for this person and others together, or in another queue than Mautic's database, is delivered.
- Texts that staff wrote for everybody (mails, segments, campaigns) may name a person. Only staff can decide whether
  they must; `mautic-gdprd verify` finds them.
- Files: avatars and uploaded files are removed only if the configuration names Mautic's directory. Imported and
  exported files, logs of Mautic and of the web server, and backups are out of reach.
- You must inform other systems that got the data before (a CRM, the mail provider).
- Tables of plugins that are not on this page are reported until you [describe them](../guide/plugin-tables.md).

All known weaknesses are in [Limitations](../limitations.md).

)";

// Column names that share an outcome and a reason, in one line of the table.
class ColumnTable {
  public:
    void add(const std::string& column, std::string outcome, std::string why, bool stays) {
        auto& lines = stays ? kept_ : changed_;
        auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
            return line.outcome == outcome && line.why == why;
        });
        if (found == lines.end())
            found = lines.insert(lines.end(), Line{{}, std::move(outcome), std::move(why)});
        found->columns.push_back(column == "*" ? "every other column" : code(column));
    }
    bool empty() const { return changed_.empty() && kept_.empty(); }
    void print(std::ostream& out) const {
        out << "\n| Column | What happens | Why |\n|---|---|---|\n";
        for (const auto* lines : {&changed_, &kept_}) {
            for (const Line& line : *lines) {
                out << "| " << join(line.columns, ", ") << " | " << line.outcome << " | " << line.why
                    << " |\n";
            }
        }
    }

  private:
    struct Line {
        std::vector<std::string> columns;
        std::string outcome;
        std::string why;
    };
    std::vector<Line> changed_;
    std::vector<Line> kept_;
};

// A paragraph in lines of 120 characters at most.
std::string wrapped(const std::string& paragraph) {
    constexpr std::size_t line_max = 120;
    std::istringstream stream(paragraph);
    std::string text;
    std::string line;
    for (std::string word; stream >> word;) {
        if (!line.empty() && line.size() + 1 + word.size() > line_max) {
            text += line + '\n';
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return text + line;
}

bool stays(const std::string& column, const ColumnRule& rule, const FieldPolicy& policy) {
    if (rule.action == Action::field) return policy.rule_for(column) == FieldRule::keep;
    return rule.action == Action::keep || rule.action == Action::follows;
}

bool same_rule(const ColumnRule& one, const ColumnRule& other) {
    return one.action == other.action && one.why == other.why && one.keep_members == other.keep_members &&
           one.switch_name == other.switch_name;
}

class Page {
  public:
    Page(const mautic::DataMap& map, const FieldPolicy& policy) : map_(map), policy_(policy) {}

    std::string text() {
        out_ << introduction;
        count();
        out_ << words;
        switches();
        out_ << limits;
        tables();
        without_contact_data(map_.entries, "## Tables without contact data");
        plugins();
        return out_.str();
    }

  private:
    bool has_contact_data(const TableEntry& entry) const { return entry.tie.kind != Tie::Kind::none; }

    void count() {
        std::set<std::string> tables;
        std::set<std::string> deleted;
        std::set<std::string> none;
        std::set<std::pair<std::string, std::string>> changed;
        for (const TableEntry& entry : map_.entries) {
            if (!has_contact_data(entry)) {
                if (entry.is_about_nobody()) none.insert(entry.table);
                continue;
            }
            tables.insert(entry.table);
            if (entry.delete_rows) deleted.insert(entry.table);
            for (const auto& [column, rule] : entry.columns) {
                if (!entry.delete_rows && !stays(column, rule, policy_)) changed.emplace(entry.table, column);
            }
        }
        out_ << tables.size() << " tables of Mautic 3 to 7 hold data of contacts. " << changed.size()
             << " of their columns are changed; from " << deleted.size() << " tables rows are deleted.\n"
             << none.size() << " tables hold no data of contacts, or only what staff wrote.\n\n";
    }

    // Everything that depends on a switch, by the switch.
    void switches() {
        std::map<std::string, std::vector<std::string>> dependent;
        for (const TableEntry& entry : map_.entries) {
            if (!entry.switch_name.empty()) dependent[entry.switch_name].push_back(code(entry.key()));
            for (const auto& [column, rule] : entry.columns) {
                if (!rule.switch_name.empty()) {
                    dependent[rule.switch_name].push_back(code(entry.key() + '.' + column));
                }
            }
        }
        out_ << "## Switches\n\n"
                "Each can be turned off in the configuration; what depends on it then stays as it is. "
                "All but the last are on.\n\n"
                "| Switch | What depends on it |\n|---|---|\n";
        for (const std::string& name : policy::switch_names()) {
            const char* section = name == policy::switches::own_company ? "[companies] own" : "[ways_back] ";
            const std::string option = name == policy::switches::own_company ? section : section + name;
            out_ << "| " << code(name) << ": " << code(option) << " | " << join(dependent[name], ", ")
                 << " |\n";
        }
        out_ << '\n';
    }

    void tables() {
        out_ << "## Tables with contact data\n\nTable names are without your table prefix.\n";
        for (const TableEntry& entry : map_.entries) {
            if (has_contact_data(entry)) table(entry, "###");
        }
    }

    void table(const TableEntry& entry, const char* heading) {
        out_ << '\n' << heading << ' ' << entry.key() << "\n\n" << wrapped(entry.why) << "\n\n";
        std::string rows = tie_words(entry);
        if (!entry.switch_name.empty()) rows += " Depends on the switch " + code(entry.switch_name) + '.';
        if (entry.later) rows += " **Not in the erasure itself, but in the first later pass.**";
        out_ << wrapped(rows) << '\n';
        if (entry.delete_rows) {
            out_ << "\n**Row deleted.**\n";
            return;
        }
        columns(entry);
    }

    // An earlier entry of the same table that has a rule for every column of this one.
    const TableEntry* like(const TableEntry& entry) const {
        for (const TableEntry& other : map_.entries) {
            if (&other == &entry) return nullptr;
            if (other.table != entry.table || other.columns.empty()) continue;
            const bool all = std::all_of(other.columns.begin(), other.columns.end(), [&](const auto& column) {
                return entry.columns.contains(column.first);
            });
            if (all) return &other;
        }
        return nullptr;
    }

    void columns(const TableEntry& entry) {
        const TableEntry* model = like(entry);
        ColumnTable lines;
        for (const auto& [column, rule] : entry.columns) {
            if (column == "*") continue;
            if (model != nullptr && model->columns.contains(column) &&
                same_rule(rule, model->columns.at(column))) {
                continue;
            }
            lines.add(column, outcome_words(column, rule, policy_), rule.why, stays(column, rule, policy_));
        }
        const auto others = entry.columns.find("*");
        if (others != entry.columns.end() && model == nullptr) {
            lines.add("*", outcome_words("*", others->second, policy_), others->second.why, false);
        }
        if (entry.contact_fields) {
            ColumnRule field;
            field.action = Action::field;
            lines.add("*", outcome_words("*", field, policy_), "Custom fields, also those created later.",
                      policy_.other_fields == FieldRule::keep);
        }
        if (model != nullptr) {
            out_ << "\nColumns as in " << code(model->key()) << (lines.empty() ? ".\n" : ", but:\n");
        }
        if (!lines.empty()) lines.print(out_);
    }

    // Those that a database does not have are not carried out.
    void plugins() {
        if (map_.plugins.empty()) return;
        out_ << "\n## Plugins\n\n"
             << wrapped(
                    "The maps of these plugins come with the program. Each is used where the plugin's tables "
                    "are, "
                    "unless a data map of your own describes one of them.")
             << '\n';
        for (const auto& plugin : map_.plugins) {
            out_ << "\n### " << plugin.name << "\n\n"
                 << wrapped(code(plugin.file) + ", made from " + plugin.source + '.') << '\n';
            bool any_without = false;
            for (const TableEntry& entry : plugin.entries) {
                if (has_contact_data(entry)) {
                    table(entry, "####");
                } else {
                    any_without = true;
                }
            }
            if (any_without) without_contact_data(plugin.entries, nullptr);
        }
    }

    void without_contact_data(const std::vector<TableEntry>& entries, const char* heading) {
        if (heading != nullptr) out_ << '\n' << heading << '\n';
        out_ << "\n| " << (heading == nullptr ? "Table without contact data" : "Table")
             << " | What it is |\n|---|---|\n";
        for (const TableEntry& entry : entries) {
            if (has_contact_data(entry)) continue;
            out_ << "| " << code(entry.key()) << " | " << entry.why
                 << (entry.is_about_nobody() ? "" : ' ' + tie_words(entry)) << " |\n";
        }
    }

    const mautic::DataMap& map_;
    const FieldPolicy& policy_;
    std::ostringstream out_;
};

}  // namespace

std::string description_page(const mautic::DataMap& map, const FieldPolicy& policy) {
    return Page(map, policy).text();
}

}  // namespace gdprd::command
