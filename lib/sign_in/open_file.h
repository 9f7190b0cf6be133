// A descriptor that is closed when the object goes.
#pragma once

#include <unistd.h>

namespace gdprd::sign_in {

class OpenFile {
  public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    ~OpenFile() {
        if (is_open()) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    bool is_open() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }

  private:
    const int descriptor_;
};

}  // namespace gdprd::sign_in
