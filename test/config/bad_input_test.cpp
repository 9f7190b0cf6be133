// Everything an operator can get wrong, and the words that tell it.
#include "base/error.h"
#include "config/config.h"
#include "config_fixture.h"
#include "support/catch.h"

using namespace gdprd;

namespace {

// The message and the advice; "" when the text was accepted.
std::string refusal(const std::string& text) {
    try {
        config::parse_config(text, "test.toml");
    } catch (const ConfigurationError& error) {
        return describe(error);
    }
    return {};
}

struct Row {
    const char* name;
    std::string text;      // lines 5 and on of a file that is otherwise right
    std::string expected;  // part of the error
};

void check_rows(const std::vector<Row>& rows) {
    const test::SecretDirectory secrets;
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK_THAT(refusal(test::least + row.text), ContainsSubstring(row.expected));
    }
}

}  // namespace

TEST_CASE("an unknown name is refused with the nearest one") {
    check_rows({
        {"option", "[worker]\nthread = 1",
         "test.toml:6: [worker] thread: no such option; did you mean 'threads'?"},
        {"far from any", "[worker]\nxyzzyplugh = 1", "[worker] xyzzyplugh: no such option"},
        {"in the wrong section", "[worker]\nbody_timeout = \"1s\"", "did you mean '[limits] body_timeout'?"},
        {"section", "[worcer]\nthreads = 1",
         "test.toml:5: [worcer]: no such section; did you mean '[worker]'?"},
        {"empty section", "[worcer]", "[worcer]: no such section"},
        {"section in a section", "[worker.more]\na = 1", "[worker.more]: no such section"},
        {"section name with a dot in quotes", "[\"policy.fields\"]\nemail = \"keep\"", "no such section"},
        {"list of sections", "[[worker]]\nthreads = 1", "worker: is a section, not an option"},
        {"reason in grace", "[trigger.grace]\ncontactable = \"1s\"",
         "[trigger.grace] contactable: no such option"},
        {"column without quotes", "[policy.columns]\npage_hits.city = \"keep\"",
         "[policy.columns] page_hits.city: the name is not in quotes. Write \"page_hits.city\" = \"keep\""},
    });
    const test::SecretDirectory secrets;
    CHECK_THAT(refusal("threads = 1\n" + test::least),
               ContainsSubstring("test.toml:1: threads: no such option"));
}

TEST_CASE("a wrong type, an unclear unit and a number out of range are refused") {
    check_rows({
        {"text for a number", "[worker]\nthreads = \"2\"",
         "[worker] threads: must be a whole number, not a text: \"2\""},
        {"fraction", "[worker]\nthreads = 2.5", "must be a whole number, not a number with a fraction"},
        {"number for a text", "[mautic]\ntable_prefix = 5", "must be a text, not a whole number: 5"},
        {"text for a list", "[trigger]\nchannels = \"email\"",
         "must be a list of texts, not a text: \"email\""},
        {"number in a list", "[trigger]\nchannels = [\"email\", 7]", "must be a text, not a whole number: 7"},
        {"text for a boolean", "[listen]\nallow_plain_http_on_public_address = \"yes\"",
         "must be true or false, not a text"},
        {"date", "[worker]\nthreads = 2026-01-01", "not a date"},
        {"table for a value", "[worker]\nthreads = {a = 1}", "[worker.threads]: no such section"},
        {"duration without unit", "[worker]\nbackoff_first = \"10\"", "not a duration: \"10\""},
        {"duration as number", "[worker]\nbackoff_first = 10", "not a duration: 10. A duration is a text"},
        {"negative duration", "[worker]\nbackoff_first = \"-1s\"", "not a duration: \"-1s\""},
        {"duration too long", "[limits]\nheader_timeout = \"11m\"", "out of range 100ms to 10m: \"11m\""},
        {"size without unit", "[limits]\nbody_size_max = \"4194304\"", "not a size: \"4194304\""},
        {"size as number", "[limits]\nbody_size_max = 4194304", "not a size: 4194304. A size is a text"},
        {"decimal unit", "[limits]\nbody_size_max = \"4MB\"", "not a size: \"4MB\""},
        {"size too small", "[limits]\nbody_size_max = \"1B\"", "out of range 1KiB to 1GiB: \"1B\""},
        {"no threads", "[worker]\nthreads = 0", "out of range 1 to 64: 0"},
        {"negative", "[worker]\nthreads = -1", "out of range 1 to 64: -1"},
        {"port", "[listen]\nport = 65536", "out of range 0 to 65535: 65536"},
        {"level", "[log]\nlevel = \"warnin\"", "not \"warnin\"; did you mean 'warning'?"},
        {"choice of the wrong type", "[log]\nlevel = 1", "must be a text, one of"},
    });
}

