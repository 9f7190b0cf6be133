// Configuration files of Mautic and of people, read without executing them. PHP itself judges: it writes them
// by var_export(), as Mautic's own writer does and as people might, includes them, and says what it got.
#include "content/php_source.h"

#include <cstdlib>
#include <cstring>
#include <sstream>

#include "content/php_judge.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::content;

namespace {

using Kind = PhpConstant::Kind;

// Writes a file, includes it, and prints the file and what $parameters is then, both in hexadecimal. Strings,
// numbers and layout are written in a way that is drawn anew each time.
constexpr const char* write_files = R"PHP(
mt_srand((int) $argv[1]);
function chance(int $of): bool { return mt_rand(1, $of) === 1; }
function one_of(array $values) { return $values[mt_rand(0, count($values) - 1)]; }
function bytes(): string {
    $text = '';
    $pieces = ["'", '"', '\\', '$', '{', '}', '.', ',', ';', ')', ']', '=>', "\n", "\r\n", "\t", "\0", "\xff", '//', '#',
        '/*', '*/', '?>', '<?php', 'a', 'Z', '0', '7', 'x', 'n', 'u', 'e', "\u{e9}", "\u{1F600}", ' ', '%', '<<<', '`'];
    for ($i = mt_rand(0, 8); $i > 0; --$i) $text .= one_of($pieces);
    return $text;
}
function space(): string {
    return one_of(['', '', ' ', "\n", "\t", ' ', "/* a ' comment */", "// a \" one\n", "# and ) this\r\n", '/**/']);
}
function integer() {
    return one_of([0, 1, -1, 7, 42, 3306, PHP_INT_MAX, PHP_INT_MIN, mt_rand(), -mt_rand()]);
}
function real() {
    return one_of([0.0, -0.0, 0.1, -1.5, 1e25, 1.5e-7, 123456789.125, 1e308, 5e-324, 3.0, mt_rand() / 7]);
}
function scalar() {
    switch (mt_rand(0, 6)) {
        case 0: return integer();
        case 1: return real();
        case 2: return chance(2);
        case 3: return null;
        default: return bytes();
    }
}
function any_key() { return chance(3) ? one_of([0, 1, 5, -3, 100, mt_rand()]) : bytes(); }
function value(int $depth) {
    if ($depth === 0 || !chance(3)) return scalar();
    $array = [];
    for ($i = mt_rand(0, 4); $i > 0; --$i) $array[any_key()] = value($depth - 1);
    return $array;
}
function double_quoted(string $text): string {
    $source = '';
    foreach (str_split($text) as $byte) {
        if ($text === '') break;
        $code = ord($byte);
        $forms = [sprintf('\\x%02x', $code), sprintf('\\%03o', $code), sprintf('\\x%02X', $code)];
        if ($code < 0x80) $forms[] = sprintf('\\u{%x}', $code);
        $plain = strpos("\\\"\${", $byte) === false ? $byte : '\\' . $byte;
        if ($byte !== '{') $forms[] = $plain;  // "\{" is two bytes
        if ($byte !== '{') $forms[] = $plain;
        if ($byte === "\n") $forms[] = '\\n';
        if ($byte === "\t") $forms[] = '\\t';
        if ($byte === "\r") $forms[] = '\\r';
        $source .= one_of($forms);
    }
    return '"' . $source . '"';
}
function single_quoted(string $text): string { return "'" . addcslashes($text, "\\'") . "'"; }
function by_hand($value): string {
    if (is_array($value)) {
        [$open, $close] = one_of([['array(', ')'], ['[', ']'], ['Array (', ')']]);
        $members = [];
        $is_list = array_keys($value) === array_keys(array_keys($value));
        foreach ($value as $key => $member) {
            $left = $is_list && chance(2) ? null : by_hand($key) . space() . '=>' . space();
            // Mixed: a member without a key gets the next one, which is its own in a list.
            $members[] = space() . ($left ?? '') . by_hand($member) . space();
        }
        $end = $members !== [] && chance(2) ? ',' . space() : '';
        return $open . implode(',', $members) . $end . $close;
    }
    if (is_string($value)) {
        $source = chance(2) ? single_quoted($value) : double_quoted($value);
        if (chance(5)) $source .= space() . '.' . space() . "''";
        return $source;
    }
    if (is_bool($value)) return one_of($value ? ['true', 'TRUE', '\\true', 'True'] : ['false', 'FALSE']);
    if ($value === null) return one_of(['null', 'NULL', 'Null']);
    if (is_int($value) && $value >= 0) {
        return one_of([(string) $value, sprintf('0x%x', $value), sprintf('0X%X', $value), sprintf('0b%b', $value),
            $value === 0 ? '0' : sprintf('0%o', $value), '+' . $value, implode('_', str_split((string) $value))]);
    }
    return var_export($value, true);
}
// As in Mautic\CoreBundle\Configurator\Configurator.
function by_mautic(array $parameters): string {
    $source = '';
    foreach ($parameters as $key => $value) {
        if ($value === '') continue;
        if (is_string($value)) $value = "'" . addcslashes($value, '\\\'') . "'";
        elseif (is_bool($value)) $value = $value ? 'true' : 'false';
        elseif ($value === null) $value = 'null';
        elseif (is_array($value)) $value = rtrim(by_mautic_array($value));
        $source .= "\t'" . addcslashes((string) $key, "\\'") . "' => $value,\n";
    }
    return "array(\n$source)";
}
function by_mautic_array(array $array, int $level = 2): string {
    $source = "array(\n";
    foreach ($array as $key => $value) {
        $source .= str_repeat("\t", $level);
        $source .= is_string($key) ? "'" . addcslashes($key, "\\'") . "' => " : "$key => ";
        if (is_array($value)) $source .= by_mautic_array($value, $level + 1);
        else $source .= var_export($value, true);
        $source .= ",\n";
    }
    return $source . str_repeat("\t", $level - 1) . ')';
}
function dump($value): string {
    if (is_array($value)) {
        $text = 'a' . count($value) . '{';
        foreach ($value as $key => $member) $text .= (is_int($key) ? "i$key" : 's' . bin2hex($key)) . '=' . dump($member) . ';';
        return $text . '}';
    }
    if (is_string($value)) return 's' . bin2hex($value);
    if (is_float($value)) return 'd' . bin2hex(pack('E', $value));
    if (is_int($value)) return "i$value";
    return $value === null ? 'n' : ($value ? 'b1' : 'b0');
}
$file = tempnam($argv[2], 'local');
for ($i = 0; $i < 400; ++$i) {
    $written = [];
    for ($members = mt_rand(0, 6); $members > 0; --$members) $written[any_key()] = value(3);
    switch ($i % 3) {
        case 0: $source = "<?php\n\$parameters = " . var_export($written, true) . ";\n"; break;
        case 1: $source = "<?php\n\$parameters = " . by_mautic($written) . ";\n"; break;
        default:
            $source = "<?php " . space() . '$parameters' . space() . '=' . space() . by_hand($written) . space() . ';'
                . space();
            if (chance(3)) $source .= ' $parameters[' . by_hand(any_key()) . ']' . space() . '=' . by_hand(scalar()) . ';';
            if (chance(4)) $source .= "?>\n";
    }
    file_put_contents($file, $source);
    unset($parameters);
    ob_start();
    include $file;
    ob_end_clean();
    echo bin2hex($source), ' ', dump($parameters), "\n";
}
)PHP";

