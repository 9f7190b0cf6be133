// What is left of a URL, in columns of every character set, against a slow and obvious judge.
#include <random>
#include <regex>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId subject = 7;

// Letters of latin1, and of none of the smaller character sets.
const std::vector<std::string> parts{"a",  "/",   "shop",  "%C5%91",  "25",    "%25", "%",
                                     "40", "%40", "%2540", "%252540", "@",     "?",   "#",
                                     "=",  "ä",   "€",     "ősz",     "осень", "秋",  "😀"};
// What a column of fewer letters can hold.
constexpr std::size_t parts_of_latin1 = 16;

std::string random_url(std::mt19937& random, std::size_t parts_used) {
    std::string url = random() % 5 == 0 ? "" : "https://example.org/";
    for (auto count = random() % 8; count > 0; --count) url += parts.at(random() % parts_used);
    return url;
}

bool has_address(const std::string& url) {
    static const std::regex encoded("%(25)*40");
    return url.find('@') != std::string::npos || std::regex_search(url, encoded);
}

// Up to the third slash.
std::string origin_of(const std::string& url) {
    std::size_t end = 0;
    for (int slashes = 0; slashes < 3; ++slashes) {
        end = url.find('/', end);
        if (end == std::string::npos) return url;
        ++end;
    }
    return url.substr(0, end - 1);
}

// What may be left of it, the fullest first.
std::vector<std::string> left_of(const std::string& url) {
    const std::string bare = url.substr(0, url.find_first_of("?#"));
    std::vector<std::string> left;
    if (!has_address(bare)) left.push_back(bare);
    // Where a "25" stands it may be taken for an encoded "%".
    const bool is_doubtful = bare.find("25") != std::string::npos;
    if (left.empty() || is_doubtful) {
        left.push_back(has_address(origin_of(bare)) ? "" : origin_of(bare));
        if (is_doubtful) left.emplace_back("");
    }
    return left;
}

struct UrlColumn {
    std::string name;
    std::string type;
    std::size_t parts_used;
};

}  // namespace

TEST_CASE("of a URL in any letters the address goes and the rest stays, whatever the column is") {
    const std::vector<UrlColumn> columns{
        {"utf8mb4", "TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", parts.size()},
        {"utf8mb3", "TEXT CHARACTER SET utf8mb3", parts.size() - 1},
        {"utf16", "VARCHAR(200) CHARACTER SET utf16", parts.size()},
        {"ucs2", "VARCHAR(200) CHARACTER SET ucs2", parts.size() - 1},
        {"utf32", "VARCHAR(200) CHARACTER SET utf32", parts.size()},
        {"latin1", "VARCHAR(200) CHARACTER SET latin1", parts_of_latin1},
        {"bytes", "BLOB", parts.size()},
    };
    World world;
    add_unsubscribed(world);
    auto& root = world.mautic.connection();
    std::string definitions, entries, names, places;
    for (const UrlColumn& column : columns) {
        definitions += ", `" + column.name + "` " + column.type;
        entries += column.name + " = { action = \"strip_query\", why = \"x\" }\n";
        names += ", `" + column.name + '`';
        places += ", ?";
    }
    root.change("CREATE TABLE plug (id INT PRIMARY KEY, lead_id INT, KEY (lead_id)" + definitions + ")");
    world.map.entries.push_back(
        mautic::parse_data_map(
            "format = 1\n[[table]]\nname = \"leads\"\nwhy = \"x\"\ntie = { kind = \"contact\", column = "
            "\"id\" }\n"
            "[[table]]\nname = \"plug\"\nwhy = \"x\"\ntie = { kind = \"column\", column = \"lead_id\" }\n"
            "[table.columns]\n" +
                entries,
            "own")
            .entries.back());
    constexpr int rows = 400;
    std::mt19937 random(7);
    std::vector<std::vector<std::string>> written;
    for (int row = 0; row < rows; ++row) {
        std::vector<database::Value> values{std::uint64_t(row), std::uint64_t(subject)};
        auto& urls = written.emplace_back();
        for (const UrlColumn& column : columns) {
            urls.push_back(random_url(random, column.parts_used));
            values.emplace_back(urls.back());
        }
        root.change("INSERT INTO plug (id, lead_id" + names + ") VALUES (?, ?" + places + ")", values);
    }
    REQUIRE(world.erase(subject).status != ledger::Status::partial);
    std::string list;
    for (const UrlColumn& column : columns) {
        list += ", CONVERT(`" + column.name + "` USING utf8mb4)";
    }
    auto left = root.select("SELECT id" + list + " FROM plug ORDER BY id");
    for (int row = 0; left.next(); ++row) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const std::string& before = written.at(static_cast<std::size_t>(row)).at(column);
            CAPTURE(columns[column].name, before);
            const auto allowed = left_of(before);
            CHECK(std::find(allowed.begin(), allowed.end(), left.text(column + 1)) != allowed.end());
        }
    }
}

TEST_CASE("a page view at a URL of Hungarian, Russian or Japanese letters keeps nobody from being erased") {
    World world;
    add_unsubscribed(world);
    for (const char* url : {"https://shop.example.com/ősz?email=x", "https://shop.example.com/осень",
                            "https://shop.example.com/秋#a", "https://shop.example.com/😀"}) {
        world.mautic.insert("page_hits", {{"lead_id", std::uint64_t(subject)}, {"url", std::string(url)}});
    }
    CHECK(world.erase(subject).status != ledger::Status::partial);
    CHECK(world.mautic.value("SELECT COUNT(*) FROM page_hits WHERE url LIKE '%?%' OR url LIKE '%#%'") == "0");
    CHECK(world.mautic.value("SELECT COUNT(*) FROM page_hits WHERE url LIKE '%/ősz'") == "1");
}
