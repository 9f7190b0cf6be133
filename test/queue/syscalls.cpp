#include "syscalls.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<int> synced{0};
std::atomic<int> writes_left{0};
std::atomic<int> fault_code{0};
std::atomic<bool> fault_happened{false};

ssize_t failing_pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
    if (writes_left.fetch_sub(1) > 1) return ::pwrite(descriptor, bytes, count, offset);
    fault_happened = true;
    errno = fault_code;
    return -1;
}

void replace_pwrite(sqlite3_syscall_ptr replacement) {
    sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    // SQLite calls one or the other, as it was built; null restores its own.
    vfs->xSetSystemCall(vfs, "pwrite", replacement);
    vfs->xSetSystemCall(vfs, "pwrite64", replacement);
}

}  // namespace

// SQLite calls fdatasync() through the dynamic linker, which finds this one first.
extern "C" int fdatasync(int descriptor) {
    ++synced;
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace gdprd::queue::test {

int fsyncs() { return synced; }

WriteFault::WriteFault(int nth, int code) {
    writes_left = nth;
    fault_code = code;
    fault_happened = false;
    replace_pwrite(reinterpret_cast<sqlite3_syscall_ptr>(&failing_pwrite));
}

WriteFault::~WriteFault() { replace_pwrite(nullptr); }

bool WriteFault::happened() const { return fault_happened; }

}  // namespace gdprd::queue::test
