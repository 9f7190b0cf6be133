// The search that remembers what it has read against the one that reads every row each time, in databases to
// which anything happens between two searches.
#include <zlib.h>

#include <array>
#include <functional>
#include <random>

#include "audit/writer.h"
#include "content/zlib.h"
#include "database/quote.h"
#include "erasure/world.h"
#include "fixture/encodings.h"
#include "subjects/hold_finder.h"
#include "support/catch.h"
#include "text_search/text_search.h"

using namespace gdprd;
using namespace gdprd::test;
using subjects::Subject;
using subjects::Subjects;
using text_search::TextIndex;
using text_search::TextSearch;

namespace {

constexpr ContactId contacts_max = 9;

// What a search says: whose rows, by table and column, and whether it has come to the oldest row.
using Said = std::map<std::string, std::pair<TextSearch::OwnersByColumn, std::vector<bool>>>;

Said search(World& world, Subjects subjects, TextIndex* index) {
    subjects::PlanStatements statements(world.daemon, world.plan());
    subjects::RowFinder finder(statements, subjects::contacts_of(subjects));
    subjects::HoldFinder holds(world.daemon, world.plan(), world.rules()->holds, World::ledger_name);
    TextSearch texts(statements, finder, world.rules()->hasher, holds, index);
    Said said;
    for (const plan::Step& step : world.plan().steps) {
        if (step.tie.kind != mautic::Tie::Kind::text) continue;
        auto& [owners, reached] = said[step.key() + ' ' + step.text_columns.front()];
        owners = texts.search(step, subjects);
        for (const auto& [contact, subject] : subjects) {
            reached.push_back(subject.older_rows_unsearched);
            reached.push_back(subject.searched_wholly.contains(step.key()));
        }
    }
    return said;
}

std::size_t rows_found(const Said& said) {
    std::size_t rows = 0;
    for (const auto& [table, of_table] : said) {
        for (const auto& [column, owners] : of_table.first) rows += owners.size();
    }
    return rows;
}

std::uint64_t bytes_sent(World& world) {
    auto rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Bytes_sent'");
    return rows.next() ? rows.number(1) : 0;
}

// A version with pending webhooks of both kinds; members of staff, of whom notifications are, are not there.
class TextWorld : public World {
  public:
    TextWorld() : World("", "5.2.10", false) {
        mautic.connection().change("SET SESSION foreign_key_checks = 0");
        daemon.change("SET SESSION foreign_key_checks = 0");
        mautic.connection().change("ALTER TABLE webhook_logs MODIFY note LONGTEXT");
    }
};

// Rows that only their text ties to somebody, and what becomes of them.
class TextHistory {
  public:
    TextHistory(World& world, unsigned seed) : world_(world), random_(seed) {
        hook_ = world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example"}});
        event_ = world.mautic.insert("webhook_events", {{"webhook_id", hook_}, {"event_type", "x"}});
    }

    void go_on(database::Connection& by) {
        for (int changes = number(1, 12); changes > 0; --changes) change(by);
    }

    // One to three contacts, as a first pass knows them, or a later one, by their hashes.
    Subjects some_subjects() {
        Subjects subjects;
        for (int count = number(1, 3); count > 0; --count) {
            Subject& subject = subjects[contact()];
            const std::string& address =
                people()[static_cast<std::size_t>(number(0, static_cast<int>(people().size()) - 1))];
            const auto& hasher = world_.rules()->hasher;
            if (number(0, 2) > 0) subject.learn_own_address(address);
            if (number(0, 2) == 0) {
                subject.learn_hash_of_own_address(hasher.hash(address, policy::Normalisation::email), hasher);
            }
        }
        return subjects;
    }

    int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  private:
    ContactId contact() { return static_cast<ContactId>(number(1, contacts_max)); }

    std::string text() {
        std::string text = Writer(static_cast<unsigned>(random_())).text(false);
        if (number(0, 4) == 0) text += " /s/contacts/view/" + std::to_string(contact());
        return text;
    }

    std::string payload() {
        if (number(0, 5) == 0) return text();
        return R"({"contact":{"id":)" + std::to_string(contact()) + R"(,"note":")" + json_escaped(text()) +
               "\"}}";
    }

