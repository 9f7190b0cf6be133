// Calls a function on the socket thread at a steady pace.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/steady_timer.hpp>

#include "http/task.h"

namespace gdprd::http {

class Ticker {
  public:
    Ticker(asio::io_context& io, std::chrono::milliseconds period, std::function<void()> tick);

    void start();
    void stop();

  private:
    void on_time(const ErrorCode& error);

    asio::steady_timer timer_;
    const std::chrono::milliseconds period_;
    const std::function<void()> tick_;
    bool stopped_ = false;
};

}  // namespace gdprd::http
