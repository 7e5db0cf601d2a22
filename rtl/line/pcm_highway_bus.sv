// SPDX-License-Identifier: MIT
// Time on a PCM highway: where in its frame the bus is, when a bit begins and when it is sampled; as a
// master, clock and frame sync. Of a master a frame is the fabric's; a slave follows bclk_i and sync_i.
//
// Latency: a master's bclk_o and sync_o are one clock behind bit_stb_o, as what is sent shall be; a
// slave's bit_stb_o is three clocks behind the edge of bclk_i.
// Relied upon: rx and bclk_i, sync_i come through synchronizers of the same length. Between the edges
// of bclk_i are 8 clocks or more.
// Not guaranteed: a whole bit where a slave is put right by a frame sync.
`default_nettype none
module pcm_highway_bus #(
    parameter int unsigned ClocksPerFrame = 8192,
    localparam int unsigned ClockBits     = $clog2(ClocksPerFrame)
) (
    input  logic       clk_i,
    input  logic       rst_i,
    input  logic       frame_stb_i,
    // configuration
    input  logic       enable_i,
    input  logic       master_i,
    input  logic [1:0] rate_i,
    input  logic       sample_falling_i,
    input  logic       long_sync_i,
    input  logic       sync_low_i,
    input  logic [2:0] delay_i,
    // pins
    input  logic       bclk_i,   // synchronised
    input  logic       sync_i,
    output logic       bclk_o,
    output logic       sync_o,
    output logic       drive_o,  // bclk_o and sync_o are driven
    // time
    output logic       runs_o,
    output logic       bit_stb_o,     // a bit begins
    output logic       sample_stb_o,  // it is sampled: the middle
    output logic [9:0] place_o,       // of the bit, from its bit_stb_o on
    output logic [9:0] next_place_o,  // of the one after it
    output logic [9:0] last_place_o,  // of the frame
    // alarms
    output logic       taken_o,
    output logic       collision_stb_o,
    output logic       sync_error_stb_o
);
  localparam int unsigned PhaseBits = ClockBits - 8;  // of a bit at 2.048 Mbit/s
  if (ClocksPerFrame != 2 ** ClockBits || PhaseBits < 3) begin : gen_check_clocks
    $error("pcm_highway_bus: ClocksPerFrame must be a power of two, 2048 or more");
  end
  localparam bit [3:0] MostCollisions = 4'd8;

  logic [9:0] last_place, sync_place;
  assign last_place_o = last_place;
  logic       fast_enough, live;
  always_ff @(posedge clk_i) begin
    last_place  <= rate_i == 2'd0 ? 10'd255 : rate_i == 2'd1 ? 10'd511 : 10'd1023;
    sync_place  <= delay_i == 3'd0 ? 10'd0 : last_place - {7'd0, delay_i} + 10'd1;
    fast_enough <= 32'(rate_i) + (master_i ? 32'd3 : 32'd4) <= PhaseBits && rate_i != 2'd3;
  end
  assign live        = enable_i && fast_enough;

  // The fabric's frame
  logic [ClockBits-1:0] clock_q, clock;
  logic [ClockBits+1:0] scaled;
  logic [PhaseBits-1:0] phase;
  logic                 begins, middle, ends_half;
  assign clock  = frame_stb_i ? '0 : clock_q;  // of this clock in the frame
  assign scaled = {2'b00, clock} << rate_i;
  assign phase  = scaled[PhaseBits-1:0];
  assign begins = phase == '0;
  assign middle = phase == {1'b1, {(PhaseBits - 1) {1'b0}}};
  always_ff @(posedge clk_i) clock_q <= clock + 1'b1;

  // Edges of the bus
  logic was_bclk_q, was_sync_q, sync, rises, falls, stirs;
  assign sync  = sync_i ^ sync_low_i;
  assign rises = bclk_i && !was_bclk_q;
  assign falls = !bclk_i && was_bclk_q;
  assign stirs = bclk_i != was_bclk_q || sync_i != was_sync_q;
  always_ff @(posedge clk_i) begin
    was_bclk_q <= bclk_i;
    was_sync_q <= sync_i;
  end

  // Who is master
  logic [1:0] still_q;       // frames in which nobody drove
  logic [3:0] collisions_q;  // of this frame
  logic       settled_q;     // what is driven has come back: the half bit is about to end
  assign collision_stb_o = drive_o && ends_half && settled_q && (bclk_i != bclk_o || sync_i != sync_o);
  // bclk_o changes in the clocks after begins and middle: it stands in those
  assign ends_half = begins || middle;
  always_ff @(posedge clk_i) begin
    if (ends_half) settled_q <= drive_o;
    if (collision_stb_o && collisions_q != MostCollisions) collisions_q <= collisions_q + 4'd1;
    if (frame_stb_i) begin
      collisions_q <= 4'd0;
      if (still_q != 2'd3) still_q <= still_q + 2'd1;
      if (still_q >= 2'd2) drive_o <= 1'b1;
    end
    if (!drive_o && stirs) {still_q, taken_o} <= {2'd0, 1'b1};
    if (drive_o) taken_o <= 1'b0;
    if (drive_o && collision_stb_o && collisions_q >= MostCollisions - 4'd1) begin
      drive_o   <= 1'b0;
      settled_q <= 1'b0;
      still_q   <= 2'd0;
      taken_o   <= 1'b1;
    end
    if (rst_i || !live || !master_i) begin
      taken_o      <= 1'b0;
      drive_o      <= 1'b0;
      settled_q    <= 1'b0;
      still_q      <= 2'd0;
      collisions_q <= 4'd0;
    end
  end

  // Where in its frame a slave is
  logic       found_q, due_q, was_high_q, bit_edge, sample_edge, sync_begins;
  logic [9:0] place_q;
  assign bit_edge    = sample_falling_i ? rises : falls;
  assign sample_edge = sample_falling_i ? falls : rises;
  assign sync_begins = sample_edge && sync && !was_high_q;
  assign next_place_o = place_o == last_place ? 10'd0 : place_o + 10'd1;

  always_comb begin
    place_o          = place_q;
    bit_stb_o        = 1'b0;
    sample_stb_o     = 1'b0;
    sync_error_stb_o = 1'b0;
    if (live && master_i) begin
      place_o      = 10'(scaled[ClockBits+1:PhaseBits]);
      bit_stb_o    = begins;
      sample_stb_o = middle;
    end else if (live) begin
      if (bit_edge) place_o = place_q == last_place ? 10'd0 : place_q + 10'd1;
      if (sync_begins) place_o = sync_place;
      bit_stb_o    = bit_edge;
      sample_stb_o = sample_edge;
      // A sync where none was expected; none where one was.
      sync_error_stb_o = found_q && sample_edge
                         && (sync_begins ? place_q != sync_place : due_q && place_q == sync_place);
    end
  end
  assign runs_o = live && (master_i ? drive_o : found_q);

  always_ff @(posedge clk_i) begin
    place_q <= place_o;
    if (sample_edge) begin
      was_high_q <= sync;
      due_q      <= 1'b1;
      if (sync_begins) found_q <= due_q && place_q == sync_place;  // twice where it was expected
      else if (place_q == sync_place) found_q <= 1'b0;
    end
    if (rst_i || !live || master_i) begin
      found_q <= 1'b0;
      due_q   <= 1'b0;
      place_q <= 10'd0;
    end
  end

  // What a master drives
  logic [9:0] since_sync;
  assign since_sync = place_o - sync_place + (place_o < sync_place ? last_place + 10'd1 : 10'd0);
  always_ff @(posedge clk_i) begin
    if (begins) begin
      bclk_o <= sample_falling_i;
      sync_o <= (since_sync < (long_sync_i ? 10'd8 : 10'd1)) ^ sync_low_i;
    end
    if (middle) bclk_o <= !sample_falling_i;
    if (rst_i || !live) {bclk_o, sync_o} <= {!sample_falling_i, sync_low_i};
  end
endmodule
`default_nettype wire
