#include "base/origin.h"

namespace gdprd {

const char* name_of(Origin origin) {
    switch (origin) {
        case Origin::webhook:
            return "webhook";
        case Origin::sweep:
            return "sweep";
        case Origin::command:
            break;
    }
    return "command";
}

}  // namespace gdprd
