// SPDX-License-Identifier: MIT
// A received span, from pulses to octets, alarms and what is to be counted. Bits are worked on with
// rx_stb_i, at most one a clock, at the far end's rate.
//
// Latency: an octet leaves four rx_stb_i after its last bit. Nothing stalls.
// Relied upon: rx_stb_i goes on when there is no signal.
`default_nettype none
module e1_receiver (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        rx_stb_i,
    input  logic        rx_pos_i,
    input  logic        rx_neg_i,
    input  logic [1:0]  crc4_i,
    input  logic [31:0] prbs_slots_i,
    // state
    output logic        los_o,
    output logic        ais_o,
    output logic        lof_o,
    output logic        rai_o,
    output logic        crc_o,
    output logic        without_o,
    output logic [4:0]  sa_o,
    output logic        prbs_locked_o,
    // with rx_stb_i
    output logic        violation_o,
    output logic        fas_error_o,
    output logic        crc_error_o,
    output logic        e_bit_o,
    output logic        change_o,
    output logic        prbs_error_o,
    output logic        octet_stb_o,
    output logic [4:0]  slot_o,
    output logic [7:0]  octet_o
);
  logic data, aligned, late, spurious;
  logic [11:0] position;
  e1_hdb3_decoder u_decoder (
      .clk_i, .rst_i, .stb_i(rx_stb_i), .pos_i(rx_pos_i), .neg_i(rx_neg_i), .bit_o(data),
      .violation_o, .los_o
  );
  e1_aligner u_aligner (
      .clk_i, .rst_i, .stb_i(rx_stb_i), .bit_i(data), .crc4_i, .spurious_i(spurious), .aligned_o(aligned),
      .crc_o, .without_o, .late_o(late), .position_o(position), .fas_error_o, .change_o
  );
  e1_crc_check u_crc_check (
      .clk_i, .rst_i, .stb_i(rx_stb_i), .bit_i(data), .crc_i(crc_o), .position_i(position),
      .error_o(crc_error_o), .spurious_o(spurious), .e_bit_o
  );
  logic prbs_stb;
  assign prbs_stb = rx_stb_i && aligned && prbs_slots_i[position[7:3]] && position[7:3] != 5'd0;
  logic prbs_wrong;
  e1_prbs_check u_prbs_check (
      .clk_i, .rst_i(rst_i || (rx_stb_i && !aligned)), .stb_i(prbs_stb), .bit_i(data), .locked_o(prbs_locked_o),
      .error_o(prbs_wrong)
  );
  assign prbs_error_o = prbs_stb && prbs_wrong;
  assign lof_o = !aligned || late;

  logic [6:0] before_q;
  assign octet_o     = {before_q, data};
  assign slot_o      = position[7:3];
  assign octet_stb_o = rx_stb_i && aligned && position[2:0] == 3'd7;

  // All ones: zeros in stretches of 512 bits, up to 3.
  logic [8:0] bits_q;
  logic [1:0] zeros_q;
  logic few_q, few;
  assign few = zeros_q + {1'b0, !data && zeros_q != 2'd3} != 2'd3;
  // The A bit of frames without alignment signal
  logic [1:0] unlike_q;
  always_ff @(posedge clk_i) begin
    if (rx_stb_i) begin
      before_q <= {before_q[5:0], data};
      bits_q   <= bits_q + 9'd1;
      zeros_q  <= zeros_q + {1'b0, !data && zeros_q != 2'd3};
      if (&bits_q) begin
        zeros_q <= 2'd0;
        few_q   <= few;
        if (few && few_q) ais_o <= !aligned;
        else if (!few && !few_q) ais_o <= 1'b0;
      end
      if (aligned) begin
        ais_o <= 1'b0;
        if (position[8:0] == 9'd258) begin
          unlike_q <= data == rai_o || unlike_q == 2'd2 ? 2'd0 : unlike_q + 2'd1;
          if (data != rai_o && unlike_q == 2'd2) rai_o <= data;
        end
        if (position[8:0] == 9'd263) sa_o <= {before_q[3:0], data};
      end else begin
        rai_o    <= 1'b0;
        unlike_q <= 2'd0;
      end
    end
    if (rst_i) begin
      bits_q   <= 9'd0;
      zeros_q  <= 2'd0;
      few_q    <= 1'b0;
      ais_o    <= 1'b0;
      rai_o    <= 1'b0;
      unlike_q <= 2'd0;
      sa_o     <= 5'd0;
    end
  end
endmodule
`default_nettype wire
