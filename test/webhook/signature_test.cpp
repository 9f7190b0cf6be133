#include "webhook/signature.h"

#include "support/catch.h"

using namespace gdprd::webhook;

namespace {

const std::string body = R"(["payload"])";
const std::string signature = "N8vMehOCvgQDRsllxP46+0rC/1n2SpQmlGFiGPjD3nY=";
const std::string other_signature = sign(body, "another");

}  // namespace

TEST_CASE("signatures are Mautic's") {
    CHECK(sign(body, "secret123") == signature);
    CHECK(sign(body, "") == "NMtY7I0FJTffr4s3BxOQZem//ZcTtI/jUQL0ObZC9pY=");
    CHECK(sign({}, {}) == "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=");
}

TEST_CASE("a signature of any of the secrets is taken") {
    CHECK(verify(body, signature, {"secret123"}));
    CHECK(verify(body, signature, {"new", "secret123"}));
    CHECK(verify(body, signature, {"secret123", "old"}));
    CHECK_FALSE(verify(body, signature, {"new", "old"}));
    CHECK_FALSE(verify(body, signature, {}));
    CHECK_FALSE(verify(body + " ", signature, {"secret123"}));
    CHECK_FALSE(verify("", signature, {"secret123"}));
}

TEST_CASE("an empty secret never matches") {
    CHECK_FALSE(verify(body, sign(body, ""), {""}));
    CHECK_FALSE(verify(body, sign(body, ""), {"", "secret123"}));
    CHECK(verify(body, signature, {"", "secret123"}));
}

TEST_CASE("what is not exactly the signature is refused") {
    struct Row {
        const char* name;
        std::string signature;
    };
    const std::vector<Row> rows{
        {"empty", ""},
        {"one character", "N"},
        {"without padding", signature.substr(0, 43)},
        {"one character more", signature + "="},
        {"twice", signature + ", " + signature},
        {"blank before", " " + signature.substr(0, 43)},
        {"another case", "n" + signature.substr(1)},
        {"another last character", signature.substr(0, 43) + "A"},
        {"spare bits of the last digit set", signature.substr(0, 42) + "Z="},
        {"URL alphabet", "N8vMehOCvgQDRsllxP46-0rC_1n2SpQmlGFiGPjD3nY="},
        {"hexadecimal", "37cbcc7a1382be040346c965c4fe3afb4ac2ff59f64a9426946162"},
        {"the secret", "secret123"},
        {"44 NULs", std::string(44, '\0')},
        {"44 bytes over 127", std::string(44, '\xff')},
        {"a megabyte", std::string(1 << 20, 'A')},
        {"of another secret", other_signature},
        {"prefixed as others do", "sha256=" + signature},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK_FALSE(verify(body, row.signature, {"secret123"}));
    }
}

TEST_CASE("every flipped bit of a body or a signature is noticed") {
    for (std::size_t i = 0; i < signature.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = signature;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
            CHECK_FALSE(verify(body, changed, {"secret123"}));
        }
    }
    for (std::size_t i = 0; i < body.size(); ++i) {
        std::string changed = body;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ 1U);
        CHECK_FALSE(verify(changed, signature, {"secret123"}));
    }
}
