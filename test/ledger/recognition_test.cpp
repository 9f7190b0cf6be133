// Who is back after a restore, and who is not?
#include "restore/recognition.h"

#include "restore/reapply.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::ledger;
using namespace gdprd::restore;
using policy::Algorithm;

namespace {

const std::string address = "someone@example.org";

Record row_made_with(const policy::HashOptions& options, const std::string& of = address,
                     policy::Normalisation normalisation = policy::Normalisation::email) {
    const policy::Hasher hasher(options);
    Record row;
    row.contact = 7;
    row.subject_hash = of.empty() ? "" : hasher.hash(of, normalisation);
    row.algorithm = hasher.algorithm_name();
    row.key_id = hasher.key_id();
    row.channel = "email";
    return row;
}

}  // namespace

TEST_CASE("A contact is recognised by an address that its erasure met, too") {
    const policy::HashOptions keyed{Algorithm::sha256, "the key of today", true};
    const policy::Hasher md5({Algorithm::md5, "", true});
    const AddressHashes hashes({"the key of today"});
    for (const std::string& of : {std::string("other@example.org"), std::string()}) {
        Record row = row_made_with(keyed, of);
        const auto found = [&](const std::string& now) {
            return recognise(row, Present{now, {}, {}}, hashes);
        };
        CHECK(found(address) == (of.empty() ? Recognition::no_address : Recognition::other_address));
        // An older one, hashed before there was a key.
        row.address_hashes = {md5.hash(address, policy::Normalisation::email)};
        CHECK(found(address) == Recognition::same_person);
        CHECK(found("third@example.org") ==
              (of.empty() ? Recognition::no_address : Recognition::other_address));
    }
}

TEST_CASE("A contact is recognised by the hash of its address, made with any key at hand") {
    const policy::HashOptions md5{Algorithm::md5, "", true};
    const policy::HashOptions keyed{Algorithm::sha256, "the key of today", true};
    const policy::HashOptions former{Algorithm::sha256, "a former key", true};
    const policy::HashOptions lost{Algorithm::sha256, "a key nobody has any more", true};
    const AddressHashes hashes({"the key of today", "a former key"});
    struct Case {
        const char* what;
        Record row;
        std::optional<std::string> now;
        Recognition expected;
    };
    const Case cases[] = {
        {"the same address", row_made_with(md5), address, Recognition::same_person},
        {"another case of letters", row_made_with(md5), "Someone@Example.ORG", Recognition::same_person},
        {"white space around it", row_made_with(md5), " someone@example.org\n", Recognition::same_person},
        {"hashed as it was", row_made_with(md5, "Someone@example.org", policy::Normalisation::plain),
         "Someone@example.org", Recognition::same_person},
        {"hashed as it was, written otherwise now",
         row_made_with(md5, "Someone@example.org", policy::Normalisation::plain), address,
         Recognition::other_address},
        {"the key of today", row_made_with(keyed), address, Recognition::same_person},
        {"a former key", row_made_with(former), address, Recognition::same_person},
        {"the other algorithm", row_made_with({Algorithm::md5, "a former key", true}), address,
         Recognition::same_person},
        {"somebody else", row_made_with(md5), "other@example.org", Recognition::other_address},
        {"somebody else, keyed", row_made_with(keyed), "other@example.org", Recognition::other_address},
        {"a key that is gone", row_made_with(lost), address, Recognition::unknown_key},
        {"no contact", row_made_with(md5), std::nullopt, Recognition::gone},
        {"no contact, and no hash", row_made_with(md5, ""), std::nullopt, Recognition::gone},
        {"our hash", row_made_with(md5), row_made_with(md5).subject_hash, Recognition::still_erased},
        {"a hash of another key", row_made_with(md5), row_made_with(keyed).subject_hash,
         Recognition::still_erased},
        {"a hash, and a key that is gone", row_made_with(lost), row_made_with(lost).subject_hash,
         Recognition::still_erased},
        {"emptied", row_made_with(md5), "", Recognition::still_erased},
        {"white space only", row_made_with(md5), "  ", Recognition::still_erased},
        {"recorded without an address", row_made_with(md5, ""), address, Recognition::no_address},
        {"without an address then and now", row_made_with(md5, ""), "", Recognition::still_erased},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        const auto now = one.now ? std::optional(Present{*one.now, {}, {}}) : std::nullopt;
        CHECK(std::string(name_of(recognise(one.row, now, hashes))) == name_of(one.expected));
    }
}

TEST_CASE("The same hash made with another algorithm or key is not the same person") {
    Record row = row_made_with({Algorithm::md5, "", true});
    row.key_id = policy::Hasher({Algorithm::md5, "a key", true}).key_id();
    row.algorithm = "hmac-md5";
    CHECK(recognise(row, Present{address, {}, {}}, AddressHashes({"a key"})) == Recognition::other_address);
}

