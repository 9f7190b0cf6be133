// A directory with the secret files that configurations in these tests name, gone at the end of the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/random.h"
#include "base/signing_key.h"

namespace gdprd::test {

class Environment {
  public:
    Environment(std::string name, const std::string& value) : name_(std::move(name)) {
        const char* before = std::getenv(name_.c_str());
        was_set_ = before != nullptr;
        if (was_set_) before_ = before;
        setenv(name_.c_str(), value.c_str(), 1);
    }
    explicit Environment(std::string name) : Environment(std::move(name), "") { unsetenv(name_.c_str()); }
    ~Environment() {
        if (was_set_) {
            setenv(name_.c_str(), before_.c_str(), 1);
        } else {
            unsetenv(name_.c_str());
        }
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    std::string name_;
    std::string before_;
    bool was_set_ = false;
};

class SecretDirectory {
  public:
    SecretDirectory()
        : directory_(std::filesystem::temp_directory_path() / ("mautic-gdprd-config-" + random_hex(8))),
          credentials_("CREDENTIALS_DIRECTORY", directory_.string()),
          state_("STATE_DIRECTORY"),
          journal_("JOURNAL_STREAM") {
        std::filesystem::create_directories(directory_);
        write("webhook-secret", "0123456789abcdef-webhook\n");
        write("hash-key", "0123456789abcdef-hash\n");
        write("database-password", "correct horse\n");
        write("seal-key", make_signing_key());
        write("notify-secret-crm", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    }
    ~SecretDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    std::string write(const std::string& name, const std::string& content) const {
        const auto file = directory_ / name;
        std::ofstream(file, std::ios::binary) << content;
        std::filesystem::permissions(
            file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        return file.string();
    }
    const std::filesystem::path& path() const { return directory_; }

  private:
    std::filesystem::path directory_;
    Environment credentials_;
    Environment state_;
    Environment journal_;
};

inline std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// The least a configuration must say.
inline const std::string least =
    "[database]\nname = \"mautic\"\n[webhook]\nsecret_files = [\"webhook-secret\"]\n";

}  // namespace gdprd::test
