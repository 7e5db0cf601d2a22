// SPDX-License-Identifier: MIT
#include "edges/sip/gate.hpp"

#include <array>
#include <cstdlib>
#include <netdb.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_header.h>
#include <stdexcept>

namespace switchroom::sip {
namespace {

gate* only = nullptr;
decltype(msg_mclass_t::mc_extract_body) as_before = nullptr;

/// A REFER of no call. Sofia would subscribe whoever sends it to what becomes of it, and notify the
/// Contact that he names again and again, before anybody is asked whether he may.
bool refers_to_nothing(const sip_t* sip) {
  return sip->sip_request->rq_method == sip_method_refer && sip->sip_to != nullptr &&
         sip->sip_to->a_tag == nullptr && sip->sip_cseq != nullptr &&
         sip->sip_cseq->cs_method == sip_method_refer;
}

} // namespace

void gate::messages_end::operator()(msg_mclass_t* made) const {
  std::free(made);
}

gate::gate(std::string realm, digest_kinds kinds, limits_chosen chosen)
    : sources_(chosen), proofs_(std::move(realm), kinds),
      messages_(
          msg_mclass_clone(const_cast<msg_mclass_t*>(sip_default_mclass()), 0, msg_mclass_copy)) {
  if (!messages_)
    throw std::runtime_error("no memory for what SIP messages are made of");
  as_before = messages_->mc_extract_body;
  messages_->mc_extract_body = &gate::take;
  only = this;
}

gate::~gate() {
  only = nullptr;
}

std::string gate::source_of(msg_t* message) {
  const auto* from = message == nullptr ? nullptr : msg_addrinfo(message);
  std::array<char, NI_MAXHOST> host{};
  if (from == nullptr || from->ai_addr == nullptr ||
      getnameinfo(from->ai_addr, from->ai_addrlen, host.data(), host.size(), nullptr, 0,
                  NI_NUMERICHOST) != 0)
    return {};
  const std::string_view address = host.data();
  return sip::source_of(address.substr(0, address.find('%')));
}

/// A CANCEL has no tag of ours yet (RFC 3261, 9.1).
limits::kind gate::kind_of(const sip_t* sip, const std::string& source) const {
  const bool inside =
      sip->sip_request->rq_method == sip_method_cancel ||
      (sip->sip_to != nullptr && sip->sip_to->a_tag != nullptr && *sip->sip_to->a_tag != '\0');
  if (inside && sip->sip_call_id != nullptr && sip->sip_call_id->i_id != nullptr &&
      calls_.has(sip->sip_call_id->i_id))
    return limits::kind::goes_on;
  for (const auto* first : {sip->sip_authorization, sip->sip_proxy_authorization})
    for (const auto* one = first; one != nullptr; one = one->au_next)
      if (proofs_.ours(credentials_of(one->au_params).nonce, source))
        return limits::kind::answers;
  return limits::kind::asks;
}

/// The last step of reading a message; called again while not all of it has come.
issize_t gate::take(msg_t* message, msg_pub_t* all, char octets[], isize_t size, int at_end) {
  const auto taken = as_before(message, all, octets, size, at_end);
  auto* sip = reinterpret_cast<sip_t*>(all);
  const bool broken = taken < 0 || (sip->sip_flags & (MSG_FLG_ERROR | MSG_FLG_TRUNC)) != 0;
  if (only != nullptr && (broken || (sip->sip_flags & MSG_FLG_COMPLETE) != 0))
    only->look_at(message, sip, broken);
  return taken;
}

void gate::look_at(msg_t* message, sip_t* sip, bool broken) {
  if (broken || sip->sip_error != nullptr ||
      (sip->sip_request == nullptr && sip->sip_status == nullptr))
    ++malformed_;
  if (sip->sip_request == nullptr)
    return;
  const auto source = source_of(message);
  const auto now = std::chrono::steady_clock::now();
  if (sources_.arrived(source, kind_of(sip, source), now) == limits::verdict::drop)
    sip->sip_request = nullptr; // neither request nor answer: sofia throws it away
  else if (refers_to_nothing(sip)) {
    ++transfers_of_nothing_;
    // To sofia it is one of those that it answers 405 itself, and forgets. As a malformed one it
    // would cost a phone its connection.
    sip->sip_request->rq_method = sip->sip_cseq->cs_method = sip_method_message;
  }
}

bool gate::news(edge::v1::Figures& figures, limits::time now) {
  const auto found = sources_.report(now);
  figures.set_registrations(registrations_);
  figures.set_refused(found.refused + transfers_of_nothing_);
  figures.set_wrong_passwords(found.wrong_passwords);
  figures.set_malformed(malformed_);
  figures.set_sources_limited(found.limited);
  for (const auto& one : found.worst) {
    auto& source = *figures.add_worst();
    source.set_address(one.source);
    source.set_refused(one.refused);
    source.set_wrong_passwords(one.wrong_passwords);
    source.set_limited(one.limited);
  }
  auto text = figures.SerializeAsString();
  if (text == told_)
    return false;
  told_ = std::move(text);
  return true;
}

} // namespace switchroom::sip
