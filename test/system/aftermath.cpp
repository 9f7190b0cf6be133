#include "system/aftermath.h"

#include <openssl/evp.h>

#include <array>

#include "support/catch.h"
#include "system/traces.h"

namespace gdprd::test {

namespace {

std::set<ContactId> ids_in(PrivateServer& server, const std::string& database, const std::string& sql) {
    database::Rows rows = server.select(sql, database);
    std::set<ContactId> ids;
    while (rows.next()) ids.insert(rows.number(0));
    return ids;
}

}  // namespace

std::string md5_of(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
    constexpr const char* digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[digest.at(i) >> 4U];
        hex += digits[digest.at(i) & 15U];
    }
    return hex;
}

void prepare_for_aftermath(Machine& machine) {
    machine.config.options["hash.algorithm"] = "\"md5\"";
    machine.config.options["hash.key_file"] = "\"\"";
    machine.config.options["worker.settle"] = "[\"1h\"]";
    machine.config.options["log.level"] = "\"info\"";
}

Aftermath::Aftermath(Installation& installation, std::size_t count) : here_(installation) {
    for (ContactId contact = 1; contact <= count; ++contact) {
        here_.add_opted_out(contact);
        contacts_.push_back(contact);
    }
    traces_before_ = traces(here_.mautic.options());
    REQUIRE(traces_before_.size() == count);
}

void Aftermath::check(const std::set<ContactId>& acknowledged) {
    here_.wait_until_idle();
    CHECK(here_.metric("queue_jobs{state=\"parked\"}") == 0);
    CHECK(here_.metric("queue_jobs{state=\"settling\"}") ==
          static_cast<std::int64_t>(erased_contacts().size()));
    check_contacts(acknowledged);
}

std::set<ContactId> Aftermath::erased_contacts() {
    return ids_in(here_.server, here_.ledger_database,
                  "SELECT contact_id FROM erasure WHERE status = 'settling'");
}

void Aftermath::check_contacts(const std::set<ContactId>& acknowledged) {
    const auto erased = erased_contacts();
    CHECK(here_.ledger_rows() == erased.size());
    const auto left = traces(here_.mautic.options());
    std::vector<ContactId> forgotten, half_erased;
    for (const ContactId contact : contacts_) {
        if (acknowledged.contains(contact) && !erased.contains(contact)) forgotten.push_back(contact);
        const auto found = left.find(contact);
        const std::size_t count = found == left.end() ? 0 : found->second;
        if (count != (erased.contains(contact) ? 0 : traces_before_.at(contact)))
            half_erased.push_back(contact);
    }
    CHECK(forgotten == std::vector<ContactId>{});
    CHECK(half_erased == std::vector<ContactId>{});
    check_rows(erased);
    check_mails(erased);
}

// A value that was hashed twice, or by an erasure that was rolled back halfway, is not the expected one.
void Aftermath::check_rows(const std::set<ContactId>& erased) {
    database::Rows rows = here_.server.select(
        "SELECT l.id, l.email, l.firstname, l.lastname, l.mobile, l.phone, e.subject_hash FROM leads l LEFT "
        "JOIN " +
            database::quote_identifier(here_.ledger_database) +
            ".erasure e ON e.contact_id = l.id ORDER BY l.id",
        here_.mautic.name());
    std::vector<ContactId> wrong;
    std::size_t seen = 0;
    while (rows.next()) {
        ++seen;
        const bool is_erased = erased.contains(rows.number(0));
        const Person person = invented_person(rows.number(0));
        std::size_t column = 1;
        bool right = !is_erased || rows.text(6) == md5_of(person.email());
        for (const char* alias : {"email", "firstname", "lastname", "mobile", "phone"}) {
            const std::string& plain = person.fields.at(alias);
            right = right && rows.text(column++) == (is_erased ? md5_of(plain) : plain);
        }
        if (!right) wrong.push_back(rows.number(0));
    }
    CHECK(seen == contacts_.size());
    CHECK(wrong == std::vector<ContactId>{});
}

void Aftermath::check_mails(const std::set<ContactId>& erased) {
    database::Rows rows = here_.server.select(
        "SELECT lead_id, email_address FROM email_stats ORDER BY lead_id, date_sent", here_.mautic.name());
    std::set<ContactId> wrong;
    std::size_t number = 0;
    while (rows.next()) {
        const Person person = invented_person(rows.number(0));
        const std::string& plain = number++ % 3 == 0 ? person.old_email : person.email();
        const std::string expected = erased.contains(rows.number(0)) ? md5_of(plain) : plain;
        if (rows.text(1) != expected) wrong.insert(rows.number(0));
    }
    CHECK(number == 3 * contacts_.size());
    CHECK(wrong == std::set<ContactId>{});
}

}  // namespace gdprd::test
