// A long file that is there as a whole or not at all, and in place of another one only where that is asked
// for.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gdprd::command {

class NewStream {
  public:
    enum class Existing { refused, replaced };

    // Writes into FILE.part beside it, readable for its owner only. Throws ConfigurationError when `file` is
    // there already and not to be replaced, Error when it cannot be written.
    explicit NewStream(std::filesystem::path file, Existing existing = Existing::refused);
    ~NewStream();  // takes FILE.part away unless finish() was called
    NewStream(const NewStream&) = delete;
    NewStream& operator=(const NewStream&) = delete;

    void write(std::string_view text);
    // On disk under its name when this returns.
    void finish();

  private:
    void flush();
    [[noreturn]] void fail(const char* what) const;

    const std::filesystem::path file_;
    const std::filesystem::path part_;
    const Existing existing_;
    int descriptor_ = -1;
    std::string buffer_;
};

}  // namespace gdprd::command
