#include "content/webhook_payload.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "content/zlib.h"

namespace gdprd::content {

namespace {

using nlohmann::json;

constexpr std::size_t depth_max = 512;  // of json_encode()

bool is_contact(const std::string& name) { return name == "contact" || name == "lead"; }
bool is_contacts(const std::string& name) { return name == "contacts" || name == "leads"; }

// Follows the parser, so that a text that was cut off has told what it could, and repeated names are all
// seen.
class Reader final : public nlohmann::json_sax<json> {
  public:
    WebhookContacts contacts;

    bool null() override { return true; }
    bool boolean(bool) override { return add_value(); }
    bool number_integer(number_integer_t) override { return add_value(); }
    bool number_unsigned(number_unsigned_t number) override { return is_id() ? add_id(number) : add_value(); }
    bool number_float(number_float_t, const string_t&) override { return add_value(); }
    bool string(string_t& text) override {
        const auto id = whole_number<ContactId>(text);
        return is_id() && id ? add_id(*id) : add_value();
    }
    bool binary(binary_t&) override { return false; }

    bool key(string_t& name) override {
        name_ = name;
        return true;
    }

    bool start_object(std::size_t) override { return start(kind_of_object()); }
    bool start_array(std::size_t) override { return start(kind_of_array()); }

    bool end_object() override {
        const Container ended = open_.back();
        open_.pop_back();
        if (ended.kind == Kind::contact && !ended.id) {
            // The id may stand beside it.
            if (open_.back().kind == Kind::event) {
                open_.back().has_nameless = true;
            } else {
                contacts.others = true;
            }
        }
        if (ended.has_nameless && ended.id) contacts.named.insert(*ended.id);
        if (ended.has_nameless && !ended.id) contacts.others = true;
        return true;
    }

    bool end_array() override {
        open_.pop_back();
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    enum class Kind { event, contact, contacts, no_contact, other };
    struct Container {
        Kind kind = Kind::other;
        std::optional<ContactId> id;
        bool has_nameless = false;  // event: a contact without an id
    };

    bool is_in(Kind kind) const { return !open_.empty() && open_.back().kind == kind; }
    bool is_id() const { return (is_in(Kind::event) || is_in(Kind::contact)) && name_ == "id"; }

    Kind kind_of_object() {
        if (open_.empty()) return Kind::event;
        if (is_in(Kind::contacts)) return Kind::contact;
        if (is_in(Kind::no_contact)) contacts.others = true;
        if (!is_in(Kind::event)) return Kind::other;
        if (is_contact(name_)) return Kind::contact;
        if (is_contacts(name_)) return Kind::contacts;
        return open_.size() == 1 ? Kind::event : Kind::other;
    }

    // Of an event without a contact PHP makes an empty array.
    Kind kind_of_array() {
        if (open_.empty() || is_in(Kind::contacts) || is_in(Kind::no_contact)) contacts.others = true;
        if (!is_in(Kind::event)) return Kind::other;
        if (is_contact(name_)) return Kind::no_contact;
        return is_contacts(name_) ? Kind::contacts : Kind::other;
    }

    bool start(Kind kind) {
        if (open_.size() == depth_max) return false;
        open_.push_back({kind, std::nullopt, false});
        return true;
    }

    bool add_id(ContactId id) {
        Container& of = open_.back();
        if (of.kind == Kind::contact) contacts.named.insert(id);
        of.id = id;
        return true;
    }

    // Where a contact is meant, nothing but an object names one.
    bool add_value() {
        const bool is_person = is_in(Kind::event) && (is_contact(name_) || is_contacts(name_));
        if (open_.empty() || is_person || is_in(Kind::contacts) || is_in(Kind::no_contact)) {
            contacts.others = true;
        }
        return true;
    }

    std::vector<Container> open_;
    std::string name_;
};

}  // namespace

WebhookContacts contacts_of_webhook(std::string_view payload) {
    std::optional<std::string> inflated;
    if (looks_compressed(payload)) {
        inflated = inflate(payload, searched_bytes_max);
        if (!inflated) return {{}, false, false};
        payload = *inflated;
    }
    // A number that was cut off is another one.
    while (!payload.empty() && is_digit(payload.back())) payload.remove_suffix(1);
    Reader reader;
    reader.contacts.readable = json::sax_parse(payload.begin(), payload.end(), &reader);
    return std::move(reader.contacts);
}

}  // namespace gdprd::content
