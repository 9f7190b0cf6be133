// What the plugin's loop (bench/plugin_loop.h) knows of the tables that large_mautic.h fills.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gdprd::bench {

using Column = std::optional<std::string>;  // nothing: NULL

struct Property {
    std::string column;
    Column (*erased)(const Column& value);
};

struct Entity {
    std::string table;
    std::string rows;                  // which are a contact's; {id}: the contact
    std::vector<std::string> key;      // its primary key
    std::vector<Property> properties;  // none: the row is deleted
};

// In an order in which each still finds what it looks for.
std::vector<Entity> plugin_entities();

}  // namespace gdprd::bench
