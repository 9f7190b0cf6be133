#include "audit/log_audit.h"

#include <utility>

#include "audit/suspicions.h"
#include "verify/log_reader.h"

namespace gdprd::audit {

namespace {

// Decided together, once they came to their ends.
constexpr std::uint64_t lines_a_question = 1'000;

class Visitor : public verify::LineVisitor {
  public:
    Visitor(const ErasedPeople& people, database::Connection& ledger, const AfterBlock& after_block)
        : suspicions_(people, ledger), after_block_(after_block) {}

    void begin_file(const std::string& file) override { file_.file = file; }

    void part_of_line(std::string_view text, bool is_first, bool is_last) override {
        suspicions_.search(text, {line_, 0}, {is_first, is_last});
    }

    void end_of_line() override {
        if (++line_ == lines_a_question) decide();
    }

    bool end_of_block(std::uint64_t bytes, std::uint64_t bytes_in_all) override {
        return after_block_(file_.file, bytes, bytes_in_all);
    }

    void end_file() override {
        decide();
        if (file_.lines_erased + file_.lines_returned > 0) files.push_back(std::move(file_));
        file_ = {};
    }

    std::vector<FileFindings> files;

  private:
    void decide() {
        suspicions_.decide([this](Place, const Person& person) {
            if (person.standing == Standing::returned) {
                ++file_.lines_returned;
                return;
            }
            ++file_.lines_erased;
            if (file_.contacts.size() < contacts_named_max) file_.contacts.insert(person.contact);
        });
        line_ = 0;
    }

    Suspicions suspicions_;
    const AfterBlock& after_block_;
    FileFindings file_;
    std::uint64_t line_ = 0;
};

}  // namespace

LogAudit audit_logs(const std::filesystem::path& mautic_directory, const ErasedPeople& people,
                    database::Connection& ledger, const AfterBlock& after_block) {
    Visitor visitor(people, ledger, after_block);
    verify::LogsRead read = verify::read_logs(mautic_directory, visitor);
    return {std::move(visitor.files), std::move(read.not_searched), read.files, read.bytes, read.interrupted};
}

}  // namespace gdprd::audit
