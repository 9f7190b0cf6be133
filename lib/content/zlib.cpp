#include "content/zlib.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

namespace gdprd::content {

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

// A z_stream that is ready to inflate and is released at the end.
class Inflater {
  public:
    Inflater() {
        if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream& stream() { return stream_; }

  private:
    z_stream stream_{};
};

// Deflate stands for 258 bytes by two bits at best.
constexpr std::size_t growth_max = 258 * 4;

enum class End { whole, broken, too_long };

// Chunk by chunk: a small stream may stand for gigabytes.
template <typename Chunk>
End each_chunk(std::string_view bytes, std::size_t bytes_max, Chunk take) {
    if (!looks_compressed(bytes) || bytes.size() > std::numeric_limits<uInt>::max()) return End::broken;
    Inflater inflater;
    z_stream& stream = inflater.stream();
    stream.next_in = const_cast<Bytef*>(bytes_of(bytes));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, chunk_bytes> chunk;
    std::size_t size = 0;
    int result = Z_OK;
    while (result == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = chunk_bytes;
        result = ::inflate(&stream, Z_NO_FLUSH);
        const std::size_t produced = chunk_bytes - stream.avail_out;
        if (produced > bytes_max - size) return End::too_long;
        size += produced;
        take(std::string_view(chunk.data(), produced));
    }
    return result == Z_STREAM_END && stream.avail_in == 0 ? End::whole : End::broken;
}

}  // namespace

bool looks_compressed(std::string_view bytes) {
    if (bytes.size() < 2) return false;
    const unsigned method = static_cast<unsigned char>(bytes[0]);
    const unsigned flags = static_cast<unsigned char>(bytes[1]);
    return (method & 0x0fU) == Z_DEFLATED && (method >> 4U) <= 7 && (method * 256 + flags) % 31 == 0;
}

std::optional<std::string> inflate(std::string_view bytes, std::size_t bytes_max) {
    std::string text;
    const End end = each_chunk(bytes, bytes_max, [&](std::string_view chunk) {
        // Doubling a string could take twice the limit.
        if (text.capacity() < text.size() + chunk.size()) {
            text.reserve(std::min(bytes_max, std::max(2 * text.capacity(), text.size() + chunk.size())));
        }
        text.append(chunk);
    });
    return end == End::whole ? std::optional(std::move(text)) : std::nullopt;
}

bool becomes_longer(std::string_view bytes, std::size_t bytes_max) {
    if (bytes.size() <= bytes_max / growth_max) return false;
    return each_chunk(bytes, bytes_max, [](std::string_view) {}) == End::too_long;
}

std::string deflate(std::string_view text) {
    uLongf size = compressBound(static_cast<uLong>(text.size()));
    std::string bytes(size, '\0');
    const int result = compress2(reinterpret_cast<Bytef*>(bytes.data()), &size, bytes_of(text),
                                 static_cast<uLong>(text.size()), Z_BEST_COMPRESSION);
    if (result != Z_OK) throw std::bad_alloc();
    bytes.resize(size);
    return bytes;
}

}  // namespace gdprd::content
