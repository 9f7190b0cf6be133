#include "webhook/event.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "webhook/outline.h"

namespace gdprd::webhook {

namespace {

constexpr std::size_t depth_max = outline_depth_max;
constexpr std::size_t depth_of_interest = 4;  // webhook, events, item, contact
constexpr std::size_t events_max = 10'000;
constexpr std::size_t name_bytes_max = 64;  // channel and status
constexpr std::size_t timestamp_bytes_max = 40;

Event::Kind kind_of(std::string_view event_type) {
    if (event_type == "mautic.lead_channel_subscription_changed") return Event::Kind::subscription_changed;
    if (event_type == "mautic.lead_post_delete") return Event::Kind::deleted;
    return Event::Kind::other;
}

// A value that is too long to be what its field is for counts as absent; a part of it would be another value.
void take(std::string& field, const std::string& value, std::size_t bytes_max) {
    if (value.size() <= bytes_max) field = value;
}

std::optional<ContactId> contact_of(const std::string& digits) {
    const auto id = whole_number<ContactId>(digits);
    return id == ContactId{0} ? std::nullopt : id;
}

// Follows the parser through the body. Where it stands decides what a value means:
//
//     {"<event type>": [{"id": …, "contact": {"id": …, …}, "channel": …, …}, …], "timestamp": "…"}
//     webhook          events item          contact
//
// Anything deeper is ignored until it ends. PHP writes an empty object as [], so [] may stand for an item and
// for the webhook as a whole.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
  public:
    ParsedWebhook take_result() { return std::move(result_); }

    bool null() override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool number_integer(number_integer_t) override { return scalar(); }  // negative, so never an id
    bool number_float(number_float_t, const string_t&) override { return scalar(); }
    bool binary(binary_t&) override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    bool number_unsigned(number_unsigned_t number) override {
        if (field_ == Field::id && number != 0) event().contact = number;
        return scalar();
    }

    bool string(string_t& text) override {
        switch (field_) {
            case Field::id:
                event().contact = contact_of(text);
                break;
            case Field::channel:
                take(event().channel, text, name_bytes_max);
                break;
            case Field::status:
                take(event().status, text, name_bytes_max);
                break;
            case Field::timestamp:
                take(event().timestamp, text, timestamp_bytes_max);
                break;
            case Field::contact:
            case Field::none:
                break;
        }
        return scalar();
    }

    bool key(string_t& name) override {
        switch (place_) {
            case Place::webhook:
                kind_ = kind_of(name);
                names_timestamp_ = name == "timestamp";
                break;
            case Place::item:
                enter_field(item_field(name));
                break;
            case Place::contact:
                enter_field(name == "id" ? Field::id : Field::none);
                break;
            default:
                break;
        }
        return true;
    }

    bool start_object(std::size_t) override {
        if (++depth_ > depth_max) return false;
        switch (place_) {
            case Place::document:
                place_ = Place::webhook;
                return true;
            case Place::events:
                return start_item(Place::item);
            case Place::item:
                if (field_ == Field::contact) {
                    field_ = Field::none;
                    place_ = Place::contact;
                    return true;
                }
                return ignore();
            case Place::contact:
                return ignore();
            case Place::ignored:
                return true;
            case Place::webhook:
            case Place::empty_webhook:
            case Place::empty_item:
                break;
        }
        return false;
    }

    bool start_array(std::size_t) override {
        if (++depth_ > depth_max) return false;
        switch (place_) {
            case Place::document:
                place_ = Place::empty_webhook;
                return true;
            case Place::webhook:
                place_ = Place::events;
                return true;
            case Place::events:
                return start_item(Place::empty_item);
            case Place::item:
            case Place::contact:
                return ignore();
            case Place::ignored:
                return true;
            case Place::empty_webhook:
            case Place::empty_item:
                break;
        }
        return false;
    }

    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }

