// SPDX-License-Identifier: MIT
// A gain for each slot of a stream, 0 … Slots − 1; samples of other slots pass as they are. One
// multiplier, one sample a clock. A gain is of 16384ths, at most 65535; a new one is approached by a
// 32nd of what is missing, rounded away from 0, with each frame, so that nothing clicks.
// sample · gain / 16384 is rounded to the nearest, halves upwards, and limited to 16 bits.
//
// Latency: the stream leaves two clocks later in frames in which a gain is not 16384; in others it passes
// beside all this in no time, and clk_i may be left out. Nothing stalls. A gain that is written is
// approached from the frame on that begins next, or earlier if the slot has not come yet. A request is
// held until gain_ack_o, which lasts one clock and brings the gain that is approached; it waits for a
// clock without slot_stb_i, and after reset for the memories to be set (2^⌈log2 Slots⌉ clocks).
// Relied upon: frame_stb_i comes with slot_stb_i of slot 0; a slot's sample three clocks after its
// slot_stb_i; six clocks or more without slot_stb_i end a frame.
`default_nettype none
module slot_gain #(
    parameter int unsigned Slots      = 256,
    parameter int unsigned SlotBits   = 8,
    localparam int unsigned IndexBits = $clog2(Slots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 live_o,      // low: until a gain is asked for, clk_i changes nothing
    input  logic                 frame_stb_i,
    input  logic                 slot_stb_i,
    input  logic [SlotBits-1:0]  slot_i,
    // a gain
    input  logic                 gain_valid_i,
    input  logic                 gain_write_i,
    input  logic [IndexBits-1:0] gain_slot_i,
    input  logic [15:0]          gain_i,
    output logic                 gain_ack_o,
    output logic [15:0]          gain_o,
    // the stream
    input  logic                 stream_stb_i,
    input  logic [SlotBits-1:0]  stream_slot_i,
    input  logic [15:0]          stream_sample_i,
    output logic                 stream_stb_o,
    output logic [SlotBits-1:0]  stream_slot_o,
    output logic [15:0]          stream_sample_o
);
  localparam bit [15:0] Unity = switchroom_regs::GainOutputReset[15:0];
  if (Slots < 2 || Slots > 2 ** SlotBits) begin : gen_check_slots
    $error("slot_gain: Slots must be 2 to 2^SlotBits");
  end

  // Gains are in use from a write until a frame in which all are 0 dB again.
  logic used_q, written_q, seen_q;

  // What is approached, and where it is. Scan: 1 both are read; 2 what is missing; 3 in force.
  // Functions, so that they are worked out only where they are wanted.
  logic [15:0] target_ram[2**IndexBits];
  logic [15:0] gain_ram[2**IndexBits];
  logic [15:0] target_q, gain_q, before_q, factor_q;
  logic signed [16:0] missing_q;
  logic [IndexBits-1:0] scanned_slot_q, stepped_slot_q, sweep_q;
  logic scanned_q, stepped_stb_q, sweeping_q;
  assign gain_o = target_q;

  function automatic logic uses(input logic frame_stb, input logic used, input logic written, input logic seen);
    uses = frame_stb ? written || seen : used;
  endfunction
  function automatic logic [15:0] stepped(input logic [15:0] gain, input logic signed [16:0] missing);
    stepped = gain + 16'(missing >>> 5) + 16'(!missing[16] && missing[4:0] != 5'd0);
  endfunction

  always_ff @(posedge clk_i) begin
    gain_ack_o    <= 1'b0;
    scanned_q     <= 1'b0;
    stepped_stb_q <= scanned_q;
    if (scanned_q && (target_q != Unity || gain_q != Unity)) seen_q <= 1'b1;
    if (frame_stb_i) begin
      used_q    <= written_q || seen_q;
      written_q <= 1'b0;
      seen_q    <= 1'b0;
    end
    if (slot_stb_i) begin
      if (uses(frame_stb_i, used_q, written_q, seen_q) && 32'(slot_i) < Slots) begin
        scanned_q      <= 1'b1;
        scanned_slot_q <= slot_i[IndexBits-1:0];
      end
    end else if (gain_valid_i && !gain_ack_o && !sweeping_q) begin
      gain_ack_o <= 1'b1;
      if (gain_write_i) written_q <= 1'b1;
    end
    if (scanned_q) begin
      missing_q      <= $signed({1'b0, target_q}) - $signed({1'b0, gain_q});
      before_q       <= gain_q;
      stepped_slot_q <= scanned_slot_q;
    end
    if (stepped_stb_q) factor_q <= stepped(before_q, missing_q);
    if (sweeping_q) begin
      sweep_q <= sweep_q + 1'b1;
      if (&sweep_q) sweeping_q <= 1'b0;
    end
    if (rst_i) begin
      gain_ack_o    <= 1'b0;
      scanned_q     <= 1'b0;
      stepped_stb_q <= 1'b0;
      used_q        <= 1'b0;
      written_q     <= 1'b0;
      seen_q        <= 1'b0;
      sweeping_q    <= 1'b1;
      sweep_q       <= '0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (sweeping_q || (gain_valid_i && gain_write_i && !gain_ack_o && !slot_stb_i))
      target_ram[sweeping_q ? sweep_q : gain_slot_i] <= sweeping_q ? Unity : gain_i;
    if (slot_stb_i || gain_valid_i) target_q <= target_ram[slot_stb_i ? slot_i[IndexBits-1:0] : gain_slot_i];
    if (sweeping_q || stepped_stb_q)
      gain_ram[sweeping_q ? sweep_q : stepped_slot_q] <= sweeping_q ? Unity : stepped(before_q, missing_q);
    if (slot_stb_i) gain_q <= gain_ram[slot_i[IndexBits-1:0]];
  end

  // The stream: multiplied, if gains are in use; then rounded and limited.
  logic product_stb_q, scaled_stb_q, scales_q;
  logic [SlotBits-1:0] product_slot_q, scaled_slot_q;
  logic [15:0] sample_q, scaled_q;
  (* keep *) logic signed [32:0] product_q;
  function automatic logic [15:0] limited(input logic signed [32:0] product);
    /* verilator lint_off UNUSEDSIGNAL */  // fractions are cut off
    logic signed [32:0] rounded;
    /* verilator lint_on UNUSEDSIGNAL */
    rounded = product + 33'sd8192;
    limited = rounded[32:29] == {4{rounded[32]}} ? rounded[29:14] : {rounded[32], {15{!rounded[32]}}};
  endfunction
  always_ff @(posedge clk_i) begin
    product_stb_q <= stream_stb_i && used_q && !rst_i;
    scaled_stb_q  <= product_stb_q && !rst_i;
    if (stream_stb_i && used_q) begin
      product_slot_q <= stream_slot_i;
      sample_q       <= stream_sample_i;
      scales_q       <= 32'(stream_slot_i) < Slots;
      product_q      <= $signed(stream_sample_i) * $signed({1'b0, factor_q});
    end
    if (product_stb_q) begin
      scaled_slot_q <= product_slot_q;
      scaled_q      <= scales_q ? limited(product_q) : sample_q;
    end
  end
  assign stream_stb_o    = used_q ? scaled_stb_q : stream_stb_i;
  assign stream_slot_o   = used_q ? scaled_slot_q : stream_slot_i;
  assign stream_sample_o = used_q ? scaled_q : stream_sample_i;

  assign live_o = used_q || written_q || sweeping_q;
endmodule
`default_nettype wire
