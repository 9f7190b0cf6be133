#include "http/usable.h"

#include "http/socket_file.h"
#include "http/tls.h"

namespace gdprd::http {

void require_usable(const Listener& listener) {
    if (!listener.unix_socket.empty()) SocketFile::require_place(listener);
    if (!listener.certificate_file.empty()) make_tls_context(listener);
}

}  // namespace gdprd::http
