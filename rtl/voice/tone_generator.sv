// SPDX-License-Identifier: MIT
// Call-progress tones as sources for the switch: every channel plays a program, a chain of
// segments of up to three frequencies each (regs/tone.toml). One engine computes all channels'
// samples of the next frame while the switch reads those of this frame.
//
// A frequency whose amplitude is 0 waits at phase 0, so that a tone begins at a zero crossing;
// from segment to segment a frequency that sounds on keeps its phase. Sine: 1024 points a
// quarter, noise and spurs 67 dB under the tone.
//
// Only the channels that play or whose control was changed are visited; they go through one
// pipeline, three clocks apart. A channel that does not play is silent, whatever the sample memory holds.
// Latency: channel_stb_i → sample_o one clock. A change of channel_control is heard two frames
// later, or one if the channel played and was still to come in this frame.
// A frame takes 3 clocks a channel that plays and 7 more; if none plays, 1; and another 1 for
// each 32 channels beyond 32. Nothing stalls it: only further events wait for event_ready_i.
// Not guaranteed: the order of events that have waited longer than their frame; a second event
// where a program ended again before the event of its first end was taken.
`default_nettype none
module tone_generator #(
    parameter int unsigned Channels       = 32,
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned ClocksPerFrame = 1024,
    parameter int unsigned ChannelBits    = Channels > 1 ? $clog2(Channels) : 1
) (
    input  logic                   clk_i,
    input  logic                   clk_slot_i,   // clk_i, or clk_i only with channel_stb_i
    input  logic                   rst_i,
    output logic                   awake_o,      // low: the next clock changes nothing
    input  logic                   frame_stb_i,
    input  logic                   channel_stb_i,
    input  logic [ChannelBits-1:0] channel_i,
    output logic [15:0]            sample_o,
    input  logic                   reg_valid_i,
    input  logic                   reg_write_i,
    input  logic [15:0]            reg_addr_i,
    input  logic [31:0]            reg_wdata_i,
    output logic                   reg_ack_o,
    output logic [7:0]             reg_status_o,
    output logic [31:0]            reg_rdata_o,
    output logic                   event_valid_o,
    input  logic                   event_ready_i,
    output logic [7:0]             event_kind_o,
    output logic [7:0]             event_index_o,
    output logic [15:0]            event_data_o
);
  if (Channels < 1 || Channels > switchroom_regs::ToneChannelControlCount) begin : gen_check_count
    $error("tone_generator: Channels must be 1 to 256");
  end
  if (Channels * 3 + 16 > ClocksPerFrame) begin : gen_check_clocks
    $error("tone_generator: a frame must have 3 clocks a channel and 16 more");
  end

  // Who plays, who of these is heard in this frame, whose end is to be told.
  logic [Channels-1:0] active_q, heard_q, ended_q, changed;

  // The steps of a channel, one a clock; visit: its state and control are read.
  localparam int unsigned Choose = 0;  // its program goes on, begins, or is over
  localparam int unsigned SineA = 1;   // the sine of frequency a and the segment's words are read
  localparam int unsigned SineB = 2;   // the sine of frequency b is read
  localparam int unsigned SineC = 3;   // that of c; a is scaled; the new state is written
  localparam int unsigned ScaleB = 4;
  localparam int unsigned ScaleC = 5;
  localparam int unsigned Store = 6;   // the sample is written
  logic [Store:Choose] at_q;           // there is a channel at these steps
  logic [ChannelBits-1:0] channel, sine_channel_q, scale_channel_q;
  logic visit, plays, round_awake, registers_awake;
  tone_round #(.Channels(Channels), .ChannelBits(ChannelBits)) u_round (
      .clk_i, .rst_i, .awake_o(round_awake), .frame_stb_i, .work_i(active_q | changed),
      .visit_o(visit), .channel_o(channel));
  always_ff @(posedge clk_i) begin
    if (visit || at_q != '0) begin
      at_q <= {at_q[ScaleC:SineA], at_q[Choose] && plays, visit};
      if (at_q[Choose]) sine_channel_q <= channel;
      if (at_q[SineC]) scale_channel_q <= sine_channel_q;
    end
    if (rst_i) at_q <= '0;
  end
  assign awake_o = round_awake || at_q != '0 || event_valid_o || ended_q != '0 || registers_awake;

  logic        control_changed, control_run, last;
  logic [7:0]  control_segment, next;
  logic [31:0] frequency, amplitude, third, frequency_q, amplitude_q, third_q;
  logic [15:0] duration_ms, duration_q;
  logic [7:0]  next_q;
  logic        last_q;
  tone_registers #(.Channels(Channels), .FirstSlot(FirstSlot), .ChannelBits(ChannelBits))
  u_registers (
      .clk_i, .rst_i, .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .awake_o(registers_awake), .changed_o(changed),
      .fetch_i(visit), .channel_i(channel), .control_changed_o(control_changed),
      .control_run_o(control_run), .control_segment_o(control_segment),
      .lookup_i(at_q[SineA]), .segment_i(segment_q), .frequency_o(frequency),
      .amplitude_o(amplitude), .third_o(third), .duration_ms_o(duration_ms), .next_o(next), .last_o(last));

  // The program of the channel. over: its last sample was computed; entered: the first sample of
  // its segment comes next; left: frames that remain of the segment, or 0 (left_q: after this
  // one); final: this is the last.
  logic        was_over, was_entered, entered_q, final_q, ends, over_q;
  logic [7:0]  was_segment, segment_q;
  logic [18:0] was_left, left_q, left_next;
  logic [15:0] was_phase_a, was_phase_b, was_phase_c, phase_a_q, phase_b_q, phase_c_q, angle_q;
  logic [15:0] phase_a_next, phase_b_next, phase_c_next;
  logic [76:0] state_ram[2**ChannelBits];
  logic [76:0] state_q;
  assign {was_over, was_entered, was_segment, was_left, was_phase_a, was_phase_b, was_phase_c} = state_q;
  assign plays = control_changed ? control_run : !was_over;
  assign ends  = final_q && duration_q != 16'd0;
  assign left_next    = duration_q == 16'd0 ? 19'd0
                      : entered_q ? {duration_q - 16'd1, 3'd7} : left_q;
  assign phase_a_next = amplitude_q[15:0] == 16'd0 ? 16'd0 : phase_a_q + frequency_q[15:0];
  assign phase_b_next = amplitude_q[31:16] == 16'd0 ? 16'd0 : phase_b_q + frequency_q[31:16];
  assign phase_c_next = third_q[31:16] == 16'd0 ? 16'd0 : phase_c_q + third_q[15:0];
  always_ff @(posedge clk_i) if (visit || at_q != '0) begin
    if (visit) state_q <= state_ram[channel];
    if (at_q[Choose]) begin
      entered_q <= control_changed || was_entered;
      final_q   <= !control_changed && !was_entered && was_left == 19'd1;
      segment_q <= control_changed ? control_segment : was_segment;
      left_q    <= was_left - 19'd1;
      phase_a_q <= control_changed ? 16'd0 : was_phase_a;
      phase_b_q <= control_changed ? 16'd0 : was_phase_b;
      phase_c_q <= control_changed ? 16'd0 : was_phase_c;
      angle_q   <= control_changed ? 16'd0 : was_phase_a;
    end
    if (at_q[SineA]) angle_q <= phase_b_q;
    if (at_q[SineB]) begin
      angle_q     <= phase_c_q;
      frequency_q <= frequency;
      amplitude_q <= amplitude;
      third_q     <= third;
      duration_q  <= duration_ms;
      next_q      <= next;
      last_q      <= last;
    end
    if (at_q[SineC]) begin
      over_q <= ends && last_q;
      state_ram[sine_channel_q] <= {ends && last_q, ends, ends ? next_q : segment_q, left_next,
                                    phase_a_next, phase_b_next, phase_c_next};
    end
  end
  // A program that is over stays active for the frame in which its last sample is heard.
  always_ff @(posedge clk_i) begin
    if (at_q[Choose] && (control_changed || was_over)) active_q[channel] <= plays;
    if (rst_i) active_q <= '0;
  end

  // Ends are told one after another: the first at once, then upwards.
  logic [ChannelBits-1:0] told_q;
  assign event_kind_o  = switchroom_regs::EventKindToneDone;
  assign event_index_o = 8'(told_q);
  assign event_data_o  = 16'd0;
  always_ff @(posedge clk_i) begin
    if (event_valid_o) begin
      if (event_ready_i) event_valid_o <= 1'b0;
    end else if (ended_q != '0) begin
      event_valid_o <= ended_q[told_q];
      if (ended_q[told_q]) ended_q[told_q] <= 1'b0;
      else told_q <= told_q == ChannelBits'(Channels - 1) ? '0 : told_q + 1'b1;
    end else if (at_q[ScaleB] && over_q) told_q <= scale_channel_q;
    if (at_q[ScaleB] && over_q) ended_q[scale_channel_q] <= 1'b1;
    if (rst_i) begin
      event_valid_o <= 1'b0;
      ended_q       <= '0;
    end
  end

  // The sample: amplitude · sine of all frequencies, one multiplier.
  (* keep *) logic signed [32:0] product_q;
  logic signed [33:0] sum_q;
  logic [15:0] factor_q;
  logic signed [15:0] sine;
  sine_rom u_sine (.clk_i, .enable_i(at_q[ScaleB:SineA] != '0), .phase_i(angle_q), .sine_o(sine));
  always_ff @(posedge clk_i) if (at_q != '0) begin
    if (at_q[SineB]) factor_q <= amplitude[15:0];
    if (at_q[SineC]) factor_q <= amplitude[31:16];
    if (at_q[ScaleB]) factor_q <= third[31:16];
    if (at_q[ScaleC:SineC] != '0) product_q <= $signed({1'b0, factor_q}) * 17'(sine);
    if (at_q[ScaleB]) sum_q <= 34'(product_q) + 34'sd16384;
    if (at_q[ScaleC]) sum_q <= sum_q + 34'(product_q);
  end

  // The samples: one half is read while the other is written.
  logic        bank_q;
  logic [15:0] sample_ram[2**(ChannelBits + 1)];
  always_ff @(posedge clk_i) begin
    if (at_q[Store]) begin
      sample_ram[{bank_q, scale_channel_q}] <= linear::clamped(32'($signed(19'((sum_q + 34'(product_q)) >>> 15))));
    end
    if (frame_stb_i) begin
      bank_q  <= !bank_q;
      heard_q <= active_q;
    end
    if (rst_i) begin
      bank_q  <= 1'b0;
      heard_q <= '0;
    end
  end
  logic [15:0] sample_q;
  logic sounds_q;
  assign sample_o = sounds_q ? sample_q : 16'd0;
  always_ff @(posedge clk_slot_i) begin
    if (channel_stb_i) begin
      sample_q <= sample_ram[{!bank_q, channel_i}];
      sounds_q <= heard_q[channel_i];
    end
  end
endmodule
`default_nettype wire