TEST_CASE("The recorded opt-out is put back only when a trigger covers it") {
    using policy::Reason;
    policy::Triggers mail;  // unsubscribed or bounced, for mail
    policy::Triggers all = mail;
    all.channels = {"email", "sms", "notification"};
    struct Case {
        const char* what;
        const policy::Triggers& triggers;
        Reason reason;
        const char* channel;
        const char* expected;  // its channel; "" for none
    };
    const Case cases[] = {
        {"unsubscribed from mail", mail, Reason::unsubscribed, "email", "email"},
        {"bounced", mail, Reason::bounced, "email", "email"},
        {"a reason that is no trigger any more", mail, Reason::manual, "email", ""},
        {"a channel that is no trigger any more", mail, Reason::unsubscribed, "sms", ""},
        {"some other channel, and none is a trigger", mail, Reason::unsubscribed, "other", ""},
        {"some other channel", all, Reason::unsubscribed, "other", "notification"},
        {"a text message", all, Reason::unsubscribed, "sms", "sms"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        Record row;
        row.reason = one.reason;
        row.channel = one.channel;
        row.opted_out_at = parse_utc("2026-03-01 12:00:00");
        const auto opt_out = recorded_opt_out(row, one.triggers);
        CHECK((opt_out ? opt_out->channel : "") == one.expected);
        if (!opt_out) continue;
        CHECK(opt_out->reason == static_cast<std::int64_t>(one.reason));
        CHECK(opt_out->since == *row.opted_out_at);
    }
}

TEST_CASE("A contact without an address is known whatever number of digits its hashes had") {
    const policy::HashOptions then{Algorithm::sha256, "a key", true, 40};
    const policy::Hasher hasher(then);
    Record row = row_made_with(then);
    const OwnValue phone{"phone", "0301234567", policy::Normalisation::plain, true};
    const OwnValue name{"firstname", "Ann", policy::Normalisation::plain, true};
    const std::string hash_of_name = hasher.hash(name.value, name.normalisation);
    row.marks.add("phone", hasher.hash(phone.value, phone.normalisation));
    row.marks.add("firstname", hasher.other_hash(hash_of_name, std::to_string(row.contact)));
    const AddressHashes hashes({"a key"});
    CHECK(recognise(row, Present{"", {phone, name}, {}}, hashes) == Recognition::same_person);
    // What stands there is what the erasure wrote.
    const OwnValue hash{"phone", hasher.hash(phone.value, phone.normalisation), policy::Normalisation::plain,
                        true};
    CHECK(recognise(row, Present{"", {hash}, {}}, hashes) == Recognition::still_erased);
    const OwnValue other{"phone", std::string(40, 'a'), policy::Normalisation::plain, true};
    CHECK(recognise(row, Present{"", {other}, {}}, hashes) == Recognition::not_erased);
}

TEST_CASE("A contact without an address is known by the other values that were erased, or named") {
    const policy::HashOptions options{Algorithm::sha256, "the key of today", true};
    const policy::Hasher hasher(options);
    const auto value = [](const char* column, const char* text, bool hashed = true) {
        return OwnValue{column, text, policy::Normalisation::plain, hashed};
    };
    Record row = row_made_with(options);
    for (const auto& one :
         {value("firstname", "Ann"), value("lastname", "Other"), value("phone", "0301234567")}) {
        row.marks.add(one.column, hasher.hash(one.value, one.normalisation));
    }
    const AddressHashes hashes({"the key of today"});
    struct Case {
        const char* what;
        std::vector<OwnValue> values;
        Recognition expected;
    };
    const Case cases[] = {
        {"nothing", {}, Recognition::still_erased},
        {"all that was erased",
         {value("firstname", "Ann"), value("lastname", "Other"), value("phone", "0301234567")},
         Recognition::same_person},
        {"name", {value("firstname", "Ann"), value("lastname", "Other")}, Recognition::same_person},
        {"a telephone number", {value("phone", "0301234567")}, Recognition::same_person},
        {"a first name alone", {value("firstname", "Ann")}, Recognition::not_erased},
        {"another name", {value("firstname", "Ann"), value("lastname", "Else")}, Recognition::not_erased},
        {"one more value than was erased",
         {value("phone", "0301234567"), value("mobile", "0176123456")},
         Recognition::not_erased},
        {"a value that is emptied and not hashed",
         {value("city", "Anytown", false)},
         Recognition::not_erased},
        {"the number in another column", {value("mobile", "0301234567")}, Recognition::not_erased},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        for (const std::string& email : {std::string(), row.subject_hash}) {
            CHECK(std::string(name_of(recognise(row, Present{email, one.values, {}}, hashes))) ==
                  name_of(one.expected));
        }
    }
    CHECK(recognise(row, Present{"", {value("phone", "0301234567")}, {}}, AddressHashes({})) ==
          Recognition::not_erased);
}

TEST_CASE("Of several records of an id the one that knows the address decides") {
    const policy::HashOptions md5{Algorithm::md5, "", true};
    const policy::HashOptions lost{Algorithm::sha256, "a key nobody has any more", true};
    const AddressHashes hashes({""});
    const std::vector<Record> rows{row_made_with(md5, "later@example.org"), row_made_with(md5)};
    const auto found = recognise(rows, Present{address, {}, {}}, hashes);
    CHECK(found.what == Recognition::same_person);
    CHECK(found.row == &rows[1]);
    CHECK(recognise(rows, Present{"later@example.org", {}, {}}, hashes).row == &rows[0]);
    CHECK(recognise(rows, Present{"else@example.org", {}, {}}, hashes).what == Recognition::other_address);
    CHECK(recognise(rows, Present{"", {}, {}}, hashes).what == Recognition::still_erased);
    CHECK(recognise(rows, std::nullopt, hashes).what == Recognition::gone);
    const std::vector<Record> with_lost{row_made_with(md5), row_made_with(lost)};
    CHECK(recognise(with_lost, Present{"else@example.org", {}, {}}, hashes).what == Recognition::unknown_key);
}
