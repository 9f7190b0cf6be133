// Mails in Symfony's queue. What PHP writes with classes of the same names and properties is what the daemon
// reads, and what test/fixture/queued_mail.h makes.
#include "content/queued_message.h"
#include "base/base64.h"
#include "content/php_judge.h"
#include "fixture/queued_mail.h"
#include "support/catch.h"
#include "support/child_process.h"

using namespace gdprd;
using namespace gdprd::content;
using gdprd::test::QueuedMail;

namespace {

// Namespaces, names, properties and __serialize() as in Mautic 5.1-7.0 and symfony/mime, mailer and messenger
// 5.4-7.4; no more than what decides about the bytes.
constexpr const char* classes = R"PHP(
namespace Symfony\Component\Mime {
    class RawMessage {}
    class Message extends RawMessage {
        private $headers; private $body = null;
        function __construct($headers) { $this->headers = $headers; }
        function __serialize(): array { return [$this->headers, $this->body]; }
    }
    class Email extends Message {
        private $text = null; private $textCharset = null; private $htmlCharset = 'utf-8'; private $attachments = [];
        private $html;
        function __construct($headers, $html) { parent::__construct($headers); $this->html = $html; }
        function __serialize(): array {
            return [$this->text, $this->textCharset, $this->html, $this->htmlCharset, $this->attachments,
                parent::__serialize()];
        }
    }
    final class Address {
        private string $address; private string $name = '';
        function __construct($address) { $this->address = $address; }
    }
}
namespace Symfony\Component\Mime\Header {
    abstract class AbstractHeader {
        private string $name; private int $lineLength = 76; private ?string $lang = null;
        private string $charset = 'utf-8';
        function __construct($name) { $this->name = $name; }
    }
    final class MailboxListHeader extends AbstractHeader {
        private array $addresses = [];
        function __construct($name, $addresses) {
            parent::__construct($name);
            foreach ($addresses as $address) $this->addresses[] = new \Symfony\Component\Mime\Address($address);
        }
    }
    class UnstructuredHeader extends AbstractHeader {
        private string $value;
        function __construct($name, $value) { parent::__construct($name); $this->value = $value; }
    }
    final class Headers {
        private array $headers = []; private int $lineLength = 76;
        function __construct($headers) { $this->headers = $headers; }
    }
}
namespace Mautic\EmailBundle\Mailer\Message {
    class MauticMessage extends \Symfony\Component\Mime\Email {
        protected $metadata = []; protected ?string $leadIdHash = null;
        function add($email, $metadata) { $this->metadata[$email] = $metadata; }
        function __serialize(): array { return [$this->metadata, '', parent::__serialize()]; }
    }
}
namespace Symfony\Component\Mailer {
    class Envelope {
        private $sender; private array $recipients = [];
        function __construct($sender, $recipients) {
            $this->sender = new \Symfony\Component\Mime\Address($sender);
            foreach ($recipients as $recipient) $this->recipients[] = new \Symfony\Component\Mime\Address($recipient);
        }
    }
}
namespace Symfony\Component\Mailer\Messenger {
    class SendEmailMessage { function __construct(private $message, private $envelope = null) {} }
}
namespace Symfony\Component\Messenger\Stamp {
    final class BusNameStamp { function __construct(private string $busName) {} }
}
namespace Symfony\Component\Messenger {
    final class Envelope {
        private array $stamps = []; private object $message;
        function __construct($message) {
            $this->message = $message;
            $this->stamps = [Stamp\BusNameStamp::class => [new Stamp\BusNameStamp('messenger.bus.default')]];
        }
    }
}
namespace {
    function body($to, $cc, $bcc, $metadata, $recipients, $html) {
        $list = fn ($name, $addresses) => [new Symfony\Component\Mime\Header\MailboxListHeader($name, $addresses)];
        $headers = ['subject' => [new Symfony\Component\Mime\Header\UnstructuredHeader('Subject', 'News')],
            'from' => $list('From', ['news@shop.example'])];
        if ($to) $headers['to'] = $list('To', $to);
        if ($cc) $headers['cc'] = $list('Cc', $cc);
        if ($bcc) $headers['bcc'] = $list('Bcc', $bcc);
        $mail = new Mautic\EmailBundle\Mailer\Message\MauticMessage(
            new Symfony\Component\Mime\Header\Headers($headers), $html);
        foreach ($metadata as $address => $contact) {
            $mail->add($address, ['name' => '', 'leadId' => $contact, 'emailId' => 3,
                'tokens' => ['{contactfield=email}' => $address]]);
        }
        $envelope = $recipients ? new Symfony\Component\Mailer\Envelope('news@shop.example', $recipients) : null;
        $message = new Symfony\Component\Mailer\Messenger\SendEmailMessage($mail, $envelope);
        $body = addslashes(serialize(new Symfony\Component\Messenger\Envelope($message)));
        return preg_match('//u', $body) ? $body : base64_encode($body);
    }
)PHP";

std::string php_body(const std::string& arguments) {
    const std::string program = std::string(classes) + "echo body(" + arguments + "); }";
    return test::run_program({"php", "-n", "-d", "display_errors=stderr", "-r", program}, "/dev/null");
}

std::string words(const std::optional<std::vector<MailRecipient>>& recipients) {
    if (!recipients) return "cannot be read";
    std::string text;
    for (const MailRecipient& recipient : *recipients)
        text += recipient.address + '=' + recipient.contact + ' ';
    return text;
}

// The last one: the sender's address comes first and is not looked at.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.rfind(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the recipients of a mail that PHP has queued are read") {
    if (!test::php_is_there()) return;
    const std::string one =
        php_body("['ann@shop.example'], [], [], ['ann@shop.example' => 7], [], '<p>It\\'s \"new\"</p>'");
    CHECK(words(recipients_of_mail(one)) == "ann@shop.example=7 ann@shop.example= ");
    CHECK(one == QueuedMail{{"ann@shop.example"}, {}, {}, {{"ann@shop.example", 7}}, {}}.body());
    const std::string several = php_body(
        "['ann@shop.example', 'ben@shop.example'], ['cy@shop.example'], ['di@shop.example'],"
        " ['ann@shop.example' => 7, 'eve@shop.example' => null], ['fay@shop.example'], '<p>It\\'s "
        "\"new\"</p>'");
    CHECK(words(recipients_of_mail(several)) ==
          "ann@shop.example=7 eve@shop.example= ann@shop.example= ben@shop.example= cy@shop.example= "
          "di@shop.example= fay@shop.example= ");
    CHECK(several == QueuedMail{{"ann@shop.example", "ben@shop.example"},
                                {"cy@shop.example"},
                                {"di@shop.example"},
                                {{"ann@shop.example", 7}, {"eve@shop.example", 0}},
                                {"fay@shop.example"}}
                         .body());
    const std::string in_base64 = php_body("['ann@shop.example'], [], [], [], [], \"no UTF-8: \\xff\"");
    CHECK(in_base64.find("ann@") == std::string::npos);
    CHECK(tells_of_mail(in_base64));
    CHECK(words(recipients_of_mail(in_base64)) == "ann@shop.example= ");
}

