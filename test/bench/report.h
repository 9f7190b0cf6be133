// What a measurement found: each figure as a line of words for whoever watches, and as a line of JSON for
// whoever compares runs.
//
//     {"measurement":"backfill","figure":"engine","value":2104.0,"unit":"contacts/s","lowest":…,"highest":…,
//      "against":"SQL by hand","baseline":2490.0,"ratio":0.84,"server":"MariaDB 10.11.14-…","scale":1.0}
//
// What a figure does not have, its line leaves out.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace gdprd::bench {

class Figure {
  public:
    Figure(std::string name, double value, std::string unit);
    // The median of several rounds, and their range.
    Figure(std::string name, const std::vector<double>& rounds, std::string unit);

    // What it is compared with, in the same unit. The ratio of rounds is the median of the rounds' ratios:
    // each was taken right beside its baseline, on a machine whose speed drifts.
    Figure& against(std::string baseline_name, double baseline);
    Figure& against(std::string baseline_name, const std::vector<double>& baseline_rounds);

  private:
    friend class Report;

    struct Range {
        double lowest = 0, highest = 0;
    };
    struct Comparison {
        std::string name;
        double baseline = 0, ratio = 0;
        std::optional<Range> range;
    };

    static Range range_of(const std::vector<double>& values);

    std::string name_;
    std::string unit_;
    std::vector<double> rounds_;
    double value_ = 0;
    std::optional<Range> range_;
    std::optional<Comparison> comparison_;
};

// 1234567.8 as "1234568", 12.345 as "12.3", 0.01234 as "0.0123", 12 as "12": as many digits as somebody
// reads.
std::string readable(double value);

class Report {
  public:
    // Both outlive the report. `json`: where the lines of JSON go; nullptr: nowhere.
    Report(std::string measurement, double scale, std::ostream& words, std::ostream* json);

    // The database server of the figures that follow; "": none.
    void set_server(std::string name) { server_ = std::move(name); }
    // For people only.
    void say(const std::string& line);
    void add(const Figure& figure);

  private:
    std::string measurement_;
    double scale_;
    std::ostream& words_;
    std::ostream* json_;
    std::string server_;
};

}  // namespace gdprd::bench
