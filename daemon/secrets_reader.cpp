#include "daemon/secrets_reader.h"

#include <exception>
#include <utility>

#include "database/connection.h"

namespace gdprd::daemon {

SecretsReader::SecretsReader(Read read, Limits limits)
    : read_(std::move(read)), limits_(limits), begun_(Clock::now() - limits.interval) {
    thread_ = std::thread([this] { work(); });
}

SecretsReader::~SecretsReader() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool SecretsReader::read_now() {
    std::unique_lock lock(mutex_);
    const bool in_hand = wanted_;  // it may have passed the row before the row was changed
    if (!in_hand) {
        if (Clock::now() - begun_ < limits_.interval) return false;
        wanted_ = true;
        succeeded_ = false;
        begun_ = Clock::now();
        changed_.notify_all();
    }
    const bool ended =
        changed_.wait_until(lock, begun_ + limits_.wait, [this] { return !wanted_ || stopping_; });
    return ended && succeeded_ && !in_hand;
}

void SecretsReader::work() {
    const database::ThreadScope thread;
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return wanted_ || stopping_; });
        if (stopping_) return;
        lock.unlock();
        bool succeeded = false;
        try {
            read_();
            succeeded = true;
        } catch (const std::exception&) {
            // Workers and the watch over the webhooks tell what is wrong with the database.
        }
        lock.lock();
        succeeded_ = succeeded;
        wanted_ = false;
        changed_.notify_all();
    }
}

}  // namespace gdprd::daemon
