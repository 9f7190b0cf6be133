#include "model/history.h"

#include <sstream>

#include "model/author.h"

namespace gdprd::test::model {

namespace {

using policy::FieldRule;

Settings invent_settings(Dice& dice) {
    Settings settings;
    const std::vector<FieldRule> rules{FieldRule::remove, FieldRule::hash, FieldRule::keep};
    for (const char* field :
         {"firstname", "lastname", "mobile", "phone", "city", "loyalty_number", "diary"}) {
        if (dice.chance(75)) settings.policy.fields[field] = dice.pick(rules);
    }
    if (dice.chance(85)) settings.policy.fields["email"] = FieldRule::hash;
    for (const char* field : {"country", "points", "birthday"}) {
        if (dice.chance(50)) settings.policy.fields[field] = FieldRule::keep;
    }
    if (dice.chance(20)) settings.policy.other_fields = FieldRule::keep;
    // The address itself always goes: who keeps it keeps the person.
    if (!settings.policy.fields.contains("email") && settings.policy.other_fields == FieldRule::keep) {
        settings.policy.fields["email"] = FieldRule::remove;
    }
    if (dice.chance(30)) settings.policy.unknown = policy::UnknownRule::remove;
    settings.policy.own_company = dice.pick(std::vector<policy::OwnCompany>{
        policy::OwnCompany::never, policy::OwnCompany::only_contact, policy::OwnCompany::same_name});
    settings.hash.algorithm = dice.chance(50) ? policy::Algorithm::md5 : policy::Algorithm::sha256;
    if (settings.hash.algorithm == policy::Algorithm::sha256 && dice.chance(40)) {
        settings.hash.digits = dice.between(policy::hash_digits_min, policy::hash_digits_max);
    }
    if (dice.chance(50)) settings.hash.key = "key-" + dice.letters(40);
    settings.slice_rows = dice.pick(std::vector<std::size_t>{3, 5, 8, 20, 10'000, 10'000});
    settings.batch = dice.pick(std::vector<std::size_t>{1, 2, 3, 5, 10, 100});
    return settings;
}

// How many rows: few for most, many for some.
std::size_t invent_length(Dice& dice) {
    if (dice.chance(25)) return dice.below(3);
    return dice.chance(80) ? dice.between(2, 12) : dice.between(15, 50);
}

void write_person(Dice& dice, Author& author, Person& person, std::vector<Line>& lines) {
    author.write_contact(person, lines);
    const std::uint64_t kind = dice.below(100);
    if (kind < 70) author.write_opt_out(person, dice.chance(70) ? 1 : 2, "email", false, lines);
    if (kind >= 60 && kind < 70) {
        lines.push_back(
            {person.id, "lead_tags_xref", {{"lead_id", std::to_string(person.id)}, {"tag_id", "1"}}});
    }
    if (kind >= 70 && kind < 78) author.write_opt_out(person, 2, "email", true, lines);  // within the grace
    if (kind >= 78 && kind < 83) author.write_opt_out(person, 1, "sms", false, lines);
    if (kind >= 83 && kind < 87) author.write_opt_out(person, 3, "email", false, lines);
    author.write_history(person, invent_length(dice), false, lines);
}

Fault invent_fault(Dice& dice, const std::vector<ContactId>& ids) {
    Fault fault;
    const std::vector<Fault::Kind> kinds{Fault::Kind::deadlock,        Fault::Kind::lock_wait,
                                         Fault::Kind::lost_connection, Fault::Kind::stop,
                                         Fault::Kind::lost_answer,     Fault::Kind::locked_row};
    fault.kind = dice.pick(kinds);
    // Any size is as likely as any other.
    fault.at = 1 + dice.below(std::uint64_t{1} << dice.below(8));
    if (fault.kind == Fault::Kind::stop || fault.kind == Fault::Kind::lost_answer) {
        fault.at = dice.between(1, 4);
    }
    if (fault.kind == Fault::Kind::locked_row) {
        fault.table = dice.pick(std::vector<std::string>{"page_hits", "email_stats", "leads", "audit_log",
                                                         "ip_addresses", "lead_devices"});
        fault.where = fault.table == "ip_addresses"
                          ? "id = " + std::to_string(2 + dice.below(Author::shared_addresses))
                      : fault.table == "leads"     ? "id = " + std::to_string(dice.pick(ids))
                      : fault.table == "audit_log" ? "id = " + std::to_string(100 + dice.below(20))
                                                   : "lead_id = " + std::to_string(dice.pick(ids));
    }
    return fault;
}

// Somebody opts out, or is put on hold, while another is worked off.
Meanwhile invent_meanwhile(Dice& dice, Author& author, const Person& person) {
    std::vector<Line> lines;
    if (dice.chance(70)) {
        author.write_opt_out(person, 1, "email", false, lines);
    } else {
        lines.push_back(
            {person.id, "lead_tags_xref", {{"lead_id", std::to_string(person.id)}, {"tag_id", "1"}}});
    }
    return {dice.between(1, 6), lines.front()};
}

Round invent_round(Dice& dice, Author& author, std::vector<Person>& people, bool first,
                   const std::vector<ContactId>& ids) {
    Round round;
    for (std::uint64_t i = dice.below(4); i > 0; --i) round.faults.push_back(invent_fault(dice, ids));
    for (std::uint64_t i = dice.below(4); i > 0; --i) {
        round.meanwhile.push_back(invent_meanwhile(dice, author, dice.pick(people)));
    }
    if (first) return round;
    for (Person& person : people) {
        if (!person.exists) continue;
        const std::string id = std::to_string(person.id);
        if (dice.chance(25)) author.write_history(person, dice.between(1, 6), true, round.lines);
        if (dice.chance(5)) {
            round.lines.push_back({person.id, "lead_tags_xref", {{"lead_id", id}, {"tag_id", "1"}}});
        }
        const std::uint64_t change = dice.below(100);
        if (!person.comes_back && change < 8) {
            round.refills.push_back({person.id, "leads", {{"id", id}, {"firstname", "G" + dice.letters(8)}}});
        }
        // Not both: whether the field was erased before somebody came back would depend on the moment.
        if (person.comes_back && change >= 95) round.resubscribed.push_back(person.id);
    }
    return round;
}

const char* name_of(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::deadlock:
            return "deadlock at written row ";
        case Fault::Kind::lock_wait:
            return "lock wait at written row ";
        case Fault::Kind::lost_connection:
            return "connection lost at written row ";
        case Fault::Kind::stop:
            return "stopped at pause ";
        case Fault::Kind::lost_answer:
            return "outcome lost of batch ";
        case Fault::Kind::locked_row:
            return "locked by somebody else: ";
    }
    return "";
}

// What is the same everywhere is left out.
bool says_nothing(const std::string& column, const Cell& cell) {
    static const std::set<std::string> dull{"internal",          "social_cache", "user_name",  "bundle",
                                            "browser_languages", "country",      "date_added", "date_sent",
                                            "date_hit",          "date_opened"};
    return !cell || dull.contains(column) || column.starts_with("is_");
}

void print(std::ostream& out, const Line& line) {
    out << "    " << line.table;
    for (const auto& [column, cell] : line.values) {
        const bool is_date_of_opt_out = line.table == "lead_donotcontact" && column == "date_added";
        if (!says_nothing(column, cell) || is_date_of_opt_out) out << ' ' << column << '=' << quoted(cell);
    }
    out << '\n';
}

}  // namespace

