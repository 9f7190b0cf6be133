// Everything a daemon wrote or said, and a search for people in it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "system/installation.h"

namespace gdprd::test {

class Evidence {
  public:
    // Under the name `source`; more of one source is appended.
    void add(const std::string& source, const std::string& bytes) { bytes_[source] += bytes; }
    // The log, the state directory's files, every row of the ledger, the pages for monitoring.
    void collect(Installation& here);

    const std::string& of(const std::string& source) const { return bytes_.at(source); }
    // Where which values of this person are found: "queue.db: email". Empty is what promise 6 asks for.
    std::vector<std::string> mentions(const Person& person) const;

  private:
    void collect_ledger(Installation& here);

    std::map<std::string, std::string> bytes_;
};

}  // namespace gdprd::test
