// What stands in tables that nobody described: counted by the server, so that no value leaves it but the
// words of a vocabulary. For whoever asks what nobody has decided about; erasures do without.
#pragma once

#include "database/connection.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::mautic {

inline constexpr std::size_t sampled_rows_max = 100;         // of a table, the newest by its primary key
inline constexpr std::size_t sampled_characters_max = 1000;  // of a value
inline constexpr std::size_t sampled_columns_max = 64;       // of a table
inline constexpr std::size_t vocabulary_words_max = 200;

// Adds to the schema how many of the newest rows of each table that the map does not know hold an e-mail
// address, and which words stand in the columns whose vocabulary the map names (a tie of kind none with
// conditions). Reads a bounded number of rows of each table, and of a vocabulary what its index has. A table
// that cannot be read gets an empty list of samples, and the others are read all the same. Throws
// DatabaseError when the connection is lost.
void add_samples(database::Connection& connection, const DataMap& map, Schema& schema);

}  // namespace gdprd::mautic
