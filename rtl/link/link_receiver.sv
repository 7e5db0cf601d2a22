// SPDX-License-Identifier: MIT
// Octets from the host to whole, checked frames (proto/link.md).
//
// Store and forward: a frame is shown only after its closing flag, when its check, type and
// length were good. A bad frame has no effect but its counter. Two buffers: while one frame is
// being used, the next one comes in; link_rx_ready_o is low while both are full.
// Takes one octet a clock. Shows a frame one clock after its flag. frame_octet_o follows
// frame_index_i by two clocks. frame_done_i (one clock) releases the frame shown.
// Not guaranteed: the contents of a frame beyond its length.
`default_nettype none
module link_receiver (
    input  logic       clk_i,
    input  logic       rst_i,
    input  logic [7:0] link_rx_i,
    input  logic       link_rx_valid_i,
    output logic       link_rx_ready_o,
    output logic       awake_o,     // low, and no octet comes: the next clock changes nothing
    // The oldest whole frame: type and sequence are octets 0 and 1, the check is the last four.
    output logic       frame_valid_o,
    output logic [7:0] frame_type_o,
    output logic [7:0] frame_octets_o,
    input  logic [7:0] frame_index_i,
    output logic [7:0] frame_octet_o,
    input  logic       frame_done_i,
    // For the counters, one clock each
    output logic       received_o,
    output logic       check_error_o,
    output logic       malformed_o,
    output logic [7:0] gap_o
);
  localparam bit [7:0] Flag = 8'h7e;
  localparam bit [7:0] Escape = 8'h7d;
  localparam bit [8:0] Smallest = 9'd6;   // type, sequence, check
  localparam bit [8:0] Largest = 9'd256;

  // The frame that comes in
  logic       fill_q;        // which buffer
  logic [8:0] count_q;       // octets so far; stops at Largest + 1
  logic [1:0] modulo_3_q;    // of count_q
  logic       escape_q;
  logic [31:0] crc_q;
  logic [7:0] type_q, sequence_q;
  logic       bad_read_count_q;
  // The frames that are in
  logic [1:0] full_q;
  logic       use_q;
  logic [7:0] type_0_q, type_1_q, octets_0_q, octets_1_q;
  // Sequence
  logic       seen_q;
  logic [7:0] expected_q;

  assign link_rx_ready_o = !full_q[fill_q];

  // What comes next is stated under the conditions that need it, and not in wires, so that a
  // simulation spends nothing on it while no octet comes.
  function automatic logic [7:0] plain(input logic escaped, input logic [7:0] octet);
    plain = escaped ? octet ^ 8'h20 : octet;
  endfunction

  // Lengths with type, sequence and check: 7; 11; 10 + 4n, n = 1 to 32; 11 + 3n, n = 0 to 80.
  function automatic logic good_form(input logic [7:0] frame_type, input logic [8:0] count,
                                     input logic [1:0] modulo_3, input logic bad_read_count);
    case (frame_type)
      switchroom_regs::FrameTypeHello: good_form = count == 9'd7;
      switchroom_regs::FrameTypeRead:  good_form = count == 9'd11 && !bad_read_count;
      switchroom_regs::FrameTypeWrite:
      good_form = count >= 9'd14 && count <= 9'd138 && count[1:0] == 2'd2;
      switchroom_regs::FrameTypeCell:
      good_form = count >= 9'd11 && count <= 9'd251 && modulo_3 == 2'd2;
      default: good_form = 1'b0;
    endcase
  endfunction

  logic [7:0] buffer_q[512];
  logic [7:0] read_q;
  always_ff @(posedge clk_i) begin
    if (link_rx_valid_i && link_rx_ready_o && link_rx_i != Flag && link_rx_i != Escape
        && count_q < Largest) begin
      buffer_q[{fill_q, count_q[7:0]}] <= plain(escape_q, link_rx_i);
    end
    if (frame_valid_o) begin
      read_q <= buffer_q[{use_q, frame_index_i}];
      frame_octet_o <= read_q;
    end
  end

  assign frame_valid_o = full_q[use_q];
  assign awake_o = full_q != 2'b00 || received_o || check_error_o || malformed_o || gap_o != 8'd0;
  assign frame_type_o = use_q ? type_1_q : type_0_q;
  assign frame_octets_o = use_q ? octets_1_q : octets_0_q;

  always_ff @(posedge clk_i) begin
    received_o <= 1'b0;
    check_error_o <= 1'b0;
    malformed_o <= 1'b0;
    gap_o <= 8'd0;
    if (frame_done_i) begin
      full_q[use_q] <= 1'b0;
      use_q <= !use_q;
    end
    if (!link_rx_valid_i || !link_rx_ready_o) begin
      // nothing comes
    end else if (link_rx_i == Escape) begin
      escape_q <= 1'b1;
    end else if (link_rx_i != Flag) begin
      escape_q <= 1'b0;
      crc_q <= link_crc::after(crc_q, plain(escape_q, link_rx_i));
      if (count_q <= Largest) count_q <= count_q + 9'd1;
      modulo_3_q <= modulo_3_q == 2'd2 ? 2'd0 : modulo_3_q + 2'd1;
      if (count_q == 9'd0) type_q <= plain(escape_q, link_rx_i);
      if (count_q == 9'd1) sequence_q <= plain(escape_q, link_rx_i);
      if (count_q == 9'd6) begin
        bad_read_count_q <= plain(escape_q, link_rx_i) == 8'd0
                            || plain(escape_q, link_rx_i) > 8'd32;
      end
    end else begin
      count_q <= 9'd0;
      modulo_3_q <= 2'd0;
      escape_q <= 1'b0;
      crc_q <= '1;
      if (crc_q != link_crc::Residue || count_q < Smallest || escape_q) begin
        check_error_o <= count_q != 9'd0 || escape_q;
      end else begin
        // A hello starts the conversation, so its sequence number is a beginning, not a jump.
        seen_q <= 1'b1;
        expected_q <= sequence_q + 8'd1;
        if (seen_q && type_q != switchroom_regs::FrameTypeHello) gap_o <= sequence_q - expected_q;
        if (!good_form(type_q, count_q, modulo_3_q, bad_read_count_q)) begin
          malformed_o <= 1'b1;
        end else begin
          received_o <= 1'b1;
          full_q[fill_q] <= 1'b1;
          fill_q <= !fill_q;
          if (fill_q) begin
            type_1_q <= type_q;
            octets_1_q <= count_q[7:0];
          end else begin
            type_0_q <= type_q;
            octets_0_q <= count_q[7:0];
          end
        end
      end
    end
    if (rst_i) begin
      fill_q <= 1'b0;
      use_q <= 1'b0;
      full_q <= 2'b00;
      count_q <= 9'd0;
      modulo_3_q <= 2'd0;
      escape_q <= 1'b0;
      crc_q <= '1;
      seen_q <= 1'b0;
      received_o <= 1'b0;
      check_error_o <= 1'b0;
      malformed_o <= 1'b0;
      gap_o <= 8'd0;
    end
  end
endmodule
`default_nettype wire
