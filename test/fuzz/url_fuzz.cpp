// Whatever the bytes: what without_query() leaves is the beginning of the URL, without query, fragment and
// address, and a URL without any of them stays as it is.
#include <string>

#include "content/url.h"
#include "fuzz/target.h"

namespace gdprd::fuzz {

namespace {

// Takes one encoding of the percent sign away after the other.
bool holds_address(std::string text) {
    for (auto found = text.find("%25"); found != std::string::npos; found = text.find("%25")) {
        text.erase(found + 1, 2);
    }
    return text.find('@') != std::string::npos || text.find("%40") != std::string::npos;
}

}  // namespace

void prepare() {}

void check(std::string_view input) {
    if (input.size() > 4096) return;
    const std::string rest = content::without_query(input);
    must_hold(input.starts_with(rest), "a beginning of the URL");
    must_hold(rest.find_first_of("?#") == std::string::npos, "no query, no fragment");
    must_hold(!holds_address(rest), "no address");
    must_hold(content::without_query(rest) == rest, "twice changes nothing");
    const std::string bare(input.substr(0, input.find_first_of("?#")));
    must_hold((rest == bare) == !holds_address(bare), "a path goes for an address and for nothing else");
    const std::string_view cut = std::string_view(bare).substr(rest.size());
    must_hold(rest.empty() || cut.empty() || cut.starts_with('/'), "host and scheme stay whole");
}

}  // namespace gdprd::fuzz
