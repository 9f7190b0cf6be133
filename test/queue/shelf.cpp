#include "shelf.h"

#include <SQLiteCpp/Database.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gdprd::queue::test {

TemporaryDirectory::TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gdprd-queue-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

ids range(ContactId from, ContactId to) {
    ids contacts;
    for (ContactId contact = from; contact <= to; ++contact) contacts.push_back(contact);
    return contacts;
}

QueueOptions limit(std::int64_t erasures_per_hour_max) {
    QueueOptions options;
    options.erasures_per_hour_max = erasures_per_hour_max;
    return options;
}

Timestamp second(std::int64_t seconds) { return Timestamp(std::chrono::seconds(1'700'000'000 + seconds)); }

Shelf::Shelf() : Shelf(limit(0)) {}

Shelf::Shelf(const QueueOptions& options) : options_(options) {
    if (options_.directory.empty()) options_.directory = directory_.path();
    queue_ = std::make_unique<Queue>(options_);
}

void Shelf::reopen() {
    queue_.reset();
    queue_ = std::make_unique<Queue>(options_);
}

std::vector<Arrival> Shelf::arrivals(const ids& contacts, Origin origin) const {
    std::vector<Arrival> arrivals;
    for (const ContactId contact : contacts) arrivals.push_back({contact, origin, now_});
    return arrivals;
}

void Shelf::store(const ids& contacts, Origin origin) { queue().store(arrivals(contacts, origin)); }

std::size_t Shelf::store_new(const ids& contacts) {
    return queue().store_new(arrivals(contacts, Origin::sweep));
}

ids Shelf::take(std::size_t max) {
    ids taken;
    for (const Job& job : queue().take(max, now_)) {
        taken.push_back(job.contact);
        revisions_[job.contact] = job.revision;
    }
    return taken;
}

void Shelf::apply(Outcome outcome) {
    outcome.revision = revisions_[outcome.contact];
    queue().apply({&outcome, 1});
}

void Shelf::finish(ContactId contact) {
    Outcome outcome;
    outcome.contact = contact;
    apply(outcome);
}

void Shelf::release(ContactId contact) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::released;
    outcome.contact = contact;
    apply(outcome);
}

void Shelf::settle(ContactId contact, std::int64_t due_second, int pass) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::settle;
    outcome.contact = contact;
    outcome.due_at = second(due_second);
    outcome.pass = pass;
    apply(outcome);
}

void Shelf::erase(ContactId contact, std::int64_t due_second) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::settle;
    outcome.contact = contact;
    outcome.due_at = second(due_second);
    outcome.pass = 1;
    apply(outcome);
}

ids Shelf::erase_next(std::size_t max) {
    ids erased;
    for (const Job& job : queue().take(max, now_)) {
        revisions_[job.contact] = job.revision;
        if (job.needs_admission && !queue().admit(1, now_)) {
            release(job.contact);
        } else {
            erase(job.contact);
            erased.push_back(job.contact);
        }
    }
    return erased;
}

void Shelf::wait(ContactId contact, std::int64_t due_second, int attempts, const std::string& error) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::wait;
    outcome.contact = contact;
    outcome.due_at = second(due_second);
    outcome.attempts = attempts;
    outcome.error = error;
    apply(outcome);
}

void Shelf::park(ContactId contact, int attempts, const std::string& error) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::park;
    outcome.contact = contact;
    outcome.attempts = attempts;
    outcome.error = error;
    apply(outcome);
}

std::optional<Job> Shelf::job(ContactId contact) {
    for (const Job& job : queue().list({std::nullopt, 1'000'000})) {
        if (job.contact == contact) return job;
    }
    return std::nullopt;
}

std::string Shelf::state(ContactId contact) {
    const std::optional<Job> found = job(contact);
    return found ? name_of(found->state) : "none";
}

std::string ask_sqlite(const std::filesystem::path& file, const std::string& query) {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    return database.execAndGet(query).getString();
}

void tell_sqlite(const std::filesystem::path& file, const std::string& script) {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(script);
}

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_file(const std::filesystem::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
}

}  // namespace gdprd::queue::test
