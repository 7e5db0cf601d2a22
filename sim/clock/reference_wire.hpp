// SPDX-License-Identifier: MIT
/// A reference as a SystemC module: strobes on a port when a timing_source has them.
#pragma once
#include "clock/timing_sources.hpp"

#include <systemc>

namespace switchroom::sim {

/// Who is told of strobes.
struct strobe_if : virtual sc_core::sc_interface {
  /// Now, on wire `reference`.
  virtual void strobe(unsigned reference) = 0;
};

class reference_wire : public sc_core::sc_module {
  SC_HAS_PROCESS(reference_wire);

public:
  sc_core::sc_port<strobe_if> to;

  reference_wire(const sc_core::sc_module_name& name, unsigned reference,
                 timing_source::character of)
      : sc_module(name), reference_(reference), source_(std::move(of)) {
    SC_METHOD(step);
    dont_initialize();
    sensitive << due_;
  }

private:
  void start_of_simulation() override { wait_for_next(); }
  void step() {
    if (source_.comes())
      to->strobe(reference_);
    source_.advance();
    wait_for_next();
  }
  void wait_for_next() {
    const auto at = sc_core::sc_time(source_.next(), sc_core::SC_SEC);
    const auto now = sc_core::sc_time_stamp();
    due_.notify(at > now ? at - now : sc_core::SC_ZERO_TIME);
  }

  unsigned reference_;
  timing_source source_;
  sc_core::sc_event due_;
};

} // namespace switchroom::sim
