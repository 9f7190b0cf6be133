// What it costs to look for rows that only their text ties to a contact: erasures with the search against
// erasures without it, in the same database, its free-text tables as full as Mautic lets them become.
#include "base/error.h"
#include "bench/large_mautic.h"
#include "bench/measure.h"
#include "bench/samples.h"
#include "config/template.h"
#include "content/zlib.h"
#include "erasure/eraser.h"
#include "fixture/mautic_database.h"
#include "mautic/schema.h"
#include "plan/build_plan.h"
#include "support/private_server.h"

namespace gdprd::bench {

namespace {

constexpr std::size_t rows_per_table = 1000;
constexpr const char* ledger = "bench_ledger";

// Pending webhooks of 10 KB, half of them compressed, and answers: about somebody else.
void fill_texts(test::MauticDatabase& mautic) {
    const auto hook =
        mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = mautic.insert("webhook_events", {{"webhook_id", hook}, {"event_type", "x"}});
    std::string payload = R"({"contact":{"id":999999,"fields":{"core":{)";
    for (int i = 0; payload.size() < 10'000; ++i) {
        payload += "\"field_" + std::to_string(i) + R"(":{"value":"other)" + std::to_string(i) +
                   R"(@example.net"},)";
    }
    payload += R"("last":{"value":null}}}}})";
    const std::string compressed = content::deflate(payload);
    for (std::size_t i = 0; i < rows_per_table; ++i) {
        const bool plain = i % 2 == 0;
        mautic.insert(
            "webhook_queue",
            {{"webhook_id", hook},
             {"event_id", event},
             {"payload", plain ? database::Value(payload) : database::Value(nullptr)},
             {"payload_compressed", plain ? database::Value(nullptr) : database::Value(compressed)}});
        mautic.insert("webhook_logs",
                      {{"webhook_id", hook}, {"status_code", 200}, {"note", "unknown: other@example.net"}});
    }
}

class SearchSide {
  public:
    SearchSide(test::MauticDatabase& mautic, std::size_t newest_rows) : connection_(mautic.options()) {
        auto rules = std::make_shared<erasure::Rules>(
            erasure::Rules{nullptr, policy::Hasher(policy::HashOptions{}), policy::Triggers{}, ledger});
        auto policy = config::sample_policy();
        policy.newest_text_rows = newest_rows;
        const auto map = mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
        rules->plan = std::make_shared<const plan::Plan>(
            plan::build_plan(map, policy, rules->hasher, mautic::read_schema(connection_, mautic.prefix())));
        eraser_ = std::make_unique<erasure::Eraser>(connection_, rules);
    }

    double erase(ContactId first, ContactId count) {
        std::vector<erasure::Request> requests;
        for (ContactId contact = first; contact < first + count; ++contact) {
            requests.push_back({contact, Origin::webhook, now(), 0, true});
        }
        const auto start = std::chrono::steady_clock::now();
        for (const auto& result : eraser_->erase(requests)) {
            if (result.verdict != erasure::Verdict::erased) throw Error("text search: not erased");
        }
        return milliseconds_since(start);
    }

  private:
    database::Connection connection_;
    std::unique_ptr<erasure::Eraser> eraser_;
};

// Contacts from `first` on, half of them on each side.
void compare(const Run& run, const std::string& name, SearchSide& with, SearchSide& without, Range contacts,
             ContactId batch) {
    std::vector<double> with_ms, without_ms;
    for (ContactId contact = contacts.first; contact <= contacts.last(); contact += 2 * batch) {
        with_ms.push_back(with.erase(contact, batch));
        without_ms.push_back(without.erase(contact + batch, batch));
    }
    run.report.add(Figure(name + ", " + std::to_string(batch) + " in a transaction", median(with_ms), "ms")
                       .against("no search", median(without_ms)));
}

}  // namespace

void measure_text_search(const Run& run) {
    test::PrivateServer server;
    run.report.set_server(database::Connection(server.options()).server_name());
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    constexpr ContactId large_batch = 10;
    const ContactId sample = 2 * large_batch * run.scaled(10, 1);
    for (ContactId contact = 1; contact <= 4 * sample; ++contact) {
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
    }
    database::Connection connection(mautic.options());
    ledger::Ledger(connection, ledger).create();
    SearchSide with(mautic, rows_per_table);
    SearchSide without(mautic, 0);
    compare(run, "free-text tables empty", with, without, {1, sample}, 1);
    compare(run, "free-text tables empty", with, without, {sample + 1, sample}, large_batch);
    fill_texts(mautic);
    const std::string full = std::to_string(rows_per_table) + " pending webhooks of 10 KB";
    compare(run, full, with, without, {2 * sample + 1, sample}, 1);
    compare(run, full, with, without, {3 * sample + 1, sample}, large_batch);
}

}  // namespace gdprd::bench
