// The contact data map: for each table of Mautic 3-7, how its rows are tied to a contact, and what an erasure
// does with each column and why. config/contact-data.toml is the data, written to be read by a
// data-protection officer; this is its shape. Immutable once loaded.
//
// Table and column names are Mautic's, without the operator's table prefix. Whether a table or column exists
// in a given installation is never decided here: the plan compares the map with the live schema.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address_kind.h"
#include "base/names.h"
#include "policy/hash.h"

namespace gdprd::mautic {

enum class Action {
    keep,          // stays as it is
    field,         // a contact field: the operator's policy decides
    hash,          // replaced by its hash
    remove,        // "delete": NULL, or the neutral value of the type where NULL is impossible
    empty_array,   // "a:0:{}" in a PHP-serialized column, "[]" in a JSON one, whether or not NULL is possible
    strip_query,   // a URL keeps scheme, host and path
    new_random,    // a fresh random value: cuts a tracking id off without a unique-key collision
    set_flag,      // 1: a flag such as manually_removed
    unschedule,    // 0, with the row in campaign_lead_event_failed_log that Mautic writes when it cancels a
                   // step
    anonymous_ip,  // NULL, or the id of Mautic's own `*.*.*.*` row where NULL is impossible
    rewrite,       // keeps the shape of a serialized or JSON value and the members named in keep_members
    follows,       // a generated column: changes with its source and can never be written
};
const char* name_of(Action action);
std::optional<Action> action_from_name(std::string_view name);

// How far the proof searches a column for what identified the contact.
enum class Search {
    all,     // every identifying value
    strong,  // only values that cannot be a coincidence (an address, a phone number): for columns that hold a
             // vocabulary (country, device brand) or staff names, where "Georgia" or "Anna" proves nothing
};

// `column` is one of `values`, or NULL.
struct Condition {
    std::string column;
    std::vector<std::string> values;
    bool is_null = false;
};

// What a column holds is an e-mail address of the contact itself: the ledger keeps its hash. Where that
// cannot be shown there is no such rule: a column may hold anybody's.
struct AddressRule {
    AddressKind kind = AddressKind::seen;
    // rewrite, PHP: where in the value the addresses stand, names of members from the outside in. Empty: the
    // value is the address.
    std::vector<std::string> members;
    // A tie of kind column, not for hash: the column with the row's date. A row that is older than the
    // contact (leads.date_added, where that is known) is about another one, who had the id before.
    std::string row_date;
    // Of a form's results: only what the one field holds that Mautic puts into this contact field.
    std::string mapped_field;
    std::vector<Condition> conditions;  // all must hold
};

struct ColumnRule {
    Action action = Action::keep;
    std::string why;  // for the officer; never empty
    policy::Normalisation normalisation = policy::Normalisation::plain;
    bool identifies = false;  // on `leads`: what this column held must not be found anywhere afterwards
    Search search = Search::all;
    std::vector<std::string> keep_members;  // rewrite: the members that stay (content/rewrite.h)
    // rewrite: "php", "json" or "json_zlib"; "" where the live schema says it (Doctrine's column comment).
    std::string format;
    std::string switch_name;  // one of policy::switch_names(); switched off, the column is kept
    std::optional<AddressRule> address;
};

// A column of another entry: "page_hits#queued.ip_id".
struct EntryColumn {
    std::string entry;
    std::string column;
};

// Which rows whose tie holds NULL were those of a contact that Mautic has deleted.
enum class Leftovers {
    none,          // none: such rows are no contact's, or there can be none
    lost_contact,  // those that had a contact which was deleted; others are somebody else's
    after_a_day,   // the same; Mautic makes the rows without a contact and may fill it in within a day
    also_merged,   // the same; Mautic does not move the rows when it merges their contact into another one
};

// Which messages in a queue that name a contact count: of Symfony's Messenger (content/queued_message.h), or
// of Mautic's webhooks (content/webhook_payload.h).
enum class Messages {
    all,
    own_mails,           // mails to nobody but the contact, by its id and address
    no_mails_to_others,  // these, and messages that are no mails
    own_webhooks,        // those about the contact, by its id, and about nobody else
};

// How a cell is compared with a value of the contact's own fields (matching/own_value.h).
enum class Comparison {
    exact,      // the same text
    telephone,  // the same digits with their country, however the number is written
};

// How rows belong to a contact.
struct Tie {
    enum class Kind {
        contact,  // the contact's own row: `column` is its primary key
        column,   // `column` holds the contact id
        parent,   // `column` holds the value of `parent_column` in a row of the entry `parent`
        shared,   // `column` is what rows of the contact refer to by the columns in `through`, and rows of
                  // others may too: changed or deleted only once nobody refers to it any more
        part,  // `column` says of which row of the shared entry `parent` the row is a part: it goes with it
        text,  // nothing but its text ties it: found by searching `text_columns` of the newest rows
        // No contact data: listed so that it is known. With conditions those rows hold none; a word in
        // their column that no entry of the table names is reported (sampling.h).
        none,
        // Such rows hold contact data, and nothing in this grammar can say whose: they are reported.
        undecided,
    };
    Kind kind = Kind::none;
    std::string column;
    std::string parent;  // key of another entry, "email_stats" or "audit_log#note"
    std::string parent_column;
    // parent: `parent_column` holds ids of contacts that are gone; one that a living contact has is passed
    // over.
    bool gone_contacts = false;
    // parent, with a row_date: when the parent's row was made. Its number may have been that of an earlier
    // one: rows that are older are not about it.
    std::string parent_date;
    // parent, of a pattern: in this column of the parent's row, and of the row itself where it has it, stands
    // the number in the table's name. Numbers of submissions come into use again, and with another form's it
    // is another submission.
    std::string form_column;
    Leftovers leftovers = Leftovers::none;  // column
    // When the row was made. column, and gone_contacts: tells who of those who had the contact's id the row
    // belongs to. With a parent_date: which of the parents that had the number. column with leftovers: tells
    // a row from a later one that gets its id after a restore; nothing may write it again, or, where
    // something does, there is a text besides that nothing writes again. "" for none.
    std::string row_date;
    std::string row_constant;
    std::vector<Condition> conditions;  // all must hold
    std::vector<Condition> exceptions;  // none may hold
    std::vector<EntryColumn> through;   // shared
    // shared: columns of tables, none of them contacts', in which somebody else refers to a row.
    std::vector<EntryColumn> others;
    std::vector<std::string> text_columns;
    // text: what else ties a row, with "{id}" for the contact's id: "/s/contacts/view/{id}". No digit may
    // follow.
    std::vector<std::string> mentions;
    // text: of a pattern's tables only those whose number is not an id of this table ("forms").
    std::string orphans_of;
    Messages messages = Messages::all;  // text
    // text: the rows are those of visitors, whom Mautic has a contact for and has never identified. This
    // column holds their ids, those of contacts that are gone, or NULL. Such a row is somebody else's,
    // perhaps: of its text columns only those are changed that name the contact.
    std::string visitors;
    // text: a link of a mail that was sent to the contact ties a text too (matching/clickthrough.h).
    bool clicks = false;
    // text: not the address ties a row, but a cell that is the value of one of these fields of the contact,
    // and of nobody else.
    std::vector<std::string> fields;
    Comparison comparison = Comparison::exact;
};
inline constexpr auto tie_kind_names = make_names<Tie::Kind>({{Tie::Kind::contact, "contact"},
                                                              {Tie::Kind::column, "column"},
                                                              {Tie::Kind::parent, "parent"},
                                                              {Tie::Kind::shared, "shared"},
                                                              {Tie::Kind::part, "part"},
                                                              {Tie::Kind::text, "text"},
                                                              {Tie::Kind::none, "none"},
                                                              {Tie::Kind::undecided, "undecided"}});
inline const char* name_of(Tie::Kind kind) { return tie_kind_names.of(kind); }

// One way in which rows of one table belong to a contact. A table with several ways has several entries, told
// apart by `part`.
struct TableEntry {
    // Which file it is from: the data map of the program, one of the operator's own, or one of a plugin.
    enum class Origin { program, own, plugin };

