#include "server.h"

namespace gdprd::test {

PrivateServer& server() {
    static PrivateServer instance;
    static const bool prepared = [] {
        instance.execute("CREATE DATABASE test CHARACTER SET utf8mb4");
        return true;
    }();
    static_cast<void>(prepared);
    return instance;
}

database::ConnectionOptions test_options() {
    auto options = server().options("test");
    options.lock_wait_timeout = Milliseconds{1'000};
    options.read_timeout = Milliseconds{30'000};
    return options;
}

database::Connection connect() { return database::Connection(test_options()); }

void make_table(database::Connection& connection, const std::string& definition) {
    connection.change("DROP TABLE IF EXISTS " + definition.substr(0, definition.find(' ')));
    connection.change("CREATE TABLE " + definition);
}

}  // namespace gdprd::test
