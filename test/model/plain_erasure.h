// The erasure of one contact alone, over rows in memory: for each table, what a row of the contact looks like
// afterwards.
#pragma once

#include <set>
#include <string>

#include "model/history.h"

namespace gdprd::test::model {

// Stands for "any other random value than this one".
std::string random_instead_of(const std::string& value);

class PlainErasure {
  public:
    PlainErasure(const Settings& settings, Rows& rows, ContactId contact);

    void erase();
    // What the contact referred to, and what others may refer to as well.
    const std::set<std::string>& internet_addresses() const { return internet_addresses_; }
    const std::set<std::string>& companies() const { return companies_; }
    // Its addresses, as they are compared.
    const std::set<std::string>& addresses() const { return addresses_; }
    // An address of it was written where nothing is erased.
    bool leaves_an_address() const { return leaves_an_address_; }
    // It is called like this, and the names are none that the operator keeps.
    bool is_named(const std::string& name) const;
    // The same, had it the first name that it began with: one may come in its place.
    bool was_named(const std::string& name) const;

  private:
    void look();
    void own_row();
    void mails();
    void views();
    void forms();
    void text_messages();
    void logs();
    void links();
    void plugins();
    void without_contact();

    bool is_mine(const Row& row, const std::string& column = "lead_id") const;
    bool mentions_me(const Cell& cell) const;
    std::string hashed(const std::string& value, bool is_address) const;
    Cell by_policy(const std::string& field, const Cell& value, const Cell& removed) const;
    void clear_mail(Row& row) const;
    void clear_view(Row& row) const;
    void clear_text_message(Row& row) const;

    const Settings& settings_;
    Rows& rows_;
    std::string id_;
    Cell first_name_;
    Cell name_;
    std::set<std::string> addresses_, internet_addresses_, companies_, mails_, forms_, notes_, cookies_,
        former_ids_, cards_;
    bool leaves_an_address_ = false;
};

}  // namespace gdprd::test::model
