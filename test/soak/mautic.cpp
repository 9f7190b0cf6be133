#include "soak/mautic.h"

#include "base/clock.h"
#include "fixture/php_serialize.h"

namespace gdprd::soak {

using database::quote_text;
using test::invented_person;
using test::MauticDatabase;
using test::Person;

namespace {

std::string text(ContactId contact) { return std::to_string(contact); }

// Those of `leads` that are not computed from others.
std::string own_columns(MauticDatabase& mautic) {
    database::Rows rows = mautic.connection().select(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_NAME = 'leads' AND EXTRA NOT LIKE '%generated%'");
    std::string columns;
    while (rows.next()) columns += (columns.empty() ? "" : ", ") + database::quote_identifier(rows.text(0));
    return columns;
}

std::string now_in_seconds() { return format_utc(now()).substr(0, 19); }

}  // namespace

Mautic::Mautic(test::Installation& here) : here_(here), twin_(here.server, here.mautic.name() + "_twin") {
    twin_.load_own_schema();
    insert("lead_tags", {{"id", std::int64_t{1}}, {"tag", hold_tag}});
}

void Mautic::both(const std::function<void(MauticDatabase&)>& write) {
    for (MauticDatabase* each : {&here_.mautic, &twin_}) write(*each);
}

void Mautic::insert(const std::string& table, const Row& row) {
    both([&](MauticDatabase& each) { each.insert(table, row); });
}

void Mautic::change(const std::string& sql) {
    both([&](MauticDatabase& each) { each.connection().change(sql); });
}

void Mautic::connect_again() {
    both([](MauticDatabase& each) { each.connect_again(); });
}

void Mautic::create(ContactId who) {
    both([&](MauticDatabase& each) { each.add_contact(who); });
}

void Mautic::import(const std::vector<ContactId>& whom) {
    std::string contacts, mails;
    for (const ContactId who : whom) {
        const Person person = invented_person(who);
        const char* comma = contacts.empty() ? "" : ",";
        contacts += comma + ("(" + text(who)) + ",1,17";
        for (const char* alias : {"email", "firstname", "lastname", "mobile", "phone"}) {
            contacts += "," + quote_text(person.fields.at(alias));
        }
        contacts += ")";
        mails += comma + ("(" + text(who)) + "," + quote_text(person.email()) +
                 ",'2025-01-01 07:00:00',1,0,0,0,1,'" + person.tracking_id.substr(0, 12) + "')";
    }
    change("INSERT INTO leads (id, is_published, points, email, firstname, lastname, mobile, phone) VALUES " +
           contacts);
    change(
        "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed, viewed_in_browser,"
        " retry_count, open_count, tracking_hash) VALUES " +
        mails);
}

void Mautic::opt_out(const Somebody& somebody, int reason, const std::string& channel) {
    const std::string date = now_in_seconds();
    insert("lead_donotcontact", {{"lead_id", somebody.contact},
                                 {"date_added", date},
                                 {"reason", std::int64_t{reason}},
                                 {"channel", channel},
                                 {"comments", "Said by " + invented_person(somebody.who).email()}});
}

void Mautic::hold(ContactId contact) {
    insert("lead_tags_xref", {{"lead_id", contact}, {"tag_id", std::int64_t{1}}});
}

void Mautic::release(ContactId contact) {
    change("DELETE FROM lead_tags_xref WHERE lead_id = " + text(contact));
}

void Mautic::resubscribe(ContactId contact, ContactId who) {
    std::string fields;
    for (const auto& [alias, value] : invented_person(who).fields) {
        fields += ", " + database::quote_identifier(alias) + " = " + quote_text(value);
    }
    {
        database::Transaction transaction(here_.mautic.connection());
        here_.mautic.connection().change("DELETE FROM lead_donotcontact WHERE lead_id = " + text(contact));
        // Mautic's dates have no fraction: this may be the second of the erasure.
        here_.mautic.connection().change(
            "UPDATE leads SET date_modified = UTC_TIMESTAMP() + INTERVAL 1 SECOND" + fields +
            " WHERE id = " + text(contact));
        transaction.commit();
    }
    // Erased as it is, the row is what must stay from now on.
    const std::string columns = own_columns(twin_);
    twin_.connection().change("DELETE FROM leads WHERE id = " + text(contact));
    twin_.connection().change("INSERT INTO leads (" + columns + ") SELECT " + columns + " FROM " +
                              database::quote_identifier(here_.mautic.name()) +
                              ".leads WHERE id = " + text(contact));
}

void Mautic::merge(const Somebody& winner, const Somebody& loser) {
    const std::string date = now_in_seconds();
    both([&](MauticDatabase& each) {
        database::Transaction transaction(each.connection());
        for (const char* table : {"email_stats", "page_hits", "form_submissions", "lead_devices",
                                  "lead_event_log", "lead_notes", "lead_ips_xref"}) {
            each.connection().change("UPDATE " + std::string(table) + " SET lead_id = " +
                                     text(winner.contact) + " WHERE lead_id = " + text(loser.contact));
        }
        // Who was merged into the loser before is the winner's too.
        each.connection().change("UPDATE contact_merge_records SET contact_id = " + text(winner.contact) +
                                 " WHERE contact_id = " + text(loser.contact));
        each.insert("contact_merge_records", {{"contact_id", winner.contact},
                                              {"date_added", date},
                                              {"merged_id", loser.contact},
                                              {"name", each.field(loser.contact, "firstname")}});
        each.connection().change("DELETE FROM leads WHERE id = " + text(loser.contact));
        transaction.commit();
    });
}

void Mautic::remove(const Somebody& somebody) {
    insert("audit_log", {{"user_name", "Staff Member"},
                         {"bundle", "lead"},
                         {"object", "lead"},
                         {"object_id", somebody.contact},
                         {"action", "delete"},
                         {"details", test::php::map({{"name", test::php::string("no name")}})},
                         {"date_added", now_in_seconds()},
                         {"ip_address", "192.0.2.3"}});
    change("DELETE FROM leads WHERE id = " + text(somebody.contact));
}

void Mautic::add_field() {
    fields_.push_back("field_" + std::to_string(fields_.size()));
    both([&](MauticDatabase& each) { each.add_field(fields_.back(), "text", "VARCHAR(191)"); });
}

void Mautic::add_form() {
    const std::uint64_t id = 100 + forms_.size();
    forms_.push_back({id, "form_results_" + std::to_string(id) + "_survey"});
    insert("forms", {{"id", id}, {"name", "survey"}, {"alias", "survey"}});
    both([&](MauticDatabase& each) {
        each.connection().change("CREATE TABLE " + forms_.back().table +
                                 " (submission_id BIGINT UNSIGNED PRIMARY KEY, form_id INT, answer TEXT)");
        each.read_columns();
    });
}

void Mautic::view_page(const Somebody& somebody) {
    const Person person = invented_person(somebody.who);
    const std::string url = "https://www.example.org/page?email=" + person.email();
    insert("page_hits", {{"lead_id", somebody.contact},
                         {"date_hit", now_in_seconds()},
                         {"code", std::int64_t{200}},
                         {"url", url},
                         {"referer", url},
                         {"remote_host", person.marker + ".example.net"},
                         {"tracking_id", person.tracking_id},
                         {"query", test::php::map({{"email", test::php::string(person.email())}})}});
}

void Mautic::send_mail(const Somebody& somebody) {
    const Person person = invented_person(somebody.who);
    insert("email_stats", {{"lead_id", somebody.contact},
                           {"email_address", person.email()},
                           {"date_sent", now_in_seconds()},
                           {"tracking_hash", person.tracking_id.substr(0, 10) + "new"},
                           {"tokens", test::php::map({{"{contactfield=firstname}",
                                                       test::php::string(person.fields.at("firstname"))}})}});
}

void Mautic::submit_form(const Somebody& somebody) {
    if (forms_.empty()) return;
    const Form& form = forms_[somebody.who % forms_.size()];
    const std::string date = now_in_seconds();
    both([&](MauticDatabase& each) {
        database::Transaction transaction(each.connection());
        const std::uint64_t submission = each.insert("form_submissions", {{"form_id", form.id},
                                                                          {"lead_id", somebody.contact},
                                                                          {"date_submitted", date},
                                                                          {"referer", "x"}});
        each.insert(form.table, {{"submission_id", submission},
                                 {"form_id", form.id},
                                 {"answer", "answer of " + invented_person(somebody.who).marker}});
        transaction.commit();
    });
}

void Mautic::fill_field(const Somebody& somebody) {
    if (fields_.empty()) return;
    change("UPDATE leads SET " + fields_[somebody.who % fields_.size()] + " = 'value of " +
           invented_person(somebody.who).marker + "' WHERE id = " + text(somebody.contact));
}

void Mautic::go_on_with(const Somebody& somebody) {
    insert("page_hits", {{"lead_id", somebody.contact},
                         {"date_hit", now_in_seconds()},
                         {"code", std::int64_t{200}},
                         {"url", "https://www.example.org/page"}});
    const std::string address = here_.mautic.field(somebody.contact, "email");
    insert("email_stats", {{"lead_id", somebody.contact},
                           {"email_address", address},
                           {"date_sent", now_in_seconds()},
                           {"tracking_hash", "h" + text(somebody.who)}});
}

bool Mautic::rows_were_seen(ContactId contact) {
    const std::uint64_t rows = here_.mautic.row_count("email_stats", "lead_id = " + text(contact)) +
                               here_.mautic.row_count("page_hits", "lead_id = " + text(contact)) +
                               here_.mautic.row_count("form_submissions", "lead_id = " + text(contact));
    const std::string seen = here_.server.value(
        "SELECT COUNT(*) FROM contact_row WHERE contact_id = " + text(contact), here_.ledger_database);
    return rows > 0 && std::stoull(seen) >= rows;
}

}  // namespace gdprd::soak
