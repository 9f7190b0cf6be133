// The file of a listening Unix socket: who may connect is what its mode and group say.
#pragma once

#include <sys/types.h>

#include <string>

#include "http/options.h"

namespace gdprd::http {

class SocketFile {
  public:
    // Takes away what a killed process has left there. Throws Error when somebody listens there now, and
    // ConfigurationError when something else than a socket is there.
    explicit SocketFile(const Listener& listener);
    ~SocketFile() { remove(); }
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;

    // Whether a socket could be made there and given to its group: the path is short enough, the group is
    // there, and the directory, too. Not of one below /run, which the service manager makes. Throws
    // ConfigurationError.
    static void require_place(const Listener& listener);

    // Between bind() and listen(), before which nobody can connect. Throws ConfigurationError.
    void give_access(const Listener& listener);
    // Takes the file away, unless it is another process's by now. Harmless when repeated.
    void remove();

  private:
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace gdprd::http
