// SPDX-License-Identifier: MIT
// The frames of a sent span (G.704): alignment, CRC-4 multiframe, E, A and Sa bits, signalling in time
// slot 16, test sequence, and the octets of the time slots, which are asked for one bit before.
//
// bit_o is worked out from what stands with stb_i; frames count from reset on. Nothing stalls.
`default_nettype none
module e1_transmitter (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        stb_i,
    input  logic [7:0]  place_i,       // of the bit in the frame
    input  logic        crc4_i,
    input  logic        cas_i,
    input  logic        a_bit_i,
    input  logic        y_bit_i,
    input  logic [4:0]  sa_i,
    input  logic        e_bit_i,       // for this bit, if it is an E bit
    output logic        e_taken_o,     // this bit is one, with stb_i
    input  logic        ais_i,
    input  logic [31:0] prbs_slots_i,
    // octet of the time slot, from the clock after its fetch on
    output logic        fetch_o,       // with stb_i
    output logic [4:0]  fetch_slot_o,
    input  logic [7:0]  octet_i,
    // signalling bits, the same
    output logic        signal_fetch_o,
    output logic [4:0]  signal_slot_o,
    input  logic [3:0]  signal_i,
    output logic        bit_o
);
  logic [3:0] frame_q, frame;  // of the multiframe
  assign frame = place_i == 8'd0 ? frame_q + 4'd1 : frame_q;
  logic [4:0] slot;
  logic [2:0] place;
  assign {slot, place} = place_i;
  assign fetch_o        = place == 3'd7;
  assign fetch_slot_o   = slot + 5'd1;
  assign signal_fetch_o = cas_i && ((slot == 5'd15 && place == 3'd7) || (slot == 5'd16 && place == 3'd3));
  assign signal_slot_o  = {slot == 5'd16, frame_q};
  assign e_taken_o      = crc4_i && place_i == 8'd0 && (frame == 4'd13 || frame == 4'd15);

  logic [3:0] crc_q, whole_q, whole;
  logic starts, is_c, framed, framing, signalling;
  assign starts = place_i == 8'd0 && frame[2:0] == 3'd0;
  assign is_c   = crc4_i && place_i == 8'd0 && !frame[0];
  assign whole  = starts ? crc_q : whole_q;
  always_comb begin
    framing = 1'b1;
    if (!frame[0]) begin  // C 0 0 1 1 0 1 1
      if (place == 3'd0) framing = is_c ? whole[2'd3 - frame[2:1]] : 1'b1;
      else framing = place == 3'd3 || place == 3'd4 || place >= 3'd6;
    end else begin  // M 1 A Sa4 … Sa8; M is 0 0 1 0 1 1 and two E bits
      case (place)
        3'd0: begin
          if (e_taken_o) framing = e_bit_i;
          else if (crc4_i) framing = frame == 4'd5 || frame == 4'd9 || frame == 4'd11;
        end
        3'd1: framing = 1'b1;
        3'd2: framing = a_bit_i;
        default: framing = sa_i[3'd7 - place];
      endcase
    end
  end
  assign signalling = frame == 4'd0 ? place == 3'd4 || (place == 3'd5 && y_bit_i) || place >= 3'd6
                                    : signal_i[2'd3 - place[1:0]];

  logic [14:0] prbs_q;
  logic tests;
  assign tests = slot != 5'd0 && prbs_slots_i[slot];
  assign framed = slot == 5'd0 ? framing
                : tests ? !e1::prbs(prbs_q[14:13])
                : cas_i && slot == 5'd16 ? signalling
                : octet_i[3'd7 - place];
  assign bit_o  = ais_i || framed;

  always_ff @(posedge clk_i) begin
    if (stb_i) begin
      frame_q <= frame;
      crc_q   <= e1::crc4(starts ? 4'd0 : crc_q, framed && !is_c);
      if (starts) whole_q <= crc_q;
      if (tests) prbs_q <= {prbs_q[13:0], e1::prbs(prbs_q[14:13])};
    end
    if (rst_i) begin
      frame_q <= 4'd15;
      crc_q   <= 4'd0;
      prbs_q  <= 15'h7fff;
    end
  end
endmodule
`default_nettype wire
