#include "model/judge.h"

#include "model/plain_erasure.h"

namespace gdprd::test::model {

namespace {

// What a contact's rows say about it.
struct Fate {
    bool erased = false;
    bool left_half = false;  // it came back, or was put on hold, while its erasure was under way
    std::set<std::string> words;
};

bool is_opted_out(const Story& story, const std::string& id, bool& in_grace) {
    bool opted_out = false;
    for (const auto& [key, row] : story.written.at("lead_donotcontact")) {
        if (row.at("lead_id") != id || row.at("channel") != "email") continue;
        if (row.at("reason") != "1" && row.at("reason") != "2") continue;
        (row.at("date_added")->starts_with("2100") ? in_grace : opted_out) = true;
    }
    return opted_out;
}

bool is_held(const Story& story, const std::string& id) {
    return story.written.at("lead_tags_xref").contains(id + "|1");
}

Fate fate_of(const Story& story, ContactId contact) {
    const std::string id = std::to_string(contact);
    Fate fate;
    bool in_grace = false;
    const bool opted_out = is_opted_out(story, id, in_grace);
    if (story.returned.contains(contact)) {
        fate.left_half = story.begun_before_return.contains(contact);
        fate.words =
            fate.left_half ? std::set<std::string>{"superseded"} : std::set<std::string>{"", "superseded"};
    } else if (!opted_out) {
        fate.words = {""};
    } else if (is_held(story, id) && !story.begun_before_hold.contains(contact)) {
        fate.words = {"held"};
        fate.left_half = story.half_before_hold.contains(contact);
    } else {
        fate.erased = true;
        fate.words = {"complete"};
    }
    return fate;
}

bool is_referred_to(const Rows& rows, const std::string& internet_address) {
    for (const auto& [name, table] : rows) {
        for (const auto& [key, row] : table) {
            const auto reference = row.find("ip_id");
            if (reference != row.end() && reference->second == internet_address) return true;
        }
    }
    return false;
}

void empty_company(Row& row) {
    for (auto& [column, cell] : row) {
        if (column != "id" && column != "owner_id" && column != "is_published") cell = std::nullopt;
    }
}

bool matches(const Cell& should, const Cell& is) {
    if (!should || !should->starts_with(random_instead_of(""))) return should == is;
    return is && !is->empty() && *is != should->substr(random_instead_of("").size());
}

// A random value that is there takes the place of the one that was expected.
void accept_random_values(Rows& should, const Rows& is) {
    for (auto& [name, table] : should) {
        for (auto& [key, row] : table) {
            const auto there = is.at(name).find(key);
            if (there == is.at(name).end()) continue;
            for (auto& [column, cell] : row) {
                if (matches(cell, there->second.at(column))) cell = there->second.at(column);
            }
        }
    }
}

// A row of somebody whose erasure was under way when they came back is as it was, or as an erasure leaves it.
void accept_untouched(Rows& should, const Rows& half, const Rows& is) {
    for (auto& [name, table] : half) {
        for (const auto& [key, row] : table) {
            const auto there = is.at(name).find(key);
            const auto wanted = should[name].find(key);
            if (there == is.at(name).end()) {
                should[name].erase(key);
            } else if (wanted == should[name].end() || there->second == row) {
                should[name][key] = row;
            } else if (name == "email_stats" &&
                       there->second.at("tracking_hash") == row.at("tracking_hash")) {
                // Links go with the first later pass, which somebody who is back does not get.
                wanted->second["tracking_hash"] = row.at("tracking_hash");
            }
        }
    }
}

}  // namespace

std::vector<std::string> judge(const Story& story) {
    Rows should = story.written;
    std::map<ContactId, Fate> fates;
    for (const auto& [key, row] : story.written.at("leads"))
        fates[std::stoull(key)] = fate_of(story, std::stoull(key));

    std::set<std::string> internet_addresses, unsure_addresses;
    std::map<std::string, std::vector<PlainErasure>> companies;
    std::set<std::string> unsure_companies;
    Rows half;
    for (auto& [contact, fate] : fates) {
        if (!fate.erased && !fate.left_half) continue;
        const Rows before = fate.left_half ? should : Rows{};
        PlainErasure erasure(story.settings, should, contact);
        erasure.erase();
        internet_addresses.insert(erasure.internet_addresses().begin(), erasure.internet_addresses().end());
        for (const std::string& company : erasure.companies()) companies[company].push_back(erasure);
        if (fate.erased && erasure.leaves_an_address()) fate.words = {"partial"};
        if (!fate.left_half) continue;
        unsure_addresses.insert(erasure.internet_addresses().begin(), erasure.internet_addresses().end());
        unsure_companies.insert(erasure.companies().begin(), erasure.companies().end());
        for (const auto& [name, table] : before) {
            for (const auto& [key, row] : table) {
                const auto after = should[name].find(key);
                if (after == should[name].end() || after->second != row) half[name][key] = row;
            }
        }
    }
    // A row without a contact may be tied to one by a cookie and to another by an address: whoever is first.
    for (const char* table : {"email_stats", "page_hits", "sms_message_stats"}) {
        for (const auto& [key, row] : story.written.at(table)) {
            if (row.at("lead_id") || !row.at("ip_id")) continue;
            unsure_addresses.insert(*row.at("ip_id"));
            internet_addresses.insert(*row.at("ip_id"));
        }
    }
    for (const std::string& address : internet_addresses) {
        const auto row = should["ip_addresses"].find(address);
        if (row == should["ip_addresses"].end() || row->second.at("ip_address") == "*.*.*.*") continue;
        if (is_referred_to(should, address)) continue;
        if (unsure_addresses.contains(address)) half["ip_addresses"].insert(*row);
        should["ip_addresses"].erase(row);
    }
    for (const auto& [company, owners] : companies) {
        const auto row = should["companies"].find(company);
        if (row == should["companies"].end()) continue;
        bool is_linked = false;
        for (const auto& [key, link] : should["companies_leads"])
            is_linked |= link.at("company_id") == company;
        if (is_linked || story.settings.policy.own_company == policy::OwnCompany::never) continue;
        std::size_t named = 0;
        for (const PlainErasure& owner : owners) {
            const Cell& name = row->second.at("companyname");
            named += name && owner.was_named(*name);
            // Whether it still had that first name when it was erased, depends on the order.
            if (name && owner.was_named(*name) && !owner.is_named(*name)) half["companies"].insert(*row);
        }
        if (story.settings.policy.own_company == policy::OwnCompany::same_name) {
            if (named == 0) continue;
            // Which of several goes last, with the firm, depends on the order.
            if (owners.size() > named) half["companies"].insert(*row);
        }
        if (unsure_companies.contains(company)) half["companies"].insert(*row);
        empty_company(row->second);
    }
    accept_random_values(should, story.rows);
    accept_untouched(should, half, story.rows);

    std::vector<std::string> troubles = differences(should, story.rows);
    for (const auto& [contact, fate] : fates) {
        const auto word = story.words.find(contact);
        const std::string is = word == story.words.end() ? "" : word->second.status;
        if (fate.words.contains(is)) continue;
        troubles.push_back("the ledger's word on contact " + std::to_string(contact) + " is '" + is +
                           "' and should be '" + *fate.words.rbegin() + "'");
    }
    for (const auto& [contact, word] : story.words) {
        if (!fates.contains(contact)) {
            troubles.push_back("the ledger says '" + word.status + "' of " + std::to_string(contact) +
                               ", who is no contact");
        }
    }
    return troubles;
}

}  // namespace gdprd::test::model
