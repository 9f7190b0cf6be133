// What visitors leave whom Mautic has never identified: a browser that followed a link with the contact's
// address in it, or a link of an old mail to the contact. Only the text that names the contact goes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "erasure/tied_rows.h"
#include "fixture/encodings.h"
#include "fixture/php_serialize.h"
#include "statements/statements.h"
#include "subjects/hold_finder.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

constexpr ContactId visitor = 900;
constexpr ContactId identified = 901;

const std::string& address() {
    static const std::string text = invented_person(erased).email();
    return text;
}

// Contacts without anything in their rows; one of them once told Mautic who they are.
void add_visitors(World& world) {
    for (const ContactId id : {visitor, identified}) {
        world.mautic.insert("leads", {{"id", id}, {"points", 3}, {"date_added", "2025-02-01 08:00:00"}});
    }
    world.mautic.connection().change(
        "UPDATE leads SET date_identified = '2025-02-01 08:00:00' WHERE id = 901");
}

std::string query_with(const std::string& name, const std::string& value) {
    return php::map({{"page_url", php::string("https://www.example.org/")}, {name, php::string(value)}});
}

std::uint64_t add_view(World& world, database::Value contact, const std::string& url,
                       const std::string& query) {
    return world.mautic.insert("page_hits", {{"lead_id", contact},
                                             {"date_hit", "2025-02-01 08:00:00"},
                                             {"tracking_id", "unknown browser"},
                                             {"remote_host", "host.example.net"},
                                             {"user_agent", "Browser"},
                                             {"referer", "https://search.example.net/?q=shop"},
                                             {"url", url},
                                             {"query", query}});
}

std::string read(World& world, const char* table, std::uint64_t id, const char* columns) {
    return world.mautic.value("SELECT CONCAT_WS('|', " + std::string(columns) + ") FROM {prefix}" + table +
                              " WHERE id = " + std::to_string(id));
}

constexpr const char* of_view =
    "lead_id, url, query, referer, remote_host, user_agent, tracking_id, COALESCE(ip_id, 0)";

// ['source' => ['email', 3], 'email' => 3, 'stat' => 'abcd', 'lead' => 7, 'channel' => ['email' => 3]], as
// PHP serializes and encodes it.
constexpr const char* click_of_7 =
    "YTo1OntzOjY6InNvdXJjZSI7YToyOntpOjA7czo1OiJlbWFpbCI7aToxO2k6Mzt9czo1OiJlbWFpbCI7aTozO3M6NDoic3RhdCI7czo0"
    "OiJhYmNkIjtzOjQ6ImxlYWQiO2k6NztzOjc6ImNoYW5uZWwiO2E6MTp7czo1OiJlbWFpbCI7aTozO319";

// The same with another contact, as an integer or a text.
std::string click_of(const std::string& lead) {
    return base64_text("a:2:{s:4:\"stat\";s:4:\"abcd\";s:4:\"lead\";" + lead + "}");
}

}  // namespace

TEST_CASE("of a visitor's page view only the text goes that has the contact's address in it") {
    World world;
    add_people(world);
    add_visitors(world);
    const std::string link = "https://www.example.org/?email=" + address();
    const std::string clean = "https://www.example.org/?page=2";
    const auto in_url = add_view(world, visitor, link, query_with("page", "2"));
    const auto in_query = add_view(world, visitor, clean, query_with("email", address()));
    const auto in_neither = add_view(world, visitor, clean, query_with("page", "2"));
    const auto longer = add_view(world, visitor, "https://www.example.org/?email=x." + address(), "a:0:{}");
    const auto of_identified = add_view(world, identified, link, query_with("email", address()));
    const auto of_other = add_view(world, other, link, query_with("email", address()));
    const std::string before_neither = read(world, "page_hits", in_neither, of_view);
    const std::string before_longer = read(world, "page_hits", longer, of_view);
    const std::string before_identified = read(world, "page_hits", of_identified, of_view);
    const std::string before_other = read(world, "page_hits", of_other, of_view);
    const std::string visitors_row = world.mautic.value(
        "SELECT CONCAT_WS('|', points, date_added, date_identified) "
        "FROM leads WHERE id = 900");
    world.erase(erased);
    const std::string rest = "|https://search.example.net/?q=shop|host.example.net|Browser|unknown browser|0";
    CHECK(read(world, "page_hits", in_url, of_view) ==
          "900|https://www.example.org/|" + query_with("page", "2") + rest);
    CHECK(read(world, "page_hits", in_query, of_view) == "900|" + clean + "|a:0:{}" + rest);
    CHECK(read(world, "page_hits", in_neither, of_view) == before_neither);
    CHECK(read(world, "page_hits", longer, of_view) == before_longer);
    CHECK(read(world, "page_hits", of_identified, of_view) == before_identified);
    CHECK(read(world, "page_hits", of_other, of_view) == before_other);
    CHECK(
        world.mautic.value("SELECT CONCAT_WS('|', points, date_added, date_identified) FROM leads WHERE id = "
                           "900") == visitors_row);
}

