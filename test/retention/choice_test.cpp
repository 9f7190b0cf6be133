// Which rows of a contact a rule takes.
#include "retention/choice.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::ledger;
using retention::Choice;
using retention::choose;

namespace {

const Timestamp first_time = *parse_utc("2020-01-01 10:00:00.000");
const Timestamp second_time = *parse_utc("2024-01-01 10:00:00.000");
const Timestamp between = *parse_utc("2022-01-01 10:00:00.000");

Record record(Timestamp at, const std::string& hash, Status status = Status::complete) {
    Record row;
    row.contact = 7;
    row.subject_hash = hash;
    row.algorithm = "md5";
    row.erased_at = row.last_pass_at = row.requested_at = at;
    row.passes = 1;
    row.status = status;
    row.marks.add("email", hash);
    return row;
}

FiledAddress address(std::uint64_t id, const std::string& hash, Timestamp at) {
    return {id, {7, hash, "md5", "", AddressKind::former, at}};
}

ContactRows erased_twice(Status status = Status::complete) {
    ContactRows rows;
    rows.former = {{3, record(first_time, "old")}};
    rows.current = record(second_time, "new", status);
    rows.addresses = {address(1, "old", first_time), address(2, "both", first_time),
                      address(3, "new", second_time), address(4, "both", second_time)};
    return rows;
}

}  // namespace

TEST_CASE("An erasure goes with the addresses that it met, and leaves a later one what that has") {
    const Choice choice = choose(erased_twice(), {between, std::nullopt});
    CHECK(choice.rows.records.empty());
    CHECK(choice.rows.former == std::vector<std::uint64_t>{3});
    CHECK(choice.rows.addresses == std::vector<std::uint64_t>{1, 2});
    CHECK(choice.gone == std::set<std::string>{"old"});
    CHECK_FALSE(choice.is_all);
}

TEST_CASE("Where no erasure of a contact stays known, all goes") {
    const Choice choice = choose(erased_twice(), {second_time + Milliseconds{1}, std::nullopt});
    CHECK(choice.rows.records == std::vector<ContactId>{7});
    CHECK(choice.rows.former.size() == 1);
    CHECK(choice.rows.addresses.size() == 4);
    CHECK(choice.gone == std::set<std::string>{"old", "new", "both"});
    CHECK(choice.is_all);
    CHECK(choice.recorded_hash == "new");
    CHECK(choice.marks.contains("email", "new"));
}

TEST_CASE("A contact whose erasure goes on, is partial or is on hold is left alone as a whole") {
    for (const Status status : {Status::settling, Status::erasing, Status::partial, Status::held}) {
        CHECK(choose(erased_twice(status), {second_time + Milliseconds{1}, std::nullopt}).rows.empty());
    }
    CHECK_FALSE(choose(erased_twice(Status::superseded), {between, std::nullopt}).rows.empty());
}

TEST_CASE("The last thing that was told of an erasure counts for its age") {
    ContactRows rows;
    rows.current = record(first_time, "old");
    rows.current->last_pass_at = second_time;
    CHECK(choose(rows, {between, std::nullopt}).rows.empty());
}

TEST_CASE("A key takes the erasures and the addresses that were hashed with it") {
    const HashKey key{{"hmac-sha256"}, "0123456789abcdef"};
    ContactRows rows = erased_twice();
    CHECK(choose(rows, {std::nullopt, key}).rows.empty());
    rows.addresses[2].address.algorithm = "hmac-sha256";
    CHECK(choose(rows, {std::nullopt, key}).rows.empty());  // another key's
    rows.addresses[2].address.key_id = key.key_id;
    Choice choice = choose(rows, {std::nullopt, key});
    CHECK(choice.rows.addresses == std::vector<std::uint64_t>{3});
    CHECK_FALSE(choice.is_all);
    rows.current->algorithm = "hmac-sha256";
    rows.current->key_id = key.key_id;
    choice = choose(rows, {std::nullopt, key});
    CHECK(choice.rows.records == std::vector<ContactId>{7});
    CHECK(choice.rows.former.empty());
    CHECK(choice.rows.addresses == std::vector<std::uint64_t>{3, 4});
    CHECK(choice.gone == std::set<std::string>{"new"});
}

TEST_CASE("Addresses that came back with an older copy go, too, and so do those that no record tells of") {
    ContactRows rows;
    rows.current = record(first_time, "");
    rows.current->marks = {};
    rows.current->forgotten_at = second_time;
    rows.addresses = {address(1, "old", first_time)};
    CHECK(choose(rows, {between, std::nullopt}).rows.addresses == std::vector<std::uint64_t>{1});
    rows.current.reset();
    CHECK(choose(rows, {between, std::nullopt}).rows.addresses == std::vector<std::uint64_t>{1});
    CHECK(choose(rows, {first_time, std::nullopt}).rows.empty());
}
