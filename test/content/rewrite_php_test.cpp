#include "content/rewrite.h"
#include "support/catch.h"

using namespace gdprd::content;

namespace {

Rewritten rewrite_php(std::string_view value, const std::vector<std::string>& keep = {}) {
    const Rewritten once = rewrite(value, Format::php, keep);
    CHECK(rewrite(once.text, Format::php, keep).text == once.text);
    return once;
}

}  // namespace

TEST_CASE("a PHP array that cannot be read becomes the empty one") {
    struct Row {
        const char* name;
        std::string value;
    };
    const Row rows[] = {
        {"cut", "a:1:{s:5:\"email\";s:16:\"anna@examp"},
        {"object", "O:8:\"stdClass\":1:{s:4:\"name\";s:4:\"Anna\";}"},
        {"wrong length", "a:1:{i:0;s:3:\"Anna\";}"},
        {"trailing text", "a:0:{}anna@example.org"},
        {"plain text", "anna@example.org"},
        {"too long", "s:17000000:\"" + std::string(17'000'000, 'x') + "\";"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Rewritten rewritten = rewrite_php(row.value);
        CHECK_FALSE(rewritten.understood);
        CHECK(rewritten.text == "a:0:{}");
    }
}

TEST_CASE("PHP arrays as Mautic writes them keep their shape only") {
    struct Row {
        const char* name;
        const char* value;
        std::vector<std::string> keep;
        const char* rest;
    };
    const Row rows[] = {
        {"audit_log.details",
         "a:2:{s:6:\"fields\";a:1:{s:5:\"email\";a:2:{i:0;s:7:\"a@ex.de\";i:1;s:7:\"b@ex.de\";}}"
         "s:11:\"ipAddresses\";a:2:{i:0;s:0:\"\";i:1;s:9:\"192.0.2.1\";}}",
         {},
         "a:2:{s:6:\"fields\";a:1:{s:5:\"email\";a:2:{i:0;s:0:\"\";i:1;s:0:\"\";}}"
         "s:11:\"ipAddresses\";a:2:{i:0;s:0:\"\";i:1;s:0:\"\";}}"},
        {"audit_log.details of do-not-contact",
         "a:1:{s:18:\"dnc_channel_status\";a:1:{s:5:\"email\";a:3:{s:6:\"reason\";i:1;"
         "s:10:\"old_reason\";i:0;s:8:\"comments\";s:9:\"she asked\";}}}",
         {"reason"},
         "a:1:{s:18:\"dnc_channel_status\";a:1:{s:5:\"email\";a:3:{s:6:\"reason\";i:1;"
         "s:10:\"old_reason\";i:0;s:8:\"comments\";s:0:\"\";}}}"},
        {"email_stats.open_details",
         "a:2:{i:0;a:3:{s:8:\"datetime\";s:19:\"2025-02-01 08:00:00\";s:9:\"useragent\";s:7:\"Firefox\";"
         "s:9:\"inBrowser\";b:0;}s:7:\"bounces\";a:1:{i:0;a:2:{s:8:\"datetime\";s:10:\"2025-03-01\";"
         "s:6:\"reason\";s:13:\"550 <a@ex.de>\";}}}",
         {"datetime"},
         "a:2:{i:0;a:3:{s:8:\"datetime\";s:19:\"2025-02-01 08:00:00\";s:9:\"useragent\";s:0:\"\";"
         "s:9:\"inBrowser\";b:0;}s:7:\"bounces\";a:1:{i:0;a:2:{s:8:\"datetime\";s:10:\"2025-03-01\";"
         "s:6:\"reason\";s:0:\"\";}}}"},
        {"a name in its place",
         "a:2:{s:2:\"id\";s:1:\"1\";s:1:\"x\";a:1:{i:0;a:2:{s:2:\"id\";s:1:\"2\";s:1:\"y\";a:1:{s:2:\"id\";"
         "s:1:\"3\";}}}}",
         {"x.id"},
         "a:2:{s:2:\"id\";s:0:\"\";s:1:\"x\";a:1:{i:0;a:2:{s:2:\"id\";s:1:\"2\";s:1:\"y\";a:1:{s:2:\"id\";"
         "s:0:\"\";}}}}"},
        {"email_stats.tokens",
         "a:2:{s:24:\"{contactfield=firstname}\";s:4:\"Anna\";s:9:\"{subject}\";s:2:\"Hi\";}",
         {"{subject}"},
         "a:1:{s:9:\"{subject}\";s:2:\"Hi\";}"},
        {"page_hits.query",
         "a:3:{s:5:\"email\";s:7:\"a@ex.de\";s:10:\"utm_source\";s:4:\"news\";s:5:\"utm+x\";s:1:\"y\";}",
         {"utm_source"},
         "a:2:{s:5:\"email\";s:0:\"\";s:10:\"utm_source\";s:4:\"news\";}"},
        {"page_hits.browser_languages",
         "a:2:{i:0;s:2:\"de\";i:1;s:2:\"en\";}",
         {},
         "a:2:{i:0;s:0:\"\";i:1;s:0:\"\";}"},
        {"numbers and truths",
         "a:5:{s:1:\"a\";i:4917112;s:1:\"b\";d:52.520008;s:1:\"c\";b:1;s:1:\"d\";N;s:1:\"e\";d:NAN;}",
         {},
         "a:5:{s:1:\"a\";i:0;s:1:\"b\";d:0;s:1:\"c\";b:1;s:1:\"d\";N;s:1:\"e\";d:0;}"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Rewritten rewritten = rewrite_php(row.value, row.keep);
        CHECK(rewritten.understood);
        CHECK(rewritten.text == row.rest);
    }
}

TEST_CASE("a number as a key stays only as an index") {
    struct Row {
        const char* name;
        std::string key;
        bool stays;
    };
    const Row rows[] = {
        {"zero", "i:0;", true},
        {"small", "i:999;", true},
        {"postcode", "i:10115;", false},
        {"telephone number", "i:4917112345;", false},
        {"telephone number as text", "s:10:\"4917112345\";", false},
        {"negative", "i:-1;", false},
        {"leading zero", "i:007;", false},
        {"beyond all numbers", "i:99999999999999999999999;", false},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const std::string member = "a:1:{" + row.key + "N;}";
        CHECK(rewrite_php(member).text == (row.stays ? member : "a:0:{}"));
    }
}

TEST_CASE("a list of any length keeps all its elements") {
    std::string list = "a:1500:{";
    for (int i = 0; i < 1500; ++i) list += "i:" + std::to_string(i) + ";N;";
    list += "}";
    CHECK(rewrite_php(list).text == list);
}

TEST_CASE("a date object of PHP keeps its shape and says 1970") {
    const std::string no_date =
        "O:8:\"DateTime\":3:{s:4:\"date\";s:26:\"1970-01-01 00:00:00.000000\";s:13:\"timezone_type\";i:3;"
        "s:8:\"timezone\";s:3:\"UTC\";}";
    const Rewritten audit = rewrite_php(
        "a:1:{s:14:\"dateIdentified\";a:2:{i:0;s:0:\"\";i:1;O:8:\"DateTime\":3:{s:4:\"date\";"
        "s:26:\"2026-03-14 "
        "09:26:53.000000\";s:13:\"timezone_type\";i:3;s:8:\"timezone\";s:13:\"Europe/Berlin\";}}}");
    CHECK(audit.understood);
    CHECK(audit.text == "a:1:{s:14:\"dateIdentified\";a:2:{i:0;s:0:\"\";i:1;" + no_date + "}}");
    SECTION("the same object named twice becomes null the second time") {
        const Rewritten twice = rewrite_php("a:2:{i:0;" + no_date + "i:1;r:2;}");
        CHECK(twice.understood);
        CHECK(twice.text == "a:2:{i:0;" + no_date + "i:1;N;}");
    }
    SECTION("an object of another class is not read") {
        CHECK_FALSE(rewrite_php("a:1:{i:0;O:7:\"Contact\":1:{s:4:\"name\";s:4:\"Anna\";}}").understood);
    }
}
