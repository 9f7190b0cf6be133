#include "casework/background_work.h"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "database/connection.h"

namespace gdprd::casework {

namespace {

constexpr std::size_t work_id_bytes = 12;

}  // namespace

void WorkControl::rest(Milliseconds time) const {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop(), time, [] { return false; });
}

class BackgroundWork::Task : public WorkControl {
  public:
    Task(WorkKind kind, const std::string& owner) {
        state_.id = random_hex(work_id_bytes);
        state_.kind = kind;
        state_.owner = owner;
        state_.began_at = now();
    }

    void begin(Job job) {
        thread_ = std::jthread([this, job = std::move(job)](const std::stop_token&) mutable {
            const database::ThreadScope scope;
            run(std::move(job));
        });
        const std::lock_guard lock(mutex_);
        stop_ = thread_.get_stop_source();
        begun_.notify_all();
    }

    std::stop_token stop() const override {
        const std::lock_guard lock(mutex_);
        return stop_.get_token();
    }
    void tell(std::string_view reading, double part_done) override {
        const std::lock_guard lock(mutex_);
        state_.reading = reading;
        state_.part_done = std::clamp(part_done, 0.0, 1.0);
    }

    WorkState state() const {
        const std::lock_guard lock(mutex_);
        WorkState state = state_;
        state.is_asked_to_stop = stop_.stop_requested();
        return state;
    }
    bool is_running() const { return state().phase == WorkState::Phase::running; }
    // Whatever waits for it is told here, in the calling thread.
    void ask_to_stop() {
        std::stop_source source(std::nostopstate);
        {
            const std::lock_guard lock(mutex_);
            source = stop_;
        }
        source.request_stop();
    }

  private:
    void run(Job job) {
        {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [this] { return stop_.stop_possible(); });
        }
        std::any result;
        bool has_failed = false;
        try {
            result = job(*this);
        } catch (const std::exception& error) {
            has_failed = true;
            if (!is_cancelled()) {
                log::error("work at the desk failed", {{"kind", work_kind_names.of(state_.kind)},
                                                       {"number", state_.id},
                                                       {"error", describe(error)}});
            }
        }
        job = nullptr;
        const std::lock_guard lock(mutex_);
        state_.result = std::move(result);
        state_.ended_at = now();
        state_.phase = stop_.stop_requested() ? WorkState::Phase::cancelled
                       : has_failed           ? WorkState::Phase::failed
                                              : WorkState::Phase::done;
    }

    mutable std::mutex mutex_;
    std::condition_variable begun_;
    WorkState state_;
    std::stop_source stop_{std::nostopstate};
    std::jthread thread_;  // the last one: it ends before what it uses
};

BackgroundWork::~BackgroundWork() {
    std::deque<std::shared_ptr<Task>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task->ask_to_stop();
}

std::optional<std::string> BackgroundWork::start(WorkKind kind, const std::string& owner, Job job) {
    const std::lock_guard lock(mutex_);
    forget_old(now());
    const auto is_in_the_way = [&](const auto& task) {
        const WorkState state = task->state();
        return state.kind == kind && state.phase == WorkState::Phase::running;
    };
    if (std::any_of(tasks_.begin(), tasks_.end(), is_in_the_way)) return std::nullopt;
    auto task = std::make_shared<Task>(kind, owner);
    task->begin(std::move(job));
    tasks_.push_back(task);
    return task->state().id;
}

std::optional<WorkState> BackgroundWork::running(WorkKind kind) {
    const std::lock_guard lock(mutex_);
    for (const auto& task : tasks_) {
        WorkState state = task->state();
        if (state.kind == kind && state.phase == WorkState::Phase::running) return state;
    }
    return std::nullopt;
}

std::optional<WorkState> BackgroundWork::last_of(WorkKind kind, const std::string& owner, Timestamp at) {
    const std::lock_guard lock(mutex_);
    forget_old(at);
    std::optional<WorkState> last;
    for (const auto& task : tasks_) {
        WorkState state = task->state();
        const bool has_ended = state.phase != WorkState::Phase::running;
        if (has_ended && state.kind == kind && state.owner == owner) last = std::move(state);
    }
    return last;
}

std::optional<WorkState> BackgroundWork::find(const std::string& owner, const std::string& id, Timestamp at) {
    const std::lock_guard lock(mutex_);
    forget_old(at);
    for (const auto& task : tasks_) {
        WorkState state = task->state();
        if (state.id == id && state.owner == owner) return state;
    }
    return std::nullopt;
}

bool BackgroundWork::cancel(WorkKind kind, const std::string& owner, const std::string& id) {
    std::shared_ptr<Task> found;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& task : tasks_) {
            const WorkState state = task->state();
            const bool runs = state.phase == WorkState::Phase::running;
            if (runs && state.kind == kind && state.id == id && state.owner == owner) found = task;
        }
    }
    if (found == nullptr) return false;
    found->ask_to_stop();
    return true;
}

void BackgroundWork::forget_old(Timestamp at) {
    std::map<std::string, std::size_t> kept;
    // The newest ones stay.
    for (auto task = tasks_.rbegin(); task != tasks_.rend();) {
        const WorkState state = (*task)->state();
        const bool has_ended = state.phase != WorkState::Phase::running;
        const bool is_old = has_ended && (at - state.ended_at > kept_for || kept[state.owner] >= most_of_one);
        if (!is_old) ++kept[state.owner];
        task = is_old ? std::make_reverse_iterator(tasks_.erase(std::next(task).base())) : std::next(task);
    }
}

}  // namespace gdprd::casework
