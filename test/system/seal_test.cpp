// The daemon seals its ledger: at its start, every so often, at a stop; also when it is killed between, and
// beside another daemon.
#include "base/signing_key.h"
#include "database/connection.h"
#include "ledger/ledger.h"
#include "seal/outside.h"
#include "seal/verifier.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

class SealingInstallation : public Installation {
  public:
    explicit SealingInstallation(const std::string& name) : Installation(name) {
        server.execute("DROP DATABASE IF EXISTS seals_of_" + ledger_database);
        directory.write("seal-key", make_signing_key());
        config.options["seal.key_file"] = toml_text((directory / "seal-key").string());
        config.options["seal.file"] = toml_text(copy().string());
        config.options["seal.every"] = "\"1s\"";
    }
    std::filesystem::path copy() const { return directory / "seals"; }
    std::uint64_t seals() {
        const std::string there =
            server.value("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'seals_of_" +
                         ledger_database + "' AND TABLE_NAME = 'seal'");
        if (there == "0") return 0;
        return std::stoull(server.value("SELECT COUNT(*) FROM seals_of_" + ledger_database + ".seal"));
    }
    void erase(ContactId contact) {
        add_opted_out(contact);
        CHECK(announce(contact) == 204);
        wait_for_ledger(contact, "settling");
    }
    seal::SealReport verify() {
        database::Connection connection(server.options(mautic.name()));
        return seal::verify_seals(connection, {ledger_database, {}, {copy()}});
    }
};

}  // namespace

TEST_CASE("The daemon seals what it erases, and says so in its log, a file and its metrics") {
    SealingInstallation here("seal_daemon");
    here.start();
    here.wait_until("a first seal is made", [&] { return here.seals() > 0; });
    here.erase(1);
    const std::uint64_t before = here.seals();
    here.wait_until("two more seals are made", [&] { return here.seals() > before + 1; });
    CHECK(here.verify().unsealed == 0);
    here.daemon->wait_for_log("ledger sealed");
    CHECK(here.metric("ledger_seal_findings") == 0);
    CHECK(here.metric("ledger_sealed_timestamp_seconds") > 0);
    CHECK(here.metric("ledger_seal_failures_total") == 0);
    here.server.execute("UPDATE erasure SET passes = passes + 1", here.ledger_database);
    here.daemon->wait_for_log("are not what was sealed");
    here.wait_until("the metrics say so", [&] { return here.metric("ledger_seal_findings") == 1; });
    here.server.execute("UPDATE erasure SET passes = passes - 1", here.ledger_database);
    here.stop();
    const seal::SealReport report = here.verify();
    CHECK(report.found_count == 0);
    CHECK(report.copies_compared == report.seals);
    // The journal alone is a copy, too.
    const auto log = here.directory.write("journal", here.daemon->log());
    CHECK(seal::read_copies(log).hashes.size() == report.seals);
}

TEST_CASE("What was erased shortly before a stop is sealed by the stop") {
    SealingInstallation here("seal_stop");
    here.config.options["seal.every"] = "\"1h\"";
    here.start();
    here.wait_until("a first seal is made", [&] { return here.seals() > 0; });
    here.erase(1);
    const std::uint64_t before = here.seals();
    here.stop();
    CHECK(here.seals() == before + 1);
    CHECK(here.verify().found_count == 0);
    CHECK(here.verify().unsealed == 0);
}

#ifdef GDPRD_FAULT_POINTS
TEST_CASE("A daemon that dies while it seals leaves a whole chain, and the next one completes the file") {
    const std::string moment = GENERATE("sealing", "sealed", "sealing:2", "sealed:2");
    SealingInstallation here("seal_killed");
    here.start({{"MAUTIC_GDPRD_FAULT", moment}});
    CHECK(here.daemon->wait_for_exit(std::chrono::seconds(60)) == 128 + SIGKILL);
    const std::uint64_t seals = here.seals();
    CHECK(seals == (moment == "sealed:2" ? 2u : moment == "sealing" ? 0u : 1u));
    here.start();
    here.erase(1);
    here.wait_until("two more seals are made", [&] { return here.seals() > seals + 2; });
    here.stop();
    const seal::SealReport report = here.verify();
    CHECK(report.found_count == 0);
    CHECK(report.unsealed == 0);
    CHECK(report.copies_compared == report.seals);
}
#endif

TEST_CASE("Two daemons with one ledger make one chain") {
    SealingInstallation here("seal_two");
    here.start();
    Machine other(here.server.options(here.mautic.name()), here.ledger_database);
    other.directory.write("seal-key", read_file(here.directory / "seal-key"));  // the same key
    other.config.options["seal.key_file"] = toml_text((other.directory / "seal-key").string());
    other.config.options["seal.every"] = "\"1s\"";
    other.config.options["seal.file"] = toml_text((other.directory / "seals").string());
    other.start();
    for (ContactId contact = 1; contact <= 3; ++contact) here.erase(contact);
    const std::uint64_t before = here.seals();
    here.wait_until("more seals are made", [&] { return here.seals() > before + 4; });
    here.stop();
    other.stop();
    const seal::SealReport report = here.verify();
    CHECK(report.found_count == 0);
    CHECK(report.unsealed == 0);
}
