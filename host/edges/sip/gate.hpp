// SPDX-License-Identifier: MIT
/// Where what comes from the network is looked at before anything is done about it: malformed
/// messages are counted, and requests of a source that has asked too much (limits.hpp), and
/// transfers of no call, never become transactions of sofia's. One in a process: sofia calls it
/// without saying which.
#pragma once
#include "edge.pb.h"
#include "edges/sip/digest.hpp"
#include "edges/sip/limits.hpp"
#include "edges/sip/live_calls.hpp"

#include <memory>
#include <sofia-sip/msg_mclass.h>
#include <sofia-sip/sip.h>

namespace switchroom::sip {

class gate {
public:
  gate(std::string realm, digest_kinds, limits_chosen = {});
  ~gate();
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  /// For NTATAG_MCLASS.
  const msg_mclass_t* messages() const { return messages_.get(); }
  static std::string source_of(msg_t*);
  limits::kind kind_of(const sip_t*, const std::string& source) const;

  limits& sources() { return sources_; }
  digest& proofs() { return proofs_; }
  live_calls& calls() { return calls_; }
  void count_registration() { ++registrations_; }
  /// What has been since the edge began, if it is not what was told before.
  bool news(edge::v1::Figures&, limits::time now);

private:
  struct messages_end {
    void operator()(msg_mclass_t* made) const;
  };
  static issize_t take(msg_t*, msg_pub_t*, char octets[], isize_t size, int at_end);
  void look_at(msg_t*, sip_t*, bool broken);

  limits sources_;
  digest proofs_;
  live_calls calls_;
  std::unique_ptr<msg_mclass_t, messages_end> messages_;
  std::uint64_t registrations_ = 0, malformed_ = 0, transfers_of_nothing_ = 0;
  std::string told_;
};

} // namespace switchroom::sip
