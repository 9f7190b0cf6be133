// Whose links of mails a text has. Mautic gives each link in a mail a parameter `ct`: base64 of a serialized
// array with the contact's id as "lead", or as "l" where it shortens the names (Mautic 3-7,
// CoreBundle/Helper/ClickthroughHelper.php and ClickthroughKeyConverter.php,
// EmailBundle/Helper/MailHelper.php). With the view of the page that the link led to it stores the address,
// and the parameters as it has read them: there `ct` is the array itself (PageModel::getHitQuery()). Pure.
#pragma once

#include <set>
#include <string_view>

#include "base/contact_id.h"

namespace gdprd::matching {

// The contacts in all such parameters, under as many layers of escapes as an address is looked for
// (matching/identity.h); of a text with very many of them, in the first ones.
std::set<ContactId> clicked_contacts(std::string_view text);

}  // namespace gdprd::matching
