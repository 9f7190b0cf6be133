#include "content/queued_message.h"

#include <algorithm>

#include "base/base64.h"
#include "content/php_value.h"

namespace gdprd::content {

namespace {

using Recipients = std::vector<MailRecipient>;
using Kind = PhpValue::Kind;

constexpr std::string_view mail_class = "Symfony\\Component\\Mailer\\Messenger\\SendEmailMessage";

// PHP's stripslashes(): "\0" is a zero byte.
std::string without_slashes(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_escape = text[i] == '\\' && i + 1 < text.size();
        if (is_escape) ++i;
        plain += is_escape && text[i] == '0' ? '\0' : text[i];
    }
    return plain;
}

std::optional<std::string> serialized(std::string_view body) {
    if (body.ends_with('}')) return without_slashes(body);
    const auto decoded = base64_decoded(body);
    return decoded ? std::optional(without_slashes(*decoded)) : std::nullopt;
}

// A property of an object; PHP writes "\0Class\0name" for a private one and "\0*\0name" for a protected one.
// There are two where a class and its parent have a private one of the same name: no telling which.
const PhpValue* property(const PhpValue& object, std::string_view name) {
    const PhpValue* found = nullptr;
    for (const PhpMember& member : object.members) {
        const std::string_view key = member.key.text;
        const auto zero = key.rfind('\0');
        if ((zero == std::string_view::npos ? key : key.substr(zero + 1)) != name) continue;
        if (found != nullptr) return nullptr;
        found = &member.value;
    }
    return found;
}

const PhpValue* object_of(const PhpValue* value, std::string_view class_name) {
    return value != nullptr && value->kind == Kind::object && value->text == class_name ? value : nullptr;
}

// The last member of a list of so many: what Mautic's and Symfony's __serialize() put there is the parent's.
const PhpValue* last_of(const PhpValue* list, std::size_t size) {
    if (list == nullptr || list->members.size() != size) return nullptr;
    for (std::size_t i = 0; i < size; ++i) {
        const PhpValue& key = list->members[i].key;
        if (key.kind != Kind::integer || key.text != std::to_string(i)) return nullptr;
    }
    return &list->members.back().value;
}

bool add_addresses(const PhpValue* addresses, Recipients& recipients) {
    if (addresses == nullptr || addresses->kind != Kind::array) return false;
    for (const PhpMember& member : addresses->members) {
        const PhpValue* address = object_of(&member.value, "Symfony\\Component\\Mime\\Address");
        const PhpValue* text = address == nullptr ? nullptr : property(*address, "address");
        if (text == nullptr || text->kind != Kind::string) return false;
        recipients.push_back({text->text, {}});
    }
    return true;
}

// Headers: name in lower case => list of headers of that name.
bool add_from_headers(const PhpValue* headers, Recipients& recipients) {
    headers = object_of(headers, "Symfony\\Component\\Mime\\Header\\Headers");
    const PhpValue* by_name = headers == nullptr ? nullptr : property(*headers, "headers");
    if (by_name == nullptr || by_name->kind != Kind::array) return false;
    for (const PhpMember& named : by_name->members) {
        const std::string& name = named.key.text;
        if (name != "to" && name != "cc" && name != "bcc") continue;
        if (named.value.kind != Kind::array) return false;
        for (const PhpMember& member : named.value.members) {
            const PhpValue* header =
                object_of(&member.value, "Symfony\\Component\\Mime\\Header\\MailboxListHeader");
            if (header == nullptr || !add_addresses(property(*header, "addresses"), recipients)) return false;
        }
    }
    return true;
}

bool add_from_envelope(const PhpValue* envelope, Recipients& recipients) {
    if (envelope == nullptr) return false;
    if (envelope->kind == Kind::null) return true;
    const PhpValue* known = object_of(envelope, "Symfony\\Component\\Mailer\\Envelope");
    if (known == nullptr) known = object_of(envelope, "Symfony\\Component\\Mailer\\DelayedEnvelope");
    return known != nullptr && add_addresses(property(*known, "recipients"), recipients);
}

// Mautic's metadata: address => what is known about the contact.
bool add_from_metadata(const PhpValue& metadata, Recipients& recipients) {
    if (metadata.kind != Kind::array) return false;
    for (const PhpMember& member : metadata.members) {
        if (member.key.kind != Kind::string || member.value.kind != Kind::array) return false;
        const PhpValue* contact = property(member.value, "leadId");
        const bool is_known =
            contact != nullptr && (contact->kind == Kind::integer || contact->kind == Kind::string);
        recipients.push_back({member.key.text, is_known ? contact->text : std::string()});
    }
    return true;
}

// [metadata, id of a contact as a hash, what Symfony's Email has], and that is [text, its charset, HTML, its
// charset, attachments, [headers, body]].
bool add_from_mail(const PhpValue& mail, Recipients& recipients) {
    const PhpValue* email = &mail;
    if (mail.text == "Mautic\\EmailBundle\\Mailer\\Message\\MauticMessage") {
        email = last_of(&mail, 3);
        if (email == nullptr || !add_from_metadata(mail.members.front().value, recipients)) return false;
    } else if (mail.text != "Symfony\\Component\\Mime\\Email") {
        return false;
    }
    const PhpValue* message = last_of(email, 6);
    if (last_of(message, 2) == nullptr) return false;
    return add_from_headers(&message->members.front().value, recipients);
}

}  // namespace

bool tells_of_mail(std::string_view text) {
    constexpr std::string_view name = "SendEmailMessage";
    if (text.find(name) != std::string_view::npos) return true;
    const auto decoded = base64_decoded(text);
    return decoded && decoded->find(name) != std::string::npos;
}

std::optional<Recipients> recipients_of_mail(std::string_view body) {
    const auto text = serialized(body);
    if (!text) return std::nullopt;
    PhpLimits limits;
    limits.any_class = true;
    const auto envelope = read_php(*text, limits);
    if (!envelope || object_of(&*envelope, "Symfony\\Component\\Messenger\\Envelope") == nullptr) {
        return std::nullopt;
    }
    const PhpValue* message = object_of(property(*envelope, "message"), mail_class);
    const PhpValue* mail = message == nullptr ? nullptr : property(*message, "message");
    if (mail == nullptr || mail->kind != Kind::object) return std::nullopt;
    Recipients recipients;
    const bool is_read =
        add_from_mail(*mail, recipients) && add_from_envelope(property(*message, "envelope"), recipients);
    return is_read && !recipients.empty() ? std::optional(std::move(recipients)) : std::nullopt;
}

}  // namespace gdprd::content
