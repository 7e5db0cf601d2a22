// SPDX-License-Identifier: MIT
// What a far end may send over a D channel, as frames that are none and as Q.931 in layer 2 that
// holds, and what a gateway may say at the same time. Each call that there was is over once, and
// nothing is left when the line has been lost for long.
#include "edges/isdn/signalling.hpp"
#include "hold.hpp"
#include "random_message.hpp"

#include <map>

namespace isdn = switchroom::isdn;
using switchroom::fuzz::hold;
using switchroom::fuzz::source;
using namespace std::chrono_literals;

namespace {

/// libpri gives back no controller: one serves for all inputs, and is at rest between them.
class subject {
public:
  explicit subject(isdn::v1::Channel::Kind kind) {
    isdn::v1::ToEdge first;
    auto& one = *first.mutable_channels()->add_channels();
    one.set_channel(1);
    one.set_name("span");
    one.set_kind(kind);
    is_network_ = kind != isdn::v1::Channel::E1_USER;
    tei_ = kind == isdn::v1::Channel::BRI_NETWORK ? 64 : 0;
    lines_.told(first);
  }

  void run(source& by) {
    line(true);
    pass(1s);
    if (tei_ != 0)
      station();
    while (!by.empty())
      step(by);
    line(false);
    pass(200s); // T309, or T305 and twice T308
    hold(calls_.empty(), "each call is over");
  }

private:
  void step(source& by) {
    switch (by.below(8)) {
    case 0:
      return frame(bytes(by, by.octet() * 3U));
    case 1:
      return pass(std::chrono::milliseconds(by.octet() * 50));
    case 2:
    case 3: {
      isdn::v1::ToEdge message;
      fill(message, by);
      aim(message, by);
      if (!message.has_channels() && !message.has_line())
        lines_.told(message);
      return;
    }
    default:
      return q931(by);
    }
  }

  static std::string bytes(source& by, std::size_t size) {
    std::string made;
    while (made.size() < size && !by.empty())
      made += static_cast<char>(by.octet());
    return made;
  }

  /// Messages of calls that there are say more.
  void aim(isdn::v1::ToEdge& message, source& by) {
    const auto* descriptor = message.GetDescriptor();
    const auto* body = message.GetReflection()->GetOneofFieldDescriptor(
        message, descriptor->FindOneofByName("body"));
    if (!body || body->message_type()->full_name() == "switchroom.isdn.v1.Channels")
      return;
    auto& part = *message.GetReflection()->MutableMessage(&message, body);
    if (const auto* field = part.GetDescriptor()->FindFieldByName("channel"))
      part.GetReflection()->SetUInt32(&part, field, 1);
    const auto* field = part.GetDescriptor()->FindFieldByName("call");
    if (message.has_setup()) {
      message.mutable_setup()->set_call(next_ += 2);
      message.mutable_setup()->set_b_channel(1 + by.below(31));
      calls_[next_] = 0;
    } else if (field && !calls_.empty()) {
      auto one = calls_.begin();
      std::advance(one,
                   by.below(static_cast<std::uint32_t>(std::min<std::size_t>(calls_.size(), 200))));
      part.GetReflection()->SetUInt64(&part, field, one->first);
    }
  }

  void q931(source& by) {
    static constexpr unsigned char kinds[] = {
        0x05, 0x0d, 0x02, 0x03, 0x01, 0x07, 0x0f, 0x45, 0x4d, 0x5a, 0x7b, 0x62, 0x6e, 0x75, 0x7d,
        0x46, 0x4e, 0x24, 0x28, 0x30, 0x31, 0x33, 0x37, 0x25, 0x2e, 0x64, 0x79, 0x20, 0x60};
    static const std::string parts[] = {std::string("\x04\x03\x80\x90\xa3", 5),
                                        std::string("\x18\x03\xa9\x83\x81", 5),
                                        std::string("\x18\x01\x89", 3),
                                        std::string("\x08\x02\x80\x90", 4),
                                        std::string("\x70\x05\x80\x34\x37\x31\x31", 7),
                                        std::string("\x14\x01\x0a", 3),
                                        std::string("\x79\x01\x80", 3),
                                        std::string("\x1e\x02\x80\x88", 4),
                                        std::string("\x27\x01\xf9", 3),
                                        std::string("\x2c\x01\x35", 3),
                                        std::string("\x28\x03\x48\x65\x6c", 5),
                                        std::string("\xa1", 1),
                                        std::string("\x38\x01\x81", 3),
                                        std::string("\x91", 1),
                                        std::string("\x1c\x05\x91\xa1\x02\x01\x01", 7)};
    std::string text = "\x08";
    const auto reference = by.octet();
    // Of a bus, buttons and keys without a call now and then: with the dummy reference, unnumbered.
    const bool dummy = tei_ != 0 && (reference & 0x70) == 0x70;
    const auto length = dummy ? 0 : tei_ == 0 ? 2 : 1;
    text += static_cast<char>(length);
    if (length == 2)
      text += static_cast<char>(reference & 0x80);
    if (!dummy)
      text += static_cast<char>(length == 2 ? reference & 0x07 : reference & 0x87);
    text += static_cast<char>(kinds[by.below(std::size(kinds))]);
    for (auto count = by.below(6); count > 0; --count) {
      const auto which = by.below(std::size(parts) + 2);
      text += which < std::size(parts) ? parts[which] : bytes(by, by.octet() % 40);
    }
    if (by.below(16) == 0 && text.size() > 6)
      text[6 + by.octet() % (text.size() - 6)] = static_cast<char>(by.octet());
    std::string made = address(true);
    if (dummy && (reference & 8) != 0)
      return frame(made + '\x03' + text);
    made += static_cast<char>(sent_ << 1);
    made += static_cast<char>(got_ << 1);
    sent_ = (sent_ + 1) & 0x7f;
    frame(made + text);
  }

