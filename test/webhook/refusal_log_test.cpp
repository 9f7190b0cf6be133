#include "webhook/refusal_log.h"

#include <unistd.h>

#include <cstdio>

#include "receiver_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using webhook::Refusal;
using webhook::RefusalLog;

namespace {

// Collects what is written to standard error while it lives.
class CapturedStandardError {
  public:
    CapturedStandardError() : file_(std::tmpfile()), saved_(dup(STDERR_FILENO)) {
        dup2(fileno(file_), STDERR_FILENO);
    }
    ~CapturedStandardError() {
        restore();
        std::fclose(file_);
    }
    CapturedStandardError(const CapturedStandardError&) = delete;
    CapturedStandardError& operator=(const CapturedStandardError&) = delete;

    std::string text() {
        restore();
        std::rewind(file_);
        std::string all;
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) all += static_cast<char>(c);
        return all;
    }

  private:
    void restore() {
        if (saved_ < 0) return;
        std::fflush(stderr);
        dup2(saved_, STDERR_FILENO);
        close(saved_);
        saved_ = -1;
    }

    std::FILE* file_;
    int saved_;
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

}  // namespace

TEST_CASE("one line a second for each kind, and the next one says how many were left out") {
    RefusalLog refusals;
    const RefusalLog::Clock::time_point start{};
    using std::chrono::milliseconds;
    CHECK(refusals.admit(Refusal::signature_wrong, start) == 0U);
    CHECK_FALSE(refusals.admit(Refusal::signature_wrong, start).has_value());
    CHECK_FALSE(refusals.admit(Refusal::signature_wrong, start + milliseconds{999}).has_value());
    CHECK(refusals.admit(Refusal::not_a_webhook, start + milliseconds{999}) == 0U);
    CHECK(refusals.admit(Refusal::signature_wrong, start + milliseconds{1000}) == 2U);
    CHECK_FALSE(refusals.admit(Refusal::signature_wrong, start + milliseconds{1500}).has_value());
    CHECK(refusals.admit(Refusal::signature_wrong, start + milliseconds{9000}) == 1U);
    CHECK(refusals.admit(Refusal::signature_wrong, start + milliseconds{20'000}) == 0U);
}

TEST_CASE("every kind of refusal is held back on its own") {
    RefusalLog refusals;
    const RefusalLog::Clock::time_point start{};
    for (Refusal refusal :
         {Refusal::signature_missing, Refusal::signature_wrong, Refusal::no_secret_yet, Refusal::undecided,
          Refusal::not_a_webhook, Refusal::not_examined, Refusal::not_stored}) {
        CAPTURE(name_of(refusal));
        CHECK(refusals.admit(refusal, start) == 0U);
    }
}

TEST_CASE("a refusal's line names reason and peer and nothing of the request") {
    test::ReceiverFixture fixture;
    fixture.refused_call = 1;
    std::string text;
    {
        CapturedStandardError captured;
        for (int i = 0; i < 100; ++i) {
            fixture.request(test::change_of(4711) + "zebra", "wrong").request.signature += "giraffe";
            fixture.request("{\"zebra\":\"giraffe\"}");
            fixture.request(test::change_of(4711)).request.signature.clear();
            fixture.request(test::change_of(4711, "bounced"));
        }
        fixture.receive();
        text = captured.text();
    }
    CHECK_THAT(text, ContainsSubstring("refused a webhook reason=signature_wrong remote=192.0.2.7"));
    CHECK_THAT(text, ContainsSubstring("reason=not_a_webhook"));
    CHECK_THAT(text, ContainsSubstring("reason=signature_missing"));
    CHECK_THAT(text, ContainsSubstring("reason=not_stored"));
    CHECK_THAT(text, ContainsSubstring("error could not store webhooks error=\"queue: disk full\""));
    for (const char* private_part : {"zebra", "giraffe", "4711", "email", "wrong key"}) {
        CAPTURE(private_part);
        CHECK(count(text, private_part) == 0);
    }
    // Four kinds and the queue's own line; a second may have passed in between on a slow machine.
    CHECK(count(text, "\n") >= 5);
    CHECK(count(text, "\n") < 100);
}

TEST_CASE("a signature that nobody could decide about is told as such") {
    test::ReceiverFixture fixture;
    fixture.receiver.when_unmatched([] { return false; });
    CapturedStandardError captured;
    CHECK(fixture.answer_to(test::change_of(1), "another").drop);
    CHECK_THAT(captured.text(), ContainsSubstring("refused a webhook reason=undecided remote=192.0.2.7"));
}
