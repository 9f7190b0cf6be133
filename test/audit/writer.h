// Texts with addresses in them, in every form and next to everything that stands beside an address, and some
// that only look so. The same seed writes the same texts.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace gdprd::test {

// Each of these is another one's neighbour: a part of it, or longer by a sign or a letter.
const std::vector<std::string>& people();

class Writer {
  public:
    explicit Writer(unsigned seed) : random_(seed) {}

    // `binary`: now and then compressed.
    std::string text(bool binary = true);

  private:
    int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
    std::string piece();
    std::string encoded(std::string text);

    std::mt19937 random_;
};

}  // namespace gdprd::test
