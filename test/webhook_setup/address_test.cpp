#include "webhook_setup/address.h"

#include "support/catch.h"

using namespace gdprd::webhook_setup;

namespace {

struct UrlCase {
    const char* name;
    const char* url;  // Mautic's
    bool ours;
};

void check(const WebhookTarget& target, const std::vector<UrlCase>& cases) {
    for (const UrlCase& row : cases) {
        CAPTURE(target.url, target.path, row.name, row.url);
        CHECK(points_at(row.url, target) == row.ours);
    }
}

}  // namespace

TEST_CASE("without [webhook] url the end of the path tells a webhook of ours") {
    check({"", "/webhook"}, {{"plain", "http://127.0.0.1:8480/webhook", true},
                             {"slash at the end", "https://gdpr.example.org/webhook/", true},
                             {"query", "https://gdpr.example.org/webhook?key=1", true},
                             {"fragment", "https://gdpr.example.org/webhook#x", true},
                             {"credentials", "https://user:secret@gdpr.example.org/webhook", true},
                             {"below a proxy's path", "https://example.org/gdpr/webhook", true},
                             {"blanks around", " https://gdpr.example.org/webhook\n", true},
                             {"no scheme", "gdpr.example.org/webhook", true},
                             {"another path", "https://gdpr.example.org/hooks", false},
                             {"longer path", "https://gdpr.example.org/webhook/other", false},
                             {"a longer word", "https://gdpr.example.org/my-webhook", false},
                             {"only in the query", "https://gdpr.example.org/?to=/webhook", false},
                             {"another case of the path", "https://gdpr.example.org/Webhook", false},
                             {"no path", "https://gdpr.example.org", false},
                             {"a path without a host", "/webhook", false},
                             {"empty", "", false},
                             {"only a scheme", "https://", false}});
    check({"", "/s/200/"},
          {{"slash in the target", "http://h/s/200", true}, {"shorter", "http://h/200", false}});
    check({"", "/"},
          {{"root", "http://h/", true}, {"root, no slash", "http://h", true}, {"else", "http://h/a", false}});
}

TEST_CASE("[webhook] url is compared by what decides where a request goes") {
    check({"https://gdpr.example.org/webhook", "/elsewhere"},
          {{"the same", "https://gdpr.example.org/webhook", true},
           {"host in capitals", "HTTPS://GDPR.Example.ORG/webhook", true},
           {"usual port", "https://gdpr.example.org:443/webhook", true},
           {"dot after the host", "https://gdpr.example.org./webhook", true},
           {"slash at the end", "https://gdpr.example.org/webhook//", true},
           {"query", "https://gdpr.example.org/webhook?token=1", true},
           {"credentials", "https://a:b@gdpr.example.org/webhook", true},
           {"an address as user", "https://a@example.net@gdpr.example.org/webhook", true},
           {"no scheme", "gdpr.example.org/webhook", true},
           {"another port", "https://gdpr.example.org:8443/webhook", false},
           {"another scheme", "http://gdpr.example.org/webhook", false},
           {"another host", "https://crm.example.org/webhook", false},
           {"our host as user", "https://gdpr.example.org@crm.example.org/webhook", false},
           {"our host in the path", "https://crm.example.org/gdpr.example.org/webhook", false},
           {"below another path", "https://gdpr.example.org/a/webhook", false},
           {"the listener's path", "https://gdpr.example.org/elsewhere", false}});
    check({"http://[::1]:8480/webhook", ""}, {{"IPv6", "http://[::1]:8480/webhook", true},
                                              {"IPv6, another port", "http://[::1]:8481/webhook", false},
                                              {"IPv6, no port", "http://[::1]/webhook", false}});
    check({"http://gdpr.example.org", ""},
          {{"no path", "http://gdpr.example.org/", true}, {"a path", "http://gdpr.example.org/a", false}});
}

TEST_CASE("servers are told apart by scheme, host and port") {
    CHECK(server_of("https://a:b@GDPR.example.org/webhook?x") == "https://gdpr.example.org:443");
    CHECK(server_of("http://gdpr.example.org") == "http://gdpr.example.org:80");
    CHECK(server_of("https://gdpr.example.org:8443/") != server_of("https://gdpr.example.org/"));
}

TEST_CASE("Mautic 7 sends nothing to these addresses") {
    for (const char* address :
         {"10.1.2.3", "127.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "::1",
          "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "febf::1"}) {
        CAPTURE(address);
        CHECK(is_private_address(address));
    }
    for (const char* address : {"11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "203.0.113.5", "::2",
                                "2001:db8::1", "fec0::1", "localhost", "", "10.1.2"}) {
        CAPTURE(address);
        CHECK_FALSE(is_private_address(address));
    }
}
