// SPDX-License-Identifier: MIT
// Short codes and what is dialled at them. Lines of the input are codes, with a number behind a
// blank; the last is dialled. What compiles must agree with the fit of one code after the other.
#include "dialplan/progress.hpp"
#include "hold.hpp"

#include <algorithm>

using namespace switchroom;
using namespace switchroom::dialplan;
using fuzz::hold;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (const char c : text)
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  return lines;
}

short_code code_of(const std::string& line) {
  short_code made;
  const auto blank = line.find(' ');
  made.code = line.substr(0, blank);
  made.number = blank == std::string::npos ? "N" : line.substr(blank + 1);
  return made;
}

void dial(const plan& codes, std::string_view all) {
  const auto nobody = [](std::string_view) { return extension_match::none; };
  progress dialled(codes);
  for (std::size_t n = 0; n <= std::min<std::size_t>(all.size(), 96); ++n) {
    const auto digits = all.substr(0, n);
    dialled.follow(digits);
    bool full = false, partial = false;
    for (const auto& one : codes.levels().front()->codes())
      if (one.digits.is_default == default_kind::none) {
        const auto how = fit_digits(one.digits, digits).how;
        full |= how == fit::full;
        partial |= how == fit::partial;
      }
    const auto end = dialled.choose(dialling::complete, nobody);
    const bool by_code = end.code && end.code->digits.is_default == default_kind::none;
    hold(by_code == full || digits.empty(), "a code acts if and only if one fits");
    const auto now = dialled.choose(dialling::goes_on, nobody);
    hold(!(partial && now.what == verdict::unknown), "what may still match is waited for");
    (void)explain(codes, digits, nobody, {"1", "2", "U"});
    (void)dialled.decide(dialling::paused, nobody, {"1", "2", "U"});
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto lines = lines_of({reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096)});
  const auto dialled = lines.back();
  lines.pop_back();
  std::vector<short_code> good;
  for (const auto& line : lines) {
    const auto made = compile({}, {}, {code_of(line)});
    if (made)
      good.push_back(code_of(line));
    else
      hold(!made.error().what.empty() && !made.error().remedy.empty(), "a refusal says why");
  }
  if (good.empty())
    return 0;
  const auto all = compile({}, {}, good);
  hold(bool(all), "codes that compile alone compile together");
  dial(*all, dialled);
  return 0;
}