    std::string link() {
        const std::string clicked = R"(a:1:{s:4:"lead";i:)" + std::to_string(contact()) + ";}";
        return "https://example.org/?e=" + url_encoded_text(text()) +
               (number(0, 3) == 0 ? "&ct=" + url_encoded_text(base64_text(clicked)) : "");
    }

    struct Cell {
        const char* table;
        const char* column;
        std::string value;
        bool is_null = false;
    };
    // The first one is the one that is tied; the others come with it.
    std::vector<Cell> row() {
        switch (number(0, 4)) {
            case 0:
                return {{"webhook_queue", "payload", payload()}, {"", "payload_compressed", "", true}};
            case 1:
                return {{"webhook_queue", "payload_compressed", content::deflate(payload())},
                        {"", "payload", "", true}};
            case 2:
                return {{"webhook_logs", "note", text()}};
            case 3:
                return {{"notifications", "message", text()}};
            default:
                return {{"page_hits", "url", link()}};
        }
    }

    std::vector<std::pair<std::string, database::Value>> rest_of(std::string_view table) {
        if (table == "webhook_queue") return {{"webhook_id", hook_}, {"event_id", event_}};
        if (table == "webhook_logs") return {{"webhook_id", hook_}, {"status_code", 200}};
        if (table == "page_hits") {
            return {{"date_hit", "2025-02-01 08:00:00"}, {"tracking_id", "unknown"}};
        }
        return {{"header", "x"}};
    }

    static database::Value value_of(const Cell& cell) {
        return cell.is_null ? database::Value(nullptr) : database::Value(cell.value);
    }

    void change(database::Connection& by) {
        const std::vector<Cell> cells = row();
        const std::string table = world_.mautic.real_name(cells.front().table);
        std::vector<database::Value> values;
        std::string names;
        if (number(0, 2) == 0) {
            auto rest = rest_of(cells.front().table);
            for (const Cell& cell : cells) rest.emplace_back(cell.column, value_of(cell));
            world_.mautic.insert(cells.front().table, rest);
            return;
        }
        const std::string some = " ORDER BY id DESC LIMIT " + std::to_string(number(1, 3));
        if (number(0, 5) == 0) {
            by.change("DELETE FROM " + table + some);
            return;
        }
        for (const Cell& cell : cells) {
            names += (names.empty() ? "" : ", ") + std::string(cell.column) + " = ?";
            values.push_back(value_of(cell));
        }
        by.change("UPDATE " + table + " SET " + names + some, values);
    }

    World& world_;
    std::mt19937 random_;
    std::uint64_t hook_ = 0;
    std::uint64_t event_ = 0;
};

// Four bytes behind which the text has this CRC-32.
std::string patch(const std::string& text, std::uint32_t wanted) {
    const auto crc = [](const std::string& bytes) {
        return static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
    };
    // CRC-32 is affine: each bit of the four bytes changes it by the same, whatever the others are.
    std::array<std::uint32_t, 32> rows{};
    std::array<std::uint32_t, 32> made_of{};
    const std::uint32_t zero = crc(text + std::string(4, '\0'));
    for (unsigned bit = 0; bit < 32; ++bit) {
        std::string bytes(4, '\0');
        bytes[bit / 8] = static_cast<char>(1u << bit % 8);
        rows[bit] = crc(text + bytes) ^ zero;
        made_of[bit] = 1u << bit;
    }
    std::uint32_t left = wanted ^ zero;
    std::uint32_t bits = 0;
    for (unsigned column = 0; column < 32; ++column) {
        unsigned pivot = column;
        while (pivot < 32 && (rows[pivot] & 1u << column) == 0) ++pivot;
        if (pivot == 32) continue;
        std::swap(rows[pivot], rows[column]);
        std::swap(made_of[pivot], made_of[column]);
        for (unsigned other = 0; other < 32; ++other) {
            if (other == column || (rows[other] & 1u << column) == 0) continue;
            rows[other] ^= rows[column];
            made_of[other] ^= made_of[column];
        }
    }
    for (unsigned column = 0; column < 32; ++column) {
        if ((left & 1u << column) != 0) bits ^= made_of[column];
    }
    std::string bytes;
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(bits >> 8 * i & 0xff);
    return bytes;
}

}  // namespace

