#include "http/tls.h"

#include <openssl/ssl.h>

#include "base/error.h"

namespace gdprd::http {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

ssl::context make_tls_context(const Listener& listener) {
    ssl::context context(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // An idle connection gives its 34 KB of record buffers back.
    SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);

    error_code error;
    context.use_certificate_chain_file(listener.certificate_file, error);
    if (error) {
        throw ConfigurationError("certificate file '" + listener.certificate_file + "': " + error.message(),
                                 "It must be a readable PEM chain, the server's own certificate first.");
    }
    context.use_private_key_file(listener.key_file, ssl::context::pem, error);
    if (error) {
        throw ConfigurationError("key file '" + listener.key_file + "': " + error.message(),
                                 "It must be the readable, unencrypted PEM key of the certificate '" +
                                     listener.certificate_file + "'.");
    }
    return context;
}

}  // namespace gdprd::http
