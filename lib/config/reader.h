// Reads options out of a Document: each by its name, type, default and range. What is wrong is collected, not
// thrown, and the default taken instead, so that one run finds every mistake. An option nobody asked for is
// unknown; the same questions make the list of options that the documentation is tested against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "config/document.h"
#include "config/problems.h"
#include "config/text_rules.h"

namespace gdprd::config {

struct KnownOption {
    std::string section;
    std::string name;  // "<alias>" in a section whose options the operator names
    std::string range;
    std::string default_value;  // as it would stand in the file; "" when the option is required
    std::string value;          // what was read
};

// Options people expect to find, and that must not stand in a file that is copied, printed and kept in
// version control. Their values never appear in an error.
bool is_inline_secret(const std::string& option);

class Section;
enum class Reads;

class Reader {
  public:
    // `document` must outlive the reader.
    Reader(const Document& document, const std::string& file);
    Reader(const Document& document, const std::string& file, Reads reads);

    Section section(const std::string& name);

    // Reports the sections and options that were never asked for. Call after the last section.
    void report_unknown();

    void throw_if_any_problem() const { problems_.throw_if_any(); }
    const std::vector<KnownOption>& known() const { return known_; }
    // Every file the document names, as it names it, but for secrets that are withheld.
    const std::set<std::string>& files() const { return files_; }
    // Those that are withheld, whatever else names them.
    const std::set<std::string>& withheld_files() const { return withheld_files_; }

  private:
    friend class Section;

    void report_unknown_section(const std::string& name, const DocumentSection& section);
    void report_unknown_option(const std::string& section, const std::string& option, std::size_t line);
    std::string nearest_option(const std::string& section, const std::string& option) const;
    bool is_known(const std::string& section, const std::string& option) const;

    const Document& document_;
    const Reads reads_;
    std::filesystem::path directory_;
    Problems problems_;
    std::vector<KnownOption> known_;
    std::set<std::string> files_;
    std::set<std::string> withheld_files_;
    std::set<std::string> known_sections_;
    std::set<std::string> free_sections_;  // every option of these is known
};

// One section of the file, whether the file has it or not. Every function that reads returns `fallback` when
// the option is absent or wrong.
class Section {
  public:
    std::string text(const std::string& option, const std::string& fallback, const TextRule& rule);
    std::vector<std::string> texts(const std::string& option, const std::vector<std::string>& fallback,
                                   const TextRule& rule);
    // The default is none, and none may be written: [].
    std::vector<std::string> texts_or_none(const std::string& option, const TextRule& rule);
    bool boolean(const std::string& option, bool fallback);
    Milliseconds duration(const std::string& option, Milliseconds fallback, Milliseconds least,
                          Milliseconds most);
    // In rising order, at least one.
    std::vector<Milliseconds> durations(const std::string& option, const std::vector<Milliseconds>& fallback,
                                        Milliseconds least, Milliseconds most);
    std::size_t size(const std::string& option, std::size_t fallback, std::size_t least, std::size_t most);

    template <typename T>
    T integer(const std::string& option, T fallback, std::int64_t least, std::int64_t most) {
        return static_cast<T>(whole_number(option, static_cast<std::int64_t>(fallback), least, most));
    }

    template <typename T>
    using Choices = std::vector<std::pair<std::string, T>>;

    template <typename T>
    T choice(const std::string& option, T fallback, const Choices<T>& choices) {
        std::vector<std::string> names;
        std::size_t chosen = 0;
        for (const auto& [name, value] : choices) {
            if (value == fallback) chosen = names.size();
            names.push_back(name);
        }
        return choices[choice_index(option, chosen, names)].second;
    }

    // The options of a section in which the operator names them; `placeholder` and `range` are for the list.
    std::vector<std::string> free_options(const std::string& placeholder, const std::string& range);
    // One of those: its value must be one of `choices`.
    template <typename T>
    T free_choice(const std::string& option, T fallback, const Choices<T>& choices) {
        std::vector<std::string> names;
        for (const auto& entry : choices) names.push_back(entry.first);
        const std::size_t chosen = checked_choice(option, names.size(), names);
        return chosen < choices.size() ? choices[chosen].second : fallback;
    }

    // One of those: a text or a list of texts.
    std::vector<std::string> free_texts(const std::string& option, const TextRule& rule);

    bool has(const std::string& option) const;
    // The option names a secret that is not for who reads this configuration.
    bool is_withheld(const std::string& option) const;

    // Where the configuration file lies.
    const std::filesystem::path& directory() const { return reader_.directory_; }

    // The option just read has no default: it must be there and not be an empty text.
    void require(const std::string& option, const std::string& advice);

    // A mistake that only shows when options are seen together.
    void problem(const std::string& option, const std::string& what, const std::string& advice = {});

  private:
    friend class Reader;

    Section(Reader& reader, std::string name);

    const Value* find(const std::string& option) const;
    void remember_file(const std::string& option, const std::string& file);
    void remember(const std::string& option, const std::string& range, const std::string& default_value,
                  const std::string& value);
    void wrong_kind(const std::string& option, const Value& value, const std::string& wanted);
    std::int64_t whole_number(const std::string& option, std::int64_t fallback, std::int64_t least,
                              std::int64_t most);
    std::size_t choice_index(const std::string& option, std::size_t fallback,
                             const std::vector<std::string>& names);
    std::size_t checked_choice(const std::string& option, std::size_t fallback,
                               const std::vector<std::string>& names);
    std::vector<std::string> allowed_texts(const std::string& option, const List& list, const TextRule& rule);
    bool allowed_text(const std::string& option, const Value& value, const TextRule& rule);
    bool allowed_duration(const std::string& option, const Value& value, Milliseconds least,
                          Milliseconds most, Milliseconds& result);

    Reader& reader_;
    std::string name_;
};

}  // namespace gdprd::config
