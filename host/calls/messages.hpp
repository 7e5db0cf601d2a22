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
                           const scn::v1::MediaEndpoint* own = nullptr, bool hunting = false);
/// While it rings, what comes from there is to be heard; null: no longer.
scn::v1::Envelope early(std::uint64_t number, const scn::v1::MediaEndpoint* own);
scn::v1::Envelope answer(std::uint64_t number, const scn::v1::MediaEndpoint& own,
                         const caller& connected);
scn::v1::Envelope release(const peer_leg&, cause);
scn::v1::Envelope hold(const peer_leg&, bool held);
/// `what` says who, and who told so; the leg is put in.
scn::v1::Envelope connected(const peer_leg&, scn::v1::CallConnected what);
/// To the peer of `which`: it shall reach the far end of `other` without us.
scn::v1::Envelope reroute(const peer_leg& which, const peer_leg& other, const gateway_name& here);
/// In place of `leg` of an active call at the receiver.
scn::v1::Envelope replace(const scn::v1::CallLeg& leg, std::uint64_t number,
                          const scn::v1::MediaEndpoint& own);
/// Is the line of this user in use, does it ring.
scn::v1::Envelope use(const extension_number&, bool in_use, bool ringing, bool unavailable);
scn::v1::Envelope park_slot(const std::string& slot, const caller* who);
scn::v1::Envelope group_state(const extension_number&, const std::string& name, bool night);
scn::v1::Envelope night_service(const extension_number& group, bool on);
/// A number that leads to a port of this gateway for so many seconds (S10).
scn::v1::Envelope emergency_port(const extension_number&, const extension_number& by,
                                 std::uint32_t seconds);
/// A conference of this gateway (S6); no parties: it is over.
scn::v1::Envelope conference_state(const std::string& number, std::size_t parties);
/// How many messages a mailbox of this gateway holds (S17).
scn::v1::Envelope mailbox_state(const extension_number& of, unsigned fresh, unsigned heard);
scn::v1::Envelope digit(const peer_leg&, char);

/// Of AES_CM_128_HMAC_SHA1_80 (RFC 4568, 6.2): master key and salt.
inline constexpr std::size_t srtp_key_octets = 30;
inline constexpr std::size_t dtls_fingerprint_octets = 32; // SHA-256
/// Can voice be sent there: an address, a port, payload types and a packet time that we have, and
/// no key or fingerprint that is none.
bool usable(const scn::v1::MediaEndpoint&);
/// How it is spoken to; CODEC_UNSPECIFIED: in no way that this gateway knows.
scn::v1::Codec codec_of(const scn::v1::MediaEndpoint&);
bool is_law(scn::v1::Codec); ///< G.711, which every gateway speaks
/// From now on it is spoken to in this way, with a payload type that is usual for it.
void set_codec(scn::v1::MediaEndpoint&, scn::v1::Codec);

/// For the call ladder: "CallSetup 204", "CallRelease 17 user busy". Neither digits of
/// CallDigits nor proofs: both may be a login code (rule H3). Empty for what is no news
/// (heartbeats).
std::string describe(const scn::v1::Envelope&);

} // namespace switchroom::calls
