// SPDX-License-Identifier: MIT
// The directory (rules S1, S5) and login codes (rule H3).
#include "users/directory.hpp"
#include "users/login_code.hpp"

#include <gtest/gtest.h>

#include <array>

namespace switchroom::users {
namespace {

const std::vector<std::uint8_t> key(32, 7);
constexpr std::array<std::uint8_t, 16> salt{9, 8, 7};

scn::v1::UserState a_user(const std::string& extension, std::uint64_t epoch = 1,
                          std::uint64_t version = 0) {
  scn::v1::UserState state;
  state.set_extension(extension);
  state.set_epoch(epoch);
  state.set_directory_version(version);
  return state;
}

TEST(login_code, H3_VerifierProvesTheCodeAndNothingElse) {
  const auto made = make_verifier("1234", key, salt);
  ASSERT_TRUE(made);
  EXPECT_TRUE(proves(*made, proof_of("1234", made->salt(), key)));
  EXPECT_FALSE(proves(*made, proof_of("1235", made->salt(), key)));
  EXPECT_FALSE(proves(*made, proof_of("1234", std::string(16, 'x'), key)));
  EXPECT_FALSE(proves(*made, proof_of("1234", made->salt(), std::vector<std::uint8_t>(32, 8))));
  EXPECT_FALSE(proves(*made, ""));
  EXPECT_FALSE(proves(user::v1::CodeVerifier{}, ""));
  EXPECT_EQ(made->SerializeAsString().find("1234"), std::string::npos);
}

// Known answer from another implementation: Python's hashlib.blake2b(salt + code, key=key,
// digest_size=32) with key = 32 × 07, salt = 09 08 07 and 13 × 00, code "1234".
TEST(login_code, H3_IsKeyedBlake2b) {
  const auto made = make_verifier("1234", key, salt);
  std::string hex;
  for (const unsigned char octet : made->verifier()) {
    constexpr char digits[] = "0123456789abcdef";
    hex += {digits[octet >> 4], digits[octet & 15]};
  }
  EXPECT_EQ(hex, "b54afb58228084e6f2bcba18a0a1cef516d78a426dc83a6f7261b537d3539c1f");
}

TEST(login_code, H3_OneToThirtyOneDigitsFourOnDigitalPorts) {
  EXPECT_TRUE(make_verifier("1", key, salt));
  EXPECT_TRUE(make_verifier(std::string(31, '1'), key, salt));
  EXPECT_FALSE(make_verifier("", key, salt));
  EXPECT_FALSE(make_verifier(std::string(32, '1'), key, salt));
  EXPECT_FALSE(make_verifier("12a4", key, salt));
  EXPECT_FALSE(make_verifier("123", key, salt, 4));
  EXPECT_TRUE(make_verifier("1234", key, salt, 4));
  const auto refused = make_verifier("98x6", key, salt);
  EXPECT_EQ(refused.error().what.find("98x6"), std::string::npos) << "a code is never told";
  EXPECT_FALSE(make_verifier("1234", std::vector<std::uint8_t>(31), salt));
}

TEST(directory, S1_KnowsNumbersAndTheirBeginnings) {
  directory known("amsterdam");
  EXPECT_TRUE(known.update("amsterdam", a_user("204")));
  EXPECT_TRUE(known.update("berlin", a_user("3011")));
  EXPECT_TRUE(known.is_number("204"));
  EXPECT_FALSE(known.is_number("20"));
  EXPECT_TRUE(known.begins_number("20"));
  EXPECT_TRUE(known.begins_number("301"));
  EXPECT_FALSE(known.begins_number("302"));
  EXPECT_EQ(known.find("999"), nullptr);
  EXPECT_EQ(known.all().size(), 2u);
}

TEST(directory, S1_OlderEpochIsIgnored) {
  directory known("amsterdam");
  EXPECT_TRUE(known.update("berlin", a_user("301", 7)));
  EXPECT_FALSE(known.update("berlin", a_user("301", 6)));
  EXPECT_EQ(known.find("301")->state.epoch(), 7u);
}

TEST(directory, S1_MissedVersionStaysVisible) {
  directory known("amsterdam");
  scn::v1::Directory list;
  list.set_version(5);
  *list.add_users() = a_user("301");
  known.replace("berlin", list);
  EXPECT_TRUE(known.update("berlin", a_user("301", 2, 6)));
  EXPECT_EQ(known.version_of("berlin"), 6u);
  EXPECT_TRUE(known.update("berlin", a_user("302", 2, 8)));
  EXPECT_EQ(known.version_of("berlin"), 6u) << "7 is missing";
  EXPECT_FALSE(known.update("berlin", a_user("301", 9, 6))) << "seen before";
}

TEST(directory, S1_ReplacingForgetsWhoIsGone) {
  directory known("amsterdam");
  known.update("berlin", a_user("301"));
  known.update("chemnitz", a_user("401"));
  known.replace("berlin", {});
  EXPECT_FALSE(known.is_number("301"));
  EXPECT_TRUE(known.is_number("401"));
  auto gone = a_user("401", 2);
  gone.set_deleted(true);
  EXPECT_TRUE(known.update("chemnitz", gone));
  EXPECT_FALSE(known.is_number("401"));
}

TEST(directory, S5_LocalOneWinsLocally) {
  directory known("berlin");
  known.update("amsterdam", a_user("204", 9));
  EXPECT_EQ(known.find("204")->home, "amsterdam");
  EXPECT_TRUE(known.duplicates().empty());
  known.update("berlin", a_user("204", 1));
  EXPECT_EQ(known.find("204")->home, "berlin");
  EXPECT_EQ(known.claimants("204"), (std::vector<gateway_name>{"amsterdam", "berlin"}));
  EXPECT_EQ(known.duplicates(), std::vector<extension_number>{"204"});
  EXPECT_EQ(known.find_at("amsterdam", "204")->state.epoch(), 9u);
  known.replace("amsterdam", {});
  EXPECT_TRUE(known.duplicates().empty());
}

} // namespace
} // namespace switchroom::users