  std::string address(bool command) const {
    const bool c_r = is_network_ ? !command : command;
    return {static_cast<char>(c_r ? 2 : 0), static_cast<char>(tei_ << 1 | 1)};
  }

  /// Asks for a TEI as a station does, and for layer 2.
  void station() {
    frame(std::string("\xfc\xff\x03\x0f\x12\x34\x01\xff", 8));
    sent_ = got_ = 0;
    frame(address(true) + '\x7f');
  }

  /// Of layer 2, what a far end owes: an answer to who asks, and acknowledgements.
  void heard(const std::string& octets) {
    if (octets.size() < 3 || static_cast<unsigned char>(octets[1]) >> 1 != tei_)
      return;
    const auto control = static_cast<unsigned char>(octets[2]);
    if ((control & 0xef) == 0x6f) {
      sent_ = got_ = 0;
      answers_.push_back(address(false) + '\x73');
    } else if ((control & 1) == 0 && octets.size() > 4) {
      got_ = ((control >> 1) + 1) & 0x7f;
      answers_.push_back(address(false) + '\x01' + static_cast<char>(got_ << 1));
    } else if ((control & 3) == 1 && octets.size() > 3) {
      answers_.push_back(address(false) + '\x01' + static_cast<char>(got_ << 1 | (octets[3] & 1)));
    }
  }

  void frame(const std::string& octets) {
    isdn::v1::ToEdge message;
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(octets);
    lines_.told(message);
    answer();
  }

  void answer() {
    for (int n = 0; n < 100 && !answers_.empty(); ++n) {
      isdn::v1::ToEdge message;
      message.mutable_frame()->set_channel(1);
      message.mutable_frame()->set_octets(answers_.front());
      answers_.erase(answers_.begin());
      lines_.told(message);
    }
    answers_.clear();
  }

  void line(bool up) {
    isdn::v1::ToEdge message;
    message.mutable_line()->set_channel(1);
    message.mutable_line()->set_up(up);
    lines_.told(message);
    answer();
  }

  void pass(isdn::microseconds time) {
    const auto then = now_ + time;
    while (now_ < then) {
      const auto next = lines_.next();
      now_ = std::max(now_ + 1ms, next ? std::min(*next, then) : then);
      isdn::stop_libpri_time(now_);
      lines_.run();
      answer();
    }
  }

  void told(const isdn::v1::FromEdge& message) {
    if (message.has_frame())
      return heard(message.frame().octets());
    if (message.has_setup()) {
      hold(message.setup().call() % 2 == 1, "the far end's calls are odd");
      hold(message.setup().b_channel() >= 1 && message.setup().b_channel() <= 31,
           "there is a B channel");
      hold(calls_.emplace(message.setup().call(), 0).second, "a number is new");
    }
    if (message.has_button())
      hold(message.button().key() >= 1 && message.button().key() <= 127,
           "a button is of a station");
    if (message.has_keys())
      hold(message.keys().keys().find_first_not_of("0123456789*#") == std::string::npos,
           "keys are those of a phone");
    if (message.has_over())
      hold(calls_.erase(message.over().call()) == 1, "a call is over once");
    if (message.has_release())
      hold(++calls_.at(message.release().call()) == 1, "an end is told once");
  }

  static inline isdn::microseconds now_ = (isdn::stop_libpri_time(1000s), 1000s);
  bool is_network_ = true;
  unsigned tei_ = 0, sent_ = 0, got_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, int> calls_; ///< how often an end was told
  std::vector<std::string> answers_;
  isdn::signalling lines_{[this](const isdn::v1::FromEdge& message) { told(message); }};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Never destroyed: what libpri still has is no leak.
  static auto &network = *new subject(isdn::v1::Channel::E1_NETWORK),
              &user = *new subject(isdn::v1::Channel::E1_USER),
              &bus = *new subject(isdn::v1::Channel::BRI_NETWORK);
  source by(data, size);
  (by.below(3) == 0 ? network : by.below(2) == 0 ? user : bus).run(by);
  return 0;
}
