// Help that helps, and command lines that are refused.
#include "command/program.h"
#include "support/catch.h"

using namespace gdprd::test;

TEST_CASE("every command's help says what it does and how to leave") {
    const std::pair<std::vector<std::string>, std::vector<std::string>> cases[] = {
        {{"--help"},
         {"serve", "check", "plan", "coverage", "describe", "erase", "sweep", "reapply", "lookup", "ledger",
          "queue", "init", "Exit codes", "Example"}},
        {{"serve", "--help"}, {"SIGTERM", "SIGHUP", "--config"}},
        {{"check", "--help"}, {"--json", "grants", "Exit codes"}},
        {{"plan", "--help"}, {"--contact", "Example", "Exit codes"}},
        {{"coverage", "--help"}, {"--json", "unknown", "Exit codes"}},
        {{"describe", "--help"}, {"--data-map", "Markdown", "Exit codes"}},
        {{"erase", "--help"}, {"--dry-run", "do-not-contact", "Exit codes"}},
        {{"certificate", "--help"}, {"--contact", "--with-address", "--language", "Example", "Exit codes"}},
        {{"certificate", "verify", "--help"}, {"--public-key", "Example", "Exit codes"}},
        {{"sweep", "--help"}, {"--since", "--all", "--dry-run", "--yes", "--rate", "--batch", "Exit codes"}},
        {{"reapply", "--help"}, {"--since", "--dry-run", "--yes", "--key-file", "INSERT", "Exit codes"}},
        {{"ledger", "--help"}, {"export", "import"}},
        {{"ledger", "export", "--help"}, {"--file", "standard output", "Exit codes"}},
        {{"ledger", "import", "--help"}, {"--dry-run", "newer", "Exit codes"}},
        {{"ledger", "forget", "--help"}, {"--older-than", "--again", "--dry-run", "Exit codes"}},
        {{"ledger", "forget-key", "--help"}, {"KEYID", "--dry-run", "Exit codes"}},
        {{"lookup", "--help"}, {"standard input", "--fast", "email_stats", "Exit codes"}},
        {{"verify", "--help"}, {"standard input", "--strong-only", "--logs", "Ctrl-C", "Exit codes"}},
        {{"audit", "--help"}, {"--table", "--restart", "--key-file", "--threads", "Ctrl-C", "Exit codes"}},
        {{"queue", "--help"}, {"status", "list", "retry"}},
        {{"queue", "retry", "--help"}, {"--all", "--contact", "Exit codes"}},
        {{"notify", "--help"}, {"status", "list", "retry", "discard", "test"}},
        {{"notify", "retry", "--help"}, {"--all", "--contact", "410", "Exit codes"}},
        {{"notify", "test", "--help"}, {"--receiver", "tells of nobody", "Exit codes"}},
        {{"desk", "--help"}, {"user"}},
        {{"desk", "user", "--help"},
         {"add", "list", "password", "lock", "unlock", "remove", "one-time-code"}},
        {{"desk", "user", "add", "--help"},
         {"viewer|officer", "--password-file", "--instance", "12 characters", "Example", "Exit codes"}},
        {{"desk", "user", "one-time-code", "--help"}, {"--off", "this once", "Exit codes"}},
        {{"copy-config", "--help"}, {"--to", "--owner-of", "unit", "Exit codes"}},
        {{"init", "--help"}, {"--directory", "--ledger-only", "Exit codes"}},
        {{"grants", "--help"}, {"--missing", "--apply", "--admin-password-file", "Exit codes"}},
        {{"webhook", "create", "--help"},
         {"--mautic", "--login-file", "--oauth", "second run", "Exit codes"}},
        {{"webhook", "test", "--help"}, {"--url", "--ca-file", "erases nobody", "Exit codes"}},
    };
    for (const auto& [arguments, parts] : cases) {
        const Answer answer = run(arguments);
        CAPTURE(arguments, answer.text);
        CHECK(answer.exit_code == 0);
        for (const std::string& part : parts) CHECK_THAT(answer.text, ContainsSubstring(part));
    }
    CHECK(run({"--version"}).exit_code == 0);
}

