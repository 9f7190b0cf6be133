// The figures in words, for people: what is printed, and what a page shows. Pure.
#pragma once

#include "paper/document.h"
#include "report/figures.h"
#include "words/language.h"

namespace gdprd::report {

paper::Document document_of(const Figures& figures, words::Language language);

}  // namespace gdprd::report
