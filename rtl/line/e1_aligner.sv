// SPDX-License-Identifier: MIT
// Frame alignment of a received span, and of its CRC-4 multiframes (G.706 clauses 4.1, 4.2, Annex B).
//
// Found are frames by a FAS, bit 2 of the next frame 1, and a FAS again; lost by three wrong FAS, or
// three wrong bits 2, in a row. If CRC-4 is wanted, two multiframe signals must come within 8 ms, a
// multiple of 2 ms apart; else the search goes on beside the frames found first, from just after
// the FAS taken for one. After 400 ms: crc4_i = 2, the far end has none, and the search ends; crc4_i = 1,
// late_o, and the search goes on. spurious_i (G.706 4.3.2) has all found anew, from after the next FAS.
//
// position_o is {frame of the multiframe, bit of the frame} of bit_i, from the clock after stb_i on;
// without CRC-4 only whether the frame's number is odd has a meaning. Nothing stalls.
`default_nettype none
module e1_aligner (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        stb_i,
    input  logic        bit_i,
    input  logic [1:0]  crc4_i,      // 0 none, 1 required, 2 if there is
    input  logic        spurious_i,  // with stb_i
    output logic        aligned_o,
    output logic        crc_o,       // multiframes are aligned, too
    output logic        without_o,
    output logic        late_o,
    output logic [11:0] position_o,
    // with stb_i
    output logic        fas_error_o,
    output logic        change_o
);
  localparam bit [8:0] FasEnd = 9'd7, Second = 9'd257;
  typedef enum logic [1:0] {
    Search,  // for a FAS
    Verify,  // that it is one
    Multi,   // for multiframes
    Rest
  } state_e;
  state_e state_q;

  logic [5:0] before_q;
  logic fas;
  assign fas = {before_q, bit_i} == 7'b0011011;

  logic [11:0] position_q, search_q;
  logic [1:0] wrong_fas_q, wrong_second_q;
  logic [4:0] multi_q;          // multiframe bits before this one
  logic [7:0] seen_q;           // places of a multiframe signal in the multiframe
  logic [4:0] tries_q;          // double frames without multiframes
  logic [11:0] frames_q;        // since the frames were found, to 400 ms
  logic aligned_q, crc_q, without_q, late_q, spurious_q;
  assign aligned_o  = aligned_q;
  assign crc_o      = crc_q;
  assign without_o  = without_q;
  assign late_o     = late_q;
  assign position_o = position_q;

  logic at_fas, at_second, lost, found, multi_found, frame_ends;
  assign frame_ends  = aligned_q && position_q[7:0] == 8'hff && state_q != Rest && crc4_i != 2'd0;
  assign at_fas      = aligned_q && position_q[8:0] == FasEnd;
  assign at_second   = aligned_q && position_q[8:0] == Second;
  assign fas_error_o = at_fas && !fas;
  assign lost        = (fas_error_o && wrong_fas_q == 2'd2) || (at_second && !bit_i && wrong_second_q == 2'd2)
                    || (at_fas && spurious_q);
  assign found       = state_q == Verify && search_q[8:0] == FasEnd && fas;
  assign multi_found = state_q == Multi && search_q[8:0] == 9'd256 && {multi_q, bit_i} == 6'b001011
                    && seen_q[search_q[11:9]];
  assign change_o    = lost || (multi_found && search_q[8:0] != position_q[8:0]);

  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      before_q   <= {before_q[4:0], bit_i};
      position_q <= position_q + 12'd1;
      search_q   <= search_q + 12'd1;

      if (at_fas) wrong_fas_q <= fas ? 2'd0 : wrong_fas_q + 2'd1;
      if (at_second) wrong_second_q <= bit_i ? 2'd0 : wrong_second_q + 2'd1;
      if (spurious_i) spurious_q <= 1'b1;
      if (frame_ends) begin
        frames_q <= frames_q + 12'd1;
        if (frames_q == 12'd3199) begin
          frames_q <= 12'd0;
          if (crc4_i[0]) late_q <= 1'b1;
        end
      end

      case (state_q)
        Search: begin
          if (fas) begin
            state_q  <= Verify;
            search_q <= 12'd8;
          end
        end
        Verify: begin
          if ((search_q[8:0] == Second && !bit_i) || (search_q[8:0] == FasEnd && !fas)) state_q <= Search;
          if (found) begin
            state_q <= crc4_i == 2'd0 ? Rest : Multi;
            multi_q <= 5'h1f;
            seen_q  <= 8'd0;
            tries_q <= 5'd0;
            if (!aligned_q) begin
              aligned_q      <= 1'b1;
              position_q     <= 12'd8;
              wrong_fas_q    <= 2'd0;
              wrong_second_q <= 2'd0;
              frames_q       <= 12'd0;
            end
          end
        end
        Multi: begin
          if (search_q[8:0] == 9'd256) begin
            multi_q <= {multi_q[3:0], bit_i};
            if ({multi_q, bit_i} == 6'b001011) seen_q[search_q[11:9]] <= 1'b1;
          end
          if (search_q[8:0] == FasEnd) begin
            tries_q <= tries_q + 5'd1;
            if (tries_q == 5'd31) state_q <= Search;
          end
          if (multi_found) begin
            state_q    <= Rest;
            crc_q      <= 1'b1;
            late_q     <= 1'b0;
            position_q <= {4'd11, 8'd1};
            if (change_o) begin
              wrong_fas_q    <= 2'd0;
              wrong_second_q <= 2'd0;
            end
          end
        end
        default: ;
      endcase

      if (frame_ends && frames_q == 12'd3199 && !crc4_i[0] && !multi_found) begin
        without_q <= 1'b1;
        state_q   <= Rest;
      end
      if (lost) begin
        state_q    <= Search;
        aligned_q  <= 1'b0;
        crc_q      <= 1'b0;
        without_q  <= 1'b0;
        late_q     <= 1'b0;
        spurious_q <= 1'b0;
      end
    end
    if (rst_i) begin
      state_q    <= Search;
      before_q   <= 6'h3f;
      aligned_q  <= 1'b0;
      crc_q      <= 1'b0;
      without_q  <= 1'b0;
      late_q     <= 1'b0;
      spurious_q <= 1'b0;
    end
  end
endmodule
`default_nettype wire
