#include "verify/log_search.h"

#include <algorithm>

#include "verify/log_reader.h"

namespace gdprd::verify {

namespace {

using matching::Match;

class LineMatcher : public LineVisitor {
  public:
    LineMatcher(const matching::Identity& identity, bool strong_only, const LogGoOn& go_on)
        : identity_(identity), strong_only_(strong_only), go_on_(go_on) {}

    void begin_file(const std::string& file) override { hits_.file = file; }

    void part_of_line(std::string_view text, bool /*is_first*/, bool /*is_last*/) override {
        if (best_ < Match::strong) best_ = std::max(best_, identity_.match(text));
    }

    void end_of_line() override {
        if (best_ == Match::strong) ++hits_.lines_strong;
        if (best_ == Match::weak && !strong_only_) ++hits_.lines_weak;
        best_ = Match::none;
    }

    bool end_of_block(std::uint64_t bytes, std::uint64_t bytes_in_all) override {
        return go_on_(hits_.file, bytes, bytes_in_all);
    }

    void end_file() override {
        if (hits_.lines_strong + hits_.lines_weak > 0) all.push_back(hits_);
        hits_ = {};
        best_ = Match::none;
    }

    std::vector<FileHits> all;

  private:
    const matching::Identity& identity_;
    const bool strong_only_;
    const LogGoOn& go_on_;
    FileHits hits_;             // of the file in hand
    Match best_ = Match::none;  // of the line in hand
};

}  // namespace

LogFindings search_logs(const std::filesystem::path& mautic_directory, const matching::Identity& identity,
                        bool strong_only, const LogGoOn& go_on) {
    LineMatcher matcher(identity, strong_only, go_on);
    LogsRead read = read_logs(mautic_directory, matcher);
    return {std::move(matcher.all), std::move(read.not_searched), read.files, read.bytes, read.interrupted};
}

}  // namespace gdprd::verify
