// Whom a waiting webhook is about, by what Mautic writes into it.
#include "content/webhook_payload.h"

#include <string>

#include "content/zlib.h"
#include "support/catch.h"

using namespace gdprd;
using content::contacts_of_webhook;

namespace {

struct Payload {
    const char* text;
    std::set<ContactId> contacts;
};

}  // namespace

TEST_CASE("a webhook says whom it is about") {
    const Payload payloads[] = {
        {R"({"contact":{"id":7,"fields":[]},"timestamp":"2026-01-01T00:00:00+00:00"})", {7}},
        {R"({"contact":{"id":"7"}})", {7}},
        {R"({"id":7,"contact":{"id":null}})", {7}},
        {R"({"id":7,"contact":{"fields":[]}})", {7}},
        {R"({"id":"7","contact":{"id":null}})", {7}},
        {R"({"hit":{"id":3,"lead":{"id":7}}})", {7}},
        {R"({"submission":{"id":3,"lead":{"id":7},"results":{"contact":"jo","lead":["x"]}}})", {7}},
        {R"({"stat":{"id":3,"lead":{"id":7}},"contact":{"id":7}})", {7}},
        {R"({"contact":{"id":7},"lead":{"id":8}})", {7, 8}},
        {R"({"contacts":[{"id":7},{"id":8}]})", {7, 8}},
        {R"({"leads":{"7":{"id":7},"8":{"id":8}}})", {7, 8}},
        {R"({"contact":{"id":18446744073709551615}})", {18446744073709551615u}},
        // A field of that name is not the contact.
        {R"({"contact":{"id":7,"fields":{"core":{"contact":{"id":"5","value":"x"}}}}})", {7}},
        {R"({"company":{"id":7}})", {}},
        {R"({"id":7,"company":{"id":null}})", {}},
        {R"({"contact":null})", {}},
        {R"({"contact":[]})", {}},
        {"{}", {}},
    };
    for (const Payload& payload : payloads) {
        CAPTURE(payload.text);
        for (const std::string& text : {std::string(payload.text), content::deflate(payload.text)}) {
            const auto found = contacts_of_webhook(text);
            CHECK(found.named == payload.contacts);
            CHECK(found.readable);
            CHECK_FALSE(found.others);
        }
    }
}

TEST_CASE("a webhook that is also about somebody whom it does not name says so") {
    for (const char* text :
         {"[]", R"({"contact":{"id":-7}})", R"({"contact":{"id":7.5}})", R"({"contact":{"id":"7x"}})",
          R"({"contact":{"id":""}})", R"({"contact":{"id":{"id":7}}})", R"({"contact":{}})",
          R"({"contact":"7"})", R"({"contact":7})", R"({"contact":[{"id":7}]})",
          R"({"contact":{"id":7},"contacts":[{"id":null}]})", R"({"contact":{"id":7},"contacts":"all"})",
          R"({"contact":{"id":7},"contacts":[8]})", R"({"id":8,"contacts":[{"id":7},{}]})"}) {
        CAPTURE(text);
        const auto found = contacts_of_webhook(text);
        CHECK(found.readable);
        CHECK(found.others);
    }
}

TEST_CASE("of a webhook that was cut off the beginning tells what it can") {
    const std::string whole = R"({"contact":{"id":7,"email":"ann@example.org"},"lead":{"id":8}})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        const auto found = contacts_of_webhook(std::string_view(whole).substr(0, length));
        CHECK_FALSE(found.readable);
        CHECK(found.named.contains(7) == (length > whole.find('7') + 1));
        CHECK(found.named.contains(8) == (length > whole.find('8') + 1));
    }
    const std::string deflated = content::deflate(whole);
    CHECK_FALSE(contacts_of_webhook(deflated.substr(0, deflated.size() - 3)).readable);
}
