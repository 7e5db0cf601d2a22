// SPDX-License-Identifier: MIT
// Call-progress tones as sources for the switch: every channel plays a program, a chain of
// segments of up to two frequencies each (regs/tone.toml). One engine computes all channels'
// samples of the next frame while the switch reads those of this frame.
//
// A frequency whose amplitude is 0 waits at phase 0, so that a tone begins at a zero crossing;
// from segment to segment a frequency that sounds on keeps its phase. Sine: 1024 points a
// quarter, noise and spurs 67 dB under the tone.
//
// Latency: channel_stb_i → sample_o one clock. A change of channel_control is heard two frames later.
// A channel takes 10 clocks, a silent one 3; an event that waits for event_ready_i stalls the
// engine, and so does nothing else.
// Not guaranteed: samples, should events stall for the rest of a frame (the channels that were
// not reached repeat the sample of two frames ago and lose a frame of their program).
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
  if (Channels * 10 + 16 > ClocksPerFrame) begin : gen_check_clocks
    $error("tone_generator: a frame must have 10 clocks a channel and 16 more");
  end

  localparam bit [3:0] Idle = 4'd0;
  localparam bit [3:0] Fetch = 4'd1;     // state and control of the channel
  localparam bit [3:0] Choose = 4'd2;    // its segment
  localparam bit [3:0] Lookup = 4'd3;    // the segment's words
  localparam bit [3:0] SineA = 4'd4;
  localparam bit [3:0] SineB = 4'd5;
  localparam bit [3:0] ScaleA = 4'd6;
  localparam bit [3:0] ScaleB = 4'd7;
  localparam bit [3:0] Add = 4'd8;
  localparam bit [3:0] Limit = 4'd9;
  localparam bit [3:0] Store = 4'd10;

  logic [3:0] step_q;
  logic [ChannelBits-1:0] channel_q;
  logic bank_q, first_pass_q, sound_q, stored;

  logic        control_changed, control_run, last;
  logic [7:0]  control_segment, next;
  logic [31:0] frequency, amplitude;
  logic [15:0] duration_ms;
  // active, segment; entered: its first sample is next; left: frames that remain of it, or 0.
  logic        was_active, was_entered, active_q, entered_q, done_q;
  logic [7:0]  was_segment, segment_q;
  logic [18:0] was_left, left_q;
  logic [15:0] was_phase_a, was_phase_b, phase_a_q, phase_b_q;

  tone_registers #(.Channels(Channels), .FirstSlot(FirstSlot), .ChannelBits(ChannelBits))
  u_registers (
      .clk_i, .rst_i, .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .awake_o(registers_awake),
      .fetch_i(step_q == Fetch), .channel_i(channel_q), .control_changed_o(control_changed),
      .control_run_o(control_run), .control_segment_o(control_segment),
      .lookup_i(step_q == Lookup), .segment_i(segment_q), .frequency_o(frequency),
      .amplitude_o(amplitude), .duration_ms_o(duration_ms), .next_o(next), .last_o(last));

  logic registers_awake;
  assign awake_o = frame_stb_i || step_q != Idle || event_valid_o || registers_awake;

  logic signed [15:0] sine;
  logic sine_step;
  assign sine_step = step_q == SineA || step_q == SineB || step_q == ScaleA;
  sine_rom u_sine (.clk_i, .enable_i(sine_step),
                   .phase_i(step_q == SineA ? phase_a_q : phase_b_q), .sine_o(sine));

  logic [60:0] state_ram[2**ChannelBits];
  logic [60:0] state_q;
  assign {was_active, was_entered, was_segment, was_left, was_phase_a, was_phase_b} = state_q;
  always_ff @(posedge clk_i) if (step_q != Idle) begin
    if (step_q == Fetch) state_q <= state_ram[channel_q];
    if (stored) begin
      state_ram[channel_q] <= {active_q, entered_q, segment_q, left_q, phase_a_q, phase_b_q};
    end
  end

  // The samples: one half is read while the other is written.
  logic [15:0] sample_ram[2**(ChannelBits + 1)];
  logic [15:0] read_q, sample_q;
  assign sample_o = sound_q ? read_q : 16'd0;
  always_ff @(posedge clk_i) begin
    if (stored) sample_ram[{bank_q, channel_q}] <= sample_q;
  end
  always_ff @(posedge clk_slot_i) begin
    if (channel_stb_i) read_q <= sample_ram[{!bank_q, channel_i}];
  end

  assign stored        = step_q == Store && !(done_q && event_valid_o);
  assign event_kind_o  = switchroom_regs::EventKindToneDone;
  assign event_data_o  = 16'd0;
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    case (step_q)
      Idle: ;
      Choose: step_q <= (was_active && !first_pass_q && !control_changed)
                     || (control_run && control_changed) ? Lookup : Store;
      Store: begin
        if (stored) begin
          channel_q <= channel_q + 1'b1;
          step_q    <= channel_q == ChannelBits'(Channels - 1) ? Idle : Fetch;
          if (channel_q == ChannelBits'(Channels - 1)) first_pass_q <= 1'b0;
          event_valid_o <= done_q || (event_valid_o && !event_ready_i);
          if (done_q) event_index_o <= 8'(channel_q);
        end
      end
      default: step_q <= step_q + 4'd1;
    endcase
    if (frame_stb_i) begin
      step_q    <= Fetch;
      channel_q <= '0;
      bank_q    <= !bank_q;
      sound_q   <= !first_pass_q;
    end
    if (rst_i) begin
      step_q        <= Idle;
      bank_q        <= 1'b0;
      first_pass_q  <= 1'b1;
      sound_q       <= 1'b0;
      event_valid_o <= 1'b0;
    end
  end

  // The program of the channel.
  logic [18:0] left;
  assign left = entered_q ? {duration_ms, 3'd0} : left_q;
  always_ff @(posedge clk_i) if (step_q != Idle) begin
    case (step_q)
      Choose: begin
        active_q  <= control_changed ? control_run : was_active && !first_pass_q;
        entered_q <= control_changed || was_entered;
        segment_q <= control_changed ? control_segment : was_segment;
        left_q    <= was_left;
        phase_a_q <= control_changed ? 16'd0 : was_phase_a;
        phase_b_q <= control_changed ? 16'd0 : was_phase_b;
        done_q    <= 1'b0;
      end
      ScaleB: begin  // the sines have been taken
        phase_a_q <= amplitude[15:0] == 16'd0 ? 16'd0 : phase_a_q + frequency[15:0];
        phase_b_q <= amplitude[31:16] == 16'd0 ? 16'd0 : phase_b_q + frequency[31:16];
        left_q    <= duration_ms == 16'd0 ? 19'd0 : left - 19'd1;
        entered_q <= left == 19'd1;
        if (left == 19'd1) begin
          segment_q <= next;
          active_q  <= !last;
          done_q    <= last;
        end
      end
      default: ;
    endcase
  end

  // The sample: amplitude · sine of both frequencies, one multiplier.
  (* keep *) logic signed [32:0] product_q;
  logic signed [33:0] sum_q;
  logic [15:0] factor_q;
  logic signed [18:0] rounded;
  assign rounded = sum_q[33:15];
  always_ff @(posedge clk_i) if (step_q != Idle) begin
    case (step_q)
      Choose: sample_q <= 16'd0;
      SineB:  factor_q <= amplitude[15:0];
      ScaleA: factor_q <= amplitude[31:16];
      default: ;
    endcase
    if (step_q == ScaleA || step_q == ScaleB) product_q <= $signed({1'b0, factor_q}) * 17'(sine);
    if (step_q == ScaleB) sum_q <= 34'(product_q) + 34'sd16384;
    if (step_q == Add) sum_q <= sum_q + 34'(product_q);
    if (step_q == Limit) begin
      sample_q <= rounded > 19'sd32767 ? 16'h7fff
                : rounded < -19'sd32768 ? 16'h8000 : rounded[15:0];
    end
  end
endmodule
`default_nettype wire
