#include "daemon/command/serve.h"

#include "daemon/daemon.h"

namespace gdprd::command {

ExitCode serve(const CommonOptions& options) {
    return daemon::serve(options.config_file) == 0 ? ExitCode::done : ExitCode::failed;
}

}  // namespace gdprd::command
