// SPDX-License-Identifier: MIT
/// Answers to operators that are said in more than one place.
#pragma once
#include "types/ids.hpp"
#include "types/refusal.hpp"

#include "control.pb.h"

#include <cstdint>
#include <string>
#include <utility>

namespace switchroom::exchange {

inline control::v1::Reply error(refusal why) {
  control::v1::Reply answer;
  answer.mutable_error()->set_what(std::move(why.what));
  answer.mutable_error()->set_remedy(std::move(why.remedy));
  return answer;
}

inline control::v1::Reply done(std::string text) {
  control::v1::Reply answer;
  answer.mutable_done()->set_text(std::move(text));
  return answer;
}

inline control::v1::Reply unknown_user(const extension_number& who) {
  return error(
      {"User " + who + " is not known in this network.", "`switchroom users` lists every user."});
}

inline refusal no_line(const std::string& gateway, std::uint32_t line) {
  return {"Gateway " + gateway + " has no line " + std::to_string(line) + ".",
          "`switchroom lines` lists the lines."};
}

} // namespace switchroom::exchange
