#include "desk/html.h"

#include "desk/form.h"
#include "paper/html.h"

namespace gdprd::desk {

Html& Html::operator<<(Text text) {
    html_ += paper::escaped_html(text.text);
    return *this;
}

Link& Link::with(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.find('?') == std::string::npos ? '?' : '&';
    text_ += percent_encoded(name) + '=' + percent_encoded(value);
    return *this;
}

}  // namespace gdprd::desk
