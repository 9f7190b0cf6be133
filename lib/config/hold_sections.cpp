// [hold] and [hold.fields]: who is not erased yet.
#include "config/sections.h"

namespace gdprd::config {

void read_hold(Reader& reader, Config& config) {
    using namespace std::chrono_literals;
    auto& holds = config.holds;
    Section section = reader.section("hold");
    holds.tags = section.texts_or_none("tags", any_text);
    holds.segments = section.texts_or_none("segments", any_text);
    holds.look_again = section.duration("look_again", holds.look_again, 1min, std::chrono::days{30});

    Section fields = reader.section("hold.fields");
    for (const auto& alias : fields.free_options("<alias>", "a text or a list of texts")) {
        if (!identifier.allows(alias)) {
            fields.problem(alias, "the name must be " + std::string(identifier.description));
        }
        holds.fields.push_back({alias, fields.free_texts(alias, any_text)});
    }
}

}  // namespace gdprd::config
