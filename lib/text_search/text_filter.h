// One search's view of the index of texts: which rows may hold what identifies the subjects. Only those need
// to be read and searched (text_search.h decides whose they are); of all others it is known that they do not.
//
// One object serves one search. Threads: that of its connection; the index is shared. No errors.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.h"
#include "matching/identity.h"
#include "matching/text_tokens.h"
#include "plan/plan.h"
#include "subjects/subject.h"
#include "text_search/text_index.h"

namespace gdprd::text_search {

using subjects::Subjects;

class TextFilter {
  public:
    // Every row may be theirs.
    explicit TextFilter(const plan::Step& step) : index_(nullptr), step_(step) {}
    // `anyone` is what identifies any of the subjects. Without an index, or where no token tells of them,
    // no row is left out. Index and step outlive the object.
    TextFilter(TextIndex* index, const plan::Step& step, const Subjects& subjects,
               const matching::Identity& anyone);
    TextFilter(const TextFilter&) = delete;
    TextFilter& operator=(const TextFilter&) = delete;

    bool may_be_theirs(const TextIndex::Row& row) const;
    // The same of a row that was read; whoever asks next will know. `texts`: the current row of
    // select_texts().
    bool note(const TextIndex::Row& row, const database::Rows& texts) const;

  private:
    // Tokens that are taken from texts in one way, and those of the subjects among them.
    struct Question {
        TextIndex::Kind kind = 0;
        std::vector<TextIndex::Token> wanted{};
        std::function<bool(std::string_view text, const matching::UseToken& use)> each_token{};
    };

    Question question_about(const std::string& way) const;
    void add_contacts(const Subjects& subjects);
    void add_addresses(const matching::Identity& anyone);
    bool note(const Question& question, const TextIndex::Row& row, const database::Rows& texts) const;

    TextIndex* index_;
    const plan::Step& step_;
    std::vector<Question> questions_;
};

}  // namespace gdprd::text_search
