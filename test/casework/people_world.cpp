#include "casework/people_world.h"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "base/error.h"
#include "ledger/addresses.h"
#include "lookup/log.h"

namespace gdprd::test {

namespace {

std::string dump_of_database(const std::string& name) {
    std::string text;
    auto tables = server().select("SELECT table_name FROM information_schema.tables WHERE table_schema = '" +
                                  name + "'");
    while (tables.next()) {
        auto rows = server().select("SELECT * FROM `" + name + "`.`" + tables.text(0) + "`");
        while (rows.next()) {
            for (std::size_t column = 0; column < rows.column_count(); ++column) {
                text += rows.optional_text(column).value_or("") + '\n';
            }
        }
    }
    return text;
}

}  // namespace

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string address_of(ContactId contact) { return invented_person(contact).email(); }

PeopleDesk::PeopleDesk()
    : connections_(world.mautic.options()),
      services{"",
               World::ledger_name,
               world.hash,
               {},
               false,
               "",
               "1.2.3",
               connections_,
               [this](database::Connection&) {
                   if (!world.rules()) world.prepare();
                   return world.rules();
               },
               policy::Hasher({policy::Algorithm::sha256, "key of the log of look-ups", true}),
               [this](database::Connection&, const pages::Action& action) {
                   if (is_log_broken) throw Error("the log of actions is away");
                   actions_.push_back(std::string(lookup::action_names.of(action.kind)) + ' ' +
                                      action.account + ' ' + action.remote + ' ' + action.detail);
               },
               daemon_} {
    server().execute("DROP DATABASE IF EXISTS " + lookup::lookup_log_database(World::ledger_name));
    ledger::ErasedAddresses(world.daemon, World::ledger_name).take_for_filed_if_new("");
    world.prepare();
}

desk::Visit PeopleDesk::visit(const desk::Page& page, const std::string& rest) const {
    desk::Visit visit;
    visit.path = rest.empty() ? page.path : page.path + '/' + rest;
    visit.rest = rest;
    visit.remote = "192.0.2.9";
    visit.language = language;
    visit.zone = &zone;
    visit.person = person;
    return visit;
}

namespace {

// "/look-up/12?download=1"
std::pair<std::string, desk::Form> parts_of(const desk::Page& page, const std::string& link) {
    if (link.empty()) return {};
    if (!link.starts_with(page.path)) throw std::runtime_error("no link of " + page.path + ": " + link);
    const std::string rest = link.substr(page.path.size());
    const auto query = rest.find('?');
    const std::string path = rest.substr(0, query);
    return {path.empty() ? "" : path.substr(1),
            desk::Form(query == std::string::npos ? "" : rest.substr(query + 1))};
}

}  // namespace

desk::Answer PeopleDesk::get(const desk::Page& page, const std::string& link) {
    auto [rest, query] = parts_of(page, link);
    desk::Visit visit = this->visit(page, rest);
    visit.query = query;
    return page.get(visit);
}

desk::Answer PeopleDesk::post(const desk::Page& page, const FormFields& fields, const std::string& link) {
    desk::Visit visit = this->visit(page, parts_of(page, link).first);
    std::string encoded;
    for (const auto& [name, value] : fields) encoded += name + '=' + desk::percent_encoded(value) + '&';
    visit.form = desk::Form(encoded);
    return page.post(visit);
}

desk::Answer PeopleDesk::outcome(const desk::Page& page, const desk::Answer& answer) {
    if (!answer.redirect) throw std::runtime_error("no redirect: " + answer.body.str());
    desk::Answer next = get(page, *answer.redirect);
    while (next.refresh_seconds) {
        std::this_thread::yield();
        next = get(page, *answer.redirect);
    }
    return next;
}

std::vector<std::string> PeopleDesk::actions() const { return actions_; }

std::string PeopleDesk::log_of_look_ups() {
    return dump_of_database(lookup::lookup_log_database(World::ledger_name));
}

std::string PeopleDesk::everything_stored() {
    return world.mautic.dump() + dump_of_database(World::ledger_name) + log_of_look_ups();
}

StandardError::StandardError() : file_(std::tmpfile()), former_(::dup(STDERR_FILENO)) {
    ::dup2(::fileno(file_), STDERR_FILENO);
}

StandardError::~StandardError() {
    ::dup2(former_, STDERR_FILENO);
    ::close(former_);
    std::fclose(file_);
}

std::string StandardError::text() {
    std::string text(static_cast<std::size_t>(::lseek(::fileno(file_), 0, SEEK_END)), '\0');
    if (::pread(::fileno(file_), text.data(), text.size(), 0) < 0) throw std::runtime_error("pread");
    return text;
}

}  // namespace gdprd::test
