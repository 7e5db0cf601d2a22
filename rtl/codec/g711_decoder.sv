// SPDX-License-Identifier: MIT
// One octet of ITU-T G.711 to a 16-bit linear sample. Combinational.
//
// The octet is as on the wire: A-law with its even bits inverted (G.711, table 1a, note 2),
// mu-law with all bits inverted (table 2a). The linear sample is left-justified: G.711's
// A-law values of 13 bits are times 8, its mu-law values of 14 bits times 4.
`default_nettype none
module g711_decoder (
    input  logic mu_law_i,  // 0: A-law, 1: mu-law
    input  logic [7:0] octet_i,
    output logic signed [15:0] sample_o
);
  logic [7:0] code;
  logic [2:0] segment;
  logic [3:0] step;
  logic negative;
  assign code     = octet_i ^ (mu_law_i ? 8'hff : 8'h55);
  assign segment  = code[6:4];
  assign step     = code[3:0];
  assign negative = code[7] == mu_law_i;

  // A-law: the middle of the step is (16 + step + 1/2) of the segment's unit; the first segment
  // lacks the 16 and has the unit of the second.
  logic [14:0] a_magnitude;
  assign a_magnitude = segment == 3'd0 ? {7'd0, step, 4'b1000}
                                       : {9'd0, 1'b1, step, 1'b1} << (segment + 4'd2);

  // mu-law: as A-law, but every segment has the 16 and the whole scale is moved down by 33.
  logic [14:0] mu_magnitude;
  assign mu_magnitude = ({9'd0, 1'b1, step, 1'b1} << (segment + 4'd2)) - 15'd132;

  logic [15:0] magnitude;
  assign magnitude = {1'b0, mu_law_i ? mu_magnitude : a_magnitude};
  assign sample_o  = negative ? -magnitude : magnitude;
endmodule
`default_nettype wire
