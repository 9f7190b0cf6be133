#include "certificate/issue.h"

#include <algorithm>

#include "base/random.h"
#include "certificate/authenticity.h"
#include "certificate/document.h"
#include "certificate/statement.h"
#include "paper/pdf.h"

namespace gdprd::certificate {

namespace {

constexpr std::size_t number_bytes = 8;

}  // namespace

Chosen choose(const lookup::LookupAnswer& answer, const std::optional<ContactId>& contact) {
    if (contact) {
        const auto found = std::find_if(answer.contacts.begin(), answer.contacts.end(),
                                        [&](const auto& one) { return one.contact == *contact; });
        if (found != answer.contacts.end()) return {&*found};
        return {nullptr, Doubt::other_contact};
    }
    if (answer.contacts.size() > 1) return {nullptr, Doubt::several_contacts};
    return {answer.contacts.empty() ? nullptr : &answer.contacts.front()};
}

std::optional<Doubt> doubt_about(const Facts& facts, const lookup::LookupAnswer& answer) {
    if (facts.record || answer.missing_keys.empty()) return std::nullopt;
    return Doubt::missing_key;
}

Issue new_issue(const IssueWords& words, const SigningKey& key) {
    return {random_hex(number_bytes), now(),           words.program_version, words.officer,
            words.case_reference,     key.public_key()};
}

std::string document_text(const Facts& facts, DocumentFormat format, words::Language language,
                          const SigningKey& key) {
    if (format == DocumentFormat::json) return signed_json(facts, language, key);
    const paper::Document document = document_of(facts, language);
    return signed_pdf(paper::to_pdf(document, facts.issue.at), facts.issue.number, key);
}

}  // namespace gdprd::certificate
