// Whom an internet address stands for.
#include "sign_in/network.h"

#include "support/catch.h"

using gdprd::sign_in::network_of;

TEST_CASE("addresses that one customer has are one network") {
    struct Row {
        const char* one;
        const char* other;
        bool same;
    };
    const Row rows[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", true},
        {"2001:db8:1:2::1", "2001:0DB8:0001:0002:0:0:0:9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"fe80::1%eth0", "fe80::1", true},
        {"", "192.0.2.1", false},
        {"unix", "unix", true},
        {"unix", "other", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.one, row.other);
        CHECK((network_of(row.one) == network_of(row.other)) == row.same);
    }
}
