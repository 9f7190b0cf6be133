// What takes minutes, on threads of its own: at most one of a kind for the whole desk. Whoever started it
// finds its progress and its result under its number; others are told that it runs, and by whom.
//
// A result is kept in memory for half an hour, of one person the last twenty. What a job was given ends with
// it, before its result is seen.
//
// Threads: any. A job that throws has failed, which is logged.
#pragma once

#include <any>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/names.h"

namespace gdprd::casework {

enum class WorkKind { residue, history, seals };
inline constexpr auto work_kind_names = make_names<WorkKind>(
    {{WorkKind::residue, "residue"}, {WorkKind::history, "history"}, {WorkKind::seals, "seals"}});

struct WorkState {
    enum class Phase { running, done, cancelled, failed };

    std::string id;
    WorkKind kind = WorkKind::residue;
    std::string owner;  // who started it: desk::Person::owner
    Timestamp began_at{};
    Timestamp ended_at{};
    Phase phase = Phase::running;
    bool is_asked_to_stop = false;
    std::string reading;              // a table
    std::optional<double> part_done;  // 0 to 1; nothing: not known
    std::any result;                  // of what is done, and of what was cancelled as far as there is one
};

// What a job has of it.
class WorkControl {
  public:
    virtual ~WorkControl() = default;
    virtual std::stop_token stop() const = 0;
    virtual void tell(std::string_view reading, double part_done) = 0;
    bool is_cancelled() const { return stop().stop_requested(); }
    // Leaves the server to others for a while; shorter when it is cancelled meanwhile.
    void rest(Milliseconds time) const;
};

class BackgroundWork {
  public:
    using Job = std::function<std::any(WorkControl&)>;

    static constexpr std::size_t most_of_one = 20;
    static constexpr Milliseconds kept_for{1'800'000};

    BackgroundWork() = default;
    // Cancels what runs and waits for its end.
    ~BackgroundWork();
    BackgroundWork(const BackgroundWork&) = delete;
    BackgroundWork& operator=(const BackgroundWork&) = delete;

    // Its number; nothing when one of the kind is running, whoever started it.
    std::optional<std::string> start(WorkKind kind, const std::string& owner, Job job);
    std::optional<WorkState> running(WorkKind kind);
    // The last of the kind that this person started and that has ended.
    std::optional<WorkState> last_of(WorkKind kind, const std::string& owner, Timestamp at = now());
    // Nothing where it is somebody else's, or gone.
    std::optional<WorkState> find(const std::string& owner, const std::string& id, Timestamp at = now());
    // Asks it to end; false when there is nothing of the kind, or it has ended.
    bool cancel(WorkKind kind, const std::string& owner, const std::string& id);

  private:
    class Task;

    void forget_old(Timestamp at);

    std::mutex mutex_;
    std::deque<std::shared_ptr<Task>> tasks_;  // in the order of their beginnings
};

}  // namespace gdprd::casework
