// A look at, and a hand in, the system calls SQLite makes in this process.
//   fsyncs():  counted by an fdatasync() of this program's own, which takes the place of the library's.
//   WriteFault: SQLite's own door for tests (sqlite3_vfs::xSetSystemCall) makes writes fail.
#pragma once

namespace gdprd::queue::test {

// How many times anything was synced since the program started.
int fsyncs();

// From the n-th write on (1: the first), every write fails with `code` until destruction.
class WriteFault {
  public:
    WriteFault(int nth, int code);
    ~WriteFault();
    WriteFault(const WriteFault&) = delete;
    WriteFault& operator=(const WriteFault&) = delete;

    bool happened() const;
};

}  // namespace gdprd::queue::test
