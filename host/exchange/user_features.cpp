// SPDX-License-Identifier: MIT
#include "exchange/user_features.hpp"

#include <algorithm>

namespace switchroom::exchange {
namespace {

using dialplan::feature;
using user::v1::SettingChange;

enum class source { on, off, none, number, own };
struct effect {
  feature of;
  std::string_view setting;
  source value;
  SettingChange::Action action = SettingChange::SET;
};

/// A feature has as many effects as it has rows; all are made, or none. To cancel all forwarding
/// ends whatever keeps calls from the own phone, as with the peers.
constexpr effect table[] = {
    {feature::cancel_forwarding, "forward_unconditional_on", source::off},
    {feature::cancel_forwarding, "forward_busy_on", source::off},
    {feature::cancel_forwarding, "forward_no_answer_on", source::off},
    {feature::cancel_forwarding, "follow_me", source::none},
    {feature::cancel_forwarding, "do_not_disturb", source::off},
    {feature::forward_unconditional_on, "forward_unconditional_on", source::on},
    {feature::forward_unconditional_off, "forward_unconditional_on", source::off},
    {feature::forward_busy_on, "forward_busy_on", source::on},
    {feature::forward_busy_off, "forward_busy_on", source::off},
    {feature::forward_no_answer_on, "forward_no_answer_on", source::on},
    {feature::forward_no_answer_off, "forward_no_answer_on", source::off},
    {feature::forward_number, "forward_unconditional", source::number},
    {feature::forward_busy_number, "forward_busy", source::number},
    {feature::do_not_disturb_on, "do_not_disturb", source::on},
    {feature::do_not_disturb_off, "do_not_disturb", source::off},
    {feature::do_not_disturb_exception_add, "do_not_disturb_exceptions", source::number,
     SettingChange::ADD},
    {feature::do_not_disturb_exception_remove, "do_not_disturb_exceptions", source::number,
     SettingChange::REMOVE},
    {feature::follow_me_here, "follow_me", source::own},
    {feature::follow_me_here_cancel, "follow_me", source::own, SettingChange::REMOVE},
    {feature::follow_me_to, "follow_me", source::number},
    {feature::call_waiting_on, "call_waiting", source::on},
    {feature::call_waiting_off, "call_waiting", source::off},
};

std::string value_of(source from, const std::string& number, const extension_number& own) {
  switch (from) {
  case source::on:
    return "on";
  case source::off:
    return "off";
  case source::number:
    return number;
  case source::own:
    return own;
  case source::none:
    break;
  }
  return {};
}

} // namespace

std::optional<asked_feature> user_feature(feature what, const std::string& number,
                                          const extension_number& own) {
  const bool of_another = what == feature::follow_me_here || what == feature::follow_me_here_cancel;
  asked_feature asked{of_another ? number : own, {}};
  for (const auto& row : table) {
    if (row.of != what)
      continue;
    auto& change = *asked.changes.Add();
    change.set_setting(std::string(row.setting));
    change.set_action(row.action);
    change.set_value(value_of(row.value, number, own));
  }
  if (asked.changes.empty())
    return std::nullopt;
  return asked;
}

} // namespace switchroom::exchange
