#include "daemon/command/certificate.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "base/error.h"
#include "base/secret.h"
#include "base/signing_key.h"
#include "base/text.h"
#include "certificate/document.h"
#include "certificate/issue.h"
#include "certificate/reader.h"
#include "daemon/assembly.h"
#include "daemon/command/seals.h"
#include "daemon/command/terminal/address_input.h"
#include "daemon/command/terminal/new_stream.h"
#include "mautic/schema.h"
#include "reconciliation/address_filing.h"
#include "verify/snapshot.h"
#include "words/words.h"

namespace gdprd::command {

namespace {

using certificate::Authenticity;
using certificate::Conclusion;
using certificate::Doubt;
using certificate::Facts;

// As that of `lookup`: all mails may be read.
constexpr Milliseconds history_timeout{3'600'000};

bool is_pdf(const CertificateOptions& options) { return options.format == "pdf"; }

void check_options(const CertificateOptions& options, const config::Config& config) {
    if (config.seal.key.empty()) {
        throw ConfigurationError("certificate: [seal] key_file is missing, and there is no key to sign with",
                                 "`mautic-gdprd ledger seal-key` makes a key");
    }
    if (options.with_address && !options.ask_address) {
        throw ConfigurationError("certificate: --with-address, and no address is asked for",
                                 "Leave --contact away, or give --address as well");
    }
    if (options.history && !options.ask_address) {
        throw ConfigurationError("certificate: --history, and no address is asked for",
                                 "Leave --contact away, or give --address as well");
    }
    if (is_pdf(options) && !options.output && ::isatty(STDOUT_FILENO) == 1) {
        throw ConfigurationError("certificate: a PDF is nothing for a terminal", "Name a file with --output");
    }
    check_words(options.words, config.lookup.case_required);
}

// The file first: what cannot be written is not looked up.
std::unique_ptr<NewStream> open_output(const CertificateOptions& options) {
    if (!options.output) return nullptr;
    const auto existing = options.force ? NewStream::Existing::replaced : NewStream::Existing::refused;
    return std::make_unique<NewStream>(*options.output, existing);
}

lookup::LookupOptions lookup_options(const CertificateOptions& options, const config::Config& config) {
    lookup::LookupOptions wanted;
    wanted.table_prefix = config.mautic.table_prefix;
    wanted.ledger_database = config.ledger.database;
    wanted.hash = config.hash;
    for (const std::string& file : options.key_files) wanted.other_keys.push_back(read_secret(file));
    return wanted;
}

std::string list_of(const std::vector<lookup::FoundContact>& contacts) {
    std::vector<std::string> ids;
    for (const auto& found : contacts) ids.push_back(std::to_string(found.contact));
    return join(ids, ", ");
}

// Whose certificate it is. Throws where that is in doubt: it would be about somebody else.
const lookup::FoundContact* chosen(const lookup::LookupAnswer& answer,
                                   const std::optional<ContactId>& contact) {
    const certificate::Chosen chosen = certificate::choose(answer, contact);
    if (!chosen.doubt) return chosen.found;
    if (*chosen.doubt == Doubt::other_contact) {
        throw ConfigurationError(
            "certificate: the address does not lead to contact " + std::to_string(*contact),
            "It may be somebody else's. `mautic-gdprd lookup` tells what it leads to");
    }
    throw ConfigurationError(
        "certificate: the address leads to several contacts: " + list_of(answer.contacts),
        "`mautic-gdprd lookup` tells them apart. Choose one with --contact ID --address");
}

void refuse_hidden(const Facts& facts, const lookup::LookupAnswer& answer) {
    if (!certificate::doubt_about(facts, answer)) return;
    const auto& missing = answer.missing_keys.front();
    throw ConfigurationError("certificate: the address is in no record that can be searched, and " +
                                 counted(missing.contacts, "erasure was", "erasures were") +
                                 " recorded with " + missing.algorithm + ", key " + missing.key_id,
                             "Give the key of that time with --key-file");
}

void warn_of_others(const lookup::FoundContact& found) {
    for (const auto* others : {&found.used_now_by, &found.used_last_by}) {
        for (const ContactId other : *others) {
            std::cerr << "mautic-gdprd: contact " << other
                      << (others == &found.used_now_by ? " has the address now"
                                                       : " had the address when it was erased")
                      << ". Make sure that this is not who asks before you hand the certificate out.\n";
        }
    }
}

class Run {
  public:
    Run(const CertificateOptions& options, const daemon::Assembly& assembly, database::Connection& connection)
        : options_(options),
          assembly_(assembly),
          connection_(connection),
          rules_(daemon::make_rules(mautic::read_schema(connection, assembly.config.mautic.table_prefix),
                                    assembly)),
          log_(connection, assembly.config) {}

    Facts of_contact() {
        Facts facts;
        {
            const verify::Snapshot snapshot(connection_);
            facts = certificate::FactReader(connection_, *rules_).of_contact(*options_.contact);
        }
        const bool is_known = certificate::conclude(facts) != Conclusion::nothing_known;
        log_.add_contact(logged(*options_.contact, is_known, options_.words), *options_.contact);
        return facts;
    }