TEST_CASE("values that cannot work are refused") {
    check_rows({
        {"prefix with a dash", "[mautic]\ntable_prefix = \"mtc-\"", "letters, digits and '_', not \"mtc-\""},
        {"prefix with a back-quote", "[mautic]\ntable_prefix = \"a`b\"", "not \"a`b\""},
        {"address is a name", "[listen]\naddress = \"localhost\"", "a numeric IPv4 or IPv6 address"},
        {"path without slash", "[listen]\npath = \"webhook\"", "begins with '/'"},
        {"path with a query", "[listen]\npath = \"/webhook?a\"", "begins with '/'"},
        {"path of the daemon", "[listen]\npath = \"/readyz\"", "is taken by the daemon itself: \"/readyz\""},
        {"public without TLS", "[listen]\naddress = \"0.0.0.0\"", "not a loopback address"},
        {"public health without TLS", "[listen]\nhealth_address = \"::\"",
         "[listen] health_address: not a loop"},
        {"health is the webhook", "[listen]\nport = 8481\nhealth_address = \"127.0.0.1\"",
         "the webhook's own"},
        {"certificate without key", "[listen]\ncertificate_file = \"/c.pem\"", "belong together"},
        {"key without certificate", "[listen]\nkey_file = \"/k.pem\"", "belong together"},
        {"no such certificate", "[listen]\ncertificate_file = \"/nowhere/c\"\nkey_file = \"/nowhere/k\"",
         "cannot be read: \"/nowhere/c\": No such file"},
        {"body above all bodies", "[limits]\nbodies_size_max = \"1MiB\"", "smaller than body_size_max"},
        {"contactable", "[trigger]\nreasons = [\"contactable\"]", "not \"contactable\""},
        {"unknown reason", "[trigger]\nreasons = [\"unsubscribd\"]", "not \"unsubscribd\""},
        {"no reason", "[trigger]\nreasons = []", "[trigger] reasons: the list is empty"},
        {"reason twice", "[trigger]\nreasons = [\"bounced\", \"bounced\"]", "named twice: \"bounced\""},
        {"no channel", "[trigger]\nchannels = []", "[trigger] channels: the list is empty"},
        {"empty channel", "[trigger]\nchannels = [\"\"]", "not \"\""},
        {"rule", "[policy.fields]\nemail = \"remove\"",
         "one of \"delete\", \"hash\", \"keep\", not \"remove\""},
        {"alias", "[policy.fields]\n\"e mail\" = \"delete\"",
         "[policy.fields] e mail: the name must be letters"},
        {"one field in two spellings", "[policy.fields]\nEmail = \"keep\"\nemail = \"delete\"",
         "[policy.fields] email: the same column as 'Email': their names differ in case only"},
        {"one column in two spellings",
         "[policy.columns]\n\"leads.Email\" = \"keep\"\n\"leads.email\" = \"delete\"",
         "[policy.columns] leads.email: the same column as 'leads.Email'"},
        {"column without table", "[policy.columns]\ncity = \"keep\"", "a table and a column"},
        {"column with three parts", "[policy.columns]\n\"a.b.c\" = \"keep\"", "a table and a column"},
        {"way back", "[ways_back]\nip_links = \"no\"", "true or false"},
        {"no such way back", "[ways_back]\nip_link = false", "did you mean 'ip_links'?"},
        {"own company", "[companies]\nown = \"always\"",
         "one of \"never\", \"only-contact\", \"same-name\", not \"always\""},
        {"too many rows", "[text_search]\nnewest_rows = 1000001", "1000001"},
        {"fewer than no rows", "[text_search]\nnewest_rows = -1", "-1"},
        {"own map", "[mautic]\nown_data_maps = \"own.toml\"", "a list of texts"},
        {"unknown", "[policy]\nunknown = \"ignore\"",
         "one of \"warn\", \"stop\", \"delete\", not \"ignore\""},
        {"hash without algorithm", "[policy.fields]\nemail = \"hash\"", "[hash] algorithm: missing"},
        {"hash of the others without algorithm", "[policy]\nother_fields = \"hash\"",
         "[hash] algorithm: missing"},
        {"too few digits", "[hash]\nalgorithm = \"sha256\"\ndigits = 31", "out of range 32 to 64"},
        {"too many digits", "[hash]\nalgorithm = \"sha256\"\ndigits = 65", "out of range 32 to 64"},
        {"digits MD5 does not have", "[hash]\nalgorithm = \"md5\"\ndigits = 40",
         "[hash] digits: md5 has no more than 32 digits"},
        {"relative queue", "[queue]\ndirectory = \"queue\"", "begins with '/'"},
        {"no later pass", "[worker]\nsettle = []", "[worker] settle: the list is empty"},
        {"settle falls", "[worker]\nsettle = [\"1h\", \"1m\"]", "must rise: \"1m\" after \"1h\""},
        {"backoff falls", "[worker]\nbackoff_first = \"1h\"", "\"10m\" is shorter than backoff_first \"1h\""},
        {"hold twice", "[hold]\ntags = [\"a\", \"a\"]", "[hold] tags: named twice: \"a\""},
        {"hold without a name", "[hold]\nsegments = [\"\"]", "[hold] segments: must be any text"},
        {"hold is no list", "[hold]\ntags = \"a\"", "[hold] tags: must be a list of texts"},
        {"look again", "[hold]\nlook_again = \"10s\"", "[hold] look_again: out of range 1m to 30d"},
        {"hold by a number", "[hold.fields]\nunpaid = 1", "must be a text or a list of texts"},
        {"hold by a list of numbers", "[hold.fields]\nunpaid = [1]", "[hold.fields] unpaid: must be a text"},
        {"hold by nothing", "[hold.fields]\nunpaid = []", "[hold.fields] unpaid: the list is empty"},
        {"hold by no alias", "[hold.fields]\n\"un paid\" = \"1\"", "the name must be letters"},
        {"relative directory", "[mautic]\ndirectory = \"mautic\"", "begins with '/'"},
        {"ledger in Mautic's database", "[ledger]\ndatabase = \"mautic\"", "is Mautic's own database"},
        {"database name", "[ledger]\ndatabase = \"a/b\"", "1 to 64 characters"},
        {"long database name", "[ledger]\ndatabase = \"" + std::string(65, 'x') + "\"", "1 to 64 characters"},
    });
}

