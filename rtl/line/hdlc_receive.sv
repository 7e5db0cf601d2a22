// SPDX-License-Identifier: MIT
// One bit of a received HDLC stream: flags and aborts are seen, inserted zeros removed, octets
// formed, the FCS checked (ITU-T Q.921, 2.2 to 2.9). Combinational: who has the state gives it for
// each bit.
//
// A flag ends one frame and may begin the next; two flags may share a zero. The first zero and five
// ones of a flag have gone through as bits of the frame when its sixth one comes: of a whole number
// of octets then six bits are left over, and the FCS has not seen them.
`default_nettype none
module hdlc_receive #(
    localparam int unsigned StateBits = 40
) (
    input  logic [StateBits-1:0] state_i,
    input  logic                 reset_i,   // in place of the state: waits for a flag
    input  logic                 bit_i,
    input  logic [8:0]           most_i,    // octets without FCS
    input  logic                 room_i,    // for an octet
    output logic [StateBits-1:0] state_o,
    output logic [9:0]           octets_o,  // of this frame before this bit, FCS included
    output logic                 octet_stb_o,
    output logic [7:0]           octet_o,
    output logic                 end_stb_o,  // a frame ends here:
    output logic [2:0]           end_o       // hdlc_counter
);
  logic hunting, hunting_d, flag, abort, data, frame, fits;
  logic [2:0] ones, ones_d, place, place_d;
  logic [6:0] bits, bits_d;
  logic [15:0] fcs, fcs_d;
  logic [9:0] octets, octets_d;
  always_comb begin
    {hunting, ones, place, bits, fcs, octets} = state_i;
    if (reset_i) begin
      hunting = 1'b1;
      ones    = 3'd7;
      octets  = '0;
    end
  end
  assign state_o  = {hunting_d, ones_d, place_d, bits_d, fcs_d, octets_d};
  assign octets_o = octets;
  assign octet_o  = {bit_i, bits};
  assign flag     = !bit_i && ones == 3'd6;
  assign abort    = bit_i && ones == 3'd6;
  assign data     = ones < 3'd5;  // a zero after five ones is an inserted one, a one none of a frame
  assign fits     = 32'(octets) < 32'(most_i) + hdlc::FcsOctets;
  assign frame    = !hunting && octets != '0;
  always_comb begin
    ones_d      = !bit_i ? 3'd0 : ones == 3'd7 ? 3'd7 : ones + 3'd1;
    hunting_d   = hunting;
    place_d     = place;
    bits_d      = bits;
    fcs_d       = fcs;
    octets_d    = octets;
    octet_stb_o = 1'b0;
    end_stb_o   = 1'b0;
    end_o       = switchroom_regs::HdlcCounterReceived[2:0];
    if (flag) begin
      end_stb_o = frame;
      if (32'(octets) < hdlc::LeastOctets + hdlc::FcsOctets) end_o = switchroom_regs::HdlcCounterTooShort[2:0];
      else if (place != 3'd6 || fcs != hdlc::FcsResidue) end_o = switchroom_regs::HdlcCounterCheckErrors[2:0];
      hunting_d = 1'b0;
      place_d   = 3'd0;
      fcs_d     = hdlc::FcsStart;
      octets_d  = '0;
    end else if (abort) begin
      end_stb_o = frame;
      end_o     = switchroom_regs::HdlcCounterAborted[2:0];
      hunting_d = 1'b1;
    end else if (data && !hunting) begin
      place_d = place + 3'd1;
      bits_d  = octet_o[7:1];
      if (place == 3'd7) begin
        fcs_d       = hdlc::fcs_octet(fcs, octet_o);
        octets_d    = octets + 10'd1;
        octet_stb_o = room_i && fits;
        if (!octet_stb_o) begin
          end_stb_o = 1'b1;
          end_o     = fits ? switchroom_regs::HdlcCounterOverruns[2:0] : switchroom_regs::HdlcCounterTooLong[2:0];
          hunting_d = 1'b1;
        end
      end
    end
  end
endmodule
`default_nettype wire
