// SPDX-License-Identifier: MIT
// Personal directories and call logs follow the user and are forgotten at log out (S7, H16).
#include "small_network.hpp"
#include "users/records.hpp"

namespace switchroom::test {
namespace {

class desk_records : public ::testing::Test {
protected:
  explicit desk_records(small_network::options chosen = with_displays()) : net(chosen) {
    net.add("amsterdam", {{"204", "1234", 1}});
    net.add("berlin", {{"301", "1", 1}});
    net.start();
    user::v1::DirectoryEntry entry;
    entry.set_name("Florist");
    entry.set_number("0301234");
    user::v1::Records book;
    book.set_extension("204");
    net.do_desks(net.at("amsterdam"), desks::records_changed{*users::with_entry(book, entry)});
  }
  static small_network::options with_displays() {
    small_network::options chosen;
    chosen.displays = 1; // line 4
    return chosen;
  }
  /// What the line at berlin has of the user's records: names and numbers; "none".
  std::string at_berlin(std::uint32_t line = 4) {
    const auto* login = net.at("berlin").desks->at(line_id{line});
    if (login == nullptr || !login->records)
      return "none";
    return text_of(*login->records);
  }
  std::string at_home() { return text_of(*net.at("amsterdam").desks->records_of("204")); }
  static std::string text_of(const user::v1::Records& records) {
    std::string all;
    for (const auto& entry : records.personal())
      all += entry.name() + " " + entry.number() + "; ";
    for (const auto& call : records.calls())
      all += std::string(users::name(call.kind())) + " " + call.number() + "; ";
    return all;
  }
  void call(const std::string& where, std::uint64_t serial, const std::string& number) {
    user::v1::CallRecord made;
    made.set_kind(user::v1::CallRecord::MADE);
    made.set_number(number);
    made.set_gateway(where);
    made.set_serial(serial);
    made.set_at_s(serial);
    net.do_desks(net.at(where), desks::call_made{{"amsterdam", "204"}, made});
  }
  small_network net;
};

TEST_F(desk_records, S7_ComeToAPhoneWithADisplay) {
  net.try_log_in("berlin", 4, "204", "1234");
  net.run(100ms);
  EXPECT_EQ(at_berlin(), "Florist 0301234; ");
  ASSERT_TRUE(net.at("berlin").disk.sessions.back().records);
}

TEST_F(desk_records, H17_NotToOneWithout) {
  net.try_log_in("berlin", 3, "204", "1234");
  net.run(10s);
  EXPECT_EQ(at_berlin(3), "none");
  for (const auto& sent : net.travelled)
    EXPECT_FALSE(sent.has_records_sent());
}

TEST_F(desk_records, H16_NothingOfThemIsLeftAtLogOut) {
  net.try_log_in("berlin", 4, "204", "1234");
  net.run(100ms);
  net.try_log_out("berlin", 4);
  EXPECT_EQ(at_berlin(), "none");
  EXPECT_EQ(net.at("berlin").desks->records_of("204"), nullptr);
  for (const auto& session : net.at("berlin").disk.sessions)
    EXPECT_NE(session.line, line_id{4});
  net.try_log_in("berlin", 4, "301", "1");
  EXPECT_EQ(at_berlin(), "none") << "the next one has the own records: there are none here";
  EXPECT_EQ(at_home(), "Florist 0301234; ");
}

TEST_F(desk_records, S7_AChangeAtHomeIsThereAtOnce) {
  net.try_log_in("berlin", 4, "204", "1234");
  net.run(100ms);
  const auto after = users::without_entry(*net.at("amsterdam").desks->records_of("204"), "0301234");
  net.do_desks(net.at("amsterdam"), desks::records_changed{*after});
  net.run(200ms); // S15
  EXPECT_EQ(at_berlin(), "");
}

TEST_F(desk_records, S7_ACallAwayIsInTheLogAtHomeAndBack) {
  net.try_log_in("berlin", 4, "204", "1234");
  net.run(100ms);
  call("berlin", 1, "301");
  net.run(200ms);
  EXPECT_EQ(at_home(), "Florist 0301234; made 301; ");
  EXPECT_EQ(at_berlin(), at_home());
  EXPECT_TRUE(net.at("berlin").disk.unsent.empty());
}

TEST_F(desk_records, S11_CallsDuringACutArriveAfterItEvenIfThePersonIsGone) {
  net.try_log_in("berlin", 4, "204", "1234");
  net.cut("amsterdam", "berlin");
  net.run(5s);
  call("berlin", 1, "301");
  call("berlin", 2, "302");
  net.try_log_out("berlin", 4);
  ASSERT_EQ(net.at("berlin").disk.unsent.size(), 1u);
  const auto& kept = net.at("berlin").disk.unsent.front().sealed;
  EXPECT_EQ(kept.find("302"), std::string::npos) << "H16: nobody reads it";
  auto& berlin = net.at("berlin");
  net.stop(berlin);
  net.boot(berlin);
  net.heal();
  net.run(5s);
  EXPECT_EQ(at_home(), "Florist 0301234; made 302; made 301; ");
  EXPECT_TRUE(net.at("berlin").disk.unsent.empty());
}

TEST_F(desk_records, S7_TheyAreBackAfterARestartOfEither) {
  net.try_log_in("berlin", 4, "204", "1234");
  call("berlin", 1, "301");
  net.run(200ms);
  for (const auto* name : {"berlin", "amsterdam"}) {
    auto& one = net.at(name);
    net.stop(one);
    net.boot(one);
    net.run(5s);
    EXPECT_EQ(at_home(), "Florist 0301234; made 301; ") << name;
    EXPECT_EQ(at_berlin(), at_home()) << name;
  }
  call("berlin", 2, "302");
  net.run(200ms);
  EXPECT_EQ(at_berlin(), "Florist 0301234; made 302; made 301; ");
}

class desk_records_on_a_bad_wire : public desk_records {
protected:
  desk_records_on_a_bad_wire() : desk_records(bad()) {}
  static small_network::options bad() {
    auto chosen = with_displays();
    chosen.loss = 0.2;
    chosen.repeats = 0.2;
    chosen.jitter = 20ms;
    return chosen;
  }
};

TEST_F(desk_records_on_a_bad_wire, S7_EveryCallIsInTheLogOnce) {
  for (int n = 0; n < 20 && net.who_is_at("berlin", 4) != "204"; ++n) {
    net.log_in("berlin", 4, "204", "1234");
    net.run(4s);
  }
  ASSERT_EQ(net.who_is_at("berlin", 4), "204");
  std::string wanted;
  for (unsigned n = 1; n <= 25; ++n) {
    call("berlin", n, std::to_string(400 + n));
    wanted = "made " + std::to_string(400 + n) + "; " + wanted;
    net.run(300ms);
  }
  net.run(10s);
  EXPECT_EQ(at_home(), "Florist 0301234; " + wanted);
}

} // namespace
} // namespace switchroom::test
