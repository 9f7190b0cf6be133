// How far a sample webhook comes on Mautic's way to the daemon, hop by hop, and what to do where it ends.
#pragma once

#include <string>

#include "daemon/command/check/report.h"
#include "http/client.h"

namespace gdprd::command {

// As Mautic would post it, with no contact in it: the daemon answers 204 once it has verified the signature,
// and has nothing to do.
http::ClientRequest sample_webhook(const std::string& secret);

// Where the daemon has its secrets from.
enum class SecretsOf { files, database };

// Posts the sample, and when it was taken one with a forged signature, which must not be. A line for each hop
// that was reached. Throws ConfigurationError when the CA file cannot be used.
void diagnose(const Url& url, const std::string& secret, SecretsOf secrets, const http::ClientOptions& client,
              CheckReport& report);

// The two answers' part of it. Pure.
void judge_answer(const http::ClientAnswer& answer, CheckReport& report);
void judge_answer_to_forgery(const http::ClientAnswer& answer, CheckReport& report);

}  // namespace gdprd::command
