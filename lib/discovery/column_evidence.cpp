#include "discovery/column_evidence.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "discovery/column_words.h"

namespace gdprd::discovery {

namespace {

using mautic::Column;
constexpr std::array<std::string_view, 4> of_contacts{"lead", "leads", "contact", "contacts"};
constexpr std::array<std::string_view, 26> of_persons{
    "email",      "emails", "mail",     "phone",    "mobile", "tel",  "telephone",
    "msisdn",     "fax",    "whatsapp", "cpf",      "ssn",    "iban", "address",
    "street",     "zip",    "zipcode",  "postcode", "city",   "ip",   "recipient",
    "recipients", "sender", "username", "surname",  "gender"};
constexpr std::array<std::string_view, 7> of_persons_together{
    "firstname", "lastname", "fullname", "nickname", "useragent", "birthday", "dateofbirth"};
constexpr std::array<std::string_view, 29> of_texts{
    "payload", "body",    "message",  "messages",   "content", "contents", "note",   "notes",
    "memo",    "comment", "comments", "remark",     "remarks", "log",      "logs",   "error",
    "errors",  "details", "subject",  "transcript", "request", "response", "answer", "answers",
    "query",   "referer", "referrer", "snapshot",   "raw"};
// An id, a count or a flag about such a thing is none of it.
constexpr std::array<std::string_view, 6> of_numbers{"id", "ids", "count", "is", "has", "num"};

constexpr std::array<std::string_view, 10> of_one_contact{
    "lead",      "leads",      "contact",     "contacts", "customer",
    "customers", "subscriber", "subscribers", "person",   "persons"};
constexpr std::array<std::string_view, 3> beside_contact{"id", "fk", "mautic"};
// Who else may stand in a row than the one whose row it is.
constexpr std::array<std::string_view, 18> of_others{
    "recipient", "sender",     "referrer",  "referer", "referred", "referral",
    "inviter",   "invitee",    "invited",   "sponsor", "friend",   "spouse",
    "guardian",  "introducer", "affiliate", "upline",  "member",   "partner"};
constexpr std::array<std::string_view, 12> of_parts{"parent", "by",      "from",     "to",
                                                    "owner",  "agent",   "assigned", "assignee",
                                                    "author", "creator", "manager",  "reply"};
constexpr std::array<std::string_view, 5> of_ids{"id", "ids", "uuid", "hash", "key"};
constexpr std::array<std::string_view, 9> of_counts{"count", "counts", "num",    "total", "sum",
                                                    "score", "points", "amount", "age"};

bool may_say_anything(const Column& column, const Words& words) {
    constexpr std::uint64_t short_text = 64;
    const bool holds_text = column.is_text() || column.is_binary();
    return holds_text && column.data_type != "enum" && column.data_type != "set" &&
           column.characters_max.value_or(short_text) >= short_text && !has_one_of(words, of_numbers) &&
           has_one_of(words, of_texts);
}

bool is_like(const Column& column, const Column* contact_id) {
    return contact_id != nullptr && contact_id->data_type == "bigint" &&
           column.column_type == contact_id->column_type;
}

}  // namespace

bool names_the_contact(std::string_view column) {
    const Words words = words_of(column);
    return has_one_of(words, of_one_contact) &&
           std::all_of(words.begin(), words.end(), [](const std::string& word) {
               return has_one_of(Words{word}, of_one_contact) || has_one_of(Words{word}, beside_contact);
           });
}

bool names_an_address(const Column& column) {
    constexpr std::array<std::string_view, 3> of_addresses{"email", "emails", "mail"};
    const Words words = words_of(column.name);
    return column.is_text() && column.data_type != "enum" && column.data_type != "set" &&
           has_one_of(words, of_addresses) && !has_one_of(words, of_numbers);
}

bool names_a_telephone(const Column& column) {
    constexpr std::array<std::string_view, 9> of_telephones{
        "phone", "phones", "mobile", "tel", "telephone", "msisdn", "fax", "whatsapp", "cellphone"};
    const Words words = words_of(column.name);
    return has_one_of(words, of_telephones) && !has_one_of(words, of_numbers);
}

bool names_a_part(std::string_view column) {
    const Words words = words_of(column);
    return has_one_of(words, of_others) || has_one_of(words, of_parts);
}

bool may_be_a_contact_id(const Column& column) {
    const Words words = words_of(column.name);
    if (words.empty() || column.is_temporal()) return false;
    if (column.data_type == "tinyint" || column.data_type == "bit") return false;
    const bool of_contact = has_one_of(words, of_one_contact);
    if (!of_contact && !has_one_of(words, of_others)) return false;
    if (column.is_number()) return !has_one_of(words, of_counts);
    return has_one_of(Words{words.back()}, of_ids) || (words.size() == 1 && has_one_of(words, of_contacts));
}

bool may_name_a_person(const Column& column) {
    const Words words = words_of(column.name);
    if (column.data_type == "tinyint" || column.data_type == "bit") return false;
    if (has_one_of(words, of_numbers)) return false;
    if (contains_one_of(words, of_persons_together)) return true;
    return !column.is_temporal() && has_one_of(words, of_persons);
}

ColumnEvidence column_evidence(const mautic::Table& table, const mautic::Schema& schema) {
    ColumnEvidence found;
    const mautic::Table* contacts = schema.find("leads");
    const Column* contact_id = contacts == nullptr ? nullptr : contacts->find("id");
    for (const Column& column : table.columns) {
        if (table.is_foreign_key(column.name)) continue;
        const Words words = words_of(column.name);
        const bool is_own_key = table.primary_key.size() == 1 && table.is_in_primary_key(column.name);
        if (has_one_of(words, of_contacts) && words.size() <= 3) {
            found.ids.push_back(&column);
        } else if (may_name_a_person(column)) {
            found.personal.push_back(column.name);
        } else if (may_say_anything(column, words)) {
            found.free_text.push_back(column.name);
        } else if (is_like(column, contact_id) && !is_own_key) {
            found.same_type.push_back(column.name);
        }
    }
    return found;
}

}  // namespace gdprd::discovery