TEST_CASE("a bad command line is refused with the way out") {
    struct Case {
        const char* what;
        std::vector<std::string> arguments;
        const char* says;
    };
    const Case cases[] = {
        {"no command", {}, "a command is missing"},
        {"a misspelt command", {"chekc"}, "did you mean check?"},
        {"a misspelt option", {"check", "--jsno"}, "did you mean --json?"},
        {"an option before its command",
         {"queue", "--config", "/x", "status"},
         "behind the name of the command"},
        {"an option of another command", {"check", "--dry-run"}, "no such option: --dry-run"},
        {"no contact to erase", {"erase"}, "--contact is required"},
        {"contact 0", {"erase", "--contact", "0"}, "not the id of a contact"},
        {"a negative contact", {"plan", "--contact=-1"}, "not the id of a contact"},
        {"a contact beyond all ids", {"plan", "--contact", "99999999999999999999"}, "--contact"},
        {"a contact that is no number", {"plan", "--contact", "seven"}, "--contact"},
        {"two contacts to plan", {"plan", "--contact", "1", "2"}, "unexpected argument: 2"},
        {"no queue command", {"queue"}, "a command is missing"},
        {"a misspelt queue command", {"queue", "stats"}, "did you mean status?"},
        {"nothing to retry", {"queue", "retry"}, "--contact,--all"},
        {"both to retry", {"queue", "retry", "--all", "--contact", "3"}, "--contact,--all"},
        {"an unknown state", {"queue", "list", "--state", "nope"}, "parked"},
        {"a limit of 0", {"queue", "list", "--limit", "0"}, "--limit"},
        {"no number of contacts a second", {"reapply", "--rate", "fast"}, "like 50/s"},
        {"a negative rate", {"reapply", "--rate", "-1"}, "--rate"},
        {"a batch of 0", {"reapply", "--batch", "0"}, "--batch"},
        {"both times", {"sweep", "--all", "--since", "2026-03-01"}, "--since"},
        {"no day", {"reapply", "--since", "2026-13-01"}, "not a date like 2026-03-01"},
        {"no ledger command", {"ledger"}, "a command is missing"},
        {"no file to import", {"ledger", "import"}, "file is required"},
        {"an account of nobody to grant by", {"grants", "--apply"}, "--admin"},
        {"no desk command", {"desk", "user"}, "a command is missing"},
        {"no role", {"desk", "user", "add", "anna"}, "--role is required"},
        {"an unknown role", {"desk", "user", "add", "anna", "--role", "admin"}, "officer"},
        {"no name of an account", {"desk", "user", "lock", "anna b"}, "has 1 to 32 letters"},
        {"two files of accounts",
         {"desk", "user", "list", "--accounts", "/x", "--instance", "shop"},
         "excludes"},
        {"two places for init", {"init", "--directory", "/x", "--config", "/y"}, "excludes"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.what);
        const Answer answer = run(one.arguments);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd: "));
        CHECK_THAT(answer.text, ContainsSubstring(one.says));
        CHECK_THAT(answer.text, ContainsSubstring("--help`"));
    }
}

TEST_CASE("lookup takes no address from the command line and no answer repeats one") {
    const std::vector<std::string> cases[] = {
        {"lookup", "someone@example.org"},
        {"lookup", "someone"},
        {"lookup", "--address=someone@example.org"},
        {"lookup", "--json", "someone@example.org"},
    };
    for (const auto& arguments : cases) {
        CAPTURE(arguments);
        const Answer answer = run(arguments, "someone@example.org\n");
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("no address on the command line"));
        CHECK_THAT(answer.text, ContainsSubstring("history"));
        CHECK(answer.text.find("someone") == std::string::npos);
    }
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"someone@example.org"},
                                                      {"erase", "--contact", "someone@example.org"},
                                                      {"plan", "someone@example.org"},
                                                      {"reapply", "--since", "someone@example.org"},
                                                      {"ledger", "import", "someone@example.org", "x"},
                                                      {"desk", "user", "lock", "someone@example.org"},
                                                      {"queue", "list", "--state", "someone@example.org"}}) {
        CAPTURE(arguments);
        const Answer answer = run(arguments);
        CHECK(answer.exit_code == 2);
        CHECK(answer.text.find("someone") == std::string::npos);
    }
}

TEST_CASE("without a configuration every command says so") {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"serve"},
                                                      {"plan"},
                                                      {"erase", "--contact", "1"},
                                                      {"reapply"},
                                                      {"lookup"},
                                                      {"grants"},
                                                      {"ledger", "export"},
                                                      {"ledger", "import", "file"},
                                                      {"queue", "status"},
                                                      {"init", "--ledger-only"}}) {
        std::vector<std::string> with_file = arguments;
        with_file.insert(with_file.end(), {"--config", "/nonexistent/mautic-gdprd.toml"});
        CAPTURE(with_file);
        const Answer answer = run(with_file, "someone@example.org\n");
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("/nonexistent/mautic-gdprd.toml: cannot be read"));
        CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd init"));
    }
}

TEST_CASE("whoever reads no further is no error") {
    Site site("closed_pipe");
    const std::string config = " --config '" + site.here.config.write().string() + "'";
    const std::string program = "'" + daemon_program().string() + "' ";
    // The reader closes the pipe before the command begins, so that every write into it fails.
    for (const char* command : {"coverage", "plan", "check", "queue list", "--help", "--version"}) {
        CAPTURE(command);
        const std::string line = program + command + (*command == '-' ? "" : config);
        const TemporaryDirectory directory;
        const std::string fifo = (directory / "fifo").string();
        const std::string errors = (directory / "errors").string();
        run_program({"sh", "-c",
                     "mkfifo " + fifo + "; exec 3<>" + fifo + "; exec 4>" + fifo + "; exec 3<&-; { " + line +
                         "; echo \"exit $?\" >&2; } >&4 2> " + errors + "; exit 0"});
        CHECK_THAT(read_file(errors), !ContainsSubstring("standard output"));
    }
    // A full disk is one still.
    CHECK_THAT(run_program({"sh", "-c", program + "--help 2>&1 > /dev/full; echo exit $?"}),
               ContainsSubstring("standard output cannot be written to") && ContainsSubstring("exit 1"));
}
