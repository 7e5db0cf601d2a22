// SPDX-License-Identifier: MIT
// What isdn-edge makes of a station's frames that come again, and of a bus that is lost.
#include "isdn_span.hpp"

namespace switchroom::isdn {
namespace {

/// Frames of a station, one after the other, at a bus in virtual time.
class IsdnBusFrames : public testing::Test {
protected:
  using octets = std::string;
  IsdnBusFrames() {
    bus.line(true);
    pass(1s);
    frame({"\xfc\xff\x03\x0f\x12\x34\x01\xff", 8}); // a TEI, please; it is 64
  }
  ~IsdnBusFrames() override { stop_libpri_time({}); }
  void frame(const octets& what) {
    v1::ToEdge message;
    message.mutable_frame()->set_channel(1);
    message.mutable_frame()->set_octets(what);
    bus.tell(message);
  }
  void begin_layer_2() { frame({"\x00\x81\x7f", 3}); }
  void numbered(unsigned number, const octets& layer_3) {
    frame(octets("\x00\x81", 2) + static_cast<char>(number << 1) + '\0' + layer_3);
  }
  void pass(microseconds time) {
    for (const auto then = now_ + time; now_ < then;) {
      const auto next = bus.lines.next();
      now_ = std::max(now_ + 1ms, next ? std::min(*next, then) : then);
      stop_libpri_time(now_);
      bus.lines.run();
    }
  }

private:
  microseconds now_ = 1000s;
  const int stopped_ = (stop_libpri_time(now_), 0); // before there is a timer

protected:
  isdn_end bus{v1::Channel::BRI_NETWORK};
};

/// A bit that was lost on the way to the station: it sends a frame again (Q.921, 5.6.3).
TEST_F(IsdnBusFrames, WhatComesAgainOrOutOfTurnPressesNothing) {
  const auto buttons = [&] {
    return bus.heard_of([](const auto& one) { return one.button(); }).size();
  };
  const auto pressed = [&](unsigned number, char key) {
    numbered(number, octets("\x08\x00\x7b\x38\x01", 5) + static_cast<char>(key | 0x80));
  };
  pressed(0, 5); // layer 2 is not there yet
  EXPECT_EQ(buttons(), 0U);
  begin_layer_2();
  pressed(0, 5);
  EXPECT_EQ(buttons(), 1U);
  pressed(0, 5);
  pressed(0, 5);
  pressed(77, 6);
  EXPECT_EQ(buttons(), 1U);
  pressed(1, 6);
  EXPECT_EQ(buttons(), 2U);
  begin_layer_2();
  pressed(0, 7);
  EXPECT_EQ(buttons(), 3U);
}

/// As long as libpri asks for layer 2; then it takes the TEI for gone.
TEST_F(IsdnBusFrames, ACallThatTalksWaitsForABusThatIsLost) {
  begin_layer_2();
  numbered(0, {"\x08\x01\x05\x05\x04\x03\x80\x90\xa3\x70\x03\x80\x32\x31", 14});
  ASSERT_EQ(bus.setups().size(), 1U);
  v1::ToEdge answer;
  answer.mutable_connect()->set_channel(1);
  answer.mutable_connect()->set_call(bus.setups().front().call());
  bus.tell(answer);
  numbered(1, {"\x08\x01\x05\x0f", 4}); // CONNECT ACKNOWLEDGE
  bus.line(false);
  pass(4s);
  EXPECT_EQ(bus.overs().size(), 0U);
  pass(6s);
  EXPECT_EQ(bus.overs().size(), 1U);
}

} // namespace
} // namespace switchroom::isdn
