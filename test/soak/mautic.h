// Mautic, as far as it writes to its database: everything twice, to the one that the daemon works on and to a
// twin that nobody works on. Whoever is not to be erased must have the same rows in both at the end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "soak/people.h"
#include "system/installation.h"

namespace gdprd::soak {

constexpr const char* hold_tag = "hold";

class Mautic {
  public:
    explicit Mautic(test::Installation& here);

    void create(ContactId who);  // with a history
    // With little: as an import of a file has it. They opt out by hand, which is no trigger here, or not at
    // all.
    void import(const std::vector<ContactId>& whom);
    void opt_out(const Somebody& somebody, int reason, const std::string& channel);
    void hold(ContactId contact);
    void release(ContactId contact);
    // The erased contact is filled with another person; all that it says of the opt-outs goes.
    void resubscribe(ContactId contact, ContactId who);
    // As in docs: the rows of the older one move, it is deleted, and a record of that remains.
    void merge(const Somebody& winner, const Somebody& loser);
    void remove(const Somebody& somebody);

    void add_field();  // filled for some later
    void add_form();
    void view_page(const Somebody& somebody);  // the contact's own values in the query
    void send_mail(const Somebody& somebody);
    void submit_form(const Somebody& somebody);
    void fill_field(const Somebody& somebody);
    // About who was erased: what Mautic reads from the contact's row it writes elsewhere.
    void go_on_with(const Somebody& somebody);

    // True when the ledger's database remembers whose all of their rows are.
    bool rows_were_seen(ContactId contact);
    std::size_t fields() const { return fields_.size(); }
    std::size_t forms() const { return forms_.size(); }
    void connect_again();
    test::MauticDatabase& twin() { return twin_; }

  private:
    using Row = test::MauticDatabase::Row;
    struct Form {
        std::uint64_t id;
        std::string table;
    };

    void both(const std::function<void(test::MauticDatabase&)>& write);
    void insert(const std::string& table, const Row& row);
    void change(const std::string& sql);

    test::Installation& here_;
    test::MauticDatabase twin_;
    std::vector<std::string> fields_;
    std::vector<Form> forms_;
};

}  // namespace gdprd::soak
