#include "audit/writer.h"

#include "content/zlib.h"
#include "fixture/encodings.h"

namespace gdprd::test {

const std::vector<std::string>& people() {
    static const std::vector<std::string> all{"ann@example.org",
                                              "jo.ann@example.org",
                                              "jo+ann@example.org",
                                              "jo-ann@example.org",
                                              "joann@example.org",
                                              "ann@example.org.example.net",
                                              "ann@example.orga",
                                              "ann@my.example.org",
                                              "ann@my-example.org",
                                              "ann_b@example.org",
                                              "o'neil@example.org",
                                              "neil@example.org",
                                              "jo~ann@example.org",
                                              "Ann@Example.org.Au",
                                              "a@b.co",
                                              "Müller@example.org",
                                              "j\xc3\xb6rg@b\xc3\xbc\x63her.example"};
    return all;
}

namespace {

const std::vector<std::string> filler{" ",   ",",       ".",         "<",       ">",       "\"",   "=",
                                      "?e=", "&x=",     "+",         "-",       "_",       "..",   "--",
                                      "x",   "7",       ": ",        "\n",      ";",       "{",    "|",
                                      "/",   "mailto:", "Write to ", ".Thanks", "-Thanks", "@",    "@media ",
                                      "%",   "\\",      "%4",        "&#6",     "'",       "o'",   "~",
                                      "x~'", "&#039;",  "!",         "*",       "QA",      "EAAA", "d2hvQG",
                                      "(",   ")",       "\xc3\xa4"};

std::string to_upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// As some mail editors hide addresses from robots.
std::string with_entities(const std::string& text) {
    std::string escaped;
    for (const char c : text) escaped += c == '@' ? "&#64;" : c == '.' ? "&#x2e;" : std::string(1, c);
    return escaped;
}

}  // namespace

std::string Writer::text(bool binary) {
    std::string text;
    for (int pieces = number(1, 6); pieces > 0; --pieces) text += piece();
    for (int layers = number(0, 3); layers > 0; --layers) text = encoded(std::move(text));
    return binary && number(0, 9) == 0 ? content::deflate(text) : text;
}

std::string Writer::piece() {
    const auto one_of = [this](const std::vector<std::string>& list) {
        return list[static_cast<std::size_t>(number(0, static_cast<int>(list.size()) - 1))];
    };
    const std::string before = one_of(filler);
    std::string piece = one_of(people());
    if (number(0, 3) == 0) piece = base64_text(one_of(filler) + piece + one_of(filler));
    if (number(0, 7) == 0) piece = to_upper(std::move(piece));
    return before + piece + one_of(filler);
}

std::string Writer::encoded(std::string text) {
    switch (number(0, 4)) {
        case 0:
            return url_encoded_text(text);
        case 1:
            return json_escaped(text);
        case 2:
            return html_escaped(text, true);
        case 3:
            return with_slashes(text);
        default:
            return with_entities(text);
    }
}

}  // namespace gdprd::test
