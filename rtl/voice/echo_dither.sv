// SPDX-License-Identifier: MIT
// By what each tap of a place rounds otherwise than its neighbours do: exclusive-ored with what is random of the
// sample. A hash that mixes bits well; nothing else is asked of it. Golden model: dsp/src/echo_canceller.cpp.
`default_nettype none
package echo_dither;
  function automatic logic [8:0] of_tap(input int unsigned tap);  // 0 to 127
    int unsigned x;
    x = (tap + 1) * 40503;
    x = ((x ^ (x >> 7)) * 11291) & 32'h0000_ffff;
    of_tap = 9'(x ^ (x >> 9));
  endfunction
endpackage
`default_nettype wire
