#include "pages/erasure_fixture.h"

#include "support/catch.h"

namespace gdprd::test {

namespace {

// Every element is closed where it must be, and nothing is left open.
void check_well_formed(const std::string& html) {
    std::vector<std::string> open;
    for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
        const auto end = html.find('>', at);
        REQUIRE(end != std::string::npos);
        const std::string tag = html.substr(at + 1, end - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
        if (name[0] == '/') {
            REQUIRE_FALSE(open.empty());
            CHECK('/' + open.back() == name);
            open.pop_back();
        } else if (name != "input" && name != "br" && !tag.ends_with('/')) {
            open.push_back(name);
        }
    }
    CHECK(open.empty());
}

std::string decoded_link(std::string link) {
    for (auto at = link.find("&amp;"); at != std::string::npos; at = link.find("&amp;", at + 1))
        link.replace(at, 5, "&");
    return link;
}

}  // namespace

ErasurePages::ErasurePages()
    : connections_(world.mautic.options()),
      services_{.table_prefix = "",
                .ledger_database = World::ledger_name,
                .hash = {},
                .former_keys = {},
                .case_required = false,
                .seal_key = "",
                .program_version = "test",
                .connections = connections_,
                .rules =
                    [this](database::Connection&) {
                        auto rules = std::make_shared<erasure::Rules>(*world.rules());
                        rules->stop_on_unknown = stop_on_unknown;
                        return rules;
                    },
                .lookup_hasher = policy::Hasher({}),
                .log_action = {},
                .daemon = daemon_} {}

desk::Visit ErasurePages::visit(const std::string& url, words::Language language) const {
    desk::Visit visit;
    visit.path = url.substr(0, url.find('?'));
    const std::string register_path = "/register/";
    if (visit.path.starts_with(register_path)) visit.rest = visit.path.substr(register_path.size());
    if (url.find('?') != std::string::npos) visit.query = desk::Form(url.substr(url.find('?') + 1));
    visit.language = language;
    visit.zone = &zone;
    visit.person = {"olga", role, "token"};
    return visit;
}

desk::Answer ErasurePages::get(desk::Page (*page)(pages::Services&), const std::string& url,
                               words::Language language) {
    if (!world.rules()) world.prepare();
    desk::Answer answer = page(services_).get(visit(url, language));
    const std::string& html = answer.body.str();
    CAPTURE(url, html);
    check_well_formed(html);
    CHECK_FALSE(has(html, "<script"));
    CHECK_FALSE(has(html, "style="));
    CHECK_FALSE(has(html, "@"));
    CHECK_FALSE(has(html, "{1}"));
    CHECK_FALSE(answer.title.empty());
    return answer;
}

void ErasurePages::write(const std::vector<ledger::Record>& records) {
    ledger::Ledger ledger(world.daemon, World::ledger_name);
    std::vector<ledger::Record> current;
    std::vector<ledger::Record> former;
    for (const ledger::Record& record : records) (record.former ? former : current).push_back(record);
    if (!current.empty()) ledger.write(current);
    if (!former.empty()) ledger.add_former(former);
}

void ErasurePages::drop_ledger() {
    if (!world.rules()) world.prepare();
    server().execute(std::string("DROP DATABASE ") + World::ledger_name);
}

ledger::Record some_record(ContactId contact, Timestamp erased_at) {
    ledger::Record record;
    record.contact = contact;
    record.subject_hash = std::string(32, 'a');
    record.algorithm = "md5";
    record.channel = "email";
    record.opted_out_at = erased_at - std::chrono::minutes(5);
    record.requested_at = erased_at - std::chrono::minutes(4);
    record.erased_at = record.last_pass_at = record.completed_at = erased_at;
    record.status = ledger::Status::complete;
    record.passes = 2;
    record.rows_changed = 11;
    record.policy_digest = record.schema_digest = record.map_digest = std::string(64, 'd');
    record.not_covered.undecided = 0;
    return record;
}

std::string link_with(const std::string& html, const std::string& text) {
    const auto end = html.find("\">" + text + "</a>");
    if (end == std::string::npos) return "";
    const auto begin = html.rfind("href=\"", end) + 6;
    return decoded_link(html.substr(begin, end - begin));
}

std::size_t count_of(const std::string& html, const std::string& part) {
    std::size_t count = 0;
    for (auto at = html.find(part); at != std::string::npos; at = html.find(part, at + part.size())) ++count;
    return count;
}

bool has(const std::string& html, const std::string& part) { return html.find(part) != std::string::npos; }

}  // namespace gdprd::test