TEST_CASE("a search that remembers finds what one finds that reads every row") {
    TextWorld world;
    for (ContactId contact = 1; contact <= contacts_max; ++contact) world.mautic.add_contact(contact);
    world.policy.newest_text_rows = 25;
    world.prepare();
    std::size_t found = 0;
    constexpr unsigned histories = 4;
    for (unsigned seed = 0; seed < histories; ++seed) {
        TextHistory history(world, seed);
        TextIndex index(seed % 2 == 1 ? 6'000 : TextIndex::bytes_max);
        for (int round = 0; round < 25; ++round) {
            const bool is_own = history.number(0, 3) == 0;  // changes of the transaction that searches
            history.go_on(world.mautic.connection());
            database::Transaction transaction(world.daemon);
            const int searches = history.number(1, 3);
            for (int i = 0; i < searches; ++i) {
                if (is_own) history.go_on(world.daemon);
                const Subjects subjects = history.some_subjects();
                const Said wanted = search(world, subjects, nullptr);
                found += rows_found(wanted);
                CAPTURE(seed, round, i);
                REQUIRE(search(world, subjects, &index) == wanted);
            }
            if (history.number(0, 1) == 0) transaction.commit();
        }
        CHECK(index.bytes_used() > 0);
    }
    CHECK(found > histories * 100);
}

TEST_CASE("rows that are known are not read again") {
    TextWorld world;
    for (const ContactId contact : {1, 2}) world.mautic.add_contact(contact);
    world.prepare();
    TextHistory history(world, 1);
    const auto hook = world.mautic.value("SELECT MAX(id) FROM webhooks");
    for (int i = 0; i < 300; ++i) {
        world.mautic.insert("webhook_logs", {{"webhook_id", hook},
                                             {"status_code", 200},
                                             {"note", std::string(10'000, 'x') + " cara@example.net"}});
    }
    TextIndex index;
    const auto bytes_of_search = [&](ContactId contact, const char* address) {
        Subjects subjects;
        subjects[contact].learn_own_address(address);
        const auto before = bytes_sent(world);
        search(world, subjects, &index);
        return bytes_sent(world) - before;
    };
    CHECK(bytes_of_search(1, "ann@example.org") > 3'000'000);
    CHECK(bytes_of_search(2, "bob@example.org") < 60'000);
}

// The comparison above would see it if the index missed a change: one that neither the length of a text nor
// its CRC-32 shows, which does not come about by itself once in four thousand million changes.
TEST_CASE("a change that was made to be overlooked is overlooked") {
    TextWorld world;
    world.mautic.add_contact(1);
    world.prepare();
    TextHistory history(world, 1);
    const std::string harmless = "nobody's address at all: " + std::string(4, ' ');
    std::string text = "to whom? ann@example.org  ";
    text.resize(harmless.size() - 4, ' ');
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(harmless.data()), static_cast<uInt>(harmless.size()));
    text += patch(text, static_cast<std::uint32_t>(crc));
    const auto row = world.mautic.insert(
        "webhook_queue", {{"webhook_id", world.mautic.value("SELECT MAX(id) FROM webhooks")},
                          {"event_id", world.mautic.value("SELECT MAX(id) FROM webhook_events")},
                          {"payload", nullptr},
                          {"payload_compressed", harmless}});
    Subjects subjects;
    subjects[1].learn_own_address("ann@example.org");
    TextIndex index;
    CHECK(rows_found(search(world, subjects, &index)) == 0);
    const auto write = [&](const std::string& cell) {
        world.mautic.connection().change("UPDATE webhook_queue SET payload_compressed = ? WHERE id = ?",
                                         std::vector<database::Value>{cell, row});
    };
    write(text);
    CHECK(rows_found(search(world, subjects, nullptr)) > 0);
    CHECK(search(world, subjects, &index) != search(world, subjects, nullptr));
    text.back() = static_cast<char>(text.back() ^ 1);
    write(text);
    CHECK(rows_found(search(world, subjects, &index)) > 0);
}
