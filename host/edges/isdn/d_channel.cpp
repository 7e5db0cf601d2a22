// SPDX-License-Identifier: MIT
#include "edges/isdn/d_channel.hpp"

#include "edges/isdn/causes.hpp"
#include "edges/isdn/numbers.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace switchroom::isdn {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t shortest_frame = 3, longest_frame = 512, size_of_fcs = 2;
constexpr unsigned time_slot_of_d = 16, slots_of_span = 31;
constexpr int any_tei = 127;
/// Events of one frame or timer: none has more than a few.
constexpr int most_events = 1000;

std::vector<unsigned> channels_of(const v1::Channel& settings) {
  std::vector<unsigned> made;
  const bool bri = settings.kind() == v1::Channel::BRI_NETWORK;
  const unsigned last = bri ? 2 : slots_of_span;
  for (const auto number : settings.b_channels())
    if (number >= 1 && number <= last && (bri || number != time_slot_of_d))
      made.push_back(number);
  for (unsigned number = 1; settings.b_channels().empty() && number <= last; ++number)
    if (bri || number != time_slot_of_d)
      made.push_back(number);
  return made;
}

b_channels::side side_of(const v1::Channel& settings) {
  return settings.kind() == v1::Channel::E1_USER ? b_channels::side::user
                                                 : b_channels::side::network;
}

bool is_sabme(std::string_view frame) {
  return (static_cast<unsigned char>(frame[2]) & ~0x10U) == 0x6f; // Q.921, 3.6: without P
}

/// Q.921, 5.3.2: management's message 2, Identity assigned, to all stations.
bool gives_tei(std::string_view octets) {
  constexpr std::string_view management("\xfe\xff\x03\x0f", 4);
  constexpr std::size_t kind = 6;
  return octets.size() > kind && octets.starts_with(management) && octets[kind] == 2;
}

} // namespace

d_channel::d_channel(v1::Channel settings, sink tell, v1::Figures& figures)
    : settings_(std::move(settings)), tell_(std::move(tell)), figures_(figures),
      b_(side_of(settings_), channels_of(settings_)) {
  const int node = is_network() ? PRI_NETWORK : PRI_CPE;
  constexpr int euro_isdn = PRI_SWITCH_EUROISDN_E1;
  constexpr int point_to_multipoint = 0;
  pri_set_message(&d_channel::complains);
  pri_set_error(&d_channel::complains);
  libpri_ = is_bri() ? pri_new_bri_cb(-1, point_to_multipoint, node, euro_isdn, &read_frame,
                                      &write_frame, this)
                     : pri_new_cb(-1, node, euro_isdn, &read_frame, &write_frame, this);
  if (!libpri_)
    throw std::runtime_error("libpri has no memory");
  pri_hangup_fix_enable(libpri_, 1); // Q.931, 5.3.2
  pri_hold_enable(libpri_, 1);
  pri_set_overlapdial(libpri_, 1); // sending complete is said, or not, as it is
  pri_facility_enable(libpri_);
  constexpr unsigned long names_and_texts =
      PRI_DISPLAY_OPTION_NAME_INITIAL | PRI_DISPLAY_OPTION_NAME_UPDATE | PRI_DISPLAY_OPTION_TEXT;
  if (is_network())
    pri_display_options_send(libpri_, names_and_texts);
  pri_display_options_receive(libpri_, names_and_texts);
  take_timers();
}

/// libpri's controller stays: it has no way to end one, and the process ends with the last.
d_channel::~d_channel() {
  pri_set_userdata(libpri_, nullptr);
}

