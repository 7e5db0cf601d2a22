// SPDX-License-Identifier: MIT
/// What tests of mailboxes share (S17).
#pragma once
#include "exchange_people.hpp"

namespace switchroom::exchange {

/// 201 of amsterdam and 301 of berlin have mailboxes.
class WithMailboxes : public People {
protected:
  WithMailboxes()
      : People(3, [](settings& s) {
          s.mailboxes.most_messages = 3;
          s.mailboxes.longest = std::chrono::minutes{1};
        }) {
    set("amsterdam", "201", "voicemail", "on");
    set("berlin", "301", "voicemail", "on");
    t.run(std::chrono::milliseconds{100});
  }
  void set(const std::string& gateway, const std::string& who, const std::string& name,
           const std::string& value) {
    ASSERT_TRUE(exchange::set(t, gateway, who, name, value).has_done());
  }
  /// Calls, waits until nobody has answered, speaks after the beep and hangs up.
  void leave_message(const std::string& where, unsigned line, const std::string& number) {
    using namespace std::chrono_literals;
    t.call(where, line, number);
    t.run(16s);
    EXPECT_EQ(t.hears(where, line), greeting(number));
    t.run(5s);
    EXPECT_EQ(t.hears(where, line), "silence"); // it is the caller's turn
    t.run(4s);
    t.hang_up(where, line);
    t.run(100ms);
  }
  static std::string greeting(const std::string& whose) {
    return "vm-theperson " + whose + " vm-isunavail vm-intro beep";
  }
  std::string boxes(const std::string& at) {
    control::v1::Request r;
    r.mutable_mailboxes();
    std::string all;
    const auto answer = t.ask(at, r);
    for (const auto& one : answer.mailboxes().mailboxes())
      all += one.extension() + " at " + one.gateway() + ": " + std::to_string(one.new_messages()) +
             " new, " + std::to_string(one.heard_messages()) + " heard;";
    return all;
  }
  std::string error_of(const std::string& at, const control::v1::Request& ask) {
    return t.ask(at, ask).error().what();
  }
};

} // namespace switchroom::exchange
