#include "desk/layout.h"

namespace gdprd::desk {

using words::Language;
using words::Word;

namespace {

// Each in its own language, for whoever does not read the page's.
struct LanguageName {
    Language language;
    Markup name;
};
constexpr LanguageName language_list[] = {
    {Language::en, "English"}, {Language::hu, "Magyar"}, {Language::de, "Deutsch"}};

void add_head(Html& html, const Answer& answer, const Visit& visit) {
    html << "<!DOCTYPE html>\n<html lang=\"" << Text{words::language_names.of(visit.language)}
         << "\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
         << Text{answer.title} << " – " << Text{visit.say(Word::desk_title)}
         << "</title>\n<link rel=\"stylesheet\" href=\"/desk.css\">\n"
            "<link rel=\"icon\" href=\"/desk.svg\" type=\"image/svg+xml\">\n"
            "<script src=\"/desk.js\" defer></script>\n";
    if (answer.refresh_seconds) {
        html << "<noscript><meta http-equiv=\"refresh\" content=\"" << std::uint64_t{*answer.refresh_seconds}
             << "\"></noscript>\n";
    }
    html << "</head>\n<body>\n<a class=\"skip\" href=\"#content\">" << Text{visit.say(Word::desk_skip)}
         << "</a>\n";
}

void add_menu(Html& html, const Visit& visit, const std::vector<Page>& pages, const Page* current) {
    html << "<nav aria-label=\"" << Text{visit.say(Word::desk_menu)} << "\"><ul>\n";
    for (const Page& page : pages) {
        if (!page.in_menu || !may(visit.person.role, page.least)) continue;
        html << "<li><a href=\"" << Text{page.path} << "\"";
        if (&page == current) html << " aria-current=\"page\"";
        html << ">" << Text{visit.say(page.name)} << "</a></li>\n";
    }
    html << "</ul></nav>\n";
}

void add_languages(Html& html, const Visit& visit, const std::string& path) {
    html << "<ul class=\"languages\" aria-label=\"" << Text{visit.say(Word::desk_language)} << "\">";
    for (const auto& [language, name] : language_list) {
        const std::string code = words::language_names.of(language);
        Link link("/language");
        link.with("to", code).with("back", path);
        html << "<li><a lang=\"" << Text{code} << "\" hreflang=\"" << Text{code} << "\" href=\""
             << Text{link.str()} << "\"";
        if (language == visit.language) html << " aria-current=\"true\"";
        html << ">" << name << "</a></li>";
    }
    html << "</ul>\n";
}

void add_main(Html& html, const Answer& answer) {
    html << "<main id=\"content\" tabindex=\"-1\"";
    if (answer.refresh_seconds) {
        html << " data-refresh=\"" << std::uint64_t{*answer.refresh_seconds} << "\"";
    }
    html << ">\n<h1>" << Text{answer.title} << "</h1>\n" << answer.body << "</main>\n";
}

}  // namespace

std::string document_of(const Answer& answer, const Visit& visit, const std::vector<Page>& pages,
                        const Page* current, const std::string& path) {
    Html html;
    add_head(html, answer, visit);
    html << "<header><p class=\"brand\">" << Text{visit.say(Word::desk_title)} << "</p>\n";
    add_menu(html, visit, pages, current);
    html << "</header>\n";
    add_main(html, answer);
    html << "<footer>\n<p>" << Text{visit.say(Word::desk_signed_in_as, {visit.person.account})} << "</p>\n";
    if (!visit.person.is_of_proxy) {
        html << "<form method=\"post\" action=\"/sign-out\"><input type=\"hidden\" name=\"csrf\" value=\""
             << Text{visit.person.csrf_token} << "\"><button class=\"quiet\">"
             << Text{visit.say(Word::desk_sign_out)} << "</button></form>\n";
    }
    html << "<p>" << Text{visit.say(Word::desk_footer_times, {visit.zone_name})} << "</p>\n";
    add_languages(html, visit, path);
    html << "</footer>\n</body>\n</html>\n";
    return html.str();
}

std::string plain_document_of(const Answer& answer, const Visit& visit, const std::string& path) {
    Html html;
    add_head(html, answer, visit);
    html << "<header><p class=\"brand\">" << Text{visit.say(Word::desk_title)} << "</p></header>\n";
    add_main(html, answer);
    html << "<footer>\n";
    add_languages(html, visit, path);
    html << "</footer>\n</body>\n</html>\n";
    return html.str();
}

http::Fields security_fields() {
    return {{"Content-Security-Policy",
             "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
             "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
            {"Cache-Control", "no-store"},
            {"X-Content-Type-Options", "nosniff"},
            {"X-Frame-Options", "DENY"},
            {"Referrer-Policy", "same-origin"},
            {"Cross-Origin-Opener-Policy", "same-origin"},
            {"Cross-Origin-Resource-Policy", "same-origin"},
            {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
}

}  // namespace gdprd::desk
