#include "model/plain_erasure.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gdprd::test::model {

namespace {

std::string lower_and_trimmed(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    while (!text.empty() && text.front() == ' ') text.erase(0, 1);
    for (char& character : text) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    }
    return text;
}

std::string hexadecimal(const unsigned char* bytes, unsigned count) {
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
        text += "0123456789abcdef"[bytes[i] / 16];
        text += "0123456789abcdef"[bytes[i] % 16];
    }
    return text;
}

}  // namespace

std::string random_instead_of(const std::string& value) { return "\x01random instead of " + value; }

PlainErasure::PlainErasure(const Settings& settings, Rows& rows, ContactId contact)
    : settings_(settings), rows_(rows), id_(std::to_string(contact)) {}

void PlainErasure::erase() {
    look();
    own_row();
    mails();
    views();
    forms();
    text_messages();
    logs();
    links();
    plugins();
    without_contact();
}

bool PlainErasure::is_mine(const Row& row, const std::string& column) const { return row.at(column) == id_; }

bool PlainErasure::mentions_me(const Cell& cell) const {
    if (!cell) return false;
    const std::string text = lower_and_trimmed(*cell);
    for (const std::string& address : addresses_) {
        if (text.find(address) != std::string::npos) return true;
    }
    return false;
}

bool PlainErasure::is_named(const std::string& name) const {
    return was_named(name) && name == first_name_.value_or("") + ' ' + *name_;
}

bool PlainErasure::was_named(const std::string& name) const {
    const bool are_erased = settings_.policy.rule_for("firstname") != policy::FieldRule::keep &&
                            settings_.policy.rule_for("lastname") != policy::FieldRule::keep;
    return are_erased && name_ && !name.starts_with(' ') && name.ends_with(' ' + *name_);
}

std::string PlainErasure::hashed(const std::string& value, bool is_address) const {
    const std::string text = is_address ? lower_and_trimmed(value) : value;
    const EVP_MD* algorithm = settings_.hash.algorithm == policy::Algorithm::md5 ? EVP_md5() : EVP_sha256();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (settings_.hash.key.empty()) {
        EVP_Digest(bytes, text.size(), digest, &size, algorithm, nullptr);
    } else {
        HMAC(algorithm, settings_.hash.key.data(), static_cast<int>(settings_.hash.key.size()), bytes,
             text.size(), digest, &size);
    }
    const std::string hash = hexadecimal(digest, size);
    return is_address ? hash : hash.substr(0, settings_.hash.digits);
}

Cell PlainErasure::by_policy(const std::string& field, const Cell& value, const Cell& removed) const {
    switch (settings_.policy.rule_for(field)) {
        case policy::FieldRule::keep:
            return value;
        case policy::FieldRule::hash:
            return value && !value->empty() ? Cell(hashed(*value, field == "email")) : value;
        case policy::FieldRule::remove:
            break;
    }
    return removed;
}

// What must be known before anything is changed.
void PlainErasure::look() {
    const Row& own = rows_["leads"].at(id_);
    first_name_ = own.at("firstname");
    name_ = own.at("lastname");
    const auto know = [&](const Cell& address) {
        if (address && !address->empty()) addresses_.insert(lower_and_trimmed(*address));
    };
    know(own.at("email"));
    const auto refers = [&](const Row& row) {
        if (row.at("ip_id")) internet_addresses_.insert(*row.at("ip_id"));
    };
    for (const auto& [key, row] : rows_["lead_devices"]) {
        if (is_mine(row) && row.at("tracking_id")) cookies_.insert(*row.at("tracking_id"));
    }
    for (const auto& [key, row] : rows_["email_stats"]) {
        if (!is_mine(row)) continue;
        mails_.insert(key);
        know(row.at("email_address"));
        refers(row);
    }
    for (const auto& [key, row] : rows_["email_stats_devices"]) {
        if (row.at("stat_id") && mails_.contains(*row.at("stat_id"))) refers(row);
    }
    for (const auto& [key, row] : rows_["page_hits"]) {
        const bool queued = !row.at("lead_id") && cookies_.contains(*row.at("tracking_id"));
        if (is_mine(row) || queued) refers(row);
    }
    for (const char* table : {"form_submissions", "sms_message_stats", "lead_ips_xref"}) {
        for (const auto& [key, row] : rows_[table]) {
            if (!is_mine(row)) continue;
            refers(row);
            if (std::string(table) == "form_submissions") forms_.insert(key);
        }
    }
    for (const auto& [key, row] : rows_["lead_notes"]) {
        if (is_mine(row)) notes_.insert(key);
    }
    for (const auto& [key, row] : rows_["contact_merge_records"]) {
        if (is_mine(row, "contact_id") && !rows_["leads"].contains(*row.at("merged_id"))) {
            former_ids_.insert(*row.at("merged_id"));
        }
    }
    for (const auto& [key, row] : rows_["companies_leads"]) {
        if (is_mine(row)) companies_.insert(*row.at("company_id"));
    }
    for (const auto& [key, row] : rows_["model_cards"]) {
        if (is_mine(row)) cards_.insert(key);
    }
    for (const char* table : {"email_stats", "page_hits"}) {
        for (const auto& [key, row] : rows_[table]) {
            if (is_mine(row) && mentions_me(row.at("source"))) leaves_an_address_ = true;
        }
    }
}

}  // namespace gdprd::test::model
