// SPDX-License-Identifier: MIT
#include "calls/call.hpp"
#include "calls/messages.hpp"
#include "calls/route.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace switchroom::calls {
namespace {

bool does(const verbs& all, verb one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// ---- the machine -----------------------------------------------------------------------------

TEST(CallTable, EachPairOnceAndEverythingNamed) {
  std::set<std::pair<state, event>> pairs;
  for (const auto& r : table()) {
    EXPECT_TRUE(pairs.emplace(r.from, r.on).second) << name(r.from) << " × " << name(r.on);
    EXPECT_FALSE(name(r.from).empty() || name(r.on).empty());
    for (const auto v : r.does)
      EXPECT_EQ(name(v).empty(), v == verb::none);
  }
}

TEST(CallTable, EveryReleaseClearsTheLegsThatAreStillThere) {
  for (const auto& r : table()) {
    if (r.to != state::released)
      continue;
    EXPECT_EQ(does(r.does, verb::clear_origin), r.on != event::origin_gone) << name(r.on);
    EXPECT_EQ(does(r.does, verb::clear_destination), r.on != event::destination_gone) << name(r.on);
  }
}

TEST(CallTable, ReleasedIsForEverAndEveryOtherStateCanEnd) {
  std::set<state> ends;
  for (const auto& r : table()) {
    EXPECT_NE(r.from, state::released);
    if (r.on == event::origin_gone && r.to == state::released)
      ends.insert(r.from);
  }
  EXPECT_EQ(ends.size(), state_count - 1);
}

TEST(Call, VoiceIsJoinedBeforeTheOriginIsTold) {
  call c;
  step(c, event::alerts);
  EXPECT_EQ(c.state, state::alerting);
  const auto answered = step(c, event::answers);
  EXPECT_EQ(answered[0], verb::join);
  EXPECT_EQ(answered[1], verb::tell_answered);
  EXPECT_TRUE(does(step(c, event::answers), verb::none)); // said twice
}

// ---- routing ---------------------------------------------------------------------------------

class Route : public ::testing::Test {
protected:
  Route() {
    know("amsterdam", "204", "berlin");
    know("amsterdam", "201", "");
    know("berlin", "301", "berlin");
    know("cologne", "401", "");
    know("cologne", "402", "amsterdam");
  }
  void know(const std::string& home, const std::string& number, const std::string& at) {
    scn::v1::UserState s;
    s.set_extension(number);
    s.set_epoch(1);
    if (!at.empty()) {
      s.set_presence(scn::v1::LOGGED_IN);
      s.set_gateway(at);
    }
    directory.update(home, s);
  }
  surroundings around() {
    return {"amsterdam",
            directory,
            caller_,
            [this](std::string_view who) {
              const auto found = here.find(std::string(who));
              return found == here.end() ? std::nullopt : std::optional(found->second);
            },
            [this](std::string_view who) {
              const auto found = settings.find(std::string(who));
              return found == settings.end() ? nullptr : &found->second;
            },
            [this](const gateway_name& peer) { return !lost.contains(peer); }};
  }
  std::string from_here(const std::string& number) {
    return words(route_from_here(number, around()));
  }
  std::string from(const std::string& peer, const std::string& number) {
    return words(route_from_peer(number, peer, around()));
  }
  static std::string words(const route& r) {
    if (const auto* line = std::get_if<to_line>(&r))
      return "line " + std::to_string(line->line.value) + " for " + line->extension;
    if (const auto* gateway = std::get_if<to_gateway>(&r))
      return gateway->gateway + " for " + gateway->extension;
    return text(std::get<cause>(r));
  }
  users::directory directory{"amsterdam"};
  std::map<std::string, line_id> here{{"402", line_id{4}}};
  std::map<std::string, user::v1::User> settings;
  caller caller_{"399", "", 0};
  void forward(const std::string& from, const std::string& to) {
    auto& user = settings[from];
    user.set_extension(from);
    user.set_forward_unconditional(to);
    user.set_forward_unconditional_on(true);
  }
  std::set<gateway_name> lost;
};

TEST_F(Route, S3_TheGatewayWhereTheUserIs) {
  EXPECT_EQ(from_here("402"), "line 4 for 402");
  EXPECT_EQ(from_here("204"), "berlin for 204");
  EXPECT_EQ(from_here("301"), "berlin for 301");
  EXPECT_EQ(from_here("999"), "1 unallocated number");
}

TEST_F(Route, H11_LoggedOff) {
  EXPECT_EQ(from_here("201"), "17 user busy");
  EXPECT_EQ(from_here("401"), "cologne for 401"); // the home knows the forwarding
  forward("201", "301");
  EXPECT_EQ(from_here("201"), "berlin for 301");
  forward("201", "402");
  EXPECT_EQ(from_here("201"), "line 4 for 402");
  forward("201", "201");
  EXPECT_EQ(from_here("201"), "21 call rejected");
}

TEST_F(Route, WhoIsLostIsNotAsked) {
  lost.insert("berlin");
  EXPECT_EQ(from_here("204"), "27 destination out of order");
  know("cologne", "403", "berlin");
  EXPECT_EQ(from_here("403"), "cologne for 403"); // the home may know better
  lost.insert("cologne");
  EXPECT_EQ(from_here("403"), "27 destination out of order");
}

TEST_F(Route, APeersCallIsSentOnByTheHomeOnly) {
  EXPECT_EQ(from("cologne", "402"), "line 4 for 402");
  EXPECT_EQ(from("cologne", "204"), "berlin for 204");
  EXPECT_EQ(from("berlin", "204"), "22 number changed"); // never back to who asks
  EXPECT_EQ(from("cologne", "301"), "22 number changed");
  EXPECT_EQ(from("cologne", "401"), "22 number changed");
  EXPECT_EQ(from("cologne", "201"), "17 user busy");
  forward("201", "301");
  EXPECT_EQ(from("cologne", "201"), "berlin for 301");
  EXPECT_EQ(from("berlin", "201"), "berlin for 301"); // forwarded there
}

// ---- messages --------------------------------------------------------------------------------

TEST(Messages, H3_DescriptionsHoldNeitherDigitsNorProofs) {
  auto e = digit(peer_leg{"berlin", 1, true}, '7');
  e.mutable_call_digits()->set_digits("73911");
  EXPECT_EQ(describe(e), "CallDigits");
  e.mutable_login_request()->set_extension("204");
  e.mutable_login_request()->set_proof("73911");
  EXPECT_EQ(describe(e), "LoginRequest 204");
}

TEST(Messages, EveryBodyHasADescriptionButWhatIsRegular) {
  const auto* body = scn::v1::Envelope::descriptor()->FindOneofByName("body");
  for (int n = 0; n < body->field_count(); ++n) {
    scn::v1::Envelope e;
    e.GetReflection()->MutableMessage(&e, body->field(n));
    const bool regular = e.has_heartbeat() || e.has_renewal() || e.has_renewal_answer() ||
                         e.has_copies() || e.has_copies_kept();
    EXPECT_EQ(describe(e).empty(), regular) << body->field(n)->name();
  }
}

TEST(Messages, HopsRiseByOne) {
  call c;
  c.extension = "301";
  c.from.hops = 2;
  EXPECT_EQ(setup(c, 1, {}).call_setup().hops(), 3u);
}

TEST(Messages, ReleaseNamesTheSide) {
  EXPECT_TRUE(release({"berlin", 5, false}, scn::v1::USER_BUSY).call_release().by_receiver());
  EXPECT_FALSE(release({"berlin", 5, true}, scn::v1::USER_BUSY).call_release().by_receiver());
}

TEST(Messages, UsableEndpoints) {
  scn::v1::MediaEndpoint m;
  m.set_address("10.0.0.1");
  m.set_port(20000);
  m.set_payload_type(8);
  m.set_ptime_ms(20);
  EXPECT_TRUE(usable(m));
  for (const auto spoil : {+[](scn::v1::MediaEndpoint& e) { e.set_port(0); },
                           +[](scn::v1::MediaEndpoint& e) { e.set_port(65536); },
                           +[](scn::v1::MediaEndpoint& e) { e.clear_address(); },
                           +[](scn::v1::MediaEndpoint& e) { e.set_payload_type(18); },
                           +[](scn::v1::MediaEndpoint& e) { e.set_ptime_ms(61); }}) {
    auto spoilt = m;
    spoil(spoilt);
    EXPECT_FALSE(usable(spoilt)) << spoilt.ShortDebugString();
  }
}

TEST(Cause, TextOfKnownAndUnknown) {
  EXPECT_EQ(text(scn::v1::NO_CIRCUIT_AVAILABLE), "34 no circuit available");
  EXPECT_EQ(text(static_cast<cause>(111)), "111");
}

} // namespace
} // namespace switchroom::calls
