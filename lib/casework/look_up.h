// Look-ups by address, and certificates: what they share for the length of a visit.
//
// Threads: any.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/contact_id.h"
#include "casework/background_work.h"
#include "casework/look_up_answer.h"
#include "casework/people_forms.h"
#include "certificate/facts.h"
#include "certificate/issue.h"
#include "desk/page.h"
#include "desk/results.h"

namespace gdprd::casework {

// The form of a certificate on a page: format, language, case.
desk::Html certificate_fields(const Services& services, const desk::Visit& visit,
                              const std::optional<lookup::RefusedWords>& refused);
desk::Html no_key_notice(const desk::Visit& visit);

// Issued certificates, kept for whoever asked for them.
class Certificates {
  public:
    explicit Certificates(Services& services) : services_(services) {}

    // Signed and logged; the page that offers it. Throws NotLogged.
    desk::Answer issue(const desk::Visit& visit, database::Connection& connection, certificate::Facts facts);

    desk::Answer get(const desk::Visit& visit);
    desk::Answer post(const desk::Visit& visit);

  private:
    desk::Answer form(const desk::Visit& visit, const std::optional<lookup::RefusedWords>& refused,
                      bool is_contact_wrong);

    Services& services_;
    desk::Results<MadeFile> files_;
};

class LookUp {
  public:
    LookUp(Services& services, BackgroundWork& work, Certificates& certificates)
        : services_(services), work_(work), certificates_(certificates) {}

    desk::Answer get(const desk::Visit& visit);
    desk::Answer post(const desk::Visit& visit);

  private:
    struct Errors {
        std::optional<lookup::AddressFault> address{};
        std::optional<lookup::RefusedWords> words{};
        bool any() const { return address || words; }
    };

    std::shared_ptr<const LookUpResult> find(const desk::Visit& visit, const std::optional<WorkState>& state);
    desk::Answer form(const desk::Visit& visit, const Errors& errors);
    desk::Answer show(const desk::Visit& visit, const LookUpResult& result);
    desk::Html certificate_form(const desk::Visit& visit, const LookUpResult& result,
                                const std::optional<ContactId>& contact);
    desk::Answer ask(const desk::Visit& visit);
    desk::Answer ask_history(const desk::Visit& visit, const lookup::LookupWords& words,
                             const std::string& address);
    desk::Answer issue(const desk::Visit& visit, const LookUpResult& result);

    Services& services_;
    BackgroundWork& work_;
    Certificates& certificates_;
    desk::Results<LookUpResult> results_;
};

}  // namespace gdprd::casework
