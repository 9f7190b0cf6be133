// How an e-mail address belonged to a contact, as the ledger keeps it beside the address's hash. Of several
// for one address the first counts.
#pragma once

#include "base/names.h"

namespace gdprd {

enum class AddressKind {
    current,  // it stood in the contact's own row when that was erased
    former,   // Mautic has written down that it stood there before
    merged,   // that of a contact which Mautic merged into this one
    seen,     // Mautic took it for the contact's: a mail to the contact went to it, or a form had it
};

inline constexpr auto address_kind_names = make_names<AddressKind>({{AddressKind::current, "current"},
                                                                    {AddressKind::former, "former"},
                                                                    {AddressKind::merged, "merged"},
                                                                    {AddressKind::seen, "seen"}});
inline const char* name_of(AddressKind kind) { return address_kind_names.of(kind); }

}  // namespace gdprd
