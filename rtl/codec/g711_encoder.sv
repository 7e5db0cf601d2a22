// SPDX-License-Identifier: MIT
// One 16-bit linear sample to an octet of ITU-T G.711. Combinational.
//
// Octet and scale are those of g711_decoder. The bits below G.711's resolution are cut from
// the one's complement magnitude, as in the ITU-T Software Tool Library (G.191), so that
// both signs behave alike.
`default_nettype none
module g711_encoder (
    input  logic mu_law_i,  // 0: A-law, 1: mu-law
    // verilator lint_off UNUSEDSIGNAL
    input  logic signed [15:0] sample_i,  // bits 1-0 are below the resolution of both laws
    // verilator lint_on UNUSEDSIGNAL
    output logic [7:0] octet_o
);
  logic negative;
  logic [12:0] magnitude;  // in units of 4
  assign negative  = sample_i[15];
  assign magnitude = negative ? ~sample_i[14:2] : sample_i[14:2];

  // mu-law's scale starts at 33 of its units of 4, so that every segment has a leading one.
  // Only its upper bits count: 33 is 16 units of 8, and one more if the lowest bit is set.
  logic [12:0] biased;
  assign biased = {1'b0, magnitude[12:1]} + 13'd16 + {12'd0, magnitude[0]};

  // The leading one of the scale tells the segment. A-law's unit is 16, mu-law's 8; what overloads
  // mu-law is its largest code.
  logic [11:0] scale;
  assign scale = mu_law_i ? (biased[12] ? 12'hfff : biased[11:0]) : {1'b0, magnitude[12:2]};

  logic [2:0] segment;
  logic [3:0] step;
  always_comb begin
    segment = 3'd0;
    step    = scale[3:0];
    if (mu_law_i) begin
      casez (scale[11:4])
        8'b1???????: {segment, step} = {3'd7, scale[10:7]};
        8'b01??????: {segment, step} = {3'd6, scale[9:6]};
        8'b001?????: {segment, step} = {3'd5, scale[8:5]};
        8'b0001????: {segment, step} = {3'd4, scale[7:4]};
        8'b00001???: {segment, step} = {3'd3, scale[6:3]};
        8'b000001??: {segment, step} = {3'd2, scale[5:2]};
        8'b0000001?: {segment, step} = {3'd1, scale[4:1]};
        default:     {segment, step} = {3'd0, scale[3:0]};
      endcase
    end else begin
      casez (scale[10:5])
        6'b1?????: {segment, step} = {3'd7, scale[9:6]};
        6'b01????: {segment, step} = {3'd6, scale[8:5]};
        6'b001???: {segment, step} = {3'd5, scale[7:4]};
        6'b0001??: {segment, step} = {3'd4, scale[6:3]};
        6'b00001?: {segment, step} = {3'd3, scale[5:2]};
        6'b000001: {segment, step} = {3'd2, scale[4:1]};
        default:   {segment, step} = {2'd0, scale[4:0]};
      endcase
    end
  end
  assign octet_o = {negative == mu_law_i, segment, step} ^ (mu_law_i ? 8'hff : 8'h55);
endmodule
`default_nettype wire
