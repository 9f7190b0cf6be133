// The officer's desk over a Mautic database with people in it, without a frame: a test calls the pages as the
// frame would.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/signing_key.h"
#include "casework/background_work.h"
#include "casework/pages.h"
#include "desk/connections.h"
#include "desk/daemon_status.h"
#include "erasure/world.h"

namespace gdprd::test {

bool has(const std::string& text, const std::string& part);
// Of an invented person.
std::string address_of(ContactId contact);

using FormFields = std::map<std::string, std::string>;

class PeopleDesk {
  public:
    PeopleDesk();

    desk::Visit visit(const desk::Page& page, const std::string& rest = {}) const;
    // What a GET of it answers; of a link as redirects and pages have it, with its query.
    desk::Answer get(const desk::Page& page, const std::string& link = {});
    desk::Answer post(const desk::Page& page, const FormFields& fields, const std::string& link = {});
    // Follows it to its end, past all progress.
    desk::Answer outcome(const desk::Page& page, const desk::Answer& answer);

    std::vector<std::string> actions() const;  // "look_up officer 192.0.2.9 detail"
    // Every text that the desk may write to: Mautic's database, the ledger, the log of look-ups.
    std::string everything_stored();
    std::string log_of_look_ups();

    World world;
    std::string seal_key = make_signing_key();
    SigningKey key{seal_key};
    words::TimeZone zone{"Europe/Budapest"};
    words::Language language = words::Language::en;
    desk::Person person{"officer", sign_in::Role::officer, "token", false, "officer:1"};
    bool is_log_broken = false;

  private:
    desk::Connections connections_;
    desk::DaemonStatusSource daemon_{""};
    std::vector<std::string> actions_;

  public:
    pages::Services services;
    casework::BackgroundWork work;
    std::vector<desk::Page> look_up_pages = casework::look_up_pages(services, work);
    desk::Page& look_up = look_up_pages.at(0);
    desk::Page& certificate = look_up_pages.at(1);
    desk::Page look_ups = casework::look_ups(services);
    desk::Page seals = casework::seals(services, work);
    desk::Page reports = casework::reports(services);
    desk::Page residue = casework::residue(services, work);
};

// What standard error got meanwhile.
class StandardError {
  public:
    StandardError();
    ~StandardError();
    std::string text();

  private:
    std::FILE* const file_;
    const int former_;
};

}  // namespace gdprd::test