    std::string table;
    Origin origin = Origin::program;
    bool table_is_pattern = false;  // "form_results_*": every table whose name starts so
    bool has_prefix = true;         // false: its name never has the operator's prefix (messenger_messages)
    bool may_have_prefix_twice = false;  // the plugin puts the prefix in front itself, and Mautic once more
    std::string part;
    std::string why;
    std::string switch_name;  // one of policy::switch_names(); switched off, the entry is not carried out
    Tie tie;
    bool delete_rows = false;
    // "later": not in the erasure itself but in the first later pass (column ties only).
    bool later = false;
    bool contact_fields =
        false;  // columns named in `lead_fields` (object 'lead') follow the operator's policy
    std::map<std::string, ColumnRule> columns;  // "*" stands for every column that is not named

    std::string key() const { return part.empty() ? table : table + '#' + part; }
    const ColumnRule* rule_for(const std::string& column) const;
    // All rows of the table are nobody's; with conditions only some are.
    bool is_about_nobody() const { return tie.kind == Tie::Kind::none && tie.conditions.empty(); }
    // Is it this table, or one of those its pattern stands for?
    bool is_about(std::string_view table_name) const;
};

// The map of a plugin that came with the program. It is used where the plugin is: plugin_maps.h.
struct PluginMap {
    std::string name;    // "Custom Objects"
    std::string source;  // whose plugin, which version its tables were read from, for which Mautic
    std::string file;
    std::vector<EntryColumn> marks;   // a database with all of these columns has the plugin
    std::vector<TableEntry> entries;  // among them parts of Mautic's own tables: "audit_log#custom-item"
    std::string digest;
};

struct DataMap {
    static constexpr int format = 1;
    std::vector<TableEntry> entries;  // in the file's order, which is the order of execution
    std::string digest;               // SHA-256 of the files; in the ledger
    std::vector<PluginMap> plugins;   // that came with the program, by file name
    // Of map_in_use(): the maps of plugins whose entries are among `entries`, and why others are not although
    // a table of theirs is there.
    std::vector<PluginMap> plugins_in_use;
    std::vector<std::string> plugins_set_aside;

    const TableEntry* find(std::string_view key) const;
    // Is something said about a table of this name? One that does not begin with the prefix is another
    // program's, or another Mautic's, unless an entry says that its table never has the prefix.
    bool knows_table(std::string_view table, bool under_prefix = true) const;
};

// Reads and checks the map, and after it the operator's own entries for tables of plugins, which have the
// same format and may not repeat an entry, and every *.toml in the directory of the maps of plugins; an empty
// path is none. Throws ConfigurationError naming file, line, table, column and what is wrong: unknown keys,
// actions or ties, a missing reason, a parent that is not in the map, two maps of plugins about one table.
DataMap load_data_map(const std::filesystem::path& file, std::span<const std::filesystem::path> own_maps = {},
                      const std::filesystem::path& plugin_directory = {});
DataMap parse_data_map(const std::string& text, const std::string& name);

}  // namespace gdprd::mautic
