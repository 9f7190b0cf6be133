// [notify], [notify.urls], [notify.secret_files]: who is told of erasures.
#include <algorithm>

#include "base/base64.h"
#include "config/secret_file.h"
#include "config/sections.h"

namespace gdprd::config {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t name_length_max = 32;
constexpr std::string_view secret_prefix = "whsec_";
// What Standard Webhooks asks for.
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

void check_name(Section& section, const std::string& name) {
    if (identifier.allows(name) && name.size() <= name_length_max) return;
    section.problem(name, "a receiver's name must be " + std::string(identifier.description) + ", at most " +
                              std::to_string(name_length_max));
}

// Whoever could read the message on its way would know who was erased.
bool is_safe(const Url& url) { return url.tls || url.host == "localhost" || is_loopback(url.host); }

void read_url(Section& section, const std::string& name, std::vector<notify::Receiver>& receivers) {
    const auto texts = section.free_texts(name, any_text);
    if (texts.empty()) return;
    const auto url = texts.size() == 1 ? parse_url(texts.front()) : std::nullopt;
    if (!url || !is_safe(*url)) {
        // Not shown: it may hold somebody's token.
        section.problem(
            name, "must be one URL of https, or of http to this machine",
            "It looks like https://crm.example.org/erased, without a user's name before the host, "
            "which is written in ASCII (xn--…)");
        return;
    }
    receivers.push_back({name, *url, {}});
}

std::vector<std::string> read_keys(Section& section, const std::string& name, Config& config) {
    std::vector<std::string> keys;
    for (const std::string& file : section.free_texts(name, file_name)) {
        if (file.starts_with(secret_prefix)) {
            section.problem(
                name, "is a secret, and not the name of a file that holds one",
                "Secrets do not belong in the configuration file: put it into a file with mode 0600");
            continue;
        }
        const std::string secret = read_secret_of(section, name, file, config.warnings);
        if (secret.empty()) continue;
        const auto key = secret.starts_with(secret_prefix)
                             ? base64_decoded(std::string_view(secret).substr(secret_prefix.size()))
                             : std::nullopt;
        if (!key || key->size() < key_bytes_min || key->size() > key_bytes_max) {
            section.problem(
                name,
                "secret file " + in_quotes(file) +
                    ": not a secret of Standard Webhooks: whsec_ and the base64 of 24 to 64 bytes",
                R"~(Make one with: printf 'whsec_%s\n' "$(openssl rand -base64 32)")~");
            continue;
        }
        keys.push_back(*key);
    }
    return keys;
}

}  // namespace

void read_notify(Reader& reader, Config& config) {
    auto& options = config.notify;
    Section section = reader.section("notify");
    options.timeout = section.duration("timeout", options.timeout, 1s, 5min);
    options.per_minute_max = section.integer("per_minute_max", options.per_minute_max, 1, 60'000);
    options.attempts_max = section.integer("attempts_max", options.attempts_max, 1, 10'000);
    options.backoff_first = section.duration("backoff_first", options.backoff_first, 1ms, 24h);
    options.backoff_max = section.duration("backoff_max", options.backoff_max, 1ms, 24h);
    options.keep = section.duration("keep", options.keep, 0s, std::chrono::days{3650});
    if (options.backoff_max < options.backoff_first) {
        section.problem("backoff_max", "must not be shorter than backoff_first");
    }

    Section urls = reader.section("notify.urls");
    for (const auto& name : urls.free_options("<name>", "a URL of https, or of http to this machine")) {
        check_name(urls, name);
        read_url(urls, name, options.receivers);
    }
    Section secrets = reader.section("notify.secret_files");
    for (const auto& name : secrets.free_options("<name>", "a file or a list of files")) {
        auto keys = read_keys(secrets, name, config);
        const auto receiver = std::find_if(options.receivers.begin(), options.receivers.end(),
                                           [&](const notify::Receiver& one) { return one.name == name; });
        if (receiver != options.receivers.end()) {
            receiver->keys = std::move(keys);
        } else if (!urls.has(name)) {
            secrets.problem(name, "there is no receiver of this name in [notify.urls]");
        }
    }
    for (const notify::Receiver& receiver : options.receivers) {
        if (!secrets.has(receiver.name)) {
            urls.problem(receiver.name, "its secret is missing",
                         "Name the file that holds it in [notify.secret_files]");
        }
    }
}

}  // namespace gdprd::config
