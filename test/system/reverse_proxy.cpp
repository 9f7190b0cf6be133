#include "system/reverse_proxy.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "support/skipped.h"
#include "system/http_client.h"

namespace gdprd::test {

namespace {

const std::filesystem::path source = GDPRD_SOURCE_DIR;
constexpr std::string_view indentation = "    ";

void wait_until_it_listens(ChildProcess& process, std::uint16_t port, const std::filesystem::path& output) {
    while (!HttpClient(port).get("/nothing-there")) {
        if (!process.running()) throw std::runtime_error("the proxy does not start: " + read_file(output));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace

std::filesystem::path proxy_program(const std::string& name) {
    const TemporaryDirectory directory;
    const auto output = directory / "output";
    ChildProcess script(
        {{(source / "test/server/proxy.sh").string(), name}, {}, "/dev/null", output, directory / "errors"});
    if (script.wait_for_exit(std::chrono::minutes(2)) != 0) {
        std::cout << "SKIPPED: " << read_file(directory / "errors");
        skip_test_case();
    }
    std::string path = read_file(output);
    path.erase(path.find_last_not_of('\n') + 1);
    return path;
}

std::string block_of_page(const std::string& page, const std::string& line) {
    const std::string text = read_file(source / "docs" / page);
    std::string block;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string one = text.substr(at, end - at);
        at = end + 1;
        if (one.starts_with(indentation)) {
            block += one.substr(indentation.size()) + '\n';
        } else if (one.empty() && !block.empty()) {
            block += '\n';
        } else if (block.find(line) != std::string::npos) {
            return block;
        } else {
            block.clear();
        }
    }
    if (block.find(line) != std::string::npos) return block;
    throw std::runtime_error("docs/" + page + " has no block with " + line);
}

std::string replaced(std::string text, const Replacements& replacements) {
    for (const auto& [from, to] : replacements) {
        std::size_t at = text.find(from);
        if (at == std::string::npos) throw std::runtime_error("not in the documentation: " + from);
        for (; at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    }
    return text;
}

// One process, which needs no right and leaves no worker behind when it is killed.
Nginx::Nginx(const std::string& servers, std::uint16_t port) {
    const std::string here = directory_.path().string();
    std::string text = "daemon off;\nmaster_process off;\npid " + here + "/pid;\nerror_log " + here +
                       "/error.log info;\nevents {}\nhttp {\naccess_log " + here + "/access.log;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
        text += std::string(kind) + "_temp_path " + here + '/' + kind + ";\n";
    }
    const auto file = directory_.write("nginx.conf", text + servers + "}\n").string();
    process_.emplace(ChildProcessOptions{
        {proxy_program("nginx").string(), "-c", file, "-p", here, "-e", here + "/error.log"},
        {},
        "/dev/null",
        directory_ / "output"});
    wait_until_it_listens(*process_, port, directory_ / "output");
}

std::string Nginx::error_log() const {
    std::error_code ignored;
    const auto file = directory_ / "error.log";
    return std::filesystem::exists(file, ignored) ? read_file(file) : "";
}

Caddy::Caddy(const std::string& sites, std::uint16_t port) {
    const auto file = directory_.write("Caddyfile", "{\nadmin off\nauto_https off\n}\n" + sites).string();
    process_.emplace(ChildProcessOptions{
        {proxy_program("caddy").string(), "run", "--adapter", "caddyfile", "--config", file},
        {{"HOME", directory_.path().string()}, {"XDG_DATA_HOME", directory_.path().string()}},
        "/dev/null",
        directory_ / "output"});
    wait_until_it_listens(*process_, port, directory_ / "output");
}

}  // namespace gdprd::test
