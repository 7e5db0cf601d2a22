// SPDX-License-Identifier: MIT
// What both directions of HDLC share: the FCS of 16 bits (ITU-T Q.921, 2.7), lowest bit first.
`default_nettype none
// Each direction uses its own part only.
/* verilator lint_off UNUSEDPARAM */
package hdlc;
  localparam bit [15:0] FcsStart   = 16'hffff;
  localparam bit [15:0] FcsResidue = 16'hf0b8;  // after a frame with its FCS
  localparam int unsigned FcsOctets = 2;
  // Octets without FCS (Q.921, 2.9: address and control field).
  localparam int unsigned LeastOctets = 3;

  function automatic bit [15:0] fcs_bit(input bit [15:0] fcs, input bit value);
    fcs_bit = {1'b0, fcs[15:1]} ^ (fcs[0] != value ? 16'h8408 : 16'h0000);
  endfunction

  function automatic bit [15:0] fcs_octet(input bit [15:0] fcs, input bit [7:0] octet);
    fcs_octet = fcs;
    for (int unsigned n = 0; n < 8; n++) fcs_octet = fcs_bit(fcs_octet, octet[n]);
  endfunction
endpackage
/* verilator lint_on UNUSEDPARAM */
`default_nettype wire
