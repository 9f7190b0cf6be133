#include "model/author.h"
#include "model/texts.h"

namespace gdprd::test::model {

void Author::add(std::vector<Line>& lines, const Person& person, const std::string& table, Row values) {
    lines.push_back({person.id, table, std::move(values)});
}

std::string Author::next(const std::string& table) {
    std::uint64_t& last = last_ids_[table];
    last = last == 0 ? 101 : last + 1;
    return std::to_string(last);
}

void Author::write_shared(std::vector<Line>& lines) {
    lines.push_back({0, "ip_addresses", {{"id", "1"}, {"ip_address", "*.*.*.*"}, {"ip_details", "N;"}}});
    for (std::uint64_t i = 2; i < 2 + shared_addresses; ++i) {
        const std::string id = std::to_string(i);
        lines.push_back({0, "ip_addresses", {{"id", id}, {"ip_address", "192.0.2." + id}}});
        lines.push_back({0, "companies", {{"id", id}, {"companyname", "Firm " + dice_.letters(8)}}});
    }
    lines.push_back({0, "lead_tags", {{"id", "1"}, {"tag", "hold"}}});
    lines.push_back({0, "lead_tags", {{"id", "2"}, {"tag", "wine"}}});
}

Person Author::invent_person(ContactId id, const std::vector<Person>& others) {
    Person person;
    person.id = id;
    person.name = "N" + dice_.letters(8);
    if (dice_.chance(70)) person.first_name = "F" + dice_.letters(8);
    if (!dice_.chance(6)) person.email = dice_.letters(9) + "@" + dice_.letters(5) + ".example";
    if (!others.empty() && dice_.chance(15)) person.email = dice_.pick(others).email;
    if (dice_.chance(20) && !person.email.empty()) person.email[0] = 'Q';  // not yet in lower case
    person.old_email = dice_.letters(9) + "@old.example";
    return person;
}

void Author::write_contact(const Person& person, std::vector<Line>& lines) {
    const auto maybe = [&](const std::string& text) { return dice_.chance(70) ? Cell(text) : Cell(); };
    add(lines, person, "leads",
        {{"id", std::to_string(person.id)},
         {"is_published", "1"},
         {"date_added", long_ago},
         {"points", dice_.digits(2)},
         {"internal", tokens(dice_.letters(8))},
         {"social_cache", tokens(dice_.letters(8))},
         {"email", person.email.empty() ? Cell() : Cell(person.email)},
         {"firstname", person.first_name.empty() ? Cell() : Cell(person.first_name)},
         {"lastname", person.name},
         {"mobile", maybe("+49" + dice_.digits(9))},
         {"phone", maybe("+44" + dice_.digits(9))},
         {"city", dice_.chance(20) ? Cell("") : Cell("C" + dice_.letters(8))},
         {"country", "Germany"},
         {"loyalty_number", dice_.chance(30)
                                ? Cell("00112233445566778899aabb" + std::to_string(person.id + 10000000))
                                : maybe("L" + dice_.digits(8))},
         {"diary", maybe("D" + dice_.letters(12))},
         {"birthday", maybe("1970-01-02")},
         {"shoe_size", maybe("42")}});
}

void Author::write_opt_out(const Person& person, int reason, const std::string& channel, bool just_now,
                           std::vector<Line>& lines) {
    add(lines, person, "lead_donotcontact",
        {{"id", next("lead_donotcontact")},
         {"lead_id", std::to_string(person.id)},
         {"reason", std::to_string(reason)},
         {"channel", channel},
         {"date_added", just_now ? "2100-01-01 00:00:00" : long_ago},
         {"comments", "told by " + address_of(person)}});
}

// One of its own, or one that others use too.
Cell Author::internet_address(const Person& person, std::vector<Line>& lines) {
    if (dice_.chance(20)) return Cell();
    if (dice_.chance(40)) return std::to_string(2 + dice_.below(shared_addresses));
    const std::string id = next("ip_addresses");
    add(lines, person, "ip_addresses", {{"id", id}, {"ip_address", "198.51.100." + id}});
    return id;
}

std::string Author::address_of(const Person& person) {
    return person.email.empty() || dice_.chance(25) ? person.old_email : person.email;
}

void Author::write_mail(Person& person, const Cell& contact, bool later, std::vector<Line>& lines) {
    const std::string id = next("email_stats");
    const Cell source =
        !later && contact && dice_.chance(4) ? Cell("to " + address_of(person)) : Cell("email");
    add(lines, person, "email_stats",
        {{"id", id},
         {"lead_id", contact},
         {"email_id", "1"},
         {"ip_id", contact ? internet_address(person, lines) : Cell()},
         {"email_address", contact ? address_of(person) : person.email},
         {"date_sent", long_ago},
         {"is_read", "1"},
         {"is_failed", "0"},
         {"viewed_in_browser", "0"},
         {"tracking_hash", dice_.chance(80) ? Cell("hash" + id) : Cell()},
         {"source", source},
         {"tokens", tokens(dice_.letters(8))},
         {"open_details", "a:1:{s:7:\"bounces\";a:1:{i:0;" + php_text(dice_.letters(8)) + "}}"}});
    if (!contact) return;
    for (std::uint64_t i = dice_.below(2); i > 0; --i) {
        add(lines, person, "email_stats_devices",
            {{"id", next("email_stats_devices")},
             {"stat_id", id},
             {"device_id", person.devices.empty() ? Cell() : Cell(dice_.pick(person.devices))},
             {"ip_id", internet_address(person, lines)},
             {"date_opened", long_ago}});
    }
}

void Author::write_view(Person& person, const Cell& contact, bool later, std::vector<Line>& lines) {
    const std::string id = next("page_hits");
    const bool with_device = contact && !person.devices.empty() && dice_.chance(50);
    const std::string url = "https://www.example.org/landing";
    // Stored before Mautic had worked out whose it is: the cookie tells.
    const bool queued = with_device && !later && dice_.chance(20);
    add(lines, person, "page_hits",
        {{"id", id},
         {"lead_id", queued ? Cell() : contact},
         {"ip_id", contact ? internet_address(person, lines) : Cell()},
         {"device_id", with_device && !queued ? Cell(person.devices.back()) : Cell()},
         {"date_hit", long_ago},
         {"code", "200"},
         {"city", "V" + dice_.letters(8)},
         {"country", "Germany"},
         {"referer", dice_.chance(50) ? Cell("https://www.example.org/?q=" + dice_.letters(8)) : Cell()},
         {"url", url + (contact && dice_.chance(40) ? "" : "?email=" + person.email)},
         {"url_title", "T" + dice_.letters(8)},
         {"tracking_id", with_device ? "cookie" + person.devices.back() : dice_.letters(10)},
         {"source",
          !later && contact && !queued && dice_.chance(4) ? Cell("by " + address_of(person)) : Cell("page")},
         {"query", tokens(dice_.letters(8))},
         {"browser_languages", "a:1:{i:0;" + php_text("de") + "}"}});
}

void Author::write_form(Person& person, std::vector<Line>& lines) {
    const std::string id = next("form_submissions");
    add(lines, person, "form_submissions",
        {{"id", id},
         {"form_id", "1"},
         {"lead_id", std::to_string(person.id)},
         {"ip_id", internet_address(person, lines)},
         {"tracking_id", dice_.letters(10)},
         {"date_submitted", long_ago},
         {"referer", "https://www.example.org/form?name=" + person.name}});
    add(lines, person, "form_results_1_newsletter",
        {{"submission_id", id}, {"form_id", "1"}, {"email", address_of(person)}, {"f_name", person.name}});
}

void Author::write_text_message(Person& person, const Cell& contact, std::vector<Line>& lines) {
    const std::string id = next("sms_message_stats");
    add(lines, person, "sms_message_stats",
        {{"id", id},
         {"lead_id", contact},
         {"ip_id", contact ? internet_address(person, lines) : Cell()},
         {"date_sent", long_ago},
         {"tracking_hash", "sms" + id},
         {"tokens", tokens(dice_.letters(8))},
         {"details", "{\"failed\":[\"" + dice_.letters(8) + "\"]}"}});
}

void Author::write_note(Person& person, std::vector<Line>& lines) {
    const std::string id = next("lead_notes");
    const std::string text = "X" + dice_.letters(12);
    add(lines, person, "lead_notes",
        {{"id", id}, {"lead_id", std::to_string(person.id)}, {"is_published", "1"}, {"text", text}});
    add(lines, person, "audit_log",
        {{"id", next("audit_log")},
         {"user_id", "1"},
         {"user_name", "Staff Member"},
         {"bundle", "lead"},
         {"object", "note"},
         {"object_id", id},
         {"action", "create"},
         {"details", changed("text", "", text)},
         {"date_added", long_ago},
         {"ip_address", "203.0.113.1"}});
}

// Keys that a number would take for each other, and keys that only the case of a letter tells apart.
void Author::write_card(Person& person, bool later, std::vector<Line>& lines) {
    const std::string digits = std::to_string(dice_.between(1, 9));
    const std::vector<std::string> looks{digits,         "0" + digits,   digits + ".0", digits + "abc",
                                         "AB-" + digits, "ab-" + digits, digits + "e0"};
    const std::string id = dice_.pick(looks);
    for (const std::string& taken : cards_) {
        if (taken == id) return;
    }
    cards_.push_back(id);
    const bool like_a_hash = !later && dice_.chance(20);
    add(lines, person, "model_cards",
        {{"id", id},
         {"lead_id", std::to_string(person.id)},
         {"holder", person.name},
         {"number", like_a_hash ? "ffeeddccbbaa99887766554433" + dice_.digits(6) : "K" + dice_.digits(8)},
         {"issued", "2025-02-01"}});
    for (std::uint64_t i = dice_.below(3); i > 0; --i) {
        add(lines, person, "model_card_uses",
            {{"id", next("model_card_uses")}, {"card", id}, {"remark", "R" + dice_.letters(8)}});
    }
}

}  // namespace gdprd::test::model
