// Messages of Symfony's Messenger in `messenger_messages`.`body`: addslashes(serialize(Envelope)), in base64
// where that is no UTF-8 (symfony/messenger 5.4-7.4, Transport/Serialization/PhpSerializer.php). Mautic 5-7
// queues its mails there, with its own class for the mail (EmailBundle/Mailer/Message/MauticMessage.php);
// Mautic 3 and 4 spool them in files.
//
// Pure; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::content {

struct MailRecipient {
    std::string address;
    std::string contact;  // its id, where the message says whose address it is; "" otherwise
};

// Is this the body, or the headers, of a message that is a mail, readable or not? Whatever serialized it
// wrote the name of its class, into the body or the headers.
bool tells_of_mail(std::string_view text);

// Everybody a mail goes to: by its headers to, cc and bcc, by the envelope that overrides them, and by
// Mautic's metadata, which has one member for each of the contacts to whom a mail service sends one message.
// Nothing when that cannot be read for certain. Never empty.
std::optional<std::vector<MailRecipient>> recipients_of_mail(std::string_view body);

}  // namespace gdprd::content
