// Writes rows as Mautic would: about one contact, in every table of the model.
#pragma once

#include <string>
#include <vector>

#include "model/dice.h"
#include "model/rows.h"

namespace gdprd::test::model {

// What the author remembers of a contact, to write more about it.
struct Person {
    ContactId id = 0;
    std::string email;  // "": none
    std::string old_email;
    std::string first_name;  // "": none
    std::string name;
    bool exists = true;       // false: deleted in Mautic, or merged into another
    bool comes_back = false;  // may subscribe again
    std::vector<std::string> devices;
};

class Author {
  public:
    explicit Author(Dice& dice) : dice_(dice) {}

    static constexpr std::uint64_t shared_addresses = 4;  // internet addresses and firms that several use
    void write_shared(std::vector<Line>& lines);
    Person invent_person(ContactId id, const std::vector<Person>& others);
    void write_contact(const Person& person, std::vector<Line>& lines);
    void write_opt_out(const Person& person, int reason, const std::string& channel, bool just_now,
                       std::vector<Line>& lines);
    // So many more rows of it, in tables by chance.
    void write_history(Person& person, std::size_t rows, bool later, std::vector<Line>& lines);
    // Of a contact that is gone: rows without one, or rows under its old id.
    void write_leftovers(const Person& person, std::size_t rows, std::vector<Line>& lines);
    void write_merge(const Person& winner, const Person& loser, std::vector<Line>& lines);

  private:
    void add(std::vector<Line>& lines, const Person& person, const std::string& table, Row values);
    std::string next(const std::string& table);
    Cell internet_address(const Person& person, std::vector<Line>& lines);
    std::string address_of(const Person& person);
    void write_row(Person& person, bool later, std::vector<Line>& lines);
    void write_mail(Person& person, const Cell& contact, bool later, std::vector<Line>& lines);
    void write_view(Person& person, const Cell& contact, bool later, std::vector<Line>& lines);
    void write_form(Person& person, std::vector<Line>& lines);
    void write_text_message(Person& person, const Cell& contact, std::vector<Line>& lines);
    void write_note(Person& person, std::vector<Line>& lines);
    void write_card(Person& person, bool later, std::vector<Line>& lines);
    void write_audit(const Person& person, std::vector<Line>& lines);

    Dice& dice_;
    std::map<std::string, std::uint64_t> last_ids_;
    std::vector<std::string> cards_;
};

}  // namespace gdprd::test::model
