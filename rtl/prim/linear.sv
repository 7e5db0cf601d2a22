// SPDX-License-Identifier: MIT
// Arithmetic on 16-bit linear samples. Functions, so that they are worked out only where they are
// called.
`default_nettype none
package linear;
  // The nearest that fits 16 bits. By the bits above, which is shorter than two comparisons.
  function automatic logic signed [15:0] clamped(input logic signed [31:0] value);
    clamped = value[15:0];
    if (value[31:15] != {17{value[31]}}) clamped = {value[31], {15{!value[31]}}};
  endfunction

  // Removal of DC, y[n] = x[n] − x[n−1] + (1 − 1/1024) y[n−1] in 1/1024: the next y, from the last
  // one (sum) and the last x. Golden model: dc_removal in dsp/src/echo_canceller.cpp.
  function automatic logic signed [27:0] without_dc(input logic signed [27:0] sum, input logic signed [15:0] last,
                                                    input logic signed [15:0] sample);
    without_dc = sum + ((28'(sample) - 28'(last)) <<< 10) - (sum >>> 10);
  endfunction
endpackage
`default_nettype wire
