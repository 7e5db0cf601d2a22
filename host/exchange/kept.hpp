// SPDX-License-Identifier: MIT
/// What the exchange keeps from step to step; what it does is in implementation.hpp.
#pragma once
#include "exchange/agent_log.hpp"
#include "exchange/alarms.hpp"
#include "exchange/echo_pool.hpp"
#include "exchange/ladder.hpp"
#include "exchange/parts.hpp"
#include "exchange/voice_paths.hpp"
#include "users/directory.hpp"

#include <deque>
#include <map>
#include <set>

namespace switchroom::exchange {

struct kept {
  kept(settings, desks::stored, instant now, voicemail::stored);
  void add_trunk_lines();                              // outside.cpp
  void add_station(party&, line_id, unsigned station); // stations.cpp

  settings settings_;
  std::vector<dialplan::short_code> system_codes_;
  dialplan::plan system_plan_;
  std::vector<dialplan::plan> outside_plans_; ///< by trunk
  code_mask system_mask_;
  dialplan::dial_timers dial_timers_;
  lines::timers timers_;
  users::directory directory_;
  std::map<extension_number, user::v1::User> own_users_;
  desks::state desks_;
  scn::network network_;
  voice_paths paths_;
  echo_pool echoes_;
  std::string edge_lost_, isdn_lost_;                 ///< why; empty: it is there
  std::optional<refusal> edge_trouble_;               ///< what sip-edge said of why it ends
  std::map<std::size_t, trunk_health> trunk_healths_; ///< by place in settings::trunks
  alarms alarms_;
  ladder ladder_;

  std::map<line_id, party> lines_;
  std::map<std::uint32_t, std::vector<line_id>> isdn_lines_; ///< by D channel
  std::size_t stations_ = 0;
  std::map<calls::peer_leg, party> visitors_;
  std::map<calls::peer_leg, trunk> trunks_;
  std::map<call_id, calls::call> calls_;
  std::map<std::string, guesses> guesses_; ///< by line, or gateway and number
  std::map<std::string, parked_call> parked_;
  std::map<gateway_name, std::map<std::string, calls::caller>> parked_elsewhere_; ///< by slot
  std::map<gateway_name, std::map<extension_number, use>> uses_;
  std::vector<wanted_call_back> call_backs_;
  std::map<call_id, hunted> hunts_;                          ///< by the caller's call
  std::set<call_id> hunts_due_;                              ///< to be looked at in this step
  std::set<extension_number> night_;                         ///< own groups in night service
  std::map<extension_number, bool> in_day_hours_;            ///< groups with a day profile
  std::map<extension_number, extension_number> last_hunted_; ///< member, by group
  std::map<extension_number, instant> idle_since_;
  std::map<gateway_name, std::map<extension_number, scn::v1::GroupState>> groups_elsewhere_;
  std::map<extension_number, std::string> taken_groups_; ///< who has the number of a group (S5)
  bool numbers_changed_ = true; ///< what check_…_numbers() look at, perhaps
  std::vector<night_asked> nights_asked_;
  std::map<extension_number, std::vector<voicemail::message>> mailboxes_;
  std::map<gateway_name, std::map<extension_number, voicemail::tally>> mailboxes_elsewhere_;
  std::map<std::uint64_t, mailbox_visit> visits_; ///< by number of the tape
  std::vector<emergency_port> emergency_ports_;
  std::map<gateway_name, std::map<extension_number, emergency_elsewhere>> emergency_elsewhere_;
  bool standing_changed_ = false;
  std::string standing_kept_;                     ///< as the disk has it
  std::map<std::string, conference> conferences_; ///< by number
  std::map<gateway_name, std::map<std::string, unsigned>> conferences_elsewhere_;
  std::uint64_t last_message_ = 0, last_tape_ = 0;
  std::map<line_id, line_check> checks_;
  std::map<std::uint64_t, capture> captures_;          ///< by number
  std::uint64_t last_record_ = 0;                      ///< of captures and tests
  std::map<std::uint64_t, directory_search> searches_; ///< by number
  std::uint64_t last_search_ = 0;
  bool uses_changed_ = false;
  std::uint64_t last_phone_call_ = 0;          ///< to edges: even
  edge::v1::Figures edge_figures_;             ///< since it began
  isdn::v1::Figures isdn_figures_;             ///< the same
  std::deque<isdn::v1::FromEdge> analog_said_; ///< of analog trunks, to be heard
  std::uint64_t last_analog_call_ = 1, last_ear_ = 0;
  std::map<line_id, calls::cause> hang_up_;                   ///< on edges, in this step
  std::map<line_id, std::map<std::uint64_t, watch>> watches_; ///< by the edge's number
  bool lamps_changed_ = false;                                ///< perhaps
  std::uint64_t last_call_ = 0, last_leg_;

  /// Who waits for the outcome of a log in or log out at a line: an operator's request, or the
  /// person who seized the line for the n-th time.
  struct asker {
    std::optional<std::uint64_t> request;
    unsigned seizure = 0;
  };
  std::map<line_id, std::deque<asker>> askers_;
  std::map<std::uint64_t, asker> changes_asked_; ///< by number of the change_settings
  std::uint64_t last_change_ = 0;
  std::map<gateway_name, std::uint64_t> sent_; ///< besides what network_ counts

  std::optional<refusal> disk_refuses_;

  double clock_origin_s_;
  instant now_, started_;
  std::vector<action> out_;
  std::set<line_id> unanswered_; ///< lines where a group's call was not answered in this step
  agent_log agents_;
  /// A call for a log, and streams whose figures belong to it.
  struct made_call {
    desks::call_made what;
    std::set<host_slot> streams;
  };
  std::vector<made_call> calls_made_;
  std::set<host_slot> closing_;                  ///< streams whose figures will be told
  std::map<host_slot, std::string> closes_late_; ///< and whose they are: conferences hear them fade
  std::uint64_t last_made_ = 0;
  std::set<line_id> touched_;      ///< lines whose use may have changed in this step
  std::set<call_id> moved_;        ///< calls whose user left the line that rang
  std::vector<call_id> ended_;     ///< calls to be forgotten after this step
  std::set<calls::peer_leg> gone_; ///< and visitors
};

} // namespace switchroom::exchange