// Somebody who was filled in again after the erasure can be held once more: whether a hold of meanwhile came
// before or after that depends on the moment, so nobody gets both.
void drop_refills_of_held(History& history) {
    std::set<ContactId> held;
    const auto note = [&](const Line& line) {
        if (line.table == "lead_tags_xref") held.insert(line.about);
    };
    for (const Round& round : history.rounds) {
        for (const Line& line : round.lines) note(line);
        for (const Meanwhile& meanwhile : round.meanwhile) note(meanwhile.line);
    }
    for (Round& round : history.rounds) {
        std::erase_if(round.refills, [&](const Line& line) { return held.contains(line.about); });
    }
}

History invent(std::uint64_t seed) {
    Dice dice(seed);
    Author author(dice);
    History history;
    history.seed = seed;
    history.settings = invent_settings(dice);
    author.write_shared(history.lines);
    std::vector<Person> people;
    const std::size_t count = 5 + std::min(dice.below(36), dice.below(36));
    std::set<ContactId> taken;
    while (taken.size() < count) taken.insert(dice.chance(70) ? dice.between(1, 60) : dice.between(100, 700));
    history.asked.assign(taken.begin(), taken.end());
    dice.shuffle(history.asked);
    for (const ContactId id : history.asked) {
        Person person = author.invent_person(id, people);
        person.exists = !dice.chance(12);
        person.comes_back = dice.chance(50);
        if (person.exists) {
            write_person(dice, author, person, history.lines);
        } else {
            author.write_leftovers(person, invent_length(dice) / 2, history.lines);
            // Merged into one that is there. Now and then a restored backup gave the id away again.
            if (!people.empty() && dice.chance(60)) {
                author.write_merge(dice.pick(people), dice.chance(15) ? dice.pick(people) : person,
                                   history.lines);
            }
        }
        people.push_back(std::move(person));
    }
    const std::uint64_t rounds = dice.between(1, 4);
    for (std::uint64_t i = 0; i < rounds; ++i) {
        history.rounds.push_back(invent_round(dice, author, people, i == 0, history.asked));
    }
    drop_refills_of_held(history);
    return history;
}

std::string describe(const History& history) {
    std::ostringstream out;
    const Settings& settings = history.settings;
    out << "seed " << history.seed << ": slice_rows " << settings.slice_rows << ", batches of "
        << settings.batch << ", " << policy::Hasher(settings.hash).algorithm_name() << ", unknown "
        << policy::name_of(settings.policy.unknown) << ", own company "
        << policy::name_of(settings.policy.own_company) << '\n';
    out << "  other fields " << policy::name_of(settings.policy.other_fields);
    for (const auto& [field, rule] : settings.policy.fields)
        out << ", " << field << ' ' << policy::name_of(rule);
    out << "\n  asked for:";
    for (const ContactId contact : history.asked) out << ' ' << contact;
    out << "\n  at the beginning:\n";
    for (const Line& line : history.lines) print(out, line);
    for (std::size_t i = 0; i < history.rounds.size(); ++i) {
        const Round& round = history.rounds[i];
        out << "  round " << i << ":\n";
        for (const Line& line : round.lines) print(out, line);
        for (const Line& line : round.refills) {
            out << "   filled again:";
            print(out, line);
        }
        for (const ContactId contact : round.resubscribed) out << "    subscribes again: " << contact << '\n';
        for (const Meanwhile& meanwhile : round.meanwhile) {
            out << "    at pause " << meanwhile.at << ':';
            print(out, meanwhile.line);
        }
        for (const Fault& fault : round.faults) {
            out << "    " << name_of(fault.kind);
            if (fault.kind == Fault::Kind::locked_row) {
                out << fault.table << " where " << fault.where << '\n';
            } else {
                out << fault.at << '\n';
            }
        }
    }
    return out.str();
}

}  // namespace gdprd::test::model
