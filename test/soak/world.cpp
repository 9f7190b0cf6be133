#include "soak/world.h"

#include <fstream>
#include <iostream>

#include "base/clock.h"
#include "base/signing_key.h"

namespace gdprd::soak {

namespace {

void configure(test::Installation& here, test::PrivateServer& server) {
    const std::string account = "'mautic_gdprd'@'localhost'";
    server.execute("CREATE USER " + account + " IDENTIFIED BY 'a password'");
    server.execute("GRANT ALL ON *.* TO " + account);
    std::filesystem::permissions(here.directory.write("seal-key", make_signing_key()),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    here.config.database_password = "a password";
    auto& options = here.config.options;
    options["database.user"] = "\"mautic_gdprd\"";
    options["hash.algorithm"] = "\"sha256\"";
    options["hash.key_file"] = "\"\"";
    options["hold.tags"] = std::string("[\"") + hold_tag + "\"]";
    options["hold.look_again"] = "\"1m\"";
    options["limits.body_size_max"] = "\"256KiB\"";
    options["log.level"] = "\"info\"";
    options["seal.every"] = "\"5s\"";
    options["seal.file"] = test::toml_text((here.directory / "seals").string());
    options["seal.key_file"] = test::toml_text((here.directory / "seal-key").string());
    options["sweep.full"] = "\"20s\"";
    options["sweep.incremental"] = "\"500ms\"";
    // Webhooks alone tell the daemon of opt-outs, until the end: what it acknowledged and lost nobody finds
    // again.
    options["sweep.webhook_delay"] = "\"1d\"";
    options["trigger.channels"] = "[\"email\", \"sms\"]";
    options["worker.schema_refresh"] = "\"500ms\"";
    options["worker.settle"] = "[\"2s\", \"8s\"]";
}

constexpr std::uintmax_t disk_mebibytes = 32;

}  // namespace

std::string time_text() { return format_utc(now()); }

World::World(std::uint64_t seed)
    : dice(seed), here(server, "soak"), disk(here.config.queue_directory(), disk_mebibytes), mautic(here) {
    configure(here, server);
    here.directory.write("clock", std::string(sizeof(std::int64_t), '\0'));
}

void World::start() {
    here.start({{"LD_PRELOAD", SOAK_CLOCK}, {"SOAK_CLOCK", (here.directory / "clock").string()}});
}

// In place, because the file is mapped.
void World::set_clock(std::int64_t seconds) {
    std::ofstream file(here.directory / "clock", std::ios::binary | std::ios::in | std::ios::out);
    file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
}

void World::complain(const std::string& what) {
    ++complaints_;
    std::cout << time_text() << " FAILED: " << what << std::endl;
}

void World::print_counts() const {
    for (const auto& [what, times] : counts_) std::cout << "  " << times << ' ' << what << '\n';
}

int World::run(const std::vector<std::string>& arguments, const std::string& input, std::string& output) {
    test::ChildProcessOptions options;
    options.arguments = {test::daemon_program().string()};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    options.arguments.insert(options.arguments.end(),
                             {"--config", (here.directory / "mautic-gdprd.toml").string()});
    const std::string name = "run-" + std::to_string(++runs_);
    options.output = here.directory / name;
    options.input = here.directory.write("input", input);
    test::ChildProcess process(options);
    const auto exit_code = process.wait_for_exit(std::chrono::minutes(5));
    output = test::read_file(options.output);
    std::filesystem::remove(options.output);
    return exit_code.value_or(-1);
}

std::string World::log() const {
    std::string all;
    std::map<std::string, std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(here.directory.path())) {
        const std::string name = entry.path().filename().string();
        if (name == "log") files["zzz"] = entry.path();
        if (name.starts_with("log.")) files[name] = entry.path();
    }
    for (const auto& [name, file] : files) all += test::read_file(file);
    return all;
}

}  // namespace gdprd::soak
