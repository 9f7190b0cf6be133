// A database that answers and is not in a state to be worked with: its sessions cannot be made safe, or it
// holds no Mautic. For a command that is a mistake of the configuration. The service, which may have been
// started while somebody restores the tables, waits for the database to be as it should.
#pragma once

#include "base/error.h"

namespace gdprd::database {

class UnusableDatabase : public ConfigurationError {
  public:
    using ConfigurationError::ConfigurationError;
};

}  // namespace gdprd::database