TEST_CASE("who is known by a field of the site's own is no unknown visitor") {
    World world;
    add_people(world);
    add_visitors(world);
    world.mautic.add_field("customer_no", "text", "VARCHAR(64)");
    auto& root = world.mautic.connection();
    root.change("UPDATE lead_fields SET is_unique_identifer = 1 WHERE alias = 'customer_no'");
    root.change("UPDATE leads SET customer_no = 'K-4711' WHERE id = 900");
    const auto view = add_view(world, visitor, "https://www.example.org/?email=" + address(), "a:0:{}");
    const std::string before = read(world, "page_hits", view, of_view);
    world.erase(erased);
    CHECK(read(world, "page_hits", view, of_view) == before);
}

TEST_CASE("tags and logs of a visitor lose the contact's address") {
    World world;
    add_people(world);
    add_visitors(world);
    const auto tags = [&](ContactId id) {
        return world.mautic.insert("lead_utmtags", {{"lead_id", id},
                                                    {"date_added", "2025-02-01 08:00:00"},
                                                    {"url", "https://www.example.org/?email=" + address()},
                                                    {"query", query_with("email", address())},
                                                    {"referer", "https://www.example.org/?page=2"},
                                                    {"utm_content", address()},
                                                    {"utm_source", "newsletter"},
                                                    {"user_agent", "Browser"}});
    };
    const auto change = [&](ContactId id) {
        return world.mautic.insert(
            "audit_log",
            {{"user_name", "System"},
             {"bundle", "lead"},
             {"object", "lead"},
             {"object_id", id},
             {"action", "update"},
             {"ip_address", "192.0.2.9"},
             {"date_added", "2025-02-01 08:00:00"},
             {"details", php::map({{"utmtags", php::map({{"content", php::string(address())}})}})}});
    };
    const auto event = [&](ContactId id) {
        return world.mautic.insert("lead_event_log",
                                   {{"lead_id", id},
                                    {"bundle", "page"},
                                    {"action", "hit"},
                                    {"date_added", "2025-02-01 08:00:00"},
                                    {"properties", R"({"url":")" + address() + R"(","line":12})"}});
    };
    const auto own_tags = tags(visitor), their_tags = tags(identified);
    const auto own_change = change(visitor), their_change = change(identified);
    const auto own_event = event(visitor), their_event = event(identified);
    constexpr const char* of_tags = "lead_id, url, query, referer, utm_content, utm_source, user_agent";
    constexpr const char* of_change = "object_id, details, ip_address";
    const std::string before = read(world, "lead_utmtags", their_tags, of_tags) +
                               read(world, "audit_log", their_change, of_change) +
                               read(world, "lead_event_log", their_event, "properties");
    world.erase(erased);
    CHECK(read(world, "lead_utmtags", own_tags, of_tags) ==
          "900|https://www.example.org/|a:0:{}|https://www.example.org/?page=2|newsletter|Browser");
    CHECK(read(world, "audit_log", own_change, of_change) ==
          "900|" + php::map({{"utmtags", php::map({{"content", php::string("")}})}}) + "|192.0.2.9");
    CHECK(nlohmann::json::parse(read(world, "lead_event_log", own_event, "properties")) ==
          nlohmann::json{{"url", ""}, {"line", 12}});
    CHECK(read(world, "lead_utmtags", their_tags, of_tags) +
              read(world, "audit_log", their_change, of_change) +
              read(world, "lead_event_log", their_event, "properties") ==
          before);
}

TEST_CASE("a click on an old mail leaves no trace of the contact in a visitor's page view") {
    World world;
    add_people(world);
    add_visitors(world);
    world.erase(erased);
    const std::string link = "https://www.example.org/?ct=";
    const auto encoded = [](const std::string& click) {
        std::string text;
        for (const char c : click) text += c == '=' ? std::string("%3D") : std::string(1, c);
        return text;
    };
    const auto clicked = add_view(world, visitor, link + encoded(click_of_7), query_with("ct", click_of_7));
    const auto as_text = add_view(world, visitor, link + click_of("s:1:\"7\";"), "a:0:{}");
    const auto of_nobody = add_view(world, nullptr, link + encoded(click_of_7), "a:0:{}");
    const std::string bystanders[] = {link + click_of("i:70;"), link + click_of("s:2:\"7x\";"),
                                      link + click_of("a:1:{i:0;i:7;}"), link + "YTo", link + "7"};
    std::vector<std::uint64_t> left;
    for (const std::string& url : bystanders) left.push_back(add_view(world, visitor, url, "a:0:{}"));
    const auto of_identified = add_view(world, identified, link + click_of_7, query_with("ct", click_of_7));
    world.erase(erased, 1);
    CHECK(read(world, "page_hits", clicked, "url, query, user_agent") ==
          "https://www.example.org/|a:0:{}|Browser");
    CHECK(read(world, "page_hits", as_text, "url, user_agent") == "https://www.example.org/|Browser");
    CHECK(read(world, "page_hits", of_nobody, "url, user_agent") == "https://www.example.org/|Browser");
    for (std::size_t i = 0; i < left.size(); ++i)
        CHECK(read(world, "page_hits", left[i], "url") == bystanders[i]);
    CHECK(read(world, "page_hits", of_identified, "url, query") ==
          link + click_of_7 + "|" + query_with("ct", click_of_7));
}

