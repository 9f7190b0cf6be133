// What it costs to look for rows that only their text ties to a contact: erasures with the search against
// erasures without it, in the same database, its free-text tables as full as Mautic lets them become.
#include "base/error.h"
#include "bench/measure.h"
#include "config/template.h"
#include "content/zlib.h"
#include "erasure/eraser.h"
#include "fixture/mautic_database.h"
#include "mautic/schema.h"
#include "plan/build_plan.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"

namespace gdprd::bench {

namespace {

constexpr ContactId sample = 200;  // contacts a side
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

void compare(SearchSide& with, SearchSide& without, ContactId first, ContactId batch) {
    std::vector<double> with_ms, without_ms;
    for (ContactId contact = first; contact < first + sample; contact += 2 * batch) {
        with_ms.push_back(with.erase(contact, batch));
        without_ms.push_back(without.erase(contact + batch, batch));
    }
    std::printf("  %2u in a transaction   without %7.2f ms   with %7.2f ms   ratio %.2f\n",
                static_cast<unsigned>(batch), median(without_ms), median(with_ms),
                median(with_ms) / median(without_ms));
}

}  // namespace

void measure_text_search() {
    const test::TemporaryDirectory directory(scratch_parent());
    test::PrivateServer server;
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    for (ContactId contact = 1; contact <= 4 * sample; ++contact) {
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
    }
    database::Connection connection(mautic.options());
    ledger::Ledger(connection, ledger).create();
    SearchSide with(mautic, rows_per_table);
    SearchSide without(mautic, 0);
    std::printf("text search: an erasure with the newest %zu rows searched, against one without, p50\n",
                rows_per_table);
    std::puts("  free-text tables empty");
    compare(with, without, 1, 1);
    compare(with, without, sample + 1, 10);
    fill_texts(mautic);
    std::printf("  %zu pending webhooks of 10 KB, %zu answers\n", rows_per_table, rows_per_table);
    compare(with, without, 2 * sample + 1, 1);
    compare(with, without, 3 * sample + 1, 10);
    std::fflush(stdout);
}

}  // namespace gdprd::bench
