// SPDX-License-Identifier: MIT
/// What was switched from phones and outlasts a restart (rules H10, S10, S16).
#pragma once
#include "standing.pb.h"

namespace switchroom::exchange {

/// Replaces the one before.
struct store_standing {
  standing::v1::Standing what;
};

} // namespace switchroom::exchange
