// The coroutine vocabulary of this room: one executor type everywhere, so that nothing is type-erased per
// call.
//
// Rule for every statement with co_await: no capturing lambda, no aggregate, no braced list in it; g++ 12
// destroys such temporaries twice. Name them on the line above.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gdprd::http {

namespace asio = boost::asio;

using ErrorCode = boost::system::error_code;
using Executor = asio::io_context::executor_type;
// TCP and Unix sockets alike.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

template <class Result>
using Task = asio::awaitable<Result, Executor>;

inline constexpr asio::use_awaitable_t<Executor> awaiting;

// A place at which one coroutine sleeps until somebody on the same thread wakes it.
class Suspension {
  public:
    Task<void> wait() {
        auto start = [this](auto handler) {
            sleeper_ = std::make_unique<SleeperOf<decltype(handler)>>(std::move(handler));
        };
        return asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(start),
                                                                                   awaiting);
    }

    bool waiting() const noexcept { return sleeper_ != nullptr; }

    // Continues the coroutine before it returns.
    void resume() {
        const auto sleeper = std::move(sleeper_);
        sleeper->wake();
    }

  private:
    struct Sleeper {
        virtual ~Sleeper() = default;
        virtual void wake() = 0;
    };
    template <class Handler>
    struct SleeperOf : Sleeper {
        explicit SleeperOf(Handler h) : handler(std::move(h)) {}
        void wake() override { std::move(handler)(); }
        Handler handler;
    };

    std::unique_ptr<Sleeper> sleeper_;
};

}  // namespace gdprd::http
