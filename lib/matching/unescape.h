// Takes one layer of escapes off a text: percent-encoding (%40), JSON and addslashes() (\u00fc, \/, \"), HTML
// entities (&amp;, &#64;, &uuml;), a form's '+' before an encoded address, all in one pass. What is not an
// escape stays as it is. Values are searched for in the text and in what is left of it layer by layer, rather
// than in every way an encoder may write them: PHP, browsers and mail editors escape different characters.
// Pure; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::matching {

// False when there was nothing to take off; `plain` is then of no use. `plain` never becomes longer than
// `text`.
bool unescape(std::string_view text, std::string& plain);

// The same for quoted-printable, which nothing tells from "id=20": only what can be within an address is
// decoded ("=40", "=2E", bytes beyond ASCII, a line broken behind '='), so that nothing begins or ends by it.
bool unquote(std::string_view text, std::string& plain);

}  // namespace gdprd::matching
