#include "support/temporary_directory.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gdprd::test {

namespace {

// A Unix socket's path has at most 107 bytes.
constexpr std::size_t parent_length_max = 60;

std::filesystem::path parent_directory() {
    const auto parent = std::filesystem::temp_directory_path();
    return parent.native().size() <= parent_length_max ? parent : std::filesystem::path("/tmp");
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : TemporaryDirectory(parent_directory()) {}

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
    std::string name = (parent / "gdprd-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot create " + name);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::write(std::string_view name, std::string_view content) const {
    const auto file = path_ / name;
    std::ofstream stream(file, std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
    stream.close();
    if (!stream) throw std::runtime_error("cannot write " + file.string());
    return file;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream) throw std::runtime_error("cannot read " + path.string());
    return content.str();
}

}  // namespace gdprd::test
