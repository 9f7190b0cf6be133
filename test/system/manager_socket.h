// Stands for the service manager: the datagram socket that sd_notify(3) writes to.
#pragma once

#include <filesystem>
#include <string>

namespace gdprd::test {

class ManagerSocket {
  public:
    // Binds at `path`, which goes into the daemon's $NOTIFY_SOCKET.
    explicit ManagerSocket(const std::filesystem::path& path);
    ~ManagerSocket();
    ManagerSocket(const ManagerSocket&) = delete;
    ManagerSocket& operator=(const ManagerSocket&) = delete;

    // The next message with `text` in it; others are passed over. Throws std::runtime_error when none comes
    // within half a minute.
    std::string wait_for(std::string_view text) const;

  private:
    int socket_;
};

}  // namespace gdprd::test
