// One function a section of the file: reads its options into the Config, adds to its warnings.
#pragma once

#include <filesystem>

#include "config/config.h"
#include "config/reader.h"

namespace gdprd::config {

// connection_sections.cpp
// Data maps are looked for in the directory of the configuration file.
void read_mautic(Reader& reader, const std::filesystem::path& directory, Config& config);
void read_database(Reader& reader, Config& config);
void read_ledger(Reader& reader, Config& config);  // after read_database()
void read_lookup(Reader& reader, Config& config);
void read_seal(Reader& reader, Config& config);

// http_sections.cpp
void read_listen(Reader& reader, Config& config);
void read_webhook(Reader& reader, Config& config);
void read_limits(Reader& reader, Config& config);

// notify_sections.cpp
void read_notify(Reader& reader, Config& config);

// hold_sections.cpp
void read_hold(Reader& reader, Config& config);

// policy_sections.cpp
void read_trigger(Reader& reader, Config& config);
void read_policy(Reader& reader, Config& config);
void read_hash(Reader& reader, Config& config);  // after read_policy()

// reach_sections.cpp; all of it goes into the policy
void read_ways_back(Reader& reader, Config& config);
void read_companies(Reader& reader, Config& config);
void read_text_search(Reader& reader, Config& config);

// sweep_sections.cpp
void read_sweep(Reader& reader, Config& config);
void read_safety(Reader& reader, Config& config);
void read_suppression(Reader& reader, Config& config);
void read_deleted_contacts(Reader& reader, Config& config);
void read_audit(Reader& reader, Config& config);
void read_retention(Reader& reader, Config& config);

// desk_section.cpp
void read_desk(Reader& reader, Config& config);  // after read_listen()

// work_sections.cpp
void read_queue(Reader& reader, Config& config);
void read_worker(Reader& reader, Config& config);
void read_health(Reader& reader, Config& config);
void read_log(Reader& reader, Config& config);

}  // namespace gdprd::config
