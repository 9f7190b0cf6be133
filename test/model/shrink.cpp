#include "model/shrink.h"

#include <algorithm>

namespace gdprd::test::model {

namespace {

class Shrinker {
  public:
    Shrinker(History history, const std::function<bool(const History&)>& fails, int tries)
        : best_(std::move(history)), fails_(fails), tries_(tries) {}

    History run() {
        for (std::size_t before = SIZE_MAX; size() < before && tries_ > 0;) {
            before = size();
            drop_contacts();
            drop([](History & h) -> auto& { return h.rounds; });
            for (std::size_t i = 0; i < best_.rounds.size(); ++i) {
                drop([i](History & h) -> auto& { return h.rounds[i].faults; });
                drop([i](History & h) -> auto& { return h.rounds[i].lines; });
                drop([i](History & h) -> auto& { return h.rounds[i].refills; });
                drop([i](History & h) -> auto& { return h.rounds[i].resubscribed; });
            }
            drop([](History & h) -> auto& { return h.lines; });
            simplify();
        }
        return best_;
    }

  private:
    std::size_t size() const {
        std::size_t sum = best_.asked.size() + best_.lines.size() + best_.rounds.size();
        for (const Round& round : best_.rounds) {
            sum += round.lines.size() + round.faults.size() + round.refills.size() +
                   round.resubscribed.size() + round.meanwhile.size();
        }
        return sum;
    }

    bool keep_if_it_fails(History smaller) {
        if (tries_-- <= 0 || !fails_(smaller)) return false;
        best_ = std::move(smaller);
        return true;
    }

    // First halves, then quarters, in the end one by one.
    template <class List>
    void drop(List list) {
        for (std::size_t part = std::max<std::size_t>(list(best_).size() / 2, 1); part > 0; part /= 2) {
            for (std::size_t from = 0; from < list(best_).size();) {
                History smaller = best_;
                auto& items = list(smaller);
                const std::size_t to = std::min(from + part, items.size());
                items.erase(items.begin() + static_cast<std::ptrdiff_t>(from),
                            items.begin() + static_cast<std::ptrdiff_t>(to));
                if (!keep_if_it_fails(std::move(smaller))) from += part;
                if (tries_ <= 0) return;
            }
        }
    }

    void drop_contacts() {
        for (std::size_t part = std::max<std::size_t>(best_.asked.size() / 2, 1); part > 0; part /= 2) {
            for (std::size_t from = 0; from < best_.asked.size();) {
                History smaller = best_;
                const std::size_t to = std::min(from + part, smaller.asked.size());
                std::vector<ContactId> gone(smaller.asked.begin() + static_cast<std::ptrdiff_t>(from),
                                            smaller.asked.begin() + static_cast<std::ptrdiff_t>(to));
                std::erase_if(smaller.asked, [&](ContactId id) { return contains(gone, id); });
                const auto about_them = [&](const Line& line) { return contains(gone, line.about); };
                std::erase_if(smaller.lines, about_them);
                for (Round& round : smaller.rounds) {
                    std::erase_if(round.lines, about_them);
                    std::erase_if(round.refills, about_them);
                    std::erase_if(round.meanwhile, [&](const Meanwhile& m) { return about_them(m.line); });
                    std::erase_if(round.resubscribed, [&](ContactId id) { return contains(gone, id); });
                }
                if (!keep_if_it_fails(std::move(smaller))) from += part;
                if (tries_ <= 0) return;
            }
        }
    }

    void simplify() {
        const std::function<void(History&)> ways[] = {
            [](History& h) { h.settings.slice_rows = 10'000; },
            [](History& h) { h.settings.batch = 1; },
            [](History& h) { h.settings.batch = 2; },
            [](History& h) { h.settings.hash = {}; },
            [](History& h) { h.settings.policy.unknown = policy::UnknownRule::warn; },
            [](History& h) { h.settings.policy.own_company = policy::OwnCompany::never; },
            [](History& h) {
                h.settings.policy.fields = {{"email", policy::FieldRule::hash}};
            },
            [](History& h) { h.settings.policy.other_fields = policy::FieldRule::remove; },
        };
        for (const auto& way : ways) {
            History simpler = best_;
            way(simpler);
            keep_if_it_fails(std::move(simpler));
        }
    }

    static bool contains(const std::vector<ContactId>& ids, ContactId id) {
        return id != 0 && std::find(ids.begin(), ids.end(), id) != ids.end();
    }

    History best_;
    const std::function<bool(const History&)>& fails_;
    int tries_;
};

}  // namespace

History shrink(History history, const std::function<bool(const History&)>& fails, int tries) {
    return Shrinker(std::move(history), fails, tries).run();
}

}  // namespace gdprd::test::model
