// SPDX-License-Identifier: MIT
// Samples from the host wait here for the frame in which they are due.
//
// A ring of RingFrames rows of HostSlots samples, each with one bit that says "there". A sample
// is taken 1 to RingFrames - 1 frames ahead of its frame, so the row of the present frame is
// never written. That row is swept once, as far as slots are in use, slot by slot, from the fourth
// clock of the frame on: what is there is copied to the play memory and its bit is cleared; what is
// not there, or is in a slot that is not enabled, becomes silence. So a sample plays in its frame or
// never. A sample for a slot that is not in use is forgotten.
// The sweep takes a clock a slot and one more for each sample that comes meanwhile, at most every
// third clock: slot n has been swept by clock 8 + n + n / 3 of the frame. The fabric reads a slot a
// clock, so the sweep stays ahead when host slot 0 is slot 9 + HostSlots / 3 or later:
// read_sample_o, one clock after read_stb_i, is the sample due in the present frame.
// flush_i empties the ring, one sample a clock; flushed_o lasts one clock. Nothing plays meanwhile.
// Not guaranteed: order among samples for the same slot and frame; the last one counts.
`default_nettype none
module link_cell_store #(
    parameter int unsigned HostSlots  = 64,
    parameter int unsigned RingFrames = 256,
    localparam int unsigned SlotWidth = $clog2(HostSlots),
    localparam int unsigned RowWidth  = $clog2(RingFrames)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic [HostSlots-1:0] enable_i,
    input  logic [SlotWidth:0]   in_use_i,          // slots from this number on are not enabled
    input  logic                 frame_stb_i,
    input  logic [31:0]          frame_i,
    input  logic                 flush_i,
    output logic                 flushed_o,
    input  logic                 sample_stb_i,      // not more often than every third clock
    input  logic [31:0]          sample_frame_i,
    input  logic [7:0]           sample_slot_i,
    input  logic [15:0]          sample_i,
    input  logic                 read_stb_i,
    input  logic [SlotWidth-1:0] read_slot_i,
    output logic [15:0]          read_sample_o,
    output logic                 late_o,            // for the counters, one clock each
    output logic                 missing_o,
    output logic                 awake_o            // low: the next clock changes nothing that was asked for
);
  // Is the sample in time?
  logic [31:0] ahead;
  logic write_q;
  logic [RowWidth+SlotWidth-1:0] write_address_q;
  logic [15:0] write_sample_q;
  assign ahead = sample_frame_i - frame_i;
  always_ff @(posedge clk_i) begin
    write_q <= 1'b0;
    late_o <= 1'b0;
    if (sample_stb_i && !rst_i) begin
      write_address_q <= {sample_frame_i[RowWidth-1:0], sample_slot_i[SlotWidth-1:0]};
      write_sample_q <= sample_i;
      if (ahead != 32'd0 && ahead < RingFrames && {24'd0, sample_slot_i} < HostSlots) begin
        write_q <= sample_slot_i < 8'(in_use_i);
      end else begin
        late_o <= 1'b1;
      end
    end
  end

  // The sweep: read in one clock, clear in the next one that the samples leave free, and read the
  // next slot in that clock.
  logic sweep_q, clear_q, sweep_step;
  logic [2:0] start_q;
  logic [SlotWidth:0] swept_q;  // slots below this one are swept in this frame
  logic [SlotWidth-1:0] slot_q, read_1_q, read_2_q;
  logic [RowWidth-1:0] row_q;
  logic clear;
  assign clear = clear_q && !write_q;
  assign sweep_step = sweep_q && (!clear_q || clear);
  assign awake_o = frame_stb_i || start_q != 3'd0 || sweep_q || clear_q || read_q != 2'd0 || flush_i
                || flushed_o || sample_stb_i || write_q || late_o || missing_o || read_stb_i;

  // The flush takes what both leave.
  logic [RowWidth+SlotWidth:0] flush_q;    // one bit more: all done
  logic flush_step;
  always_comb begin
    flush_step = 1'b0;
    if (flush_i) flush_step = !write_q && !clear && !flush_q[RowWidth+SlotWidth];
  end

  logic ring_write;
  logic [RowWidth+SlotWidth-1:0] ring_address;
  assign ring_write = write_q || clear || flush_step;
  assign ring_address = write_q ? write_address_q :
                        clear ? {row_q, read_1_q} : flush_q[RowWidth+SlotWidth-1:0];

  logic [1:0] read_q;                      // a read is one, two clocks old
  logic [16:0] ring_q[RingFrames*HostSlots];
  logic [16:0] ring_read_q, ring_sample_q;
  always_ff @(posedge clk_i) begin
    if (ring_write) ring_q[ring_address] <= {write_q, write_sample_q};
    if (sweep_step) ring_read_q <= ring_q[{row_q, slot_q}];
    if (read_q[0]) ring_sample_q <= ring_read_q;
  end

  logic playing, plays;
  assign playing = read_q[1];
  always_comb begin
    plays = 1'b0;
    if (playing) plays = ring_sample_q[16] && enable_i[read_2_q] && !flush_i;
  end

  logic [15:0] play_q[HostSlots];
  logic [15:0] play_read_q;
  logic swept_read_q;
  assign read_sample_o = swept_read_q ? play_read_q : 16'd0;
  always_ff @(posedge clk_i) begin
    missing_o <= 1'b0;
    // Whether it is asked for is known late, and nobody looks at it who has not asked.
    play_read_q  <= play_q[read_slot_i];
    swept_read_q <= {1'b0, read_slot_i} < swept_q;
    if (playing) begin
      play_q[read_2_q] <= plays ? ring_sample_q[15:0] : 16'd0;
      missing_o <= enable_i[read_2_q] && !plays && !rst_i;
    end
  end

  always_ff @(posedge clk_i) begin
    start_q <= {start_q[1:0], frame_stb_i};
    read_q <= {read_q[0], sweep_step};
    read_2_q <= read_1_q;
    if (clear) clear_q <= 1'b0;
    if (sweep_step) begin
      read_1_q <= slot_q;
      clear_q  <= 1'b1;
      slot_q   <= slot_q + 1'b1;
      if ({1'b0, slot_q} == swept_q - 1'b1) sweep_q <= 1'b0;
    end
    if (start_q[2]) begin
      sweep_q <= in_use_i != '0;
      swept_q <= in_use_i;
      slot_q  <= '0;
      row_q   <= frame_i[RowWidth-1:0];
    end
    flushed_o <= 1'b0;
    if (!flush_i) flush_q <= '0;
    else begin
      flushed_o <= flush_q[RowWidth+SlotWidth] && !flushed_o;
      if (flush_step) flush_q <= flush_q + 1'b1;
    end
    if (rst_i) begin
      sweep_q <= 1'b0;
      clear_q <= 1'b0;
      start_q <= 3'd0;
      swept_q <= '0;
      read_q <= 2'd0;
      flush_q <= '0;
      flushed_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
