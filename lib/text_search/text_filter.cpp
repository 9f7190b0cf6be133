#include "text_search/text_filter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "matching/clickthrough.h"
#include "matching/mentions.h"

namespace gdprd::text_search {

using matching::UseToken;
using plan::Step;
using subjects::Subjects;

namespace {

// Repeated ones count: what takes so long to look at is searched each time instead.
constexpr std::size_t taken_max = 4 * TextIndex::tokens_max;

bool each_contact(const Step& step, std::string_view text, const UseToken& use) {
    auto contacts = matching::mentioned_contacts(text, step.tie.mentions);
    if (step.tie.clicks) contacts.merge(matching::clicked_contacts(text));
    return std::all_of(contacts.begin(), contacts.end(),
                       [&](const ContactId contact) { return use(std::to_string(contact)); });
}

}  // namespace

TextFilter::TextFilter(TextIndex* index, const Step& step, const Subjects& subjects,
                       const matching::Identity& anyone)
    : index_(index), step_(step) {
    if (index_ == nullptr) return;
    if (!step.tie.mentions.empty() || step.tie.clicks) add_contacts(subjects);
    add_addresses(anyone);
}

// Named by what a row's tokens depend on besides its texts.
TextFilter::Question TextFilter::question_about(const std::string& way) const {
    std::vector<std::string> parts{way, step_.real_table};
    parts.insert(parts.end(), step_.text_columns.begin(), step_.text_columns.end());
    return {index_->kind_of(join(parts, "\n"))};
}

void TextFilter::add_contacts(const Subjects& subjects) {
    std::vector<std::string> ways = step_.tie.mentions;
    if (step_.tie.clicks) ways.emplace_back("clicks");
    Question question = question_about("contacts by " + join(ways, " "));
    for (const auto& [contact, subject] : subjects) {
        question.wanted.push_back(index_->token_of(std::to_string(contact)));
    }
    question.each_token = [this](std::string_view text, const UseToken& use) {
        return each_contact(step_, text, use);
    };
    questions_.push_back(std::move(question));
}

void TextFilter::add_addresses(const matching::Identity& anyone) {
    const auto tokens = anyone.tokens();
    if (!tokens) {
        index_ = nullptr;
        return;
    }
    if (!tokens->empty()) {
        Question question = question_about("addresses");
        question.each_token = matching::each_token;
        for (const std::string& token : *tokens) question.wanted.push_back(index_->token_of(token));
        questions_.push_back(std::move(question));
    }
    for (const auto& [hasher, hashes] : anyone.address_hashes()) {
        Question question = question_about("hashes by " + hasher.algorithm_name() + ' ' + hasher.key_id());
        for (const std::string& hash : hashes) question.wanted.push_back(index_->token_of(hash));
        question.each_token = [hasher = hasher](std::string_view text, const UseToken& use) {
            return matching::each_hash_of_address(text, hasher, use);
        };
        questions_.push_back(std::move(question));
    }
}

bool TextFilter::may_be_theirs(const TextIndex::Row& row) const {
    return index_ == nullptr ||
           std::any_of(questions_.begin(), questions_.end(), [&](const Question& question) {
               return index_->ask(question.kind, row, question.wanted) != TextIndex::Answer::has_none;
           });
}

bool TextFilter::note(const TextIndex::Row& row, const database::Rows& texts) const {
    if (index_ == nullptr) return true;
    bool may_be_theirs = false;
    for (const Question& question : questions_) {
        switch (index_->ask(question.kind, row, question.wanted)) {
            case TextIndex::Answer::has_none:
                break;
            case TextIndex::Answer::may_have:
                may_be_theirs = true;
                break;
            case TextIndex::Answer::unknown:
                may_be_theirs = note(question, row, texts) || may_be_theirs;
        }
    }
    return may_be_theirs;
}

bool TextFilter::note(const Question& question, const TextIndex::Row& row,
                      const database::Rows& texts) const {
    std::vector<TextIndex::Token> tokens;
    bool are_wanted = false;
    const auto add = [&](std::string_view token) {
        tokens.push_back(index_->token_of(token));
        are_wanted = are_wanted || std::find(question.wanted.begin(), question.wanted.end(), tokens.back()) !=
                                       question.wanted.end();
        return tokens.size() < taken_max;
    };
    for (std::size_t i = 0; i < step_.text_columns.size(); ++i) {
        if (!texts.is_null(i + 1) && !question.each_token(texts.text(i + 1), add)) return true;
    }
    index_->remember(question.kind, row, std::move(tokens));
    return are_wanted;
}

}  // namespace gdprd::text_search
