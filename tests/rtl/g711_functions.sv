// SPDX-License-Identifier: MIT
// The functions of package g711 with ports, for the test. Combinational.
`default_nettype none
module g711_functions (
    input  logic        mu_law_i,
    input  logic [7:0]  octet_i,
    input  logic [15:0] sample_i,
    output logic [15:0] sample_o,
    output logic [7:0]  octet_o
);
  assign sample_o = g711::decoded(mu_law_i, octet_i);
  assign octet_o  = g711::encoded(mu_law_i, sample_i);
endmodule
`default_nettype wire
