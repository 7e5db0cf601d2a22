// SPDX-License-Identifier: MIT
/// What the features of rule C9 do to a user's document, as a table. Pure.
#pragma once
#include "dialplan/dialplan.hpp"
#include "types/ids.hpp"
#include "users/settings.hpp"

#include <optional>
#include <string>

namespace switchroom::exchange {

struct asked_feature {
  extension_number whose; ///< whose document changes
  users::changes changes;
};
/// None: the feature changes no document. `number` is what was dialled, `own` who dialled it.
std::optional<asked_feature> user_feature(dialplan::feature, const std::string& number,
                                          const extension_number& own);

} // namespace switchroom::exchange
