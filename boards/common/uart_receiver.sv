// SPDX-License-Identifier: MIT
// Receives octets, 8N1, least significant bit first; bit time as in uart_transmitter.
//
// line_i may be asynchronous: two flip-flops bring it in. Each bit is sampled once, in its
// middle. An octet whose stop bit is not 1 is dropped (the link's CRC sees the loss), and the next
// start bit is waited for only when the line has been 1 again.
//
// stb_o lasts one clock and cannot be stalled: the sink must take an octet each 10 bit times.
`default_nettype none
module uart_receiver #(
    parameter bit [15:0] BaudStep = 16'd3000
) (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire       line_i,
    output reg  [7:0] data_o,
    output reg        stb_o
);
  reg  [ 1:0] sync_q;
  reg  [15:0] phase_q;
  reg  [ 3:0] left_q;   // 10: start bit; 9 … 2: data; 1: stop; 0: idle; 15: broken
  reg  [ 7:0] shift_q;
  wire        line = sync_q[1];
  wire [16:0] phase_d = {1'b0, phase_q} + {1'b0, BaudStep};

  always @(posedge clk_i) begin
    sync_q <= {sync_q[0], line_i};
    stb_o  <= 1'b0;
    if (left_q == 4'd0) begin
      phase_q <= 16'h8000;  // half a bit to the middle of the start bit
      if (!line) left_q <= 4'd10;
    end else if (left_q == 4'd15) begin
      if (line) left_q <= 4'd0;
    end else begin
      phase_q <= phase_d[15:0];
      if (phase_d[16]) begin
        left_q <= left_q - 4'd1;
        if (left_q == 4'd10) begin
          if (line) left_q <= 4'd0;  // a spike, not a start bit
        end else if (left_q == 4'd1) begin
          data_o <= shift_q;
          stb_o  <= line;
          if (!line) left_q <= 4'd15;
        end else begin
          shift_q <= {line, shift_q[7:1]};
        end
      end
    end
    if (rst_i) begin
      sync_q <= 2'b11;
      left_q <= 4'd0;
      stb_o  <= 1'b0;
    end
  end
endmodule
`default_nettype wire
