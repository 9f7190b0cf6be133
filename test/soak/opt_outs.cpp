#include "soak/opt_outs.h"

#include <set>

#include "system/webhook_body.h"

namespace gdprd::soak {

using test::SubscriptionChange;

namespace {

bool is_there(const Somebody& somebody) {
    return somebody.fate == Fate::living && !somebody.gone && !somebody.came_back;
}

constexpr const char* reasons[] = {"", "unsubscribed", "bounced", "manual"};

}  // namespace

int Day::post(const std::string& body, const std::string& secret) {
    try {
        const auto answer = client_.post("/webhook", body, secret);
        last_ = answer ? answer->status : 0;
    } catch (const std::runtime_error&) {
        last_ = 0;
    }
    if (last_ == 0) client_.close();
    return last_;
}

// Mautic sends up to ten events in one request.
void Day::announce(const std::vector<ContactId>& whom) {
    std::vector<SubscriptionChange> changes;
    for (const ContactId who : whom) {
        const Somebody& somebody = world_.people.of(who);
        changes.push_back({somebody.contact, somebody.reason, somebody.channel});
    }
    const std::string body = test::webhook_batch_body(changes);
    const int status = post(body, world_.here.config.webhook_secret);
    if (status == 204) {
        for (const ContactId who : whom) world_.people.of(who).acknowledged = true;
        world_.count("webhooks acknowledged");
        sent_.push_back(body);
        if (sent_.size() > 50) sent_.erase(sent_.begin());
        return;
    }
    world_.count("webhooks without an answer");
    world_.check(status == 0 && silence_, "a webhook was answered with " + std::to_string(status));
    untold_.insert(untold_.end(), whom.begin(), whom.end());
}

void Day::tell() {
    Dice& dice = world_.dice;
    if (!untold_.empty() && dice.chance(70)) {
        const std::size_t some = std::min<std::size_t>(untold_.size(), dice.between(1, 10));
        const std::vector<ContactId> whom(untold_.end() - static_cast<std::ptrdiff_t>(some), untold_.end());
        untold_.resize(untold_.size() - some);
        return announce(whom);
    }
    if (sent_.empty() || dice.chance(50)) return refuse_one();
    const int status = post(dice.pick(sent_), world_.here.config.webhook_secret);
    world_.count("webhooks repeated");
    world_.check(status == 204 || (status == 0 && silence_),
                 "a repeated webhook was answered with " + std::to_string(status));
}

void Day::refuse_one() {
    Dice& dice = world_.dice;
    const std::string secret = world_.here.config.webhook_secret;
    const std::string body = test::webhook_body({dice.between(1, 5'000)});
    int expected = 401, status = 0;
    switch (dice.below(4)) {
        case 0:
            status = post(body, "a wrong secret");
            break;
        case 1:
            expected = 400;
            status = post(dice.letters(dice.between(1, 3'000)), secret);
            break;
        case 2:
            expected = 400;
            status = post(body.substr(0, body.size() / 2), secret);
            break;
        default:
            expected = 413;
            status = post(test::webhook_body({1}, 300'000), secret);
    }
    world_.count("requests refused");
    // The connection may be closed while a body that is too large is still under way.
    const bool cut = expected == 413 && status == 0;
    world_.check(
        status == expected || cut || (status == 0 && silence_),
        "what deserves " + std::to_string(expected) + " was answered with " + std::to_string(status));
}

void Day::people_come(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const ContactId who = world_.people.next();
        world_.mautic.create(who);
        world_.people.add(who, who);
        world_.count("contacts created");
    }
}

void Day::import(std::size_t count) {
    std::vector<ContactId> whom;
    for (std::size_t i = 0; i < count; ++i) whom.push_back(world_.people.next());
    world_.mautic.import(whom);
    for (const ContactId who : whom) {
        Somebody& somebody = world_.people.add(who, who);
        somebody.imported = true;
        if (world_.dice.chance(5)) world_.mautic.opt_out(somebody, 3, "email");  // by hand: no trigger here
        world_.count("contacts imported");
    }
}

bool Day::is_done_with(const Somebody& somebody) {
    return somebody.fate == Fate::erased && !somebody.gone && !somebody.came_back &&
           world_.here.ledger(somebody.contact) == "complete";
}

void Day::opt_out_some() {
    Dice& dice = world_.dice;
    std::vector<ContactId> whom;
    for (std::uint64_t i = dice.chance(30) ? dice.between(2, 10) : 1; i > 0; --i) {
        Somebody* somebody = world_.people.pick(dice, [](const Somebody& one) { return is_there(one); });
        if (somebody == nullptr) return;
        const int reason = dice.chance(70) ? 1 : 2;
        somebody->channel = dice.chance(80) ? "email" : "sms";
        somebody->reason = reasons[reason];
        somebody->fate = Fate::erased;
        world_.mautic.opt_out(*somebody, reason, somebody->channel);
        world_.count("opt-outs");
        whom.push_back(somebody->who);
    }
    // Mautic's delivery is at most once.
    if (dice.chance(75)) {
        announce(whom);
    } else if (dice.chance(50)) {
        untold_.insert(untold_.end(), whom.begin(), whom.end());
    }
    for (const ContactId who : whom) write_late(world_.people.of(who));
}

// Mautic writes on about them, with what it still has in memory.
void Day::write_late(Somebody& somebody) {
    const bool page = world_.dice.chance(40), mail = world_.dice.chance(40);
    somebody.late_rows = page || mail;
    if (page) world_.mautic.view_page(somebody);
    if (mail) world_.mautic.send_mail(somebody);
}

void Day::hold_one() {
    Somebody* somebody = world_.people.pick(world_.dice, [](const Somebody& one) { return is_there(one); });
    if (somebody == nullptr) return;
    somebody->fate = Fate::held;
    somebody->reason = "unsubscribed";
    somebody->channel = "email";
    world_.mautic.hold(somebody->contact);
    world_.mautic.opt_out(*somebody, 1, "email");
    world_.count("put on hold");
    announce({somebody->who});
}

void Day::release_one() {
    Somebody* somebody =
        world_.people.pick(world_.dice, [](const Somebody& one) { return one.fate == Fate::held; });
    if (somebody == nullptr) return;
    somebody->fate = Fate::erased;
    world_.mautic.release(somebody->contact);
    world_.count("released from hold");
    announce({somebody->who});
}

// Only who is erased by now, with all that was written about them: of others it would depend on the moment
// what becomes of them.
void Day::come_back() {
    Somebody* somebody = world_.people.pick(world_.dice, [&](const Somebody& one) {
        if (one.late_rows) return is_done_with(one);
        return one.fate == Fate::erased && !one.gone && !one.came_back &&
               std::set<std::string>{"settling", "complete"}.contains(world_.here.ledger(one.contact));
    });
    if (somebody == nullptr) return;
    const ContactId who = returned(somebody->who), contact = somebody->contact;
    world_.mautic.resubscribe(contact, who);
    somebody->came_back = true;
    world_.people.add(who, contact).came_back = true;
    world_.count("subscribed again");
}

// The loser may be erased, and done with: its rows are then the winner's as they are.
void Day::merge_two() {
    Dice& dice = world_.dice;
    Somebody* winner = world_.people.pick(dice, [](const Somebody& one) { return is_there(one); });
    const bool of_erased = dice.chance(30);
    Somebody* loser = world_.people.pick(dice, [&](const Somebody& one) {
        if (winner == nullptr || one.who == winner->who) return false;
        return of_erased ? is_done_with(one) : is_there(one);
    });
    if (loser == nullptr) return;
    world_.mautic.merge(*winner, *loser);
    winner->has_merged = true;
    loser->gone = true;
    loser->merged_into = winner->who;
    world_.count(of_erased ? "merged after an erasure" : "merged");
    if (dice.chance(70)) post(test::deletion_body(loser->contact), world_.here.config.webhook_secret);
}

// The daemon knows whose rows they were only when it has seen them before, and of the log's entries about a
// merged contact only as long as the winner is there (docs/limitations.md).
void Day::delete_one() {
    int asked = 0;
    Somebody* somebody = world_.people.pick(world_.dice, [&](const Somebody& one) {
        return is_there(one) && one.imported && !one.has_merged && ++asked < 20 &&
               world_.mautic.rows_were_seen(one.contact);
    });
    if (somebody == nullptr) return;
    world_.mautic.remove(*somebody);
    somebody->fate = Fate::deleted;
    somebody->gone = true;
    world_.count("deleted");
    if (world_.dice.chance(70))
        post(test::deletion_body(somebody->contact), world_.here.config.webhook_secret);
}

void Day::write_on() {
    Dice& dice = world_.dice;
    const bool of_erased = dice.chance(30);
    Somebody* somebody = world_.people.pick(dice, [&](const Somebody& one) {
        return of_erased ? is_done_with(one) : is_there(one) || one.fate == Fate::held;
    });
    if (somebody == nullptr) return;
    world_.count(of_erased ? "rows about erased contacts" : "rows about others");
    if (of_erased) return world_.mautic.go_on_with(*somebody);
    switch (dice.below(4)) {
        case 0:
            return world_.mautic.view_page(*somebody);
        case 1:
            return world_.mautic.send_mail(*somebody);
        case 2:
            return world_.mautic.submit_form(*somebody);
        default:
            return world_.mautic.fill_field(*somebody);
    }
}

void Day::step() {
    constexpr std::size_t most_fields = 12, most_forms = 12;
    const std::uint64_t kind = world_.dice.below(1'000);
    if (kind < 250) return people_come(1);
    if (kind < 380) return opt_out_some();
    if (kind < 410) return hold_one();
    if (kind < 420) return release_one();
    if (kind < 440) return come_back();
    if (kind < 480) return merge_two();
    if (kind < 510) return delete_one();
    if (kind < 515 && world_.mautic.fields() < most_fields) return world_.mautic.add_field();
    if (kind < 520 && world_.mautic.forms() < most_forms) return world_.mautic.add_form();
    if (kind < 650) return tell();
    write_on();
}

}  // namespace gdprd::soak