TEST_CASE("a click is found in every form in which Mautic stores it") {
    World world;
    add_people(world);
    add_visitors(world);
    world.erase(erased);
    const std::string clean = "https://www.example.org/";
    const auto read_by_mautic = [](const std::string& name, const std::string& lead) {
        const std::string click = php::map(
            {{"source", "a:2:{i:0;s:5:\"email\";i:1;i:3;}"}, {"stat", php::string("abcd")}, {"lead", lead}});
        return php::map({{name, click}, {"page_url", php::string("https://www.example.org/")}});
    };
    const auto with_short_names = [](const std::string& names, const std::string& lead) {
        return base64_text("a:2:{s:1:\"" + names.substr(0, 1) + "\";a:1:{s:1:\"e\";i:3;}s:1:\"" +
                           names.substr(1) + "\";" + lead + "}");
    };
    // A '+' in base64 takes a letter that is not ASCII: a tag of a campaign may have one.
    std::string with_plus;
    for (std::string tag = "\u00fe"; with_plus.find('+') == std::string::npos; tag += "\u00fe") {
        with_plus = base64_text(php::map({{"utm_content", php::string(tag)}, {"lead", php::string("7")}}));
    }
    std::string with_blank = with_plus;
    std::replace(with_blank.begin(), with_blank.end(), '+', ' ');

    const auto has_lost = [&](const std::string& url, const std::string& query) {
        CAPTURE(url, query);
        const auto view = add_view(world, visitor, url, query);
        world.erase(erased, 1);
        const std::string before = url + "|" + query;
        const std::string after = read(world, "page_hits", view, "url, query");
        const std::string wanted = (url == clean ? clean : "https://www.example.org/") + "|a:0:{}";
        if (after != before) CHECK(after == wanted);
        return after != before;
    };
    CHECK(has_lost(clean, read_by_mautic("ct", php::string("7"))));
    CHECK(has_lost(clean, read_by_mautic("ct", "i:7;")));
    CHECK(has_lost(clean + "?ct=" + with_short_names("cl", "s:1:\"7\";"), "a:0:{}"));
    CHECK(has_lost(clean + "?ct=" + with_plus, "a:0:{}"));
    CHECK(has_lost(clean + "?ct=" + with_blank + "&b=2", "a:0:{}"));

    CHECK_FALSE(has_lost(clean, read_by_mautic("ct", php::string("70"))));
    CHECK_FALSE(has_lost(clean, read_by_mautic("ctx", php::string("7"))));
    CHECK_FALSE(has_lost(clean + "?d=" + with_short_names("xl", "s:1:\"7\";"), "a:0:{}"));
    CHECK_FALSE(has_lost(clean + "?ct=" + with_short_names("cx", "s:1:\"7\";"), "a:0:{}"));
}

TEST_CASE("what the log has of a contact that is gone loses the address, unless it lives on in another") {
    World world;
    add_people(world);
    world.mautic.add_contact(1200);
    const auto change = [&](ContactId id) {
        const std::string details = php::map({{"fields", php::map({{"email", php::string(address())}})}});
        return world.mautic.insert("audit_log", {{"user_name", "System"},
                                                 {"bundle", "lead"},
                                                 {"object", "lead"},
                                                 {"object_id", id},
                                                 {"action", "update"},
                                                 {"ip_address", "192.0.2.9"},
                                                 {"date_added", "2025-02-01 08:00:00"},
                                                 {"details", details}});
    };
    const auto of_gone = change(1500), of_merged = change(1501), of_other = change(other);
    world.mautic.insert("contact_merge_records", {{"contact_id", ContactId{1200}},
                                                  {"date_added", "2025-02-01 08:00:00"},
                                                  {"merged_id", ContactId{1501}},
                                                  {"name", "Jo"}});
    const std::string before = read(world, "audit_log", of_merged, "details, ip_address");
    world.erase(erased);
    CHECK(read(world, "audit_log", of_gone, "details, ip_address") ==
          php::map({{"fields", php::map({{"email", php::string("")}})}}) + "|192.0.2.9");
    CHECK(read(world, "audit_log", of_merged, "details, ip_address") == before);
    CHECK(read(world, "audit_log", of_other, "details, ip_address") == before);
}

