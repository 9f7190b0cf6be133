#include "model/runner.h"

#include <fstream>
#include <span>

#include "model/faults.h"
#include "support/server_under_test.h"

namespace gdprd::test::model {

using queue::Job;
using queue::Outcome;

// The queue of the daemon in small: one job a contact, looked at again and again.
class Runner::Play {
  public:
    Play(Runner& runner, const History& history)
        : world_(runner.world_), metrics_(runner.metrics_), troubles_(runner.troubles_), history_(history) {
        options_.attempts_max = 1'000;
        options_.settle.assign(50, Milliseconds{0});
    }

    Story run() {
        prepare();
        for (const Round& round : history_.rounds) {
            write(round);
            look(round.faults, round.meanwhile);
        }
        // Nothing goes wrong any more: everybody is through after these.
        for (int i = 0; i < 3; ++i) look({}, {});
        story_.rows = read_rows(root());
        story_.words = read_words();
        look({}, {});
        for (const std::string& line : differences(story_.rows, read_rows(root()), 5)) {
            troubles_.push_back("another pass changed something: " + line);
        }
        if (read_words() != story_.words) troubles_.push_back("another pass changed the ledger's words");
        return std::move(story_);
    }

  private:
    database::Connection& root() { return world_.mautic.connection(); }

    void prepare() {
        const Settings& settings = history_.settings;
        empty_tables(root());
        empty_ledger();
        insert(root(), history_.lines);
        story_.settings = settings;
        story_.written = read_rows(root());
        world_.policy = settings.policy;
        world_.hash = settings.hash;
        world_.slice_rows = settings.slice_rows;
        world_.prepare();
        connect();
        for (const ContactId contact : history_.asked) {
            Job& job = jobs_.emplace_back();
            job.contact = contact;
            job.received_at = now();
            job.revision = 1;
        }
    }

    void empty_ledger() {
        const std::string ledger = World::ledger_name;
        root().change("SET foreign_key_checks = 0");
        auto tables =
            root().select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" + ledger +
                          "' AND TABLE_NAME <> 'ledger_format'");
        while (tables.next()) root().change("DELETE FROM " + ledger + "." + tables.text(0));
        root().change("SET foreign_key_checks = 1");
    }

    // Whoever holds a lock goes on holding it: nobody waits, on MySQL for the shortest time it has.
    void connect() {
        connection_ = std::make_unique<database::Connection>(world_.mautic.options());
        connection_->change(std::string("SET SESSION innodb_lock_wait_timeout = ") +
                            (ServerUnderTest::get().is_mysql() ? "1" : "0"));
        is_armed_ = false;
    }

    bool is_begun(const Words& words, ContactId contact) const {
        const auto word = words.find(contact);
        return word != words.end() && word->second.status != "held";
    }

    void write(std::span<const Line> lines, const Words& words) {
        insert(root(), lines);
        for (const Line& line : lines) {
            const bool is_hold = line.table == "lead_tags_xref" && line.values.at("tag_id") == "1";
            if (!is_hold || !is_begun(words, line.about)) continue;
            const bool is_half = words.at(line.about).status == "erasing";
            (is_half ? story_.half_before_hold : story_.begun_before_hold).insert(line.about);
        }
        for (auto& [name, table] : read_rows(root())) story_.written[name].merge(table);
    }

    // What Mautic does between two looks.
    void write(const Round& round) {
        const Words words = read_words();
        write(round.lines, words);
        for (const Line& line : round.refills) refill(line);
        for (const ContactId contact : round.resubscribed) {
            const std::string id = std::to_string(contact);
            auto& opt_outs = story_.written["lead_donotcontact"];
            const auto gone =
                std::erase_if(opt_outs, [&](const auto& row) { return row.second.at("lead_id") == id; });
            if (gone == 0) continue;
            root().change("DELETE FROM lead_donotcontact WHERE lead_id = " + id);
            date_change(id);
            if (!story_.returned.insert(contact).second) continue;
            if (is_begun(words, contact)) story_.begun_before_return.insert(contact);
        }
    }

    // Mautic dates a contact's row when it re-subscribes.
    void date_change(const std::string& id) {
        const auto row = story_.written["leads"].find(id);
        if (row == story_.written["leads"].end()) return;
        const std::string after_everything = "2100-01-01 00:00:00";
        row->second["date_modified"] = after_everything;
        root().change("UPDATE leads SET date_modified = '" + after_everything + "' WHERE id = " + id);
    }

    void refill(const Line& line) {
        const std::string id = *line.values.at("id");
        const auto row = story_.written["leads"].find(id);
        if (row == story_.written["leads"].end() || story_.returned.contains(line.about)) return;
        for (const auto& [column, cell] : line.values) {
            row->second[column] = cell;
            root().change("UPDATE leads SET " + column + " = " + quoted(cell) + " WHERE id = " + id);
        }
    }

