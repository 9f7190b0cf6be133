// zlib streams, as PHP's gzcompress() writes them (RFC 1950): Mautic keeps pending webhooks so
// (`webhook_queue.payload_compressed`, 5.0 and newer). Pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd::content {

// Does it begin like a zlib stream: deflate, and a header whose check bits are right?
bool looks_compressed(std::string_view bytes);

// Nothing when it is no zlib stream, is cut short, is followed by other bytes, or would become longer than
// `bytes_max`. Never takes more memory than that and a chunk.
std::optional<std::string> inflate(std::string_view bytes, std::size_t bytes_max);

// Is it the beginning of a zlib stream that becomes longer than `bytes_max`? Tells what inflate() refuses for
// its length from what it cannot read. Takes the memory of a chunk.
bool becomes_longer(std::string_view bytes, std::size_t bytes_max);

// How long a text in a stream may be that is searched for what identifies people. A longer one is told.
inline constexpr std::size_t searched_bytes_max = 32 * 1024 * 1024;

// At level 9, as Mautic does.
std::string deflate(std::string_view text);

}  // namespace gdprd::content
