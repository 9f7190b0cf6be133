// A page of the desk as the frame knows it, and what its forms are made of.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "desk/visit.h"
#include "sign_in/accounts.h"
#include "words/words.h"

namespace gdprd::desk {

struct Page {
    std::string path;  // "/register"; "/register/…" is the same page's, see Visit::rest
    words::Word name{};
    sign_in::Role least = sign_in::Role::viewer;
    bool in_menu = true;
    // A GET changes nothing. May throw what the database throws; the frame answers that.
    std::function<Answer(const Visit&)> get;
    // After the token was checked. Of a form that is sent twice it is called once (Html form_begin).
    // Answers with go_to(), or with the form again where something in it is wrong.
    std::function<Answer(const Visit&)> post{};
};

// The hidden field that says whose form it is: what somebody typed is shown again to nobody else.
inline constexpr const char* field_of_account = "form_account";

// <form method="post" action="…"> with the hidden fields that the frame checks; "</form>" ends it.
Html form_begin(const Visit& visit, const Link& action);

// A label, a field below it, and a sentence about it ("": none) that screen readers tell with the field.
struct Field {
    std::string name;
    std::string label;
    std::string value{};
    std::string hint{};
    std::string error{};   // what is wrong with what was typed; the field then says that it is invalid
    Markup type = "text";  // "email", "password", "date", …
    bool is_required = false;
    Markup more = "";  // further attributes: " autocomplete=\"off\""
};
Html input(const Field& field);

// A choice: values and what they are called.
struct Choice {
    std::string name;
    std::string label;
    std::string chosen;
    std::vector<std::pair<std::string, std::string>> values;
    std::string id{};  // "": the name; another one where a page has several of that name
};
Html select(const Choice& choice);

// A table with a caption and a head; cells are given row by row. Wide ones scroll within themselves.
class Table {
  public:
    Table(std::string caption, std::vector<std::string> head);
    void row(std::vector<Html> cells);  // the first one is the row's head
    bool empty() const { return rows_ == 0; }
    Html html() const;

  private:
    std::string caption_;
    std::vector<std::string> head_;
    Html body_;
    std::size_t rows_ = 0;
};
// A cell of text, and one with a link.
Html cell(std::string_view text);
Html linked(const Link& link, std::string_view text);

// Names and what they are: <dl>.
class Facts {
  public:
    void add(std::string_view name, const Html& value);
    void add(std::string_view name, std::string_view value) { add(name, cell(value)); }
    Html html() const;

  private:
    Html body_;
};

// A notice in a box: what went well, what to look at, what is wrong. Colour is never all that tells.
enum class Tone { good, attention, bad };
Html notice(Tone tone, std::string_view heading, std::string_view text);

Html heading(std::string_view text);  // <h2>

}  // namespace gdprd::desk
