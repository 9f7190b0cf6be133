#include "bench/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.h"

namespace gdprd::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) { throw Error(what + ": " + std::strerror(errno)); }

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int get() const { return number_; }

  private:
    int number_;
};

Descriptor connect_to(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("cannot connect to 127.0.0.1 port " + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

struct Client {
    Descriptor socket{-1};
    std::string_view unsent;
    std::string received;
    Clock::time_point begun;
    bool in_flight = false;
};

// The length of the complete answer at the front of `text`, or 0 when more has to come.
std::size_t answer_length(std::string_view text) {
    const auto head_end = text.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return 0;
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto field = text.substr(0, head_end).find(name);
    std::size_t body = 0;
    if (field != std::string_view::npos) {
        std::from_chars(text.data() + field + name.size(), text.data() + head_end, body);
    }
    const std::size_t length = head_end + 4 + body;
    return text.size() < length ? 0 : length;
}

class Load {
  public:
    Load(const LoadOptions& options, const NextRequest& next)
        : options_(options),
          next_(next),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          clients_(options.connections) {}

    LoadReport run();

  private:
    void open(Client& client);
    bool may_start(Clock::time_point now) const;
    void start_request(Client& client, Clock::time_point now);
    void send(Client& client);
    void receive(Client& client);
    void finish_request(Client& client, int status);
    void drop(Client& client);
    LoadReport report(Clock::duration elapsed);

    const LoadOptions& options_;
    const NextRequest& next_;
    Descriptor epoll_;
    std::vector<Client> clients_;
    std::array<char, 16 * 1024> scratch_{};
    std::vector<std::uint32_t> latencies_;
    LoadReport report_;
    Clock::time_point begun_;
    std::uint64_t started_ = 0;
    std::size_t in_flight_ = 0;
    bool exhausted_ = false;
};

void Load::open(Client& client) {
    client.socket = connect_to(options_.port);
    client.received.clear();
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &client;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) != 0) fail("epoll_ctl");
}

bool Load::may_start(Clock::time_point now) const {
    if (exhausted_) return false;
    if (options_.requests != 0 && started_ >= options_.requests) return false;
    return options_.duration.count() == 0 || now - begun_ < options_.duration;
}

void Load::start_request(Client& client, Clock::time_point now) {
    if (!may_start(now)) return;
    client.unsent = next_();
    if (client.unsent.empty()) {
        exhausted_ = true;
        return;
    }
    client.begun = now;
    client.in_flight = true;
    ++started_;
    ++in_flight_;
    send(client);
}

void Load::send(Client& client) {
    while (!client.unsent.empty()) {
        const auto count = ::send(client.socket.get(), client.unsent.data(), client.unsent.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0) return;  // full, or closed: epoll tells
        client.unsent.remove_prefix(static_cast<std::size_t>(count));
    }
}

void Load::receive(Client& client) {
    for (;;) {
        const auto count = ::recv(client.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return drop(client);
        const auto size = static_cast<std::size_t>(count);
        client.received.append(scratch_.data(), size);
        const std::size_t length = answer_length(client.received);
        if (length != 0) {
            if (!client.received.starts_with("HTTP/1.") || length < 12) throw Error("the answer is not HTTP");
            int status = 0;
            std::from_chars(client.received.data() + 9, client.received.data() + 12, status);
            client.received.erase(0, length);
            finish_request(client, status);
        }
        if (size < scratch_.size()) return;  // drained; the next byte is a new event
    }
}

void Load::finish_request(Client& client, int status) {
    const auto now = Clock::now();
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(now - client.begun).count();
    latencies_.push_back(static_cast<std::uint32_t>(taken));
    ++report_.statuses[status];
    client.in_flight = false;
    --in_flight_;
    start_request(client, now);
}

void Load::drop(Client& client) {
    if (client.in_flight) {
        ++report_.dropped;
        --in_flight_;
        client.in_flight = false;
    }
    client.socket = Descriptor(-1);
    if (!may_start(Clock::now())) return;
    open(client);
    start_request(client, Clock::now());
}

LoadReport Load::run() {
    for (Client& client : clients_) open(client);
    latencies_.reserve(1'000'000);
    begun_ = Clock::now();
    for (Client& client : clients_) start_request(client, Clock::now());
    std::array<epoll_event, 128> events{};
    while (in_flight_ != 0) {
        const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                       static_cast<int>(options_.patience.count()));
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        if (count == 0)
            throw Error("no answer any more", "Requests in flight: " + std::to_string(in_flight_));
        for (int index = 0; index < count; ++index) {
            const epoll_event& event = events[static_cast<std::size_t>(index)];
            Client& client = *static_cast<Client*>(event.data.ptr);
            if (!client.unsent.empty()) send(client);
            if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) receive(client);
        }
    }
    return report(Clock::now() - begun_);
}

LoadReport Load::report(Clock::duration elapsed) {
    report_.seconds = std::chrono::duration<double>(elapsed).count();
    report_.answers = latencies_.size();
    report_.requests_per_second = static_cast<double>(report_.answers) / report_.seconds;
    if (latencies_.empty()) return report_;
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [this](double share) {
        const auto last = static_cast<double>(latencies_.size() - 1);
        return static_cast<double>(latencies_[static_cast<std::size_t>(last * share)]);
    };
    report_.latency = Latency{at(0.50), at(0.90), at(0.99), at(1.0)};
    return report_;
}

}  // namespace

LoadReport run_load(const LoadOptions& options, const NextRequest& next) { return Load(options, next).run(); }

LoadReport run_load(const LoadOptions& options, const std::vector<std::string>& requests) {
    std::size_t turn = 0;
    const NextRequest next = [&requests, &turn]() -> std::string_view {
        const std::string& request = requests[turn];
        turn = (turn + 1) % requests.size();
        return request;
    };
    return run_load(options, next);
}

}  // namespace gdprd::bench
