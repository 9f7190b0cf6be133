#include "system/small_disk.h"

#include <sys/mount.h>

#include <fstream>
#include <string>

namespace gdprd::test {

namespace fs = std::filesystem;

SmallDisk::SmallDisk(const fs::path& directory, std::uintmax_t mebibytes) : directory_(directory) {
    fs::create_directories(directory_);
    const std::string options = "size=" + std::to_string(mebibytes) + "m,mode=0700";
    mounted_ = ::mount("tmpfs", directory_.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

SmallDisk::~SmallDisk() {
    if (mounted_) ::umount2(directory_.c_str(), MNT_DETACH);
}

void SmallDisk::fill_but(std::uintmax_t bytes) {
    std::ofstream file(directory_ / "ballast", std::ios::binary | std::ios::app);
    const std::string block(4096, 'x');
    while (fs::space(directory_).available > bytes && file.write(block.data(), 4096).flush()) continue;
}

}  // namespace gdprd::test
