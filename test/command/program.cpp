#include "command/program.h"

#include <algorithm>
#include <stdexcept>

#include "queue/queue.h"

namespace gdprd::test {

Answer run(std::vector<std::string> arguments, std::string_view input,
           const DaemonProcess::Environment& environment) {
    const TemporaryDirectory directory;
    arguments.insert(arguments.begin(), daemon_program().string());
    // A program that reads JSON gets no warnings between.
    const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    const auto errors = json ? directory / "errors" : std::filesystem::path();
    ChildProcess process(
        {std::move(arguments), environment, directory.write("input", input), directory / "output", errors});
    const auto exit_code = process.wait_for_exit(std::chrono::minutes(10));
    if (!exit_code) throw std::runtime_error("the command does not end");
    std::string text = read_file(directory / "output");
    return {*exit_code, text.empty() && json ? read_file(errors) : std::move(text)};
}

Answer Site::run(std::vector<std::string> arguments, std::string_view input) {
    arguments.push_back("--config");
    arguments.push_back(here.config.write().string());
    return test::run(std::move(arguments), input);
}

void Site::make_queue() {
    here.config.write();
    queue::Queue({here.config.queue_directory()});
}

void Site::make_ledger() {
    const Answer answer = run({"init", "--ledger-only"});
    if (answer.exit_code != 0) throw std::runtime_error(answer.text);
}

bool names_person(const std::string& text, ContactId contact) {
    const Person person = invented_person(contact);
    for (const std::string& value :
         {person.marker, person.ip_address, person.tracking_id, std::string("@example")}) {
        if (text.find(value) != std::string::npos) return true;
    }
    return false;
}

}  // namespace gdprd::test
