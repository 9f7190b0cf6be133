#include "policy/holds.h"

#include <algorithm>

namespace gdprd::policy {

const char* name_of(Hold::Kind kind) {
    switch (kind) {
        case Hold::Kind::tag:
            return "tag";
        case Hold::Kind::segment:
            return "segment";
        case Hold::Kind::field:
            break;
    }
    return "field";
}

std::optional<Hold> hold_by_field(const Holds& holds, const std::map<std::string, std::string>& values) {
    for (const HoldField& field : holds.fields) {
        const auto value = values.find(field.alias);
        if (value == values.end()) continue;
        const auto held = std::find(field.values.begin(), field.values.end(), value->second);
        if (held == field.values.end()) continue;
        return Hold{Hold::Kind::field, field.alias,
                    static_cast<std::size_t>(held - field.values.begin()) + 1};
    }
    return std::nullopt;
}

std::string describe(const Hold& hold) {
    const std::string number = std::to_string(hold.number);
    if (hold.kind == Hold::Kind::field) return "[hold.fields] " + hold.name + ", value number " + number;
    return std::string(hold.kind == Hold::Kind::tag ? "[hold] tags" : "[hold] segments") + " number " +
           number + ", \"" + hold.name + '"';
}

}  // namespace gdprd::policy