TEST_CASE("the database section is checked") {
    const test::SecretDirectory secrets;
    const std::string webhook = "[webhook]\nsecret_files = [\"webhook-secret\"]\n";
    const std::vector<Row> rows{
        {"no name", "[database]\n", "test.toml: [database] name: missing"},
        {"empty name", "[database]\nname = \"\"", "[database] name: must not be empty"},
        {"relative socket", "[database]\nname = \"m\"\nunix_socket = \"mysqld.sock\"", "begins with '/'"},
        {"half a second", "[database]\nname = \"m\"\nread_timeout = \"15500ms\"", "must be whole seconds"},
        {"read within lock wait", "[database]\nname = \"m\"\nread_timeout = \"10s\"",
         "read_timeout \"10s\" is not longer than lock_wait_timeout \"10s\""},
        {"no such authority", "[database]\nname = \"m\"\ntls_ca_file = \"/nowhere/ca\"", "cannot be read"},
        {"no such password", "[database]\nname = \"m\"\npassword_file = \"/nowhere/p\"",
         "test.toml:5: [database] password_file: secret file /nowhere/p: No such file"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK_THAT(refusal(webhook + row.text), ContainsSubstring(row.expected));
    }
}

TEST_CASE("a webhook secret is required, once each, and never empty") {
    const test::SecretDirectory secrets;
    secrets.write("empty", "\n");
    secrets.write("lines", "0123456789abcdef-sesame\n\n");
    secrets.write("nul", std::string("0123456789abcdef\0sesame\n", 24));
    secrets.write("tab", "0123456789abcdef-sesame\t\n");
    const std::string database = "[database]\nname = \"mautic\"\n";
    const std::vector<Row> rows{
        {"missing", "", "test.toml: [webhook] secret_files: missing"},
        {"empty list", "[webhook]\nsecret_files = []", "the list is empty"},
        {"empty name", "[webhook]\nsecret_files = [\"\"]", "must be a file, not \"\""},
        {"twice", "[webhook]\nsecret_files = [\"webhook-secret\", \"webhook-secret\"]", "named twice"},
        {"empty file", "[webhook]\nsecret_files = [\"empty\"]", "An empty secret would accept everybody"},
        {"two newlines", "[webhook]\nsecret_files = [\"lines\"]", "more than one line"},
        {"NUL", "[webhook]\nsecret_files = [\"nul\"]", "a control character, byte 17"},
        {"tab", "[webhook]\nsecret_files = [\"tab\"]", "a control character, byte 24"},
        {"no file", "[webhook]\nsecret_files = [\"/nowhere/s\"]", "secret file /nowhere/s"},
        {"only from files", "[webhook]\nsecret = \"from-files\"", "[webhook] secret_files: missing"},
        {"a secret itself", "[webhook]\nsecret = \"other\"", "\"from-files\", \"from-database\""},
        {"no file besides the database",
         "[webhook]\nsecret = \"from-database\"\nsecret_files = [\"/nowhere/s\"]", "secret file /nowhere/s"},
        {"a URL of nothing", "[webhook]\nsecret = \"from-database\"\nurl = \"not a url\"", "an absolute URL"},
        {"a URL with a password",
         "[webhook]\nsecret = \"from-database\"\nurl = \"https://user:sesame@example.org/webhook\"",
         "without a user's name or password"},
        {"a URL that is none", "[webhook]\nsecret = \"from-database\"\nurl = 1", "[webhook] url"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK_THAT(refusal(database + row.text), ContainsSubstring(row.expected));
        CHECK_THAT(refusal(database + row.text), !ContainsSubstring("sesame"));
    }
}

TEST_CASE("a secret in the configuration itself is refused and not repeated") {
    const test::SecretDirectory secrets;
    for (const char* option : {"[database.x]\npassword", "[webhook.x]\nsecret", "[hash]\nkey",
                               "[hash]\nSecret", "[log]\npassword"}) {
        INFO(option);
        const std::string text = refusal(test::least + option + " = \"sesame-open\"");
        CHECK_FALSE(text.empty());
        CHECK(text.find("sesame") == std::string::npos);
    }
    // There is an option of that name, with words of its own.
    std::string with_secret = test::least;
    with_secret.insert(with_secret.find("[webhook]\n") + 10, "secret = \"sesame-open\"\n");
    CHECK_THAT(refusal(with_secret), ContainsSubstring("[webhook] secret: must be one of"));
    CHECK(refusal(with_secret).find("sesame") == std::string::npos);
    CHECK_THAT(refusal(test::least + "[hash]\nkey = \"sesame-open\""),
               ContainsSubstring("secrets do not belong in the configuration file. Put it into a file"));
    // Not even where the file is not TOML at all.
    for (const char* line :
         {"password = sesame-open", "password = 'sesame-open", "password = \"sesame\" open"}) {
        INFO(line);
        const std::string text = refusal(test::least + line);
        CHECK_THAT(text, ContainsSubstring("test.toml:5: not valid TOML"));
        CHECK(text.find("sesame") == std::string::npos);
    }
}

TEST_CASE("a file that is not TOML names the line") {
    const test::SecretDirectory secrets;
    for (const char* line : {"[database", "[[[", "[[ [", "[\u00e9]", "[=x]", "9\u00c7", "a = 1\u00c7",
                             "[\"a\".=]", "a.\u00e9 = 1"}) {
        INFO(line);
        CHECK_THAT(refusal(std::string(line) + "\n"), ContainsSubstring("test.toml:1: not valid TOML"));
    }
    CHECK_THAT(refusal(test::least + "[log]\nlevel = \"info\"\nlevel = \"info\"\n"),
               ContainsSubstring("test.toml:7: not valid TOML") && ContainsSubstring("'level'"));
}

TEST_CASE("all mistakes are told at once, in the order of the file") {
    const test::SecretDirectory secrets;
    const std::string text = refusal("[worker]\nthreads = 0\n[log]\nlevl = \"info\"\n");
    const auto name = text.find("test.toml: [database] name: missing");
    const auto secret = text.find("test.toml: [webhook] secret_files: missing");
    const auto threads = text.find("\ntest.toml:2: [worker] threads: out of range");
    const auto level = text.find("\ntest.toml:4: [log] levl: no such option");
    REQUIRE(level != std::string::npos);
    CHECK(name < secret);
    CHECK(secret < threads);
    CHECK(threads < level);
}

TEST_CASE("a receiver of notifications that would be told insecurely, or not at all, is refused") {
    const test::SecretDirectory secrets;
    const std::string too_short = secrets.write("short", "whsec_c2hvcnQ=\n");
    const std::string plain = secrets.write("plain", "0123456789abcdef0123456789abcdef\n");
    const std::string secret = "\n[notify.secret_files]\ncrm = \"notify-secret-crm\"";
    const auto url = [&](const std::string& text) { return "[notify.urls]\ncrm = " + text + secret; };
    const std::vector<Row> rows{
        {"plain http to another machine", url("\"http://crm.example.org/erased\""),
         "[notify.urls] crm: must be"},
        {"a login in it", url("\"https://ann:pw@crm.example.org/\""), "[notify.urls] crm: must be one URL"},
        {"another scheme", url("\"ftp://crm.example.org/\""), "[notify.urls] crm: must be one URL"},
        {"two", url("[\"https://a.example.org/\", \"https://b.example.org/\"]"), "must be one URL"},
        {"a number", url("7"), "[notify.urls] crm: must be"},
        {"a name with a dot", "[notify.urls]\n\"c.m\" = \"https://crm.example.org/\"",
         "a receiver's name must be"},
        {"a name that is too long",
         "[notify.urls]\n" + std::string(33, 'a') + " = \"https://crm.example.org/\"", "at most 32"},
        {"no secret", "[notify.urls]\ncrm = \"https://crm.example.org/\"", "its secret is missing"},
        {"a secret without a URL", "[notify.secret_files]\ncrm = \"notify-secret-crm\"",
         "no receiver of this name"},
        {"no file",
         "[notify.urls]\ncrm = \"https://crm.example.org/\"\n[notify.secret_files]\ncrm = \"nowhere\"",
         "No such file"},
        {"a short key",
         "[notify.urls]\ncrm = \"https://crm.example.org/\"\n[notify.secret_files]\ncrm = \"" + too_short +
             "\"",
         "not a secret of Standard Webhooks"},
        {"another form",
         "[notify.urls]\ncrm = \"https://crm.example.org/\"\n[notify.secret_files]\ncrm = \"" + plain + "\"",
         "not a secret of Standard Webhooks"},
        {"a secret in place of its file",
         "[notify.urls]\ncrm = \"https://crm.example.org/\"\n[notify.secret_files]\ncrm = "
         "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"",
         "[notify.secret_files] crm: is a secret"},
        {"pauses", "[notify]\nbackoff_first = \"2h\"", "[notify] backoff_max: must not be shorter"},
        {"a secret in the file", "[notify]\nsecret = \"whsec_x\"", "secrets do not belong"},
    };
    check_rows(rows);
    for (const Row& row : rows) {
        for (const char* part : {"ann:pw", "0123456789abcdef", "c2hvcnQ", "MfKQ9r8"}) {
            CHECK(refusal(test::least + row.text).find(part) == std::string::npos);
        }
    }
}
