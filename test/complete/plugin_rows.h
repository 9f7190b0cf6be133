// Rows of plugins for a test: for every way in which a plugin's map associates a table with a contact one
// row, filled in every column, and with a value of its own wherever that is possible.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "complete/dump.h"
#include "erasure/world.h"

namespace gdprd::test {

// In the tables of plugins; in the contact's own row it is written with a '+'.
std::string telephone_of(ContactId contact);

class PluginRows {
  public:
    // Loads the tables of all plugins that the facts have into the world's database.
    PluginRows(World& world, const std::vector<std::filesystem::path>& sql_files);

    // A row for each entry of these plugins' maps, about this contact; `other` is somebody whom a second key
    // to contacts refers to.
    void add(const std::vector<mautic::PluginMap>& plugins, ContactId contact, ContactId other,
             const std::string& email);

    // Key of the entry, and id of the row, by contact.
    std::uint64_t id_of(ContactId contact, const std::string& entry) const {
        return ids_.at({contact, entry});
    }
    // Whose row it is; 0 for nobody's.
    ContactId owner_of(const RowMaker::RowId& row) const;
    const LiveTables& tables() const { return tables_; }
    Dump dump() const { return Dump(world_.mautic.connection(), tables_); }

    using Given = std::map<std::string, database::Value>;
    // A row with these values, and made-up ones in all other columns.
    std::uint64_t insert(ContactId contact, const std::string& table, Given given);

  private:
    struct Wanted {
        const mautic::TableEntry* entry;
        std::vector<std::string> needs;  // keys of entries whose rows it refers to
    };
    std::optional<Given> tie_of(const mautic::TableEntry& entry,
                                const std::vector<const mautic::TableEntry*>& all, ContactId contact,
                                const std::string& email);
    database::Value value_for(ContactId contact, const LiveTable& table, const LiveColumn& column);

    World& world_;
    LiveTables tables_;
    std::map<std::pair<ContactId, std::string>, std::uint64_t> ids_;   // by contact and entry
    std::map<std::pair<ContactId, std::string>, std::uint64_t> rows_;  // by contact and table
    std::map<RowMaker::RowId, ContactId> owners_;
    ContactId other_ = 0;
    std::uint64_t number_ = 0;
};

}  // namespace gdprd::test