std::string dump_real(const std::string& text) {
    const double number = std::strtod(text.c_str(), nullptr);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof(bits));
    char digits[17];
    std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(bits));
    return std::string("d") + digits;
}

// As the PHP above does.
std::string dump(const PhpConstant& value) {
    switch (value.kind) {
        case Kind::null:
            return "n";
        case Kind::boolean:
            return "b" + value.text;
        case Kind::integer:
            return "i" + value.text;
        case Kind::real:
            return dump_real(value.text);
        case Kind::string:
            return "s" + test::hexadecimal(value.text);
        case Kind::environment:
            return "environment";
        case Kind::computed:
            return "computed";
        case Kind::array:
            break;
    }
    std::string text = "a" + std::to_string(value.members.size()) + "{";
    for (const auto& member : value.members) {
        text += (member.key_is_integer ? "i" + member.key : "s" + test::hexadecimal(member.key)) + "=" +
                dump(member.value) + ";";
    }
    return text + "}";
}

PhpConstant read(const std::string& source) { return read_php_assignments(source, "parameters"); }

std::string refusal(const std::string& source) {
    try {
        return "read: " + dump(read(source));
    } catch (const PhpSourceError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("what PHP gets from a file is what is read from it") {
    if (!test::php_is_there()) return;
    const test::TemporaryDirectory directory;
    const char* const first_seed = std::getenv("PHP_SOURCE_FIRST_SEED");
    const int first = first_seed == nullptr ? 1 : std::atoi(first_seed);
    const char* const seeds = std::getenv("PHP_SOURCE_SEEDS");
    const int count = seeds == nullptr ? 5 : std::atoi(seeds);
    std::size_t files = 0;
    for (int seed = first; seed < first + count; ++seed) {
        const std::string answer =
            test::run_program({"php", "-n", "-d", "display_errors=stderr", "-r", write_files, "--",
                               std::to_string(seed), directory.path().string()});
        std::istringstream lines(answer);
        for (std::string source, judged; lines >> source >> judged; ++files) {
            const std::string text = test::from_hex(source);
            CAPTURE(seed, text);
            REQUIRE(refusal(text) == "read: " + judged);
        }
    }
    CHECK(files == 400 * static_cast<std::size_t>(count));
}

TEST_CASE("what comes from the environment is named, and what is computed is not guessed") {
    const auto parameters = read(R"(<?php
        declare(strict_types=1);
        $parameters = array(
            'db_host' => getenv('MAUTIC_DB_HOST'),
            'db_port' => $_ENV["MAUTIC_DB_PORT"] ?? 3306,
            'db_name' => \getenv('MAUTIC_DB_NAME') ?: 'mautic',
            'db_user' => $_SERVER['MAUTIC_DB_USER'],
            'cache_path' => __DIR__.'/../cache',
            'upload_dir' => realpath(dirname(__FILE__) . "/x)]") . ';',
            'callback' => function ($x) { return [1, 'x' => '}']; },
            'hello' => "Hello $name",
            'site_url' => 'https://mautic.example.org',
            'size' => 1 + 2,
            'also' => [1, 2] + [3],
        ); // the end
    )");
    const std::pair<const char*, std::pair<Kind, const char*>> wanted[] = {
        {"db_host", {Kind::environment, "MAUTIC_DB_HOST"}},
        {"db_port", {Kind::environment, "MAUTIC_DB_PORT"}},
        {"db_name", {Kind::environment, "MAUTIC_DB_NAME"}},
        {"db_user", {Kind::environment, "MAUTIC_DB_USER"}},
        {"cache_path", {Kind::computed, ""}},
        {"upload_dir", {Kind::computed, ""}},
        {"callback", {Kind::computed, ""}},
        {"hello", {Kind::computed, ""}},
        {"site_url", {Kind::string, "https://mautic.example.org"}},
        {"size", {Kind::computed, ""}},
        {"also", {Kind::computed, ""}},
    };
    CHECK(parameters.members.size() == std::size(wanted));
    for (const auto& [key, value] : wanted) {
        CAPTURE(key);
        const PhpConstant* found = parameters.find(key);
        REQUIRE(found != nullptr);
        CHECK(found->kind == value.first);
        CHECK(found->text == value.second);
    }
    CHECK(parameters.find("no such key") == nullptr);
}

TEST_CASE("what could change the values that were read is refused with its line, and nothing of it is told") {
    struct Case {
        const char* what;
        std::string source;
        const char* says;
    };
    const std::string good = "<?php\n$parameters = ['a' => 'secret'];\n";
    const Case cases[] = {
        {"no PHP", "$parameters = [];", "line 1: no PHP"},
        {"HTML before", "<html><?php $parameters = [];", "line 1: no PHP"},
        {"another variable", "<?php\n$other = ['a' => 'secret'];", "line 2: a statement"},
        {"a longer name", "<?php $parameters2 = ['a' => 'secret'];", "a statement"},
        {"an inclusion", good + "include 'secret.php';", "line 3: a statement"},
        {"a condition", good + "if (true) { $parameters['a'] = 'b'; }", "line 3: a statement"},
        {"a call", good + "extract($_GET);", "a statement"},
        {"adding", good + "$parameters += ['b' => 'secret'];", "no plain assignment"},
        {"comparing", good + "$parameters == ['secret'];", "no plain assignment"},
        {"a member of a member", good + "$parameters['a']['b'] = 'secret';", "no plain assignment"},
        {"a computed member afterwards", good + "$parameters['b'] = ($parameters['a'] = 'secret');",
         "computed afterwards"},
        {"a computed key", "<?php $parameters = ['a'.X => 'secret'];", "a key that is neither"},
        {"a real key", "<?php $parameters = [1.5 => 'secret'];", "a key that is neither"},
        {"members from elsewhere", "<?php $parameters = ['a' => 'secret', ...$more];", "from elsewhere"},
        {"a next key in doubt", "<?php $parameters = [-5 => 1, 'secret'];", "where versions of PHP differ"},
        {"no next key", "<?php $parameters = [9223372036854775807 => 1, 'secret'];",
         "versions of PHP differ"},
        {"no array", "<?php $parameters = 'secret';", "no array of constants"},
        {"a computed array", "<?php $parameters = array_merge(['secret'], $x);", "no array of constants"},
        {"nothing", "<?php\n", "nothing was given to $parameters"},
        {"text behind", good + "?>\nsecret", "something behind ?>"},
        {"a comment that ends the PHP", good + "// secret ?>", "?> in a comment"},
        {"a heredoc", "<?php $parameters = ['a' => <<<X\nsecret\nX\n];", "of a kind that is not read"},
        {"a command", "<?php $parameters = ['a' => `secret`];", "of a kind that is not read"},
        {"code in a text", "<?php $parameters = ['a' => \"{$x[\"secret\"]}\"];", "code within a text"},
        {"an element in a text", "<?php $parameters = ['a' => \"$x[secret]\"];", "code within a text"},
        {"an open text", "<?php $parameters = ['a' => 'secret];", "a text that does not end"},
        {"an open array", "<?php $parameters = ['a' => 'secret'", "an expression that does not end"},
        {"an open comment", "<?php $parameters = ['a' => 'secret']; /*", "a comment that does not end"},
        {"crossed brackets", "<?php $parameters = ['a' => f([1)];", "brackets that do not match"},
        {"no semicolon", "<?php $parameters = ['a' => 'secret']", "expression that does not end"},
        {"too deep", "<?php $parameters = " + std::string(65, '[') + std::string(65, ']') + ";", "too deep"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        const std::string said = refusal(one.source);
        CHECK_THAT(said, ContainsSubstring(one.says));
        CHECK(said.find("secret") == std::string::npos);
    }
    std::string members = "<?php $parameters = [";
    for (int i = 0; i < 10'001; ++i) members += "1,";
    CHECK_THAT(refusal(members + "];"), ContainsSubstring("too many members"));
    CHECK_THAT(refusal("<?php $parameters = ['" + std::string(1024 * 1024, 'x') + "'];"),
               ContainsSubstring("larger than 1048576 bytes"));
}
