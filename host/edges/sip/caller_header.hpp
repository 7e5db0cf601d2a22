// SPDX-License-Identifier: MIT
/// Who calls, as a header of SIP says it (RFC 3261, 20.20). Pure.
#pragma once
#include <string>

namespace switchroom::sip {

/// Value of a From header: `"Bea" <sip:301@office>`. Neither name nor number can be taken for
/// anything else, whatever is in them. Without a number: anonymous (RFC 3323, 4.1.1.3).
std::string caller_header(const std::string& name, const std::string& number,
                          const std::string& realm);

} // namespace switchroom::sip
