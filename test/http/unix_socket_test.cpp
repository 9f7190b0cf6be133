// A listener on a Unix socket: who may connect, what is found in its place, and what stays behind.
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/error.h"
#include "http/server_fixture.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

http::Listener listener_at(const std::filesystem::path& path) {
    http::Listener listener;
    listener.unix_socket = path.string();
    return listener;
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    return address;
}

// A socket that somebody has bound and listens on, or has left there.
class OtherSocket {
  public:
    explicit OtherSocket(const std::filesystem::path& path) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        const sockaddr_un address = address_of(path);
        REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(descriptor_, 1) == 0);
    }
    ~OtherSocket() { leave(); }
    void leave() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

  private:
    int descriptor_;
};

// All that comes back until the server closes; "" when nobody can connect.
std::string ask(const std::filesystem::path& path, const std::string& request) {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = address_of(path);
    std::string answer;
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        REQUIRE(::write(descriptor, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
        char buffer[4096];
        for (ssize_t size = 0; (size = ::read(descriptor, buffer, sizeof(buffer))) > 0;) {
            answer.append(buffer, static_cast<std::size_t>(size));
        }
    }
    ::close(descriptor);
    return answer;
}

constexpr const char* hello = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

std::string refusal(const http::Listener& listener) {
    try {
        const RunningServer running({}, {listener});
        return "none";
    } catch (const ConfigurationError& error) {
        return error.what();
    } catch (const Error& error) {
        return std::string("just now: ") + error.what();
    }
}

}  // namespace

TEST_CASE("a server on a Unix socket answers, and takes its file away") {
    const TemporaryDirectory directory;
    const auto path = directory / "webhook.socket";
    {
        RunningServer running({}, {listener_at(path)});
        CHECK(running.server->port() == 0);
        const std::string answer = ask(path, hello);
        CHECK_THAT(answer, ContainsSubstring("200 OK"));
        CHECK_THAT(answer, ContainsSubstring("hello"));
        const std::string body(3'000'000, 'x');
        const std::string echoed =
            ask(path, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body);
        CHECK(echoed.ends_with(body));
        CHECK_THAT(ask(path, "nonsense\r\n\r\n"), ContainsSubstring("400"));
        CHECK(running.server->statistics().connections_accepted == 3);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("who may connect is what mode and group say, whatever the umask") {
    const TemporaryDirectory directory;
    const mode_t before = ::umask(0);
    for (const mode_t mode : {0600, 0660, 0666}) {
        const auto path = directory / "webhook.socket";
        http::Listener listener = listener_at(path);
        listener.unix_socket_mode = mode;
        listener.unix_socket_group = ::getgrgid(::getegid())->gr_name;
        const RunningServer running({}, {listener});
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == mode);
        CHECK(status.st_gid == ::getegid());
        ::umask(0777);
    }
    ::umask(before);
    http::Listener listener = listener_at(directory / "webhook.socket");
    listener.unix_socket_group = "no-such-group";
    CHECK_THAT(refusal(listener), ContainsSubstring("there is no group no-such-group"));
    CHECK_FALSE(std::filesystem::exists(directory / "webhook.socket"));
}

TEST_CASE("what a killed process left is replaced, and nothing else is") {
    const TemporaryDirectory directory;
    const auto path = directory / "webhook.socket";
    SECTION("left behind") {
        OtherSocket(path).leave();
        REQUIRE(std::filesystem::exists(path));
        const RunningServer running({}, {listener_at(path)});
        CHECK_THAT(ask(path, hello), ContainsSubstring("200 OK"));
    }
    SECTION("in use") {
        const OtherSocket other(path);
        CHECK_THAT(refusal(listener_at(path)),
                   ContainsSubstring("just now") && ContainsSubstring("Address already in use"));
        CHECK(std::filesystem::exists(path));
    }
    SECTION("in use by a server like this one") {
        RunningServer running({}, {listener_at(path)});
        CHECK_THAT(refusal(listener_at(path)), ContainsSubstring("Address already in use"));
        CHECK_THAT(ask(path, hello), ContainsSubstring("200 OK"));
    }
    SECTION("a file") {
        std::ofstream(path) << "mine";
        CHECK_THAT(refusal(listener_at(path)), ContainsSubstring("something else is there"));
        CHECK(read_file(path) == "mine");
    }
    SECTION("another one's by the time that this one ends") {
        {
            const RunningServer running({}, {listener_at(path)});
            std::filesystem::remove(path);
            OtherSocket(path).leave();
        }
        CHECK(std::filesystem::exists(path));
    }
    SECTION("too long") {
        CHECK_THAT(refusal(listener_at(directory / std::string(120, 'x'))), ContainsSubstring("too long"));
    }
    SECTION("no directory") {
        CHECK_THAT(refusal(listener_at(directory / "none/webhook.socket")),
                   ContainsSubstring("there is no directory"));
    }
}

TEST_CASE("a Unix socket and a port serve side by side") {
    const TemporaryDirectory directory;
    const auto path = directory / "webhook.socket";
    RunningServer running({}, {listener_at(path), {}});
    CHECK_THAT(ask(path, hello), ContainsSubstring("200 OK"));
    CHECK(running.server->port(0) == 0);
    CHECK(running.server->port(1) != 0);
}
