#include "desk/html.h"

#include "desk/form.h"
#include "paper/html.h"

namespace gdprd::desk {

Html& Html::operator<<(Text text) {
    html_ += paper::escaped_html(text.text);
    return *this;
}

Html& Html::operator<<(Typed text) {
    for (const char c : text.text) {
        switch (c) {
            case '&':
                html_ += "&amp;";
                break;
            case '<':
                html_ += "&lt;";
                break;
            case '>':
                html_ += "&gt;";
                break;
            case '"':
                html_ += "&quot;";
                break;
            case '\'':
                html_ += "&#39;";
                break;
            case '\n':
                html_ += "&#10;";  // a browser cuts off the first line's end in a text area
                break;
            case '\0':
                break;
            default:
                html_ += c;
        }
    }
    return *this;
}

Link Link::below(std::string_view above, std::string_view part) {
    return Link(std::string(above) + '/' + percent_encoded(part));
}

Link& Link::with(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.find('?') == std::string::npos ? '?' : '&';
    text_ += percent_encoded(name) + '=' + percent_encoded(value);
    return *this;
}

}  // namespace gdprd::desk
