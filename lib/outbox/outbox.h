// What is to be told to other systems of the people who were erased, one row a person and receiver: written
// in the erasing transaction, so that nobody is forgotten and nobody is told of an erasure that was rolled
// back.
//
// A row waits, is claimed by whoever sends it, and is delivered or parked. A claim ends by itself after a
// time, so that what a sender that was killed had in hand is sent again, with the same id: at least once. The
// hash goes from the row with the delivery; the record of the erasure has it.
//
// Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/names.h"
#include "database/connection.h"
#include "ledger/ledger.h"

namespace gdprd::outbox {

using ledger::Record;

enum class DeliveryState {
    waiting,    // to be sent when due_at has come
    parked,     // given up on
    delivered,  // the receiver said that it has it
};
inline constexpr auto delivery_state_names =
    make_names<DeliveryState>({{DeliveryState::waiting, "waiting"},
                               {DeliveryState::parked, "parked"},
                               {DeliveryState::delivered, "delivered"}});
inline const char* name_of(DeliveryState state) { return delivery_state_names.of(state); }

struct Notification {
    std::uint64_t row = 0;
    std::string receiver;
    std::string message;  // 32 hexadecimal digits: the same in every attempt, and for every receiver
    ContactId contact = 0;
    std::string subject_hash;  // "" when the contact had no address, and once it is delivered
    std::string algorithm;
    std::string key_id;
    // Of other addresses that the erasure met as the contact's own, made as the first one: in the order of
    // the hashes. Filled by claim() only.
    std::vector<std::string> former_hashes;
    std::optional<Timestamp> opted_out_at;
    Timestamp erased_at{};
    DeliveryState state = DeliveryState::waiting;
    std::uint64_t attempts = 0;  // that failed
    Timestamp due_at{};
    std::string last_error;
};

// Of one receiver. What they cost does not grow with the outbox.
struct OutboxFigures {
    static constexpr std::uint64_t count_max = 100'001;  // this number stands for itself and all above

    std::string receiver;
    std::uint64_t waiting = 0;
    std::uint64_t parked = 0;
    std::optional<Timestamp> oldest;  // the first erasure that waits
};

class Outbox {
  public:
    Outbox(database::Connection& connection, const std::string& ledger_database);

    // Within the erasing transaction: a row for each of these records and receivers, with one statement; with
    // none where there is nothing to tell or nobody to be told.
    void add(std::span<const Record> erased, std::span<const std::string> receivers);

    // The next ones of the receiver that are due, which nobody else gets until `until`: of those that are due
    // longest, the ones with the fewest attempts first. `claim`: 16 hexadecimal digits, others each time.
    std::vector<Notification> claim(const std::string& receiver, const std::string& claim, Timestamp at,
                                    Timestamp until, std::size_t max);
    // Whoever has claimed it by now.
    void delivered(const Notification& one, Timestamp at);
    // What was claimed and did not go through: state, attempts, due_at and last_error are as given here.
    void failed(const Notification& one, const std::string& claim);
    // What was claimed and not tried.
    void release(std::span<const Notification> unsent, const std::string& claim, Timestamp due_at);

    OutboxFigures figures(const std::string& receiver);
    // Of those that wait for some or have parked ones, configured or not, by their names.
    std::vector<OutboxFigures> figures();
    // Those that rows are of, delivered ones too.
    std::vector<std::string> receivers();
    // In the order of their ids.
    std::vector<Notification> list(std::optional<DeliveryState> state, std::size_t max);
    // Parked ones, and those that wait for a later time, are due at `at`, with all their attempts before
    // them; not what a sender has in hand. Returns how many.
    std::uint64_t retry(std::span<const ContactId> contacts, Timestamp at);
    std::uint64_t retry_all(Timestamp at);
    // Everything of a receiver that it has not got. Returns how many.
    std::uint64_t discard(const std::string& receiver);
    // Delivered ones of before that time, some at a time. Returns how many.
    std::uint64_t prune(const std::string& receiver, Timestamp before);

  private:
    // As the connection's. That the table is gone is told with what to do.
    database::Rows read(const std::string& sql, std::span<const database::Value> parameters,
                        const std::string& label);
    std::uint64_t write(const std::string& sql, std::span<const database::Value> parameters,
                        const std::string& label);
    void add_former_hashes(std::vector<Notification>& claimed);
    std::vector<Notification> select(const std::string& condition,
                                     std::span<const database::Value> parameters);
    std::uint64_t count(DeliveryState state, const std::string& receiver);
    std::uint64_t retry_where(const std::string& condition, std::vector<database::Value> parameters,
                              Timestamp at);

    database::Connection& connection_;
    const std::string database_;  // quoted
    const std::string table_;
};

}  // namespace gdprd::outbox
