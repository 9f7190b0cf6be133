#include "base/signing_key.h"

#include "base/error.h"
#include "base/hex.h"
#include "support/catch.h"

using namespace gdprd;

// RFC 8032, section 7.1, tests 1 and 3; the private key's PEM is its RFC 8410 form.
TEST_CASE("Ed25519 signs as RFC 8032 says") {
    const SigningKey nothing(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n");
    const std::string public_key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    const std::string signature =
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b";
    CHECK(nothing.public_key() == public_key);
    CHECK(nothing.sign("") == signature);
    CHECK(is_signature(public_key, "", signature));
    CHECK_FALSE(is_signature(public_key, "x", signature));
    CHECK(is_signature(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "\xaf\x82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a"));
}

TEST_CASE("A public key is known in upper case, too") {
    const std::string key = SigningKey(make_signing_key()).public_key();
    std::string upper = key;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
    CHECK(public_key_in(key) == key);
    CHECK(public_key_in(upper) == key);
    CHECK_FALSE(public_key_in(key.substr(1)));
    CHECK_FALSE(public_key_in(key + "0"));
    CHECK_FALSE(public_key_in(std::string(64, 'G')));
}

TEST_CASE("A new key signs, and what is no key or no signature is refused") {
    const SigningKey one(make_signing_key());
    const SigningKey other(make_signing_key());
    const std::string signature = one.sign("text");
    CHECK(is_signature(one.public_key(), "text", signature));
    CHECK_FALSE(is_signature(other.public_key(), "text", signature));
    CHECK_FALSE(is_signature("", "text", signature));
    CHECK_FALSE(is_signature(one.public_key(), "text", ""));
    CHECK_FALSE(is_signature(one.public_key(), "text", std::string(128, 'g')));
    CHECK_THROWS_AS(SigningKey("secret"), ConfigurationError);
    CHECK_THROWS_AS(SigningKey(""), ConfigurationError);
    try {
        SigningKey("my secret");
    } catch (const ConfigurationError& error) {
        CHECK(describe(error).find("my secret") == std::string::npos);
    }
}

TEST_CASE("Hexadecimal digits are read back as they were written") {
    CHECK(from_hex("00ff10", 3) == std::string("\0\xff\x10", 3));
    for (const char* wrong : {"", "0", "00ff", "00FF10", "00fg10", "00ff1000"}) {
        CHECK_FALSE(from_hex(wrong, 3).has_value());
    }
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
