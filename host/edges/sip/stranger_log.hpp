// SPDX-License-Identifier: MIT
/// Sofia writes to stderr what strangers make it write: from now on a line now and then, so that an
/// assertion that fails is still heard of, and nobody fills the gateway's log.
#pragma once

namespace switchroom::sip {

/// Of all that this process writes with stdio; std::cerr is as before.
void write_little_to_stderr();

} // namespace switchroom::sip