    Facts of_address(const std::string& address) {
        lookup::LookupOptions wanted = lookup_options(options_, assembly_.config);
        wanted.read_history =
            options_.history || !reconciliation::AddressFiling::is_done(connection_, wanted.ledger_database);
        std::optional<verify::Snapshot> snapshot(std::in_place, connection_);
        const lookup::LookupAnswer answer = lookup::Lookup(connection_, wanted).find(address);
        // What is thrown because of the answer tells of it, too.
        snapshot.reset();
        log_.add_address(logged(answer, options_.words, wanted.read_history), address);
        const lookup::FoundContact* found = chosen(answer, options_.contact);
        snapshot.emplace(connection_);
        Facts facts =
            certificate::FactReader(connection_, *rules_).of_address(answer, found, wanted.read_history);
        snapshot.reset();
        refuse_hidden(facts, answer);
        if (found != nullptr) warn_of_others(*found);
        if (options_.with_address) facts.address = address;
        return facts;
    }

  private:
    const CertificateOptions& options_;
    const daemon::Assembly& assembly_;
    database::Connection& connection_;
    const std::shared_ptr<const erasure::Rules> rules_;
    LookupLogWriter log_;
};

ExitCode exit_code_of(Conclusion conclusion) {
    if (conclusion == Conclusion::erased) return ExitCode::done;
    return conclusion == Conclusion::nothing_known ? ExitCode::not_found : ExitCode::not_everything;
}

}  // namespace

ExitCode certificate(const CertificateOptions& given) {
    CertificateOptions options = given;
    options.ask_address = given.ask_address || !given.contact;
    const daemon::Assembly assembly(options.config_file);
    check_options(options, assembly.config);
    const SigningKey key(assembly.config.seal.key);
    const auto output = open_output(options);
    const std::string address = options.ask_address ? read_address() : "";
    const database::ThreadScope thread;
    database::ConnectionOptions connection_options = assembly.config.database;
    connection_options.read_timeout = std::max(connection_options.read_timeout, history_timeout);
    database::Connection connection(connection_options);
    Run run(options, assembly, connection);
    Facts facts = options.ask_address ? run.of_address(address) : run.of_contact();
    facts.issue =
        certificate::new_issue({options.words.officer, options.words.case_reference, GDPRD_VERSION}, key);
    const std::string text =
        certificate::document_text(facts, certificate::document_format_names.value_of(options.format).value(),
                                   words::language_names.value_of(options.language).value(), key);
    const Conclusion conclusion = certificate::conclude(facts);
    const std::string verdict = words::say(certificate::word_of(conclusion), words::Language::en);
    if (output) {
        output->write(text);
        output->finish();
        std::cout << "Certificate " << facts.issue.number << ": " << verdict << ".\n";
    } else {
        std::cout << text << std::flush;
    }
    return exit_code_of(conclusion);
}

namespace {

constexpr std::size_t file_bytes_max = 64 * 1'024 * 1'024;

std::string read_whole(const std::filesystem::path& file, std::size_t bytes_max) {
    std::ifstream stream(file, std::ios::binary);
    std::string text;
    std::vector<char> part(65'536);
    while (stream.read(part.data(), static_cast<std::streamsize>(part.size())), stream.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
        if (text.size() > bytes_max) throw ConfigurationError(file.string() + ": is too large");
    }
    if (!stream.eof()) throw ConfigurationError(file.string() + ": cannot be read");
    return text;
}

// The digits themselves, or the first such word of a file, as `ledger seal-key` prints it.
std::string read_public_key(const std::string& key_or_file) {
    if (const auto key = public_key_in(key_or_file)) return *key;
    constexpr std::size_t key_file_bytes_max = 65'536;
    std::istringstream words(read_whole(key_or_file, key_file_bytes_max));
    for (std::string word; words >> word;) {
        if (const auto key = public_key_in(word)) return *key;
    }
    throw ConfigurationError(
        "--public-key: neither a public key of 64 hexadecimal digits nor a file with one",
        "`mautic-gdprd ledger seal-key` prints it");
}

std::string words_of(const certificate::Verified& verified) {
    switch (verified.authenticity) {
        case Authenticity::authentic:
            return "Authentic: certificate " + verified.number + " is as it was signed with this key.";
        case Authenticity::key_not_given:
            return "Unchanged since it was signed with " + verified.key +
                   ".\nWhose key that is was not asked, and anybody can sign with a key of their own: "
                   "compare it with "
                   "the\none that was written down, or give that one with --public-key.";
        case Authenticity::other_key:
            return "NOT AUTHENTIC: signed with another key than the one given: " + verified.key + '.';
        case Authenticity::changed:
            return "NOT AUTHENTIC: the file was changed since it was signed, or was never signed.";
        case Authenticity::unknown_version:
            return "Not verified: the certificate is of a later version of this program, which can verify "
                   "it.";
        case Authenticity::no_certificate:
            break;
    }
    return "NOT AUTHENTIC: the file is no certificate of this program.";
}

}  // namespace

ExitCode certificate_verify(const CertificateVerifyOptions& options) {
    std::optional<std::string> key;
    if (options.public_key) key = read_public_key(*options.public_key);
    const certificate::Verified verified =
        certificate::verify_certificate(read_whole(options.file, file_bytes_max), key);
    const bool is_authentic = verified.authenticity == Authenticity::authentic;
    if (options.json) {
        std::cout << to_json(verified) << '\n';
    } else {
        std::cout << words_of(verified) << '\n';
        const auto conclusion = certificate::conclusion_names.value_of(verified.conclusion);
        if (is_authentic && conclusion) {
            std::cout << "It says: " << words::say(certificate::word_of(*conclusion), words::Language::en)
                      << ". Issued at " << verified.issued_at << ".\n";
        }
    }
    return is_authentic ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace gdprd::command
