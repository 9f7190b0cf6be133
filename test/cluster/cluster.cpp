#include "cluster/cluster.h"

namespace gdprd::test {

PrivateGalera& cluster() {
    static PrivateGalera galera;
    return galera;
}

}  // namespace gdprd::test
