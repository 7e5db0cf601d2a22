// SPDX-License-Identifier: MIT
// What both ends of a span work out alike.
`default_nettype none
package e1;
  // Remainder of CRC-4, x^4 + x + 1 (G.704 2.3.3.4), with one more bit.
  function automatic logic [3:0] crc4(input logic [3:0] crc, input logic data);
    crc4 = {crc[2:0], 1'b0} ^ (crc[3] ^ data ? 4'b0011 : 4'b0000);
  endfunction
  // x^15 + x^14 + 1 (O.151 2.1), from the oldest two of the last 15 bits; they are sent inverted.
  function automatic logic prbs(input logic [1:0] last);
    prbs = last[1] ^ last[0];
  endfunction
endpackage
`default_nettype wire
