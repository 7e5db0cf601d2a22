// SPDX-License-Identifier: MIT
#include "dialplan/dialplan.hpp"

#include "user.pb.h"

namespace switchroom::dialplan {

short_code code_of(const user::v1::ShortCode& document) {
  const auto known = feature_named(document.feature());
  return {document.code(),
          known.value_or(feature::unsupported),
          document.number(),
          document.line_group(),
          known ? std::string() : document.feature(),
          document.force_account_code(),
          document.force_authorisation_code()};
}

} // namespace switchroom::dialplan
