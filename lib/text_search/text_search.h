// Finds rows that nothing but their text ties to a contact: the newest rows of a table are read and searched.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "matching/identity.h"
#include "policy/hash.h"
#include "subjects/hold_finder.h"
#include "subjects/row_finder.h"
#include "subjects/subject.h"
#include "text_search/address_holders.h"
#include "text_search/text_filter.h"
#include "text_search/text_index.h"

namespace gdprd::text_search {

using subjects::HoldFinder;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::RowFinder;
using subjects::RowScopes;
using subjects::Subjects;

class TextSearch {
  public:
    // Rows of visitors whom `holds` keeps are left alone. Without an index every row is read. Everything
    // given outlives the object.
    TextSearch(PlanStatements& statements, const RowFinder& finder, const policy::Hasher& hasher,
               HoldFinder& holds, TextIndex* index);

    // By the column, or the first of all columns, in which the rows name somebody. Notes of each subject
    // whether all rows were searched.
    using OwnersByColumn = AddressHolders::OwnersByColumn;
    OwnersByColumn search(const plan::Step& step, Subjects& subjects);
    // The same as scopes of the step.
    RowScopes scopes_of(const plan::Step& step, Subjects& subjects);
    // Rows with a value of the contacts' fields, or a former address of theirs, that the searches have left,
    // because somebody else may have it too.
    const std::map<ContactId, std::vector<ledger::Finding>>& doubtful() const { return doubtful_; }

  private:
    struct Claims;
    OwnersByColumn search_values(const plan::Step& step, Subjects& subjects);
    void read_values(const plan::Step& step, std::span<const database::Value> keys, Claims& claims);
    void look_for_holders(const plan::Step& step, const plan::Holders& holders,
                          std::span<const std::string> parts, std::set<std::string>& free,
                          std::set<std::string>& held);
    bool are_few(const plan::Step& step, const plan::Holders& holders, std::uint64_t& most);
    std::set<std::string> held_by_others(const plan::Step& step, const Claims& claims);
    void doubt_what_others_hold(const plan::Step& step, const Subjects& subjects, Claims& claims);
    // A table of the map may have two parts of the same rows: those that are the contact's, and others in
    // which it is mentioned. Where the search for the first part met nobody, the erasure has changed nothing
    // since, and the second part need not look again.
    struct LastSearch {
        std::string rows_and_ways{};
        std::size_t known = 0;  // things that were looked for
        bool met_nobody = true;
        bool all_searched = true;
        bool says_it_of(const LastSearch& next) const {
            return met_nobody && rows_and_ways == next.rows_and_ways && known == next.known;
        }
    };
    struct NewestRow {
        TextIndex::Row row;
        std::size_t bytes = 0;
    };
    using UseKeys = std::function<void(std::span<const database::Value> keys)>;
    // The newest rows that may be theirs. False: there are more rows than were looked at.
    bool each_newest(const plan::Step& step, const TextFilter& filter, const UseKeys& use);
    std::vector<NewestRow> read_newest(const plan::Step& step, const std::optional<std::string>& before,
                                       std::size_t count);
    static void use_rows(const plan::Step& step, std::span<const NewestRow> rows, const UseKeys& use);
    void note_how_far(const plan::Step& step, bool all_searched, Subjects& subjects);
    std::size_t rows_to_search(const plan::Step& step) const;
    Owners search_visitors(const plan::Step& step, Subjects& subjects);
    void read_texts(const plan::Step& step, std::span<const database::Value> keys, const Subjects& subjects,
                    const matching::Identity& anyone, const TextFilter& filter, AddressHolders& holders,
                    OwnersByColumn& owners);
    void doubt(const plan::Step& step, const std::string& key, ContactId contact);
    void leave_held_visitors(const std::map<std::string, ContactId>& visitors, OwnersByColumn& owners);

    PlanStatements& statements_;
    const RowFinder& finder_;
    const policy::Hasher& hasher_;
    HoldFinder& holds_;
    TextIndex* const index_;
    LastSearch last_;
    std::map<std::string, OwnersByColumn> of_visitors_;  // what an entry's search has found
    std::set<std::string> searched_in_part_;             // keys of steps
    std::map<ContactId, std::vector<ledger::Finding>> doubtful_;
    std::set<std::tuple<ContactId, std::string, std::string>> doubted_rows_;  // by table and primary key
};

}  // namespace gdprd::text_search
