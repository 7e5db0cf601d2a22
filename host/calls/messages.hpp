// SPDX-License-Identifier: MIT
/// The call messages of scn.proto, made and described.
#pragma once
#include "calls/call.hpp"
#include "calls/cause.hpp"

#include "scn.pb.h"

#include <string>

namespace switchroom::calls {

scn::v1::Envelope setup(const call&, std::uint64_t number, const scn::v1::MediaEndpoint& own);
scn::v1::Envelope progress(std::uint64_t number, bool alerting,
                           const scn::v1::MediaEndpoint* own = nullptr);
scn::v1::Envelope answer(std::uint64_t number, const scn::v1::MediaEndpoint& own,
                         const caller& connected);
scn::v1::Envelope release(const peer_leg&, cause);
scn::v1::Envelope digit(std::uint64_t number, char);

/// Can voice be sent there: an address, a port, a payload type and packet time that we have.
bool usable(const scn::v1::MediaEndpoint&);

/// For the call ladder: "CallSetup 204", "CallRelease 17 user busy". Neither digits of
/// CallDigits nor proofs: both may be a login code (rule H3). Empty for what is no news
/// (heartbeats).
std::string describe(const scn::v1::Envelope&);

} // namespace switchroom::calls
