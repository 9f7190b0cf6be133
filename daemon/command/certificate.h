// `mautic-gdprd certificate` and `certificate verify`: what became of a person's data, on paper or for
// programs, signed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "certificate/authenticity.h"
#include "daemon/command/common.h"
#include "daemon/command/lookup_logging.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct CertificateOptions {
    std::filesystem::path config_file = default_config_file;
    std::optional<ContactId> contact;
    bool ask_address = false;  // also where there is a contact: it must lead there
    bool with_address = false;
    bool history = false;                // look through all mails for the address, too
    std::vector<std::string> key_files;  // hash keys of former times
    LookupWords words;                   // for the log of look-ups; officer and case stand in the document
    std::string format = "pdf";          // or "json"
    std::string language = "en";         // of words::language_names
    std::optional<std::filesystem::path> output;  // else standard output
    bool force = false;                           // in place of a file
};

// Logged before it is written. done for an erasure that is certified; not_everything when what became of the
// data is something else, and is stated; not_found when nothing is known.
ExitCode certificate(const CertificateOptions& options);

struct CertificateVerifyOptions {
    std::filesystem::path file;
    std::optional<std::string> public_key;  // its digits, or a file that has them
    bool json = false;
};
// not_everything for all but an authentic one. Neither reads a configuration nor connects.
ExitCode certificate_verify(const CertificateVerifyOptions& options);

std::string to_json(const certificate::Verified& verified);

}  // namespace gdprd::command
