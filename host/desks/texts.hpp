// SPDX-License-Identifier: MIT
/// The sentences that people get to read about logins.
#pragma once
#include "desks/desks.hpp"

namespace switchroom::desks {

struct spoken_outcome {
  login_outcome outcome;
  std::string text;
};

/// What a home's refusal means for the person at the line.
spoken_outcome outcome_of(const scn::v1::LoginRefusal&, std::string_view extension,
                          const gateway_name& home);
std::string locked_out_text(const std::string& who, duration left);
std::string unknown_user_text(std::string_view extension);
std::string no_login_code_text(std::string_view extension);
std::string not_licensed_text(const gateway_name&);
/// Why a home did not change a setting.
std::string refused_change_text(const scn::v1::SettingsAnswer&, std::string_view extension);
std::string home_unreachable_text(std::string_view extension, const gateway_name& home);

} // namespace switchroom::desks
