// SPDX-License-Identifier: MIT
// What an HDLC transmitter sends, a receiver receives, bit for bit: every octet, in order, then an
// FCS that is right, of every frame of any content, with flags or ones between. For yosys.
//
// The surroundings: frames of at most 500 octets, begun when they like. f_octet is the octet under
// way, f_fcs the FCS of what was before it, f_octets how many were.
`default_nettype none
module hdlc_pair (
    input logic       clk_i,
    input logic       idle_ones_i,
    input logic       ready_i,
    input logic       more_i,
    input logic [7:0] octet_i
);
  logic f_started = 1'b0;
  logic [32:0] sends_q, sends_d;
  logic [39:0] hears_q, hears_d;
  logic line, take_stb, sent_stb, octet_stb, end_stb;
  logic [7:0] octet;
  logic [9:0] octets;
  logic [2:0] ends;
  hdlc_transmit u_transmit (
      .state_i(sends_q), .reset_i(!f_started), .idle_ones_i, .ready_i, .more_i, .octet_i, .state_o(sends_d),
      .bit_o(line), .octet_stb_o(take_stb), .sent_stb_o(sent_stb)
  );
  hdlc_receive u_receive (
      .state_i(hears_q), .reset_i(!f_started), .bit_i(line), .most_i(9'd509), .room_i(1'b1), .state_o(hears_d),
      .octets_o(octets), .octet_stb_o(octet_stb), .octet_o(octet), .end_stb_o(end_stb), .end_o(ends)
  );
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    sends_q   <= sends_d;
    hears_q   <= hears_d;
  end

  // Where both are
  localparam bit [2:0] Idle = 3'd0, Flag = 3'd1, Octet = 3'd2, FcsLow = 3'd3, FcsHigh = 3'd4;
  logic [2:0] unit, ones, place, heard_ones, heard_place;
  logic [7:0] bits;
  logic [6:0] heard_bits;
  logic [15:0] fcs, heard_fcs;
  logic [9:0] heard_octets;
  logic hunting, inserts, unit_ends;
  assign {unit, ones, place, bits, fcs} = sends_q;
  assign {hunting, heard_ones, heard_place, heard_bits, heard_fcs, heard_octets} = hears_q;
  assign inserts   = ones == 3'd5;
  assign unit_ends = !inserts && place == 3'd7;

  logic [7:0] f_octet;
  logic [15:0] f_fcs, f_fcs_now;
  logic [9:0] f_octets;
  always_ff @(posedge clk_i) begin
    if (unit_ends) begin
      if (unit == Flag) begin
        f_fcs    <= hdlc::FcsStart;
        f_octets <= 10'd0;
      end else if (unit != Idle) begin
        f_fcs    <= hdlc::fcs_octet(f_fcs, f_octet);
        f_octets <= f_octets + 10'd1;
      end
      if (take_stb) f_octet <= octet_i;
      else if (unit == Octet) f_octet <= ~f_fcs_now[7:0];
      else f_octet <= ~fcs[15:8];
    end
    if (!f_started) f_octets <= 10'd0;
  end
  assign f_fcs_now = hdlc::fcs_octet(f_fcs, f_octet);
  always_comb begin
    assume (!(more_i && f_octets >= 10'd500));
  end

  // The promise
  logic in_frame, flag_ends;
  assign in_frame  = unit == Octet || unit == FcsLow || unit == FcsHigh;
  assign flag_ends = unit == Flag && unit_ends;
  always_comb begin
    if (f_started) begin
      assert (octet_stb == (in_frame && unit_ends));
      if (octet_stb) assert (octet == f_octet);
      assert (end_stb == (flag_ends && f_octets != 10'd0));
      if (end_stb) begin
        assert (ends == (f_octets < 10'd5 ? switchroom_regs::HdlcCounterTooShort[2:0] : switchroom_regs::HdlcCounterReceived[2:0]));
      end
    end
  end

  // So that the proof is not empty: a frame of three octets is received.
  (* keep *) logic f_reached;
  assign f_reached = f_started && end_stb && ends == switchroom_regs::HdlcCounterReceived[2:0];

  // What the induction needs: both stand at the same place.
  logic [15:0] f_part;
  always_comb begin
    f_part = f_fcs;
    for (int unsigned n = 0; n < 7; n++) if (n < 32'(place)) f_part = hdlc::fcs_bit(f_part, f_octet[n]);
  end
  always_comb begin
    if (f_started) begin
      assert (unit <= FcsHigh);
      assert (heard_octets == f_octets);
      assert (f_octets <= 10'd503);
      if (in_frame) begin
        assert (!hunting && ones <= 3'd5 && heard_ones == ones && heard_place == place);
        assert (heard_fcs == f_fcs);
        assert (bits == ((f_octet >> place) | ~(8'hff >> place)));
        for (int unsigned n = 0; n < 7; n++) if (n < 32'(place)) assert (heard_bits[7-place+n] == f_octet[n]);
      end
      case (unit)
        Octet: begin
          assert (fcs == f_part);
          assert (f_octets <= 10'd500);
        end
        FcsLow: assert (f_fcs == fcs && f_octet == ~fcs[7:0] && f_octets != 10'd0 && f_octets <= 10'd501);
        FcsHigh: begin
          assert (f_fcs == hdlc::fcs_octet(fcs, ~fcs[7:0]) && f_octet == ~fcs[15:8]);
          assert (f_octets >= 10'd2 && f_octets <= 10'd502);
        end
        Flag: begin
          assert (bits == ((8'h7e >> place) | ~(8'hff >> place)));
          assert (place == 3'd0 ? ones <= 3'd5 : ones == 3'd0);
          if (f_octets != 10'd0) begin
            assert (f_octets >= 10'd3);
            assert (!hunting && heard_fcs == hdlc::FcsResidue);
          end
          if (hunting) assert (f_octets == 10'd0);
          else begin
            assert (heard_place == (place == 3'd7 ? 3'd6 : place));
          end
          if (place != 3'd0) assert (heard_ones == place - 3'd1);
          else if (hunting) assert (heard_ones == 3'd7 && ones == 3'd0);
          else assert (heard_ones == ones);
        end
        default: begin
          assert (bits == 8'hff && ones == 3'd0 && f_octets == 10'd0);
          if (hunting) assert (heard_ones == 3'd7);
          else assert (heard_ones == place && heard_place == (place > 3'd5 ? 3'd5 : place) && place != 3'd7);
        end
      endcase
    end
  end
endmodule
`default_nettype wire
