#include "desk/form.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::desk;

TEST_CASE("a secret that was used is overwritten") {
    std::string secret = "correct horse";
    desk::wipe(secret);
    CHECK(secret == std::string(13, '\0'));
    desk::Form form("a=1");
    form = desk::Form(form);
    CHECK(form.value("a") == "1");
}

TEST_CASE("a form is read as browsers write it") {
    const Form form(
        "address=+a%40b.example+&reason=%C5%91r%20%26&empty=&flag&address=second&n=18446744073709551615");
    CHECK(form.value("address") == "a@b.example");
    CHECK(form.raw("address") == " a@b.example ");
    CHECK(form.value("reason") == "őr &");
    CHECK(form.has("flag"));
    CHECK(form.value("flag").empty());
    CHECK_FALSE(form.has("other"));
    CHECK(form.number("n") == 18446744073709551615U);
    CHECK_FALSE(form.number("reason"));
    CHECK_FALSE(form.number("empty"));
}

TEST_CASE("what is encoded wrongly is nothing, and a flood of fields ends") {
    CHECK(Form("a=%4").value("a").empty());
    CHECK(Form("a=%zz").value("a").empty());
    CHECK(percent_decoded("%41%") == std::nullopt);
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "f" + std::to_string(i) + "=1&";
    CHECK(Form(many).fields().size() == Form::fields_max);
    CHECK(Form("&&&=&").fields().size() == 1);
}

TEST_CASE("every byte survives being encoded") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    CHECK(percent_decoded(percent_encoded(all)) == all);
    CHECK(percent_encoded("a/b?c#d%") == "a%2Fb%3Fc%23d%25");
}
