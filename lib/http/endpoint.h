// Addresses of both families of sockets: TCP, and Unix sockets, whose address is a file's path.
#pragma once

#include <cstring>
#include <optional>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/task.h"

namespace gdprd::http {

using Protocol = asio::generic::stream_protocol;

// Nothing for a Unix socket.
inline std::optional<asio::ip::tcp::endpoint> to_tcp(const Protocol::endpoint& endpoint) {
    asio::ip::tcp::endpoint address;
    const bool is_internet =
        endpoint.protocol().family() == AF_INET || endpoint.protocol().family() == AF_INET6;
    if (!is_internet || endpoint.size() > address.capacity()) return std::nullopt;
    std::memcpy(address.data(), endpoint.data(), endpoint.size());
    address.resize(endpoint.size());
    return address;
}

}  // namespace gdprd::http
