// SPDX-License-Identifier: MIT
// Configuration files: any text is taken, or refused with problems that all say where, what and
// what to do; alone and behind a good beginning, which leads past the parser of TOML.
#include "app/config.hpp"
#include "hold.hpp"

using namespace switchroom;
using fuzz::hold;

namespace {

constexpr std::string_view good_beginning = "[gateway]\nname = \"berlin\"\nlocale = \"DE\"\n"
                                            "[run]\ndirectory = \"/tmp/none\"\n"
                                            "[board]\nlink = \"unix:board.sock\"\n";

void read(const std::string& text) {
  const auto read = app::parse_configuration(text, "/tmp/none/fuzz.toml");
  const auto* wrong = std::get_if<app::config_problems>(&read);
  if (wrong == nullptr)
    return;
  hold(!wrong->empty(), "what is refused has a problem");
  for (const auto& one : *wrong) {
    hold(one.what.starts_with("fuzz.toml:"), "a problem says where");
    hold(!one.remedy.empty(), "a problem has a remedy");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(text);
  read(std::string(good_beginning) + text);
  return 0;
}
