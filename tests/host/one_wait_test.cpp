// SPDX-License-Identifier: MIT
// What must be durable is so before anybody is told, and changes that arrive together share one
// wait for the disk (docs/adr/0014). Looked for in copies of the files, as a crash at that moment
// would leave them.
#include "office.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/resource.h>

namespace switchroom::app {
namespace {

namespace fs = std::filesystem;

control::v1::Request log_in(unsigned line, const std::string& extension) {
  control::v1::Request request;
  request.mutable_login()->set_line(line);
  request.mutable_login()->set_extension(extension);
  return request;
}

struct OneWait : ::testing::Test {
  OneWait() {
    for (const auto* extension : {"203", "204"}) {
      control::v1::Request request;
      request.mutable_put_user()->set_extension(extension);
      request.mutable_put_user()->set_name("Traveller-that-nobody-else-knows");
      request.mutable_put_user()->set_login_code("1234");
      EXPECT_TRUE(at_.ask(request).has_done());
    }
  }

  /// Of the users whose logins a gateway would find that starts now.
  std::vector<std::string> logged_in_after_a_crash() const {
    for (const auto* part : {"", "-wal"})
      fs::copy_file((folder_ / "gateway.db").string() + part,
                    (folder_ / "crashed.db").string() + part, fs::copy_options::overwrite_existing);
    auto opened = store::database::open(folder_ / "crashed.db");
    const auto found = std::get<desks::stored>(std::get<store::database>(opened).load({}));
    std::vector<std::string> who;
    for (const auto& session : found.sessions)
      who.push_back(session.settings.extension());
    return who;
  }
  bool is_in_the_log(const std::string& what) const {
    std::ifstream in(folder_ / "gateway.db-wal", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {}).find(what) != std::string::npos;
  }

  folder_of_an_office folder_;
  office at_{folder_ / "gateway.db"};
};

TEST_F(OneWait, NobodyIsToldBeforeItIsOnTheDisk) {
  std::vector<std::string> told;
  for (unsigned line = 1; line <= 2; ++line)
    at_.ask_only(log_in(line, line == 1 ? "203" : "204"),
                 [&, line](const control::v1::Reply& reply) {
                   told.push_back(std::to_string(line) +
                                  (reply.has_error() ? reply.error().what() : " granted"));
                   EXPECT_EQ(logged_in_after_a_crash(), (std::vector<std::string>{"203", "204"}))
                       << "as the answer leaves";
                 });
  EXPECT_EQ(told, std::vector<std::string>{});
  EXPECT_EQ(logged_in_after_a_crash(), (std::vector<std::string>{"201", "202"}));
  at_.settle();
  EXPECT_EQ(told, (std::vector<std::string>{"1 granted", "2 granted"}));
}

TEST_F(OneWait, H16_WhatWasErasedLeavesTheLogSoonAfterwards) {
  at_.ask(log_in(1, "203")); // 201 is logged out, and wiped at once
  EXPECT_FALSE(is_in_the_log("Traveller-that-nobody-else-knows"));
  at_.ask(log_in(2, "204")); // 202 is, too soon after that
  control::v1::Request log_out;
  log_out.mutable_logout()->set_line(2);
  EXPECT_TRUE(at_.ask(log_out).has_done());
  EXPECT_TRUE(is_in_the_log("Traveller-that-nobody-else-knows"));
  at_.pass(250ms);
  EXPECT_FALSE(is_in_the_log("Traveller-that-nobody-else-knows"));
}

/// Berlin is there, with user 301 at its line 1.
struct WithBerlin : OneWait {
  WithBerlin() {
    at_.hear("berlin", office::hello());
    scn::v1::Envelope list;
    list.mutable_directory()->set_version(1);
    auto& dora = *list.mutable_directory()->add_users();
    dora.set_extension("301");
    dora.set_presence(scn::v1::LOGGED_IN);
    dora.set_gateway("berlin");
    dora.set_line(1);
    dora.set_epoch(1);
    at_.hear("berlin", list);
    at_.settle();
    at_.sent().clear();
  }
  ~WithBerlin() override { make_room(); }

  auto sent(scn::v1::Envelope::BodyCase what) {
    return std::ranges::count_if(at_.sent(),
                                 [&](const auto& one) { return one.body_case() == what; });
  }
  /// Files grow to so many octets, and no further; none: the log does not grow.
  void fill_the_disk(std::optional<rlim_t> size = {}) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit quota{size.value_or(fs::file_size(folder_ / "gateway.db-wal")), room_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &quota);
  }
  void make_room() { setrlimit(RLIMIT_FSIZE, &room_); }

