// SPDX-License-Identifier: MIT
/// A configuration that is good, in a folder with its keys, to be spoilt line by line.
#pragma once
#include "app/config.hpp"
#include "app/key_files.hpp"
#include "scn/transport/curve_keys.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace switchroom::app {

namespace fs = std::filesystem;

class Config : public testing::Test {
protected:
  static void SetUpTestSuite() {
    std::string pattern = (fs::temp_directory_path() / "switchroom-config-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    ASSERT_TRUE(make_key_files(folder_ / "keys", std::nullopt));
    std::ofstream(folder_ / "open.key") << std::string(40, 'a') << '\n';
    fs::permissions(folder_ / "open.key", fs::perms(0644));
    std::ofstream(folder_ / "short.key") << "abcd\n";
    fs::permissions(folder_ / "short.key", fs::perms(0600));
    berlin_ = transport::make_key_pair().public_key;
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static std::string good() {
    return "[gateway]\n"                               // 1
           "name = \"amsterdam\"\n"                    // 2
           "number = \"7\"\n"                          // 3
           "locale = \"NL\"\n"                         // 4
           "[run]\n"                                   // 5
           "directory = \"run\"\n"                     // 6
           "[board]\n"                                 // 7
           "link = \"unix:link.sock\"\n"               // 8
           "[scn]\n"                                   // 9
           "bind = \"tcp://127.0.0.1:7501\"\n"         // 10
           "secret_key_file = \"keys/secret.key\"\n"   // 11
           "network_key_file = \"keys/network.key\"\n" // 12
           "[[peer]]\n"                                // 13
           "name = \"berlin\"\n"                       // 14
           "number = \"8\"\n"                          // 15
           "endpoint = \"tcp://127.0.0.1:7502\"\n"     // 16
           "public_key = '" +
           berlin_ +
           "'\n"                   // 17
           "[[line]]\n"            // 18
           "number = 1\n"          // 19
           "base_user = \"201\"\n" // 20
           "[[short_code]]\n"      // 21
           "code = \"9N\"\n"       // 22
           "feature = \"dial\"\n"  // 23
           "number = \"N\"\n";     // 24
  }
  static std::variant<configuration, config_problems> parse(const std::string& text) {
    return parse_configuration(text, folder_ / "gateway.toml");
  }
  static std::string replaced(const std::string& from, const std::string& to) {
    std::string text = good();
    const auto at = text.find(from);
    if (at == std::string::npos)
      throw std::runtime_error("the good file has no " + from);
    return text.replace(at, from.size(), to);
  }

  static inline fs::path folder_;
  static inline std::string berlin_;
};

} // namespace switchroom::app
