// Table by table: what an erasure leaves of a contact's rows.
#include <regex>

#include "model/plain_erasure.h"

namespace gdprd::test::model {

namespace {

// The texts in a structured value become empty; its shape and its numbers stay.
Cell without_texts(const Cell& value) {
    if (!value) return value;
    static const std::regex php("(i:[0-9]+;)s:[0-9]+:\"[^\"]*\";");
    static const std::regex json("([:[] ?)\"[^\"]*\"");  // MySQL writes a space
    if (value->starts_with("{")) return std::regex_replace(*value, json, "$1\"\"");
    return std::regex_replace(*value, php, "$1s:0:\"\";");
}

Cell without_query(const Cell& url) { return url ? Cell(url->substr(0, url->find('?'))) : url; }

Cell random(const Cell& value) { return value ? Cell(random_instead_of(*value)) : value; }

const std::string no_array = "a:0:{}";

template <class Condition>
void remove_rows(Table& table, Condition condition) {
    std::erase_if(table, [&](const auto& entry) { return condition(entry.second); });
}

}  // namespace

void PlainErasure::own_row() {
    Row& row = rows_["leads"].at(id_);
    for (const char* field : {"title",
                              "firstname",
                              "lastname",
                              "company",
                              "position",
                              "email",
                              "phone",
                              "mobile",
                              "address1",
                              "address2",
                              "city",
                              "state",
                              "zipcode",
                              "timezone",
                              "country",
                              "fax",
                              "preferred_locale",
                              "website",
                              "facebook",
                              "foursquare",
                              "instagram",
                              "linkedin",
                              "skype",
                              "twitter",
                              "diary",
                              "birthday",
                              "shoe_size",
                              "vip",
                              "attribution",
                              "attribution_date",
                              "last_active",
                              "loyalty_number",
                              "newsletter_interests"}) {
        row[field] = by_policy(field, row.at(field), std::nullopt);
    }
    row["points"] = by_policy("points", row.at("points"), "0");
    if (settings_.policy.rule_for("email") != policy::FieldRule::keep)
        row["generated_email_domain"] = row["email"];
    row["internal"] = no_array;
    row["social_cache"] = no_array;
    row["preferred_profile_image"] = std::nullopt;
}

void PlainErasure::clear_mail(Row& row) const {
    row["email_address"] = hashed(*row.at("email_address"), true);
    row["tokens"] = no_array;
    row["open_details"] = without_texts(row.at("open_details"));
    row["ip_id"] = std::nullopt;
    row["tracking_hash"] = random(row.at("tracking_hash"));
}

void PlainErasure::mails() {
    for (auto& [key, row] : rows_["email_stats"]) {
        if (is_mine(row)) clear_mail(row);
    }
    for (auto& [key, row] : rows_["email_stats_devices"]) {
        if (row.at("stat_id") && mails_.contains(*row.at("stat_id"))) row["ip_id"] = std::nullopt;
    }
    for (auto& [key, row] : rows_["lead_devices"]) {
        if (!is_mine(row)) continue;
        row["tracking_id"] = random(row.at("tracking_id"));
        row["client_info"] = no_array;
        for (const char* column : {"device_os_version", "device_os_platform", "device_model"})
            row[column] = std::nullopt;
    }
}

void PlainErasure::clear_view(Row& row) const {
    row["url"] = without_query(row.at("url"));
    row["query"] = no_array;
    row["browser_languages"] = no_array;
    row["tracking_id"] = "";
    for (const char* column : {"ip_id", "referer", "url_title", "user_agent", "remote_host", "region", "city",
                               "isp", "organization", "device_id"}) {
        row[column] = std::nullopt;
    }
}

void PlainErasure::views() {
    for (auto& [key, row] : rows_["page_hits"]) {
        const bool queued = !row.at("lead_id") && cookies_.contains(*row.at("tracking_id"));
        if (is_mine(row) || queued) clear_view(row);
    }
}

void PlainErasure::forms() {
    for (const std::string& key : forms_) {
        Row& row = rows_["form_submissions"].at(key);
        row["referer"] = "";
        row["ip_id"] = std::nullopt;
        row["tracking_id"] = std::nullopt;
        const auto typed = rows_["form_results_1_newsletter"].find(key);
        if (typed == rows_["form_results_1_newsletter"].end()) continue;
        typed->second["email"] = std::nullopt;
        typed->second["f_name"] = std::nullopt;
    }
}

void PlainErasure::clear_text_message(Row& row) const {
    row["tokens"] = no_array;
    row["details"] = without_texts(row.at("details"));
    row["ip_id"] = std::nullopt;
    row["tracking_hash"] = random(row.at("tracking_hash"));
}

void PlainErasure::text_messages() {
    for (auto& [key, row] : rows_["sms_message_stats"]) {
        if (is_mine(row)) clear_text_message(row);
    }
}

void PlainErasure::logs() {
    for (auto& [key, row] : rows_["lead_event_log"]) {
        if (is_mine(row)) row["properties"] = without_texts(row.at("properties"));
    }
    for (auto& [key, row] : rows_["audit_log"]) {
        const std::string& object = *row.at("object");
        const std::string& about = *row.at("object_id");
        const bool mine = (object == "lead" && (about == id_ || former_ids_.contains(about))) ||
                          (object == "note" && notes_.contains(about));
        if (!mine) continue;
        row["details"] = without_texts(row.at("details"));
        row["ip_address"] = "";
    }
    for (auto& [key, row] : rows_["contact_merge_records"]) {
        if (is_mine(row, "contact_id")) row["name"] = "";
    }
    for (auto& [key, row] : rows_["lead_donotcontact"]) {
        if (is_mine(row)) row["comments"] = std::nullopt;
    }
}

void PlainErasure::links() {
    for (const char* table : {"lead_tags_xref", "companies_leads", "lead_ips_xref", "lead_notes"}) {
        remove_rows(rows_[table], [&](const Row& row) { return is_mine(row); });
    }
}

void PlainErasure::plugins() {
    for (auto& [key, row] : rows_["model_cards"]) {
        if (!is_mine(row)) continue;
        row["holder"] = std::nullopt;
        row["number"] = hashed(*row.at("number"), false);
    }
    for (auto& [key, row] : rows_["model_card_uses"]) {
        if (cards_.contains(*row.at("card"))) row["remark"] = std::nullopt;
    }
    if (settings_.policy.unknown != policy::UnknownRule::remove) return;
    for (auto& [key, row] : rows_["model_calls"]) {
        if (!is_mine(row)) continue;
        row["remark"] = std::nullopt;
        row["duty"] = "";
    }
}

// Rows of contacts that are gone, which only an address of this one ties to it.
void PlainErasure::without_contact() {
    for (auto& [key, row] : rows_["email_stats"]) {
        if (!row.at("lead_id") && mentions_me(row.at("email_address"))) clear_mail(row);
    }
    for (auto& [key, row] : rows_["page_hits"]) {
        if (!row.at("lead_id") && (mentions_me(row.at("url")) || mentions_me(row.at("referer"))))
            clear_view(row);
    }
}

}  // namespace gdprd::test::model
