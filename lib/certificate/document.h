// The facts in words, for people: what is printed, and what the signed JSON has beside them. Pure.
#pragma once

#include "certificate/facts.h"
#include "paper/document.h"
#include "words/language.h"
#include "words/words.h"

namespace gdprd::certificate {

words::Word word_of(Conclusion conclusion);
words::Word word_of(policy::Reason reason);
words::Word word_of(Origin origin);
words::Word word_of(ledger::Status status);
words::Word word_of(Month month);
words::Word word_of_channel(const std::string& channel);

// A table in words and by its name, and what is done with it.
// `forgotten`: the hashes that the rules made are gone by now.
paper::TableRow row_of(const TableRules& rules, words::Language language, bool forgotten = false);

paper::Document document_of(const Facts& facts, words::Language language);

}  // namespace gdprd::certificate
