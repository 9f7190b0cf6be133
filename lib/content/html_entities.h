// HTML entities: Mautic stores some texts escaped (InputHelper::clean() and clean HTML, Mautic 3-7), mail
// editors and htmlentities() write letters so. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gdprd::content {

// Looks at an entity at the beginning of `text` ("&amp;", "&#64;", "&#x40;", "&uuml;"), appends what it
// stands for and returns its length; 0 when it is none.
std::size_t take_html_entity(std::string_view text, std::string& plain);

// The text as a page shows it, however often it was escaped (up to four times).
std::string html_unescaped(std::string_view text);

}  // namespace gdprd::content