  /// Berlin asks again and again, with a number each, while the disk takes nothing; then there is
  /// room.
  template <typename Ask>
  void expect_answer_only_with_room(Ask ask, scn::v1::Envelope::BodyCase answer) {
    fill_the_disk();
    for (unsigned n = 1; n <= 3; ++n) {
      at_.hear("berlin", ask(n));
      at_.settle();
      EXPECT_EQ(sent(answer), 0) << n;
    }
    EXPECT_TRUE(at_.alarm());
    make_room();
    at_.pass(1s);
    at_.hear("berlin", ask(4));
    at_.settle();
    EXPECT_EQ(sent(answer), 1);
  }

  rlimit room_ = [] {
    rlimit now{};
    getrlimit(RLIMIT_FSIZE, &now);
    return now;
  }();
};

using body = scn::v1::Envelope;

TEST_F(OneWait, WhatArrivesTogetherIsTakenInItsOrder) {
  scn::v1::Envelope state;
  state.mutable_user_state()->set_extension("301");
  state.mutable_user_state()->set_name("Cleo");
  state.mutable_user_state()->set_directory_version(1);
  at_.hear_all("berlin", {office::hello(), state}); // before hello nothing is taken
  at_.settle();
  EXPECT_EQ(at_.name_of("301"), "Cleo");
}

TEST_F(WithBerlin, NothingOvertakesWhatWaits) {
  at_.ask_only(log_in(2, "204"), [](const auto&) {});
  at_.hook_only(1, true);
  at_.dial_only(1, "301");
  EXPECT_TRUE(at_.sent().empty());
  at_.settle();
  const auto first = [&](body::BodyCase what) {
    return std::ranges::find_if(at_.sent(),
                                [&](const auto& one) { return one.body_case() == what; });
  };
  ASSERT_NE(first(body::kCallSetup), at_.sent().end());
  EXPECT_LT(first(body::kUserState), first(body::kCallSetup));
}

TEST_F(WithBerlin, S10_ADiskThatRefusesKeepsNoCallFromEnding) {
  at_.hook(1, true);
  at_.dial(1, "301");
  ASSERT_EQ(sent(body::kCallSetup), 1);
  fill_the_disk();
  at_.ask_only(log_in(2, "204"), [](const auto&) {}); // somebody else's
  at_.hook_only(1, false);
  at_.settle();
  EXPECT_TRUE(at_.alarm());
  EXPECT_EQ(sent(body::kCallRelease), 1) << "berlin's phone rings on";
}

TEST_F(WithBerlin, S12_WhatIsNotOnTheDiskIsNotConfirmedHoweverOftenItIsAsked) {
  expect_answer_only_with_room(
      [](unsigned number) {
        scn::v1::Envelope renewal;
        renewal.mutable_renewal()->set_number(number);
        auto& login = *renewal.mutable_renewal()->add_logins();
        login.set_home("amsterdam");
        login.set_extension("203");
        login.set_line(1);
        login.set_epoch(50);
        return renewal;
      },
      body::kRenewalAnswer);
}

TEST_F(WithBerlin, S7_ACallRecordThatIsNotOnTheDiskIsNotAcknowledged) {
  expect_answer_only_with_room(
      [](unsigned number) {
        scn::v1::Envelope made;
        made.mutable_calls_made()->set_number(number);
        made.mutable_calls_made()->set_extension("203");
        auto& call = *made.mutable_calls_made()->add_calls();
        call.set_number("301");
        call.set_serial(77);
        return made;
      },
      body::kCallsKept);
}

TEST_F(WithBerlin, ARefusedTransactionIsKeptWholeAndEachIsToldOfItsOwn) {
  fill_the_disk();
  std::vector<std::string> told;
  for (unsigned line = 1; line <= 2; ++line)
    at_.ask_only(log_in(line, line == 1 ? "203" : "204"),
                 [&](const control::v1::Reply& reply) { told.push_back(reply.error().what()); });
  at_.settle();
  ASSERT_EQ(told.size(), 2u);
  for (const auto& what : told)
    EXPECT_NE(what.find("until then a restart would forget it"), std::string::npos) << what;
  EXPECT_EQ(sent(body::kUserState), 0) << "nobody hears of it";
  make_room();
  at_.pass(1s);
  EXPECT_FALSE(at_.alarm());
  EXPECT_EQ(logged_in_after_a_crash(), (std::vector<std::string>{"203", "204"}));
}

TEST_F(WithBerlin, H16_AWipeThatFailsIsTriedAgain) {
  at_.ask(log_in(1, "203"));
  at_.ask(log_in(2, "204")); // too soon for the next wipe
  EXPECT_TRUE(is_in_the_log("Traveller-that-nobody-else-knows"));
  fill_the_disk(1024); // not even what is in the file can be written again
  at_.pass(250ms);
  EXPECT_TRUE(is_in_the_log("Traveller-that-nobody-else-knows"));
  make_room();
  at_.pass(1s);
  EXPECT_FALSE(is_in_the_log("Traveller-that-nobody-else-knows"));
}

} // namespace
} // namespace switchroom::app
