// SPDX-License-Identifier: MIT
// What e1_store promises, for yosys: the frame that is read is never the one that is being written, as
// long as octets come in order, at most 40 (nominal are 32) between two frames of the reader.
  logic f_started = 1'b0;
  logic [5:0] f_octets;  // since frame_stb_i
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    f_octets  <= (frame_stb_i ? 6'd0 : f_octets) + {5'd0, write_stb_i};
    if (rst_i) f_octets <= 6'd0;
  end
  logic [6:0] f_fill;  // octets from the frame that is read on
  assign f_fill = {since, place_q};
  always_comb begin
    assume (rst_i == !f_started);
    if (write_stb_i) assume (write_slot_i == place_q && f_octets < 6'd40);
    if (f_started && !fresh_q) begin
      assert (written_q != read_q);
      assert (32'(f_fill) >= 32 && 32'(f_fill) < 72 + 32'(f_octets));
    end
    if (f_started) assert (f_octets <= 6'd40);
  end
  // So that the proof is not empty: a received frame is read.
  (* keep *) logic f_reached;
  assign f_reached = f_started && ready_o && read_stb_i;