    void look(const std::vector<Fault>& faults, const std::vector<Meanwhile>& meanwhile) {
        faults_ = faults;
        meanwhile_ = meanwhile;
        pauses_ = 0;
        batches_ = 0;
        database::Connection somebody_else(world_.mautic.options());
        somebody_else.begin();
        for (const Fault& fault : faults) {
            if (fault.kind != Fault::Kind::locked_row) continue;
            somebody_else.select("SELECT 1 FROM " + fault.table + " WHERE " + fault.where + " FOR UPDATE");
        }
        for (std::size_t i = 0; i < jobs_.size(); i += history_.settings.batch) {
            std::vector<std::size_t> batch;
            for (std::size_t j = i; j < std::min(i + history_.settings.batch, jobs_.size()); ++j)
                batch.push_back(j);
            run_batch(batch);
        }
        if (is_armed_) arm(*connection_, Fault{Fault::Kind::deadlock, 0});
        is_armed_ = false;
    }

    void run_batch(const std::vector<std::size_t>& batch) {
        arm_next();
        std::vector<Job> jobs;
        for (const std::size_t i : batch) jobs.push_back(jobs_[i]);
        ++batches_;
        const bool is_lost = take_fault(Fault::Kind::lost_answer, batches_);
        const auto result = worker::Batch(*connection_, world_.rules(), options_, metrics_, [&] {
                                return go_on();
                            }).run(jobs);
        if (result.schema_is_stale) troubles_.push_back("the schema is said to be stale");
        if (!is_lost) {
            for (const Outcome& outcome : result.outcomes) apply(outcome);
        }
        if (result.connection_lost) return connect();
        if (is_armed_ && has_struck(*connection_)) is_armed_ = false;
    }

    bool go_on() {
        ++pauses_;
        for (const Meanwhile& meanwhile : meanwhile_) {
            const bool came_back = story_.returned.contains(meanwhile.line.about);
            if (meanwhile.at == pauses_ && !came_back) write(std::vector{meanwhile.line}, read_words());
        }
        return !take_fault(Fault::Kind::stop, pauses_);
    }

    bool take_fault(Fault::Kind kind, std::uint64_t at) {
        const auto fault = std::find_if(faults_.begin(), faults_.end(),
                                        [&](const Fault& f) { return f.kind == kind && f.at == at; });
        if (fault == faults_.end()) return false;
        faults_.erase(fault);
        return true;
    }

    // One that strikes at a row at a time.
    void arm_next() {
        if (is_armed_) return;
        for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
            if (fault->kind != Fault::Kind::deadlock && fault->kind != Fault::Kind::lock_wait &&
                fault->kind != Fault::Kind::lost_connection) {
                continue;
            }
            arm(*connection_, *fault);
            is_armed_ = true;
            faults_.erase(fault);
            return;
        }
    }

    void apply(const Outcome& outcome) {
        for (Job& job : jobs_) {
            if (job.contact != outcome.contact) continue;
            if (outcome.kind == Outcome::Kind::settle) job.pass = outcome.pass;
            if (outcome.kind == Outcome::Kind::settle) job.attempts = 0;
            if (outcome.kind == Outcome::Kind::wait) job.attempts = outcome.attempts;
            if (outcome.kind == Outcome::Kind::park) {
                troubles_.push_back("contact " + std::to_string(job.contact) +
                                    " was given up: " + outcome.error);
            }
        }
    }

    Words read_words() {
        Words words;
        for (const ContactId contact : history_.asked) {
            const auto row = world_.ledger(contact);
            if (!row) continue;
            words[contact] = {ledger::name_of(row->status), row->rows_changed, row->rows_deleted,
                              row->rows_late};
        }
        return words;
    }

    World& world_;
    health::Metrics& metrics_;
    std::vector<std::string>& troubles_;
    const History& history_;
    worker::WorkerOptions options_;
    std::unique_ptr<database::Connection> connection_;
    std::vector<Job> jobs_;
    std::vector<Fault> faults_;  // of this look, that have not struck
    std::vector<Meanwhile> meanwhile_;
    bool is_armed_ = false;
    std::uint64_t pauses_ = 0;
    std::uint64_t batches_ = 0;
    Story story_;
};

Runner::Runner() {
    const auto file = directory_.path() / "plugin.toml";
    std::ofstream(file) << plugin_map();
    world_.map =
        mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml", std::vector{file});
    world_.holds.tags = {hold_tag};
    world_.triggers.grace[policy::Reason::bounced] = std::chrono::hours{24};
    create_more_tables(world_.mautic.connection());
    add_fault_triggers(world_.mautic.connection(), World::ledger_name);
}

Story Runner::play(const History& history) {
    troubles_.clear();
    return Play(*this, history).run();
}

std::vector<std::string> Runner::troubles_of(const History& history) {
    const Story story = play(history);
    std::vector<std::string> troubles = troubles_;
    for (std::string& trouble : judge(story)) troubles.push_back(std::move(trouble));
    return troubles;
}

}  // namespace gdprd::test::model
