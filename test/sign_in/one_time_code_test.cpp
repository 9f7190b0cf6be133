// One-time codes against the vectors of their RFCs.
#include "sign_in/one_time_code.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;

namespace {

const std::string secret_bytes = "12345678901234567890";  // of RFC 6238
const std::string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

Timestamp at(std::int64_t seconds) { return Timestamp{Milliseconds{seconds * 1'000}}; }

}  // namespace

TEST_CASE("codes are those of RFC 6238, appendix B") {
    const std::pair<std::int64_t, const char*> rows[] = {
        {59, "94287082"},
        {1'111'111'109, "07081804"},
        {1'111'111'111, "14050471"},
        {1'234'567'890, "89005924"},
        {2'000'000'000, "69279037"},
        {20'000'000'000, "65353130"},
    };
    for (const auto& [seconds, code] : rows) {
        CAPTURE(seconds);
        CHECK(one_time_code(secret_bytes, step_of(at(seconds)), 8) == code);
        CHECK(one_time_code(secret_bytes, step_of(at(seconds))) == std::string(code).substr(2));
    }
}

TEST_CASE("Base32 is that of RFC 4648, section 10, without padding") {
    const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                        {"f", "MY"},
                                                        {"fo", "MZXQ"},
                                                        {"foo", "MZXW6"},
                                                        {"foob", "MZXW6YQ"},
                                                        {"fooba", "MZXW6YTB"},
                                                        {"foobar", "MZXW6YTBOI"}};
    for (const auto& [bytes, text] : rows) {
        CHECK(base32_encoded(bytes) == text);
        CHECK(base32_decoded(text) == std::string(bytes));
    }
    for (const char* text : {"M", "MZ", "MZXW6===", "mzxw6", "MZXW1", "MZXW6Y", "MZX W6"}) {
        CAPTURE(text);
        CHECK_FALSE(base32_decoded(text));
    }
    CHECK(base32_encoded(secret_bytes) == secret);
}

TEST_CASE("a code is taken for its step, the one before and the one after") {
    const Timestamp now = at(1'234'567'890);
    const std::uint64_t step = step_of(now);
    for (int difference = -3; difference <= 3; ++difference) {
        CAPTURE(difference);
        const std::uint64_t its_step = step + static_cast<std::uint64_t>(difference);
        const auto found = step_of_code(secret, one_time_code(secret_bytes, its_step), now, std::nullopt);
        CHECK(found == (difference >= -1 && difference <= 1 ? std::optional(its_step) : std::nullopt));
    }
}

TEST_CASE("a code counts once, and none before it counts any more") {
    const Timestamp now = at(1'234'567'890);
    const std::uint64_t step = step_of(now);
    const auto code = [](std::uint64_t its_step) { return one_time_code(secret_bytes, its_step); };
    CHECK(step_of_code(secret, code(step), now, step - 1) == step);
    CHECK_FALSE(step_of_code(secret, code(step), now, step));
    CHECK_FALSE(step_of_code(secret, code(step - 1), now, step));
    CHECK(step_of_code(secret, code(step + 1), now, step) == step + 1);
    CHECK_FALSE(step_of_code(secret, code(step + 1), now, step + 1));
}

TEST_CASE("a code may be typed as apps show it, and nothing else is one") {
    const Timestamp now = at(1'234'567'890);  // 005924
    CHECK(step_of_code(secret, "005 924", now, std::nullopt));
    CHECK(step_of_code(secret, " 005924 ", now, std::nullopt));
    for (const char* typed : {"", "5924", "89005924", "005925", "005924\n", "00592", "0059240", "OO5924"}) {
        CAPTURE(typed);
        CHECK_FALSE(step_of_code(secret, typed, now, std::nullopt));
    }
    CHECK_FALSE(step_of_code("not Base32", "005924", now, std::nullopt));
    CHECK(step_of_code(secret, one_time_code(secret_bytes, 0), at(0), std::nullopt) == std::uint64_t{0});
}

TEST_CASE("a new secret has 160 random bits, and its URI says what apps need") {
    const std::string made = new_code_secret();
    CHECK(made.size() == 32);
    CHECK(is_code_secret(made));
    CHECK(made != new_code_secret());
    CHECK_FALSE(is_code_secret("MZXW6YTBOI"));
    CHECK(otpauth_uri("anna", secret) == "otpauth://totp/mautic-gdprd:anna?secret=" + secret +
                                             "&issuer=mautic-gdprd&algorithm=SHA1&digits=6&period=30");
}
