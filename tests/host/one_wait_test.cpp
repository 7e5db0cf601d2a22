// SPDX-License-Identifier: MIT
// What must be durable is so before anybody is told, and changes that arrive together share one
// wait for the disk (docs/adr/0014). Looked for in copies of the files, as a crash at that moment
// would leave them.
#include "office.hpp"

#include <fstream>
#include <iterator>

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

} // namespace
} // namespace switchroom::app
