// SPDX-License-Identifier: MIT
// Takes a received cell apart: samples with the frame in which they are due, acknowledgement.
// One octet a clock, so a sample every third clock; done two clocks after the last octet.
// Cannot be stalled.
`default_nettype none
module link_cell_reader (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        start_i,
    output logic        done_o,
    output logic        awake_o,  // low: the next clock changes nothing
    // The frame, see link_receiver
    input  logic [7:0]  frame_octets_i,
    output logic [7:0]  frame_index_o,
    input  logic [7:0]  frame_octet_i,
    output logic        ack_stb_o,
    output logic [7:0]  ack_o,
    output logic        sample_stb_o,
    output logic [31:0] sample_frame_o,
    output logic [7:0]  sample_slot_o,
    output logic [15:0] sample_o
);
  logic       busy_q;
  logic [7:0] index_q;       // octet that is asked for
  logic [7:0] octet_index;   // octet that is there: two clocks behind
  logic       octet_valid;
  logic [1:0] part_q;        // slot, low, high
  assign awake_o = start_i || busy_q || done_o || ack_stb_o || sample_stb_o;
  assign frame_index_o = index_q;
  assign octet_index = index_q - 8'd2;
  assign octet_valid = busy_q && index_q >= 8'd4;

  always_ff @(posedge clk_i) begin
    done_o <= 1'b0;
    ack_stb_o <= 1'b0;
    sample_stb_o <= 1'b0;
    if (start_i) begin
      busy_q <= 1'b1;
      index_q <= 8'd2;
      part_q <= 2'd0;
    end else if (busy_q) begin
      index_q <= index_q + 8'd1;
      if (octet_valid && octet_index <= 8'd5) begin
        sample_frame_o <= {frame_octet_i, sample_frame_o[31:8]};
      end else if (octet_valid && octet_index == 8'd6) begin
        ack_o <= frame_octet_i;
        ack_stb_o <= 1'b1;
      end else if (octet_valid) begin
        part_q <= part_q == 2'd2 ? 2'd0 : part_q + 2'd1;
        if (part_q == 2'd0) sample_slot_o <= frame_octet_i;
        else sample_o <= {frame_octet_i, sample_o[15:8]};
        sample_stb_o <= part_q == 2'd2;
      end
      if (octet_index == frame_octets_i - 8'd5) begin   // the last one before the check
        busy_q <= 1'b0;
        done_o <= 1'b1;
      end
    end
    if (rst_i) begin
      busy_q <= 1'b0;
      done_o <= 1'b0;
      ack_stb_o <= 1'b0;
      sample_stb_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
