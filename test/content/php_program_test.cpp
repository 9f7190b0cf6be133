// PHP itself judges what is read and written here: its serialize() and unserialize(), json_decode() and
// gzuncompress(). Skipped with a warning where there is no `php`.
#include <optional>
#include <sstream>

#include "content/php_judge.h"
#include "content/php_value.h"
#include "content/rewrite.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::content;
using test::from_hex;
using test::hexadecimal;

namespace {

// What PHP serializes, encodes and compresses, one in a line and hexadecimal.
constexpr const char* write_values = R"PHP(
$values = [null, [], [null], [true, false], [0, 1, -1, PHP_INT_MAX, PHP_INT_MIN],
    [0.0, -0.0, 0.1, -1.5, 1e25, 1.5e-7, 123456789.123456789, INF, -INF, NAN, 1e308, 5e-324],
    ['', 'a', "quote\";}", "Gr\u{fc}\u{df}e", "\u{1F600}", "a\\b/c"], ['a' => 1, 'b' => ['c' => ['d' => null]]],
    [3 => 'three', -7 => 'minus', '8' => 'eight', 'x y' => 'z', '' => 'nameless'],
    ['fields' => ['email' => ['a@example.org', 'b@example.org'], 'points' => [0, 7]], 'ipAddresses' => ['', '192.0.2.1']],
    [['datetime' => '2025-02-01 08:00:00', 'useragent' => 'Browser', 'inBrowser' => false], 'bounces' => []],
    range(0, 1500), ['from' => new DateTime('2026-03-14 09:26:53', new DateTimeZone('Europe/Berlin')),
        'at' => new DateTimeImmutable('2026-03-14 09:26:53+02:00'), 'in' => new DateTimeZone('+05:30'),
        'for' => new DateInterval('P1Y2M3DT4H5M6S')]];
foreach ($values as $value) echo 'php ', bin2hex(serialize($value)), "\n";
array_splice($values, 5, 1);
array_pop($values);
foreach ($values as $value) echo 'json ', bin2hex(json_encode($value)), "\n";
foreach ($values as $value) echo 'json_zlib ', bin2hex(gzcompress(json_encode($value), 9)), "\n";
echo 'php ', bin2hex(serialize("binary \0\xff")), "\n";
)PHP";

// Reads such lines and prints those that PHP does not read, or would write differently.
constexpr const char* read_values = R"PHP(
foreach (file('php://stdin') as $number => $line) {
    [$format, $hex] = explode(' ', trim($line));
    $text = hex2bin($hex);
    if ($format === 'php') {
        $dates = [DateTime::class, DateTimeImmutable::class, DateTimeZone::class, DateInterval::class];
        $right = serialize(unserialize($text, ['allowed_classes' => $dates])) === $text;
    } else {
        json_decode($format === 'json' ? $text : gzuncompress($text), true);
        $right = json_last_error() === JSON_ERROR_NONE;
    }
    echo $right ? 'right' : "wrong: $format $hex", "\n";
}
)PHP";

std::string run_php(const char* program, const std::filesystem::path& input = "/dev/null") {
    return test::run_program({"php", "-n", "-d", "display_errors=stderr", "-r", program}, input);
}

struct Sample {
    std::string format_name;
    Format format;
    std::string text;
};

std::vector<Sample> samples() {
    std::vector<Sample> result;
    std::istringstream lines(run_php(write_values));
    for (std::string name, digits; lines >> name >> digits;) {
        const Format format = name == "php" ? Format::php : name == "json" ? Format::json : Format::json_zlib;
        result.push_back({name, format, from_hex(digits)});
    }
    return result;
}

}  // namespace

TEST_CASE("what PHP serializes is read and written with the same bytes") {
    if (!test::php_is_there()) return;
    std::size_t read = 0;
    for (const Sample& sample : samples()) {
        if (sample.format != Format::php) continue;
        INFO(sample.text);
        const auto value = read_php(sample.text);
        REQUIRE(value);
        CHECK(write_php(*value) == sample.text);
        ++read;
    }
    CHECK(read == 14);
}

TEST_CASE("PHP reads what was rewritten, and would write its arrays with the same bytes") {
    if (!test::php_is_there()) return;
    std::string lines;
    std::size_t count = 0;
    for (const Sample& sample : samples()) {
        for (const std::vector<std::string>& keep :
             {std::vector<std::string>{}, std::vector<std::string>{"email", "datetime", "x y", "c", "d"}}) {
            const Rewritten rewritten = rewrite(sample.text, sample.format, keep);
            CHECK(rewritten.understood);
            lines += sample.format_name + ' ' + hexadecimal(rewritten.text) + '\n';
            ++count;
        }
    }
    REQUIRE(count > 60);
    const test::TemporaryDirectory directory;
    const std::string printed = run_php(read_values, directory.write("lines", lines));
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) expected += "right\n";
    CHECK(printed == expected);
}