  private:
    enum class Place {
        document,       // before and after everything
        webhook,        // keys are event types
        empty_webhook,  // the body is an array: must stay empty
        events,         // the array of an event type
        item,           // one event
        empty_item,     // one event written as an array: must stay empty
        contact,        // the event's contact
        ignored,        // inside a value that is not looked at
    };
    // What the value after a key is for; none wherever a value is not kept.
    enum class Field { none, id, contact, channel, status, timestamp };

    Event& event() { return result_.events.back(); }

    // A deleted contact's number stands beside `contact`, whose own id is null; in every other event it is
    // the other way round.
    Field item_field(std::string_view name) const {
        const bool deleted = kind_ == Event::Kind::deleted;
        const bool changed = kind_ == Event::Kind::subscription_changed;
        if (name == "timestamp") return Field::timestamp;
        if (name == "id") return deleted ? Field::id : Field::none;
        if (name == "contact") return deleted ? Field::none : Field::contact;
        if (name == "channel") return changed ? Field::channel : Field::none;
        if (name == "new_status") return changed ? Field::status : Field::none;
        return Field::none;
    }

    // Empties the field first, so that of a repeated key only the last value counts, fitting or not.
    void enter_field(Field field) {
        field_ = field;
        switch (field) {
            case Field::id:
            case Field::contact:
                event().contact.reset();
                break;
            case Field::channel:
                event().channel.clear();
                break;
            case Field::status:
                event().status.clear();
                break;
            case Field::timestamp:
                event().timestamp.clear();
                break;
            case Field::none:
                break;
        }
    }

    // A value that is neither object nor array: harmless inside an event, elsewhere only as the timestamp by
    // which Mautic 3-6 marks its test payload.
    bool scalar() {
        switch (place_) {
            case Place::item:
            case Place::contact:
            case Place::ignored:
                return true;
            case Place::webhook:
                if (names_timestamp_) result_.test_payload = true;
                return names_timestamp_;
            case Place::document:
            case Place::empty_webhook:
            case Place::events:
            case Place::empty_item:
                break;
        }
        return false;
    }

    bool start_item(Place place) {
        if (result_.events.size() == events_max) return false;
        result_.events.emplace_back().kind = kind_;
        field_ = Field::none;
        place_ = place;
        return true;
    }

    bool ignore() {
        field_ = Field::none;
        surrounding_ = place_;
        ignored_depth_ = depth_;
        place_ = Place::ignored;
        return true;
    }

    bool leave() {
        switch (place_) {
            case Place::ignored:
                if (depth_ == ignored_depth_) place_ = surrounding_;
                break;
            case Place::contact:
                place_ = Place::item;
                break;
            case Place::item:
            case Place::empty_item:
                place_ = Place::events;
                break;
            case Place::events:
                place_ = Place::webhook;
                break;
            case Place::webhook:
            case Place::empty_webhook:
            case Place::document:
                place_ = Place::document;
                break;
        }
        field_ = Field::none;
        --depth_;
        return true;
    }

    ParsedWebhook result_;
    Place place_ = Place::document;
    Field field_ = Field::none;
    Event::Kind kind_ = Event::Kind::other;  // of the event type whose array is being read
    bool names_timestamp_ = false;           // the last key of the webhook was "timestamp"
    std::size_t depth_ = 0;
    std::size_t ignored_depth_ = 0;        // at which the ignored value began
    Place surrounding_ = Place::document;  // where it began
};

std::optional<ParsedWebhook> read(std::string_view json) {
    Reader reader;
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) return std::nullopt;
    return reader.take_result();
}

// The parser takes a NUL byte for the end of its input and would not see what follows it.
bool has_nul(std::string_view body) { return body.find('\0') != std::string_view::npos; }

}  // namespace

std::optional<ParsedWebhook> parse_webhook(std::string_view body) {
    if (has_nul(body)) return std::nullopt;
    std::string shallow;
    if (!outline(body, depth_of_interest, shallow)) return std::nullopt;
    return read(shallow);
}

std::optional<ParsedWebhook> parse_webhook_strictly(std::string_view body) {
    if (has_nul(body)) return std::nullopt;
    return read(body);
}

}  // namespace gdprd::webhook