TEST_CASE("a mail whose recipients are not certain is a mail that cannot be read") {
    const QueuedMail mail{{"ann@shop.example"}, {}, {}, {{"ann@shop.example", 7}}, {"ann@shop.example"}};
    const std::string body = mail.body();
    REQUIRE(words(recipients_of_mail(body)) != "cannot be read");
    for (const std::string& other :
         {body.substr(0, body.size() - 1), body + " ",
          // Another class where an address, a list of them, a mail or an envelope is expected; a property of
          // another name.
          replaced(body, "Mime\\\\Address\\\":2", "Mime\\\\Adresse\\\":2"),
          replaced(body, "MailboxListHeader\\\":5", "MailboxListHeadeR\\\":5"),
          replaced(body, "Message\\\\MauticMessage", "Message\\\\PluginMessage"),
          replaced(body, "Mailer\\\\Envelope\\\":2", "Mailer\\\\envelope\\\":2"),
          replaced(body, "Messenger\\\\Envelope\\\":2", "Messenger\\\\envelope\\\":2"),
          replaced(body, "\\0addresses\\\"", "\\0addressed\\\"")}) {
        INFO(other);
        CHECK(words(recipients_of_mail(other)) == "cannot be read");
        CHECK(tells_of_mail(other));
    }
}

TEST_CASE("a mail to nobody, other messages and other texts have no recipients") {
    CHECK_FALSE(recipients_of_mail(QueuedMail{}.body()));
    for (const char* text :
         {"", "}", "To: ann@shop.example", "O:8:\"stdClass\":0:{}", "YTowOnt9", "{\"to\":\"ann\"}"}) {
        INFO(text);
        CHECK_FALSE(recipients_of_mail(text));
        CHECK_FALSE(tells_of_mail(text));
    }
    CHECK(tells_of_mail(R"({"type":"Symfony\\Component\\Mailer\\Messenger\\SendEmailMessage"})"));
}

TEST_CASE("base64 is read with and without its padding, and nothing else is") {
    CHECK(base64_decoded("") == "");
    CHECK(base64_decoded("YQ==") == "a");
    CHECK(base64_decoded("YQ") == "a");
    CHECK(base64_decoded("YWI=") == "ab");
    CHECK(base64_decoded("/+8A") == std::string("\xff\xef\0", 3));
    for (const char* text : {"Y", "Y===", "Y Q=", "YQ==YQ==", "Y-_="}) CHECK_FALSE(base64_decoded(text));
}
