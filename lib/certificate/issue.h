// How a certificate comes about once the facts are asked for: whose it is, and the signed document.
//
// Errors: Error when there is no font for a PDF, or it cannot be signed.
#pragma once

#include <optional>
#include <string>

#include "base/contact_id.h"
#include "base/names.h"
#include "base/signing_key.h"
#include "certificate/facts.h"
#include "lookup/lookup.h"
#include "words/language.h"

namespace gdprd::certificate {

// Why there is no certificate: it might be about somebody else than who asks.
enum class Doubt {
    several_contacts,  // the address leads to more than one, and none was chosen
    other_contact,     // it does not lead to the one that was chosen
    missing_key,       // no record was found, and some could not be searched
};

struct Chosen {
    const lookup::FoundContact* found = nullptr;  // of the answer; null: the address leads to none
    std::optional<Doubt> doubt{};
};

// Whose certificate it is: of the contact that was chosen, or the only one there is.
Chosen choose(const lookup::LookupAnswer& answer, const std::optional<ContactId>& contact);

// A record that a missing key hides is no missing record.
std::optional<Doubt> doubt_about(const Facts& facts, const lookup::LookupAnswer& answer);

enum class DocumentFormat { pdf, json };
inline constexpr auto document_format_names =
    make_names<DocumentFormat>({{DocumentFormat::pdf, "pdf"}, {DocumentFormat::json, "json"}});

struct IssueWords {
    std::string officer;  // as they were given, or ""
    std::string case_reference;
    std::string program_version;
};

// With a number of its own, of this moment.
Issue new_issue(const IssueWords& words, const SigningKey& key);

// Signed; facts.issue is that of the key.
std::string document_text(const Facts& facts, DocumentFormat format, words::Language language,
                          const SigningKey& key);

}  // namespace gdprd::certificate
