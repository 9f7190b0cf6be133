// Resident memory of this process, in MiB.
#pragma once

namespace gdprd::bench {

double resident_mebibytes();
// The most it was since the process began or since forget_peak().
double peak_mebibytes();
void forget_peak();

// What work needs beyond what the process had when it began.
class MemoryGrowth {
  public:
    MemoryGrowth();
    double peak_mebibytes() const;

  private:
    double before_;
};

}  // namespace gdprd::bench
