#include "model/author.h"
#include "model/texts.h"

namespace gdprd::test::model {

void Author::write_audit(const Person& person, std::vector<Line>& lines) {
    add(lines, person, "audit_log",
        {{"id", next("audit_log")},
         {"user_id", "0"},
         {"user_name", "System"},
         {"bundle", "lead"},
         {"object", "lead"},
         {"object_id", std::to_string(person.id)},
         {"action", "update"},
         {"details", changed("firstname", dice_.letters(8), dice_.letters(8))},
         {"date_added", long_ago},
         {"ip_address", "203.0.113.7"}});
}

void Author::write_row(Person& person, bool later, std::vector<Line>& lines) {
    const std::string id = std::to_string(person.id);
    switch (dice_.below(16)) {
        case 0:
        case 1:
        case 2:
            return write_mail(person, id, later, lines);
        case 3:
        case 4:
        case 5:
            return write_view(person, id, later, lines);
        case 6:
            return write_form(person, lines);
        case 7:
            return write_text_message(person, id, lines);
        case 8:
            return write_note(person, lines);
        case 9:
            return write_audit(person, lines);
        case 10:
            return write_card(person, later, lines);
        case 11:
            return add(lines, person, "lead_event_log",
                       {{"id", next("lead_event_log")},
                        {"lead_id", id},
                        {"date_added", long_ago},
                        {"properties", "{\"message\":\"" + dice_.letters(8) + "\",\"line\":7}"}});
        case 12: {
            const Cell ip = internet_address(person, lines);
            if (ip) add(lines, person, "lead_ips_xref", {{"lead_id", id}, {"ip_id", ip}});
            return;
        }
        case 13: {
            const std::string device = next("lead_devices");
            person.devices.push_back(device);
            return add(lines, person, "lead_devices",
                       {{"id", device},
                        {"lead_id", id},
                        {"date_added", long_ago},
                        {"client_info", tokens(dice_.letters(8))},
                        {"device_model", "M" + dice_.letters(8)},
                        {"tracking_id", "cookie" + device}});
        }
        case 14:
            // Linked to a firm later, it would depend on the moment whether the firm is still somebody's own.
            if (later || dice_.chance(50)) {
                return add(lines, person, "lead_tags_xref", {{"lead_id", id}, {"tag_id", "2"}});
            }
            return add(lines, person, "companies_leads",
                       {{"company_id", std::to_string(2 + dice_.below(shared_addresses))},
                        {"lead_id", id},
                        {"date_added", long_ago}});
        default:
            return add(lines, person, "model_calls",
                       {{"id", next("model_calls")},
                        {"lead_id", id},
                        {"remark", "Y" + dice_.letters(8)},
                        {"duty", "Z" + dice_.letters(8)},
                        {"minutes", "5"}});
    }
}

void Author::write_history(Person& person, std::size_t rows, bool later, std::vector<Line>& lines) {
    for (std::size_t i = 0; i < rows; ++i) write_row(person, later, lines);
    if (later || !dice_.chance(10)) return;
    // A sole trader: a firm of the same name.
    const std::string firm = next("companies");
    add(lines, person, "companies",
        {{"id", firm},
         {"companyname", person.first_name + ' ' + person.name},
         {"companyemail", "office@" + dice_.letters(8) + ".example"}});
    add(lines, person, "companies_leads",
        {{"company_id", firm}, {"lead_id", std::to_string(person.id)}, {"date_added", long_ago}});
}

void Author::write_leftovers(const Person& person, std::size_t rows, std::vector<Line>& lines) {
    Person gone = person;
    for (std::size_t i = 0; i < rows; ++i) {
        switch (dice_.below(4)) {
            case 0:
                if (!gone.email.empty()) write_mail(gone, Cell(), false, lines);
                break;
            case 1:
                if (!gone.email.empty()) write_view(gone, Cell(), false, lines);
                break;
            case 2:
                write_text_message(gone, Cell(), lines);
                break;
            default:
                write_audit(gone, lines);
        }
    }
}

void Author::write_merge(const Person& winner, const Person& loser, std::vector<Line>& lines) {
    add(lines, winner, "contact_merge_records",
        {{"id", next("contact_merge_records")},
         {"contact_id", std::to_string(winner.id)},
         {"merged_id", std::to_string(loser.id)},
         {"date_added", long_ago},
         {"name", loser.name}});
}

}  // namespace gdprd::test::model