void d_channel::take_timers() {
  pri_set_timer(libpri_, PRI_TIMER_T309, 90'000); // Q.931, table 9-1
  pri_set_timer(libpri_, PRI_TIMER_T316, 10'000); // there two minutes, for which nobody can call
  for (const auto& [name, value] : settings_.timers()) {
    const int timer = pri_timer2idx(name.c_str());
    constexpr std::uint32_t most = 24 * 3600 * 1000;
    if (timer < 0 || value > most || pri_set_timer(libpri_, timer, static_cast<int>(value)) != 0)
      trouble("there is no timer " + name + " that could be " + std::to_string(value),
              "use names of Q.921 and Q.931, as \"T309\", and milliseconds");
  }
}

// ---- frames ------------------------------------------------------------------------------------

int d_channel::read_frame(pri* from, void* buffer, int size) {
  auto* self = static_cast<d_channel*>(pri_get_userdata(from));
  if (!self || self->unread_.empty() ||
      self->unread_.size() + size_of_fcs > static_cast<std::size_t>(size))
    return 0;
  auto* end = std::ranges::copy(self->unread_, static_cast<char*>(buffer)).out;
  std::fill_n(end, size_of_fcs, '\0'); // it does not look at them
  return static_cast<int>(std::exchange(self->unread_, {}).size() + size_of_fcs);
}

int d_channel::write_frame(pri* from, void* octets, int size) {
  auto* self = static_cast<d_channel*>(pri_get_userdata(from));
  if (self && size > static_cast<int>(shortest_frame + size_of_fcs) - 1)
    self->write({static_cast<const char*>(octets), static_cast<std::size_t>(size) - size_of_fcs});
  return size;
}

void d_channel::complains(pri* from, char* text) {
  auto* self = from ? static_cast<d_channel*>(pri_get_userdata(from)) : nullptr;
  if (!self)
    return;
  std::string line = shown(text, 200);
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  self->figures_.set_protocol_errors(self->figures_.protocol_errors() + 1);
  self->figures_.set_last_error(self->settings_.name() + ": " + utf8_of(line));
}

void d_channel::write(std::string_view octets) {
  const auto tei = static_cast<unsigned char>(octets[1]) >> 1;
  if (tei != any_tei)
    teis_.insert(tei);
  if (!line_up_ && !is_bri() && is_sabme(octets))
    asks_ = octets;
  if (!line_up_ || (is_sabme(octets) && !gate_.asks(libpri_time())))
    return;
  figures_.set_frames_out(figures_.frames_out() + 1);
  received_.leaves(octets);
  if (const auto came = head_of(arriving_), goes = head_of(octets); came && goes)
    arriving_is_released_ |= goes->kind == message_head::release_complete &&
                             goes->tei == came->tei && goes->reference == came->reference &&
                             goes->flag != came->flag;
  v1::FromEdge message;
  message.mutable_frame()->set_channel(settings_.channel());
  message.mutable_frame()->set_octets(octets.data(), octets.size());
  tell_(std::move(message));
  if (is_bri() && gives_tei(octets))
    tell_up(); // what this station should show it has not heard
}

void d_channel::frame(std::string_view octets) {
  if (!line_up_ || octets.size() < shortest_frame || octets.size() > longest_frame) {
    figures_.set_frames_dropped(figures_.frames_dropped() + 1);
    return;
  }
  figures_.set_frames_in(figures_.frames_in() + 1);
  gate_.opens();
  const auto found = is_bri() ? pressed_in(octets) : std::nullopt;
  if (found && found->alone)
    return press(*found);
  if (take(octets) && found)
    press(*found);
}

/// True: it was the I frame that layer 2 has waited for.
bool d_channel::take(std::string_view octets) {
  const auto number = received_.awaits(octets);
  unread_ = arriving_ = octets;
  arriving_tei_ = static_cast<unsigned char>(octets[1]) >> 1;
  arriving_is_released_ = false;
  if (auto* event = pri_check_event(libpri_))
    look(*event);
  const bool taken = number && received_.has_taken(octets, *number);
  if (taken)
    given_up();
  unread_ = arriving_ = {};
  run();
  return taken;
}

/// libpri takes these for a call's end, tells nobody and keeps it for ever: a DISCONNECT before
/// anything was said of the far end's call, a RESTART ACKNOWLEDGE with a call's own reference,
/// where it has no business (Q.931, 5.5.1), and what is so wrong that it answers with RELEASE
/// COMPLETE.
void d_channel::given_up() {
  const auto head = head_of(arriving_);
  if (!head)
    return;
  const bool any = head->kind == message_head::restart_acknowledge || arriving_is_released_;
  if (!any && head->kind != message_head::disconnect)
    return;
  const auto* one = find(*head);
  if (!one || (!any && !is_mute(*one)))
    return;
  const auto number = one->number;
  const int cause = any ? PRI_CAUSE_NORMAL_TEMPORARY_FAILURE : PRI_CAUSE_NORMAL_CLEARING;
  const int why = one->ends ? one->cause : cause;
  if (!one->ends)
    tell_release(number, cause);
  forget(one->leg);
  over(number, why);
}

/// Whose message it is. At a bus a call of ours is that of the station which has answered; what the
/// others have of it ends by itself.
const d_channel::call* d_channel::find(const message_head& head) const {
  for (const auto& [number, one] : calls_) {
    if (number_is_ours(number) != head.flag || one.reference != head.reference)
      continue;
    const bool reaches_one_end = !head.flag || is_bri();
    if (!reaches_one_end || (one.tei == head.tei && (one.talks || !head.flag)))
      return &one;
  }
  return nullptr;
}

/// libpri may have done so.
void d_channel::forget(q931_call* leg) {
  if (pri_get_crv(libpri_, leg, nullptr) >= 0)
    pri_destroycall(libpri_, leg);
}

/// What libpri has forgotten without a word: of the far end's calls that nothing was said of yet.
void d_channel::miss() {
  std::vector<std::uint64_t> gone;
  for (const auto& [number, one] : calls_)
    if (is_mute(one) && pri_get_crv(libpri_, one.leg, nullptr) < 0)
      gone.push_back(number);
  for (const auto number : gone) {
    tell_release(number, PRI_CAUSE_DESTINATION_OUT_OF_ORDER);
    over(number, PRI_CAUSE_DESTINATION_OUT_OF_ORDER);
  }
}

// ---- time --------------------------------------------------------------------------------------

void d_channel::run() {
  for (int n = 0; n < most_events; ++n) {
    auto* event = pri_schedule_run(libpri_);
    if (!event)
      break;
    look(*event);
  }
  miss();
  const auto now = libpri_time();
  if (restart_until_ && *restart_until_ <= now)
    restart_missed();
  if (lost_at_ && *lost_at_ <= now) {
    lost_at_.reset();
    end_calls(true);
  }
  std::vector<std::uint64_t> late;
  for (const auto& [number, one] : calls_)
    if (one.last && *one.last <= now)
      late.push_back(number);
  for (const auto number : late) {
    trouble("call " + std::to_string(number) + " did not end by itself",
            "nothing is to be done; its B channel is free again");
    auto& one = calls_.at(number);
    forget(one.leg);
    over(number, one.cause);
  }
}

std::optional<microseconds> d_channel::next() const {
  std::optional<microseconds> soonest = restart_until_;
  const auto earlier = [&](microseconds at) {
    if (!soonest || at < *soonest)
      soonest = at;
  };
  if (lost_at_)
    earlier(*lost_at_);
  if (const auto* timer = pri_schedule_next(libpri_))
    earlier(std::chrono::seconds(timer->tv_sec) + microseconds(timer->tv_usec));
  for (const auto& [number, one] : calls_)
    if (one.last)
      earlier(*one.last);
  return soonest;
}

// ---- calls -------------------------------------------------------------------------------------

void d_channel::trouble(std::string what, std::string remedy) {
  v1::FromEdge message;
  auto& said = *message.mutable_trouble();
  said.set_channel(settings_.channel());
  said.set_what(settings_.name() + ": " + what);
  said.set_remedy(std::move(remedy));
  tell_(std::move(message));
}

d_channel::call* d_channel::find(std::uint64_t number) {
  const auto found = calls_.find(number);
  return found == calls_.end() ? nullptr : &found->second;
}

d_channel::call* d_channel::find(q931_call* leg) {
  const auto found = by_leg_.find(leg);
  return found == by_leg_.end() ? nullptr : find(found->second);
}

d_channel::call& d_channel::add(std::uint64_t number, q931_call* leg) {
  // What libpri has forgotten without a word, and made anew at the same place.
  if (const auto old = by_leg_.find(leg); old != by_leg_.end())
    over(old->second, q850_of(scn::v1::RECOVERY_ON_TIMER_EXPIRY));
  by_leg_[leg] = number;
  auto& made = calls_[number];
  made.number = number;
  made.leg = leg;
  made.tei = arriving_tei_;
  int low = 0;
  const int high = pri_get_crv(libpri_, leg, &low);
  made.reference = static_cast<unsigned>(high << 3 | low);
  figures_.set_calls(figures_.calls() + 1);
  return made;
}

void d_channel::hang_up(call& one, int cause) {
  one.ends = true;
  one.cause = cause;
  const auto wait = [&](int timer) {
    return std::chrono::milliseconds(pri_get_timer(libpri_, timer));
  };
  one.last = libpri_time() + wait(PRI_TIMER_T305) + 2 * wait(PRI_TIMER_T308) + 5s;
  const auto number = one.number;
  auto* leg = one.leg;
  pri_hangup(libpri_, leg, cause);
  // It says nothing when there is nobody left to be told.
  int mode = 0;
  if (find(number) && pri_get_crv(libpri_, leg, &mode) < 0)
    over(number, cause);
}

void d_channel::over(std::uint64_t number, int cause) {
  const auto found = calls_.find(number);
  if (found == calls_.end())
    return;
  by_leg_.erase(found->second.leg);
  calls_.erase(found);
  b_.over(number);
  figures_.set_calls(figures_.calls() - 1);
  tell_over(number, cause);
}

void d_channel::tell_over(std::uint64_t number, int cause) {
  v1::FromEdge message;
  auto& said = *message.mutable_over();
  said.set_channel(settings_.channel());
  said.set_call(number);
  said.set_cause(cause_of(cause));
  said.set_q850(static_cast<std::uint32_t>(std::max(cause, 0)));
  tell_(std::move(message));
}

/// A call that the gateway never hears of; with one of the causes for which libpri answers at once.
void d_channel::refuse(q931_call* leg, int cause) {
  figures_.set_calls_refused(figures_.calls_refused() + 1);
  pri_hangup(libpri_, leg, cause);
}

} // namespace switchroom::isdn
