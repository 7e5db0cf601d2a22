// SPDX-License-Identifier: MIT
// CRC-32 of IEEE 802.3, one octet a step, bits reflected (RFC 1662, FCS-32). A function, so that it
// is worked out only where an octet is taken.
// Start with all ones. The check sent is the complement, least significant octet first; over a
// frame with its check the result is Residue.
`default_nettype none
package link_crc;
  localparam bit [31:0] Residue = 32'hdebb_20e3;

  function automatic logic [31:0] after(input logic [31:0] crc, input logic [7:0] octet);
    logic [31:0] next;
    next = crc ^ {24'd0, octet};
    for (int unsigned i = 0; i < 8; i++) begin
      next = next[0] ? (next >> 1) ^ 32'hedb8_8320 : next >> 1;
    end
    after = next;
  endfunction
endpackage
`default_nettype wire
