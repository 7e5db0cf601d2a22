// SPDX-License-Identifier: MIT
// The fabric's clock, once for each set of blocks that are awake. Verilator's eval() asks after
// every clock, some forty times, which blocks had one. Here its own code is compiled again where
// the compiler knows the answers (docs/adr/0007). Only for Verilator 5.006, see CMakeLists.txt.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "Vfabric_model__Syms.h"
#include "Vfabric_model___024root.h"
#include "verilated.h"

#include "fabric_clock.hpp"

using fabric_root = Vfabric_model___024root;

template <class Root>
constexpr bool has_ways_through = requires(Root& root) {
  root.__VicoTriggered;
};
static_assert(!has_ways_through<fabric_root>, "an input reaches an output in no time");

// In a namespace of its own, so that the library's eval() stays as it is beside it.
namespace {
/// Which clocks have risen, in Verilator's order.
using flags = std::array<bool, sizeof(fabric_root::__VactTriggered) / sizeof(bool)>;

[[gnu::always_inline]] inline void Vfabric_model___024root___eval_triggers__act(fabric_root*);
[[gnu::always_inline]] inline void Vfabric_model___024root___eval_nba(fabric_root*, const flags&);
#include "fabric_model_sources.inc"

#include "fabric_model_nba.inc" // which needs them

// Flag by flag: what is copied as a whole the compiler does not know any more.
template <class Triggers, std::size_t... Place>
flags copied(Triggers& from, std::index_sequence<Place...>) {
  return {from.at(Place)...};
}

void were_low(fabric_root& root) {
  root.__Vtrigrprev__TOP__clk_i = root.__Vtrigrprev__TOP__clk_slot_i = 0;
  root.__Vtrigrprev__TOP__clk_host_i = root.__Vtrigrprev__TOP__clk_line_i = 0;
  root.__Vtrigrprev__TOP__clk_tone_i = root.__Vtrigrprev__TOP__clk_voice_i = 0;
  root.__Vtrigrprev__TOP__clk_judge_i = root.__Vtrigrprev__TOP__clk_request_i = 0;
  root.__Vtrigrprev__TOP__clk_conference_i = root.__Vtrigrprev__TOP__clk_digital_i = 0;
  root.__Vtrigrprev__TOP__clk_iom2_i = root.__Vtrigrprev__TOP__clk_span_i = 0;
  root.__Vtrigrprev__TOP__clk_bit_i = 0;
}

template <unsigned Awake>
void rising_edge(fabric_root& root) {
  using namespace switchroom::rtl;
  root.clk_slot_i = (Awake & (slot_awake | everybody_awake)) != 0;
  root.clk_host_i = (Awake & (host_awake | everybody_awake)) != 0;
  root.clk_line_i = (Awake & (line_awake | everybody_awake)) != 0;
  root.clk_tone_i = (Awake & (tone_awake | everybody_awake)) != 0;
  root.clk_voice_i = (Awake & (voice_awake | everybody_awake)) != 0;
  root.clk_judge_i = (Awake & (judge_awake | everybody_awake)) != 0;
  root.clk_conference_i = (Awake & (conference_awake | everybody_awake)) != 0;
  root.clk_digital_i = (Awake & (digital_awake | everybody_awake)) != 0;
  root.clk_iom2_i = (Awake & (iom2_awake | everybody_awake)) != 0;
  root.clk_span_i = (Awake & (span_awake | everybody_awake)) != 0;
  root.clk_bit_i = (Awake & (bit_awake | everybody_awake)) != 0;
  root.clk_request_i = Awake == everybody_awake;
  root.clk_i = 1;
  were_low(root);
  // What eval() comes to for registers that know rising edges only, without its second round, which
  // finds nothing to do, and without the falling edge.
  Vfabric_model___024root___eval_triggers__act(&root);
  const flags triggered =
      copied(root.__VactTriggered, std::make_index_sequence<std::tuple_size_v<flags>>());
  Vfabric_model___024root___eval_nba(&root, triggered);
  were_low(root);
}

/// Fewer sets, to compile faster: a clock more does no harm, and these are seldom awake alone.
constexpr unsigned with_company(unsigned awake) {
  using namespace switchroom::rtl;
  constexpr unsigned seldom = host_awake | line_awake | tone_awake;
  // Then one of them is awake in every clock.
  const bool runs = (awake & (iom2_awake | bit_awake | span_awake)) != 0;
  return awake | ((awake & judge_awake) != 0 ? unsigned{voice_awake} : 0U) |
         ((awake & span_awake) != 0 ? unsigned{bit_awake} : 0U) |
         (runs && (awake & seldom) != 0 ? seldom : 0U) |
         (runs && (awake & conference_awake) != 0 ? unsigned{digital_awake} : 0U);
}
template <unsigned... Awake>
constexpr auto all_edges(std::integer_sequence<unsigned, Awake...>) {
  return std::array{&rising_edge<with_company(Awake)>...};
}

#ifdef SWITCHROOM_SIMULATION_ARCH
/// Before main: a program that was taken to another machine says why it does not run there.
const bool runs_here = [] {
  __builtin_cpu_init();
  if (__builtin_cpu_supports(SWITCHROOM_SIMULATION_ARCH))
    return true;
  std::fputs("This program is built for " SWITCHROOM_SIMULATION_ARCH
             ", and this processor is less.\n"
             "  remedy: build it on this machine, or anywhere with cmake "
             "-DSWITCHROOM_SIMULATION_ARCH= (slower)\n",
             stderr);
  std::_Exit(1);
}();
#endif

constexpr auto edges =
    all_edges(std::make_integer_sequence<unsigned, switchroom::rtl::everybody_awake + 1>());
} // namespace

namespace switchroom::rtl {
void rising_edge(fabric_root& root, unsigned awake) {
  edges[awake](root);
}
} // namespace switchroom::rtl
