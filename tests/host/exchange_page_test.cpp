// SPDX-License-Identifier: MIT
// Pages (S6): one speaks, many hear and are not heard.
#include "exchange_people.hpp"

#include <gtest/gtest.h>

namespace switchroom::exchange {
namespace {

using namespace std::chrono_literals;
using lines_that = std::vector<std::string>;

/// *9*N# pages; group 600 of amsterdam has 201, 202, 301 and 401.
class Page : public People {
protected:
  Page()
      : People(3, [](settings& s) {
          dialplan::short_code code;
          code.code = "*9*N#";
          code.what = dialplan::feature::page;
          code.number = "N";
          s.system_codes.push_back(code);
          hunting::group group;
          group.number = "600";
          group.members = {"201", "202", "301", "401"};
          if (s.gateway == "amsterdam")
            s.groups.push_back(group);
        }) {
    t.pages = true;
  }
  void page(const std::string& where, unsigned line, const std::string& number) {
    t.call(where, line, "*9*" + number + "#");
    t.run(50ms);
  }
};

TEST_F(Page, S6_AGroupIsRungWithACadenceOfItsOwnAndHearsTheOneWhoSpeaks) {
  page("amsterdam", 1, "600");
  const lines_that others{"amsterdam line 2", "berlin line 1", "cologne line 1"};
  EXPECT_EQ(t.ringing(), others);
  EXPECT_EQ(t.paged(), others);
  EXPECT_EQ(t.state_of("amsterdam", 1), "in call"); // one may speak at once
  t.lift("amsterdam", 2);
  t.lift("berlin", 1);
  t.run(50ms);
  EXPECT_EQ(t.hears("amsterdam", 2), "amsterdam line 1");
  EXPECT_EQ(t.hears("berlin", 1), "amsterdam line 1");
  EXPECT_EQ(t.hears("amsterdam", 1), "silence"); // nobody is heard
  t.hang_up("amsterdam", 1);
  t.run(50ms);
  EXPECT_EQ(t.ringing(), lines_that{});
  EXPECT_EQ(t.hears("amsterdam", 2), "busy");
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Page, S6_FromAnotherGatewayThanTheGroups) {
  page("berlin", 2, "600");
  EXPECT_EQ(t.paged(), (lines_that{"amsterdam line 1", "amsterdam line 2", "berlin line 1",
                                   "cologne line 1"}));
  for (const auto& [where, line] :
       {std::pair("amsterdam", 1u), {"amsterdam", 2u}, {"berlin", 1u}, {"cologne", 1u}}) {
    t.lift(where, line);
    t.run(50ms);
    EXPECT_EQ(t.hears(where, line), "berlin line 2");
  }
  EXPECT_EQ(t.hears("berlin", 2), "silence");
}

TEST_F(Page, S6_OneUserWhereverTheyAre) {
  t.log_in("cologne", 3, "201*1201");
  page("berlin", 1, "201");
  EXPECT_EQ(t.paged(), lines_that{"cologne line 3"});
  t.lift("cologne", 3);
  t.run(50ms);
  EXPECT_EQ(t.hears("cologne", 3), "berlin line 1");
  EXPECT_EQ(t.hears("berlin", 1), "silence");
}

TEST_F(Page, S6_WhoIsBusyIsLeftAloneAndNothingIsForwarded) {
  control::v1::Request put;
  put.mutable_put_user()->set_extension("202");
  put.mutable_put_user()->set_forward_unconditional("402");
  ASSERT_TRUE(t.ask("amsterdam", put).has_done());
  talk("berlin", 1, "204", "amsterdam", 3);
  page("amsterdam", 1, "600");
  EXPECT_EQ(t.paged(), (lines_that{"amsterdam line 2", "cologne line 1"}));
  expect_talk("berlin", 1, "amsterdam", 3);
}

TEST_F(Page, S6_NobodyFreeIsBusy) {
  t.lift("cologne", 1);
  EXPECT_EQ(tone_after("berlin", 1, "*9*401#"), "busy");
  EXPECT_EQ(tone_after("berlin", 1, "*9*999#"), "unobtainable");
  EXPECT_EQ(tone_after("berlin", 3, "*9*401#"), "refusal"); // nobody's line
}

TEST_F(Page, S6_WhenTheLastListenerHasGoneThePageIsOver) {
  page("berlin", 1, "401");
  t.lift("cologne", 1);
  t.hang_up("cologne", 1);
  t.run(50ms);
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Page, S6_WhoDoesNotAnswerIsRungForAMinuteAtMost) {
  page("berlin", 1, "600");
  t.run(75s);
  EXPECT_EQ(t.ringing(), lines_that{});
  EXPECT_EQ(t.hears("berlin", 1), "busy");
}

TEST_F(Page, S6_APageIsNeitherHeldNorHandedOn) {
  talk("berlin", 1, "201", "amsterdam", 1);
  t.flash("amsterdam", 1);
  t.dial("amsterdam", 1, "*9*401#");
  t.run(50ms);
  t.lift("cologne", 1);
  t.run(50ms);
  EXPECT_EQ(t.hears("cologne", 1), "amsterdam line 1");
  t.flash("amsterdam", 1);
  t.run(50ms);
  EXPECT_EQ(t.hears("cologne", 1), "amsterdam line 1");
  t.hang_up("amsterdam", 1); // who waits rings back, and does not get the page
  t.run(100ms);
  EXPECT_EQ(t.hears("cologne", 1), "busy");
  EXPECT_TRUE(t.rings("amsterdam", 1));
  EXPECT_EQ(t.paged(), lines_that{});
}

} // namespace
} // namespace switchroom::exchange
