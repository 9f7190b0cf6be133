#include "plan/companions.h"

#include <algorithm>
#include <set>

#include "mautic/column_name.h"

namespace gdprd::plan {

using mautic::Tie;

namespace {

class Companions {
  public:
    Companions(Plan& plan, ContactRow contact, const std::function<void(const Companion&)>& tell)
        : plan_(plan), contact_(contact), tell_(tell) {}

    void leave(std::size_t first) {
        leave_parts();
        for (std::size_t i = first; i < plan_.left.size(); ++i) {
            const Step left = plan_.left[i];
            for (const auto& chain : left.chains) {
                for (const Link& link : chain) keep_link(link, left.key());
            }
            leave_texts(left);
            if (left.tie.kind == Tie::Kind::part) leave_whole(left);
            leave_parts();
        }
    }

  private:
    // `is_companion` says of a step whether it stays.
    template <class IsCompanion>
    void leave_steps(const IsCompanion& is_companion, const std::string& of, Bond bond) {
        for (std::size_t i = 0; i < plan_.steps.size();) {
            if (is_companion(plan_.steps[i])) {
                tell_({leave_step(plan_, i), "", of, bond});
            } else {
                ++i;
            }
        }
    }

    void leave_parts() {
        std::set<std::string> wholes;
        for (const Step& step : plan_.steps) {
            if (step.tie.kind == Tie::Kind::part) wholes.insert(step.tie.parent);
        }
        for (const Step& step : plan_.steps) wholes.erase(step.key());
        // What is left are shared rows that are dealt with nowhere.
        for (const std::string& whole : wholes) {
            leave_steps(
                [&](const Step& step) {
                    return step.tie.kind == Tie::Kind::part && step.tie.parent == whole;
                },
                whole, Bond::is_part);
        }
    }

    void leave_whole(const Step& part) {
        leave_steps([&](const Step& step) { return step.key() == part.tie.parent; }, part.key(),
                    Bond::has_part);
    }

    // Rows that are found by their text have lost it afterwards, whichever step of their table takes it.
    void leave_texts(const Step& left) {
        leave_steps(
            [&](const Step& step) {
                return step.tie.kind == Tie::Kind::text &&
                       std::any_of(left.text_sources.begin(), left.text_sources.end(),
                                   [&](const auto& source) {
                                       return source.entry.substr(0, source.entry.find('#')) == step.table;
                                   });
            },
            left.key(), Bond::is_way);
    }

    void keep_link(const Link& link, const std::string& of) {
        for (std::size_t i = 0; i < plan_.steps.size();) {
            Step& step = plan_.steps[i];
            const bool is_meant =
                step.real_table == link.real_table &&
                (step.tie.kind != Tie::Kind::contact || contact_ == ContactRow::is_way_back);
            if (is_meant && step.delete_rows) {
                tell_({leave_step(plan_, i), "", of, Bond::is_way});
                continue;
            }
            for (const std::string& column : {link.tie_column, link.next_column}) {
                if (is_meant && keep_column(step, column)) tell_({step, column, of, Bond::is_way});
            }
            ++i;
        }
    }

    // False when nothing becomes of it anyway.
    static bool keep_column(Step& step, const std::string& column) {
        const auto is_it = [&](const auto& one) { return mautic::is_same_column(one.column, column); };
        if (std::erase_if(step.columns, is_it) == 0) return false;
        step.left_columns.push_back(column);
        for (columns::SearchedColumn& searched : step.searched) {
            if (is_it(searched)) searched.may_be_emptied = false;
        }
        return true;
    }

    Plan& plan_;
    const ContactRow contact_;
    const std::function<void(const Companion&)>& tell_;
};

}  // namespace

std::string Companion::why() const {
    switch (bond) {
        case Bond::is_part:
            return "it is a part of rows of " + of;
        case Bond::has_part:
            return "rows of " + of + " are parts of it";
        case Bond::is_way:
            break;
    }
    return "rows of " + of + " are found by it";
}

Step& leave_step(Plan& plan, std::size_t at) {
    plan.left.push_back(std::move(plan.steps[at]));
    plan.steps.erase(plan.steps.begin() + static_cast<std::ptrdiff_t>(at));
    return plan.left.back();
}

void leave_companions(Plan& plan, std::size_t first, ContactRow contact,
                      const std::function<void(const Companion&)>& tell) {
    Companions(plan, contact, tell).leave(first);
}

}  // namespace gdprd::plan
