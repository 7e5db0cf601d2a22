// SPDX-License-Identifier: MIT
// CRC-32 of IEEE 802.3, one octet a step, bits reflected (RFC 1662, FCS-32). Combinational.
// Start with all ones. The check sent is the complement, least significant octet first; over a
// frame with its check the result is Residue.
`default_nettype none
module link_crc (
    input  logic [31:0] crc_i,
    input  logic [7:0]  octet_i,
    output logic [31:0] crc_o
);
  always_comb begin
    crc_o = crc_i ^ {24'd0, octet_i};
    for (int unsigned i = 0; i < 8; i++) begin
      crc_o = crc_o[0] ? (crc_o >> 1) ^ 32'hedb8_8320 : crc_o >> 1;
    end
  end
endmodule
`default_nettype wire
