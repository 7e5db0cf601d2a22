// SPDX-License-Identifier: MIT
// The two walls of a subscriber line as SystemC interfaces, crossed once a frame.
#pragma once

#include "loop/frame_signals.hpp"

#include <systemc>

namespace switchroom::sim {

class line_if : public virtual sc_core::sc_interface {
public:
  virtual line_sense exchange(const line_drive& drive) = 0;
};

class handset_if : public virtual sc_core::sc_interface {
public:
  virtual handset_sense exchange(const handset_drive& drive) = 0;
};

} // namespace switchroom::sim
