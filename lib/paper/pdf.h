// A document as PDF, A4: fonts embedded, text that can be searched and read aloud in the order of the pages.
// The only place with Pango and Cairo: Pango breaks lines, joins accents and takes another font where the
// first one lacks a character; what no font of the machine has is shown by its code.
//
// Threads: any; one document is set after the other. Errors: Error when the machine has no font for the
// letters of the languages, or Cairo fails.
#pragma once

#include <string>

#include "base/clock.h"
#include "paper/document.h"

namespace gdprd::paper {

std::string to_pdf(const Document& document, Timestamp made_at);

}  // namespace gdprd::paper
