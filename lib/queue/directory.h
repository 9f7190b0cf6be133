// The state directory: made when missing, locked for the life of a daemon, its file created with the right
// mode.
#pragma once

#include <filesystem>

namespace gdprd::queue {

std::filesystem::path queue_file(const std::filesystem::path& directory);

// Creates the directory (mode 0700) when there is none. Throws QueueError.
void make_directory(const std::filesystem::path& directory);

// Creates an empty queue.db (mode 0600) when there is none, and makes its name durable. Refuses an empty file
// that has a WAL: SQLite would delete the WAL, and with it jobs that were acknowledged. Throws QueueError.
// SQLite must not have the file open yet in this process: closing any descriptor of a file drops the POSIX
// locks SQLite holds on it.
void make_file(const std::filesystem::path& file);

// An exclusive lock on queue.lock, held until destruction or the end of the process, however it ends.
// flock() and not a POSIX lock: it belongs to this object and is not lost when somebody closes the file.
class DirectoryLock {
  public:
    // Throws QueueError, naming the other process when it is known.
    explicit DirectoryLock(const std::filesystem::path& directory);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;

  private:
    int descriptor_;
};

}  // namespace gdprd::queue
