// SPDX-License-Identifier: MIT
/// A real isdn-edge and real isdn_peers at one digital line, with the test as the gateway. In real
/// time, but nothing waits longer than for what it waits for.
#pragma once
#include "edges/process/gateway_connection.hpp"
#include "isdn.pb.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace switchroom::isdn {

/// A process that ends with this.
class child {
public:
  /// `descriptors`: of ours, as which of its own.
  child(std::vector<std::string> command, std::vector<std::pair<int, int>> descriptors);
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  int process() const { return process_; }
  /// Waits for its end; as waitpid has it.
  int ended();

private:
  int process_ = 0;
};

class real_peer {
public:
  /// `options` of isdn_peer.
  explicit real_peer(std::vector<std::string> options);
  ~real_peer();
  real_peer(const real_peer&) = delete;
  real_peer& operator=(const real_peer&) = delete;
  void tell(boost::json::object command);
  /// The last such event that was heard, and of that call, if one is named; nullptr: none.
  const boost::json::object* heard(std::string_view event, std::string_view id = {}) const;
  unsigned count(std::string_view event) const;
  std::vector<boost::json::object> events;

private:
  friend class real_line;
  void read_events();
  int frames_ = -1, commands_ = -1, events_ = -1;
  std::string unread_;
  std::unique_ptr<child> process_;
};

class real_line {
public:
  real_line(v1::Channel channel, std::vector<std::string> options = {});

  real_peer& add_peer(std::vector<std::string> options);
  void tell(const v1::ToEdge&);
  void line(bool up);
  v1::Setup setup(std::uint64_t call, unsigned b, const std::string& to, bool complete = true);
  void place(const v1::Setup&);
  void progress(std::uint64_t call, v1::Progress::Stage, bool in_band = false);
  void digits(std::uint64_t call, const std::string&);
  void connect(std::uint64_t call);
  void release(std::uint64_t call, scn::v1::Cause = scn::v1::NORMAL_CLEARING, unsigned q850 = 0);
  /// Carries frames until so; else the test has failed.
  void until(const std::function<bool()>& so, const char* what);
  /// The last of that kind; nullptr: none was heard.
  const v1::FromEdge* heard(v1::FromEdge::BodyCase) const;
  unsigned count(v1::FromEdge::BodyCase) const;
  const v1::FromEdge& wait_for(v1::FromEdge::BodyCase, unsigned times = 1);
  void wait_for(real_peer&, const char* event, const char* id = "");
  bool is_up() const;
  int edge() const { return process_->process(); }
  int edge_ended() { return process_->ended(); }

  bool cut = false; ///< frames are lost
  std::vector<v1::FromEdge> said;
  std::vector<std::unique_ptr<real_peer>> peers;

private:
  void take(const v1::FromEdge&);
  void carry_from(real_peer&);

  std::unique_ptr<process::gateway_connection> connection_;
  std::unique_ptr<child> process_;
};

} // namespace switchroom::isdn