TEST_CASE("a later pass finds the address in a visitor's page view by its hash") {
    World world;
    add_people(world);
    add_visitors(world);
    world.erase(erased);
    const auto view = add_view(world, visitor, "https://www.example.org/?email=" + address(), "a:0:{}");
    CHECK(world.erase(erased, 1).status == Status::settling);
    CHECK(read(world, "page_hits", view, "url") == "https://www.example.org/");
    CHECK(world.erase(erased, 2, false).status == Status::complete);
}

TEST_CASE("whoever has anything in their own row, or is on hold, is no visitor") {
    World world;
    add_people(world);
    add_visitors(world);
    const std::string link = "https://www.example.org/?email=" + address();
    const auto view = add_view(world, visitor, link, "a:0:{}");
    SECTION("a name") {
        world.mautic.connection().change("UPDATE leads SET firstname = 'Jo' WHERE id = 900");
    }
    SECTION("a telephone number") {
        world.mautic.connection().change("UPDATE leads SET phone = '1' WHERE id = 900");
    }
    SECTION("a hold by a field") {
        world.holds.fields.push_back({"city", {"Court"}});
        world.mautic.connection().change("UPDATE leads SET city = 'Court' WHERE id = 900");
    }
    SECTION("a hold by a tag that has another name by now") {
        world.holds.tags = {"claim"};
        world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("claim")}});
        world.prepare();
        subjects::HoldFinder(world.daemon, world.plan(), world.holds, World::ledger_name).remember_named();
        world.mautic.insert("lead_tags_xref", {{"lead_id", ContactId{900}}, {"tag_id", std::uint64_t{1}}});
        world.mautic.connection().change("UPDATE lead_tags SET tag = 'claims'");
    }
    world.erase(erased);
    CHECK(read(world, "page_hits", view, "url") == link);
}

TEST_CASE("a visitor who tells who they are before the change is left alone by it") {
    World world;
    add_people(world);
    add_visitors(world);
    const std::string link = "https://www.example.org/?email=" + address();
    const auto view = add_view(world, visitor, link, "a:0:{}");
    world.prepare();
    for (const plan::Step& step : world.plan().steps) {
        if (step.key() != "page_hits#visitors" || step.text_columns.front() != "url") continue;
        const std::vector<database::Value> keys{view};
        const auto scope = statements::scope_of_keys(step, keys);  // what the search has found
        world.mautic.connection().change("UPDATE leads SET email = 'jo@example.net' WHERE id = 900");
        const auto update = statements::update_columns(step, scope, {});
        CHECK(world.mautic.connection().change(update.sql, update.parameters, "test") == 0);
    }
    CHECK(read(world, "page_hits", view, "url") == link);
}

TEST_CASE("the rows of visitors that are too old to be searched are said to be left") {
    World world;
    add_people(world);
    add_visitors(world);
    world.policy.newest_text_rows = 5;
    const std::string link = "https://www.example.org/?email=" + address();
    const auto old = add_view(world, visitor, link, "a:0:{}");
    for (int i = 0; i < 5; ++i) add_view(world, visitor, link, "a:0:{}");
    world.erase(erased);
    CHECK(read(world, "page_hits", old, "url") == link);
    CHECK(world.mautic.row_count("page_hits", "url = '" + link + "'") == 1);
    CHECK(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("an internet address that only a row without a contact led to goes with it") {
    World world;
    add_people(world);
    const auto ip = [&](const char* text) {
        return world.mautic.insert("ip_addresses", {{"ip_address", text}});
    };
    const auto alone = ip("192.0.2.77"), shared = ip("192.0.2.78");
    const auto view = [&](std::uint64_t address_id, const std::string& url) {
        world.mautic.insert("page_hits", {{"date_hit", "2025-02-01 08:00:00"},
                                          {"tracking_id", "unknown browser"},
                                          {"ip_id", address_id},
                                          {"url", url}});
    };
    view(alone, "https://www.example.org/?email=" + address());
    view(shared, "https://www.example.org/?email=" + address());
    view(shared, "https://www.example.org/");
    world.erase(erased);
    CHECK(world.mautic.row_count("ip_addresses", "ip_address = '192.0.2.77'") == 0);
    CHECK(world.mautic.row_count("ip_addresses", "ip_address = '192.0.2.78'") == 1);
}
