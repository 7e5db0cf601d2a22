// SPDX-License-Identifier: MIT
// One bit of an HDLC stream to be sent: flags, octets with zeros inserted, FCS (ITU-T Q.921, 2.2
// to 2.7). Combinational: who has the state gives it for each bit.
//
// One flag closes a frame and opens the next when that is ready in time.
`default_nettype none
module hdlc_transmit #(
    localparam int unsigned StateBits = 33
) (
    input  logic [StateBits-1:0] state_i,
    input  logic                 reset_i,      // in place of the state: between frames
    input  logic                 idle_ones_i,
    input  logic                 ready_i,      // a frame's first octet is there
    input  logic                 more_i,       // of the frame that is being sent
    input  logic [7:0]           octet_i,      // the next
    output logic [StateBits-1:0] state_o,
    output logic                 bit_o,
    output logic                 octet_stb_o,  // octet_i is taken
    output logic                 sent_stb_o    // the last bit of a frame is sent
);
  localparam bit [2:0] Idle = 3'd0, Flag = 3'd1, Octet = 3'd2, FcsLow = 3'd3, FcsHigh = 3'd4;
  logic [2:0] unit, unit_d, ones, ones_d, place, place_d;
  logic [7:0] bits, bits_d;
  logic [15:0] fcs, fcs_d;
  logic insert;
  always_comb begin
    {unit, ones, place, bits, fcs} = state_i;
    if (reset_i) begin
      unit  = Idle;
      ones  = 3'd0;
      place = 3'd7;
      bits  = 8'hff;
    end
  end
  assign state_o = {unit_d, ones_d, place_d, bits_d, fcs_d};
  assign insert  = ones == 3'd5;  // counted in frames only
  assign bit_o   = !insert && bits[0];
  always_comb begin
    unit_d      = unit;
    place_d     = insert ? place : place + 3'd1;
    bits_d      = insert ? bits : {1'b1, bits[7:1]};
    fcs_d       = unit == Octet && !insert ? hdlc::fcs_bit(fcs, bits[0]) : fcs;
    ones_d      = bit_o && unit != Idle && unit != Flag ? ones + 3'd1 : 3'd0;
    octet_stb_o = 1'b0;
    sent_stb_o  = 1'b0;
    if (!insert && place == 3'd7) begin
      case (unit)
        Flag: begin
          octet_stb_o = ready_i;
          unit_d      = ready_i ? Octet : idle_ones_i ? Idle : Flag;
          fcs_d       = hdlc::FcsStart;
        end
        Octet: begin
          octet_stb_o = more_i;
          unit_d      = more_i ? Octet : FcsLow;
        end
        FcsLow: unit_d = FcsHigh;
        FcsHigh: begin
          sent_stb_o = 1'b1;
          unit_d     = Flag;
        end
        default: unit_d = idle_ones_i && !ready_i ? Idle : Flag;
      endcase
      case (unit_d)
        Flag: bits_d = 8'h7e;
        Octet: bits_d = octet_i;
        FcsLow: bits_d = ~fcs_d[7:0];
        FcsHigh: bits_d = ~fcs[15:8];
        default: bits_d = 8'hff;
      endcase
    end
  end
endmodule
`default_nettype wire
