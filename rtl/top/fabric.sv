// SPDX-License-Identifier: MIT
// The fabric: lines, tones and host slots in; switched; lines and host slots out; and the link
// over which the host reads and writes everything. docs/architecture.md has the picture and
// the ports; regs/ the registers.
//
// Slots: 0 … Lines−1 the lines, then ToneChannels tones, then HostSlots host slots, then
// G726Channels G.726 channels, then ConferenceMembers members of conferences; the rest is silent. A frame begins with its slots, one a clock. Of slot s,
// from clock s of the frame on:
//   clock s      pcm_line_o = s;  tone and host sample are addressed;  connection of output s is read
//   clock s + 1  pcm_i is decoded and the sources are joined
//   clock s + 2  ingress stream: echo cancellers, answer-tone detector
//   clock s + 5  the same without echoes: level meter and DTMF detector, before comfort noise takes the place of what is left
//   clock s + 6  the same, digits muted: switch; two clocks later while a line has a gain
//   clock s + 3  egress stream, answer-tone detector: sample for output s, two clocks later while a slot has a
//                gain;  line_o, pcm_o, line_stb_o one clock later
// From pcm_i to pcm_o one frame, but for the difference of the two slots' places in a frame.
//
// Sleep: clk_slot_i (what works slot by slot), clk_host_i (link), clk_line_i (lines, gains), clk_tone_i,
// clk_voice_i (DTMF, answer tones, echoes), clk_judge_i (DTMF's decisions), clk_conference_i and clk_request_i (the host's reads and writes
// of registers) are clk_i. A simulation, or a board with
// clock gates, may leave one out of the next clock while its awake output is low (clk_host_i: and
// link_rx_valid_i is low, too), except in reset: nothing it clocks would change (docs/adr/0007).
// While all are low, a simulation may leave out up to left_o whole clocks, and says so by skip_i.
// Elsewhere tie the clocks to clk_i and skip_i to 0.
// Not guaranteed: pcm_o between two line_stb_o. A line that is not enabled hears and says silence.
`default_nettype none
module fabric #(
    parameter int unsigned ClocksPerFrame = 512,
    parameter int unsigned Slots          = 256,
    parameter int unsigned Lines          = 32,
    parameter int unsigned FxoLines       = 2,  // of them, the last: places for an exchange line, too
    parameter int unsigned ToneChannels   = 32,
    parameter int unsigned HostSlots      = 64,
    parameter int unsigned G726Channels  = 64,
    parameter int unsigned G726OneClock  = 1,  // see g726_engine; boards: 0
    parameter int unsigned ConferenceMembers = 64,  // a power of two
    parameter int unsigned EchoPlaces     = 32,  // see echo_canceller
    parameter int unsigned EchoLanes      = 16,
    parameter int unsigned LevelWindow    = 1024,
    localparam int unsigned LineWidth     = $clog2(Lines),
    localparam int unsigned FxoPairs      = FxoLines > 0 ? FxoLines : 1,
    localparam int unsigned ClockWidth    = $clog2(ClocksPerFrame)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 frame_stb_o,
    // clocks of what sleeps, see above
    input  logic [ClockWidth-1:0] skip_i,
    output logic [ClockWidth-1:0] left_o,
    input  logic                 clk_slot_i,
    input  logic                 clk_host_i,
    input  logic                 clk_line_i,
    input  logic                 clk_tone_i,
    input  logic                 clk_voice_i,
    input  logic                 clk_judge_i,
    input  logic                 clk_conference_i,
    input  logic                 clk_request_i,
    output logic                 slot_awake_o,
    output logic                 host_awake_o,
    output logic                 line_awake_o,
    output logic                 tone_awake_o,
    output logic                 voice_awake_o,
    output logic                 judge_awake_o,
    output logic                 conference_awake_o,
    output logic                 request_awake_o,
    // codecs of the lines
    output logic [LineWidth-1:0] line_o,
    output logic                 line_stb_o,
    output logic [7:0]           pcm_o,
    output logic [LineWidth-1:0] pcm_line_o,
    input  logic [7:0]           pcm_i,
    // loops of the lines
    input  logic [Lines-1:0]     loop_i,
    output logic [Lines-1:0]     ring_o,
    output logic [Lines-1:0]     reverse_o,
    // lines to an exchange, see fxo_lines
    output logic [FxoPairs-1:0]  loop_close_o,
    input  logic [FxoPairs-1:0]  ring_i,
    input  logic [FxoPairs-1:0]  polarity_i,
    input  logic [FxoPairs-1:0]  current_i,
    // octets from and to the host
    input  logic [7:0]           link_rx_i,
    input  logic                 link_rx_valid_i,
    output logic                 link_rx_ready_o,
    output logic [7:0]           link_tx_o,
    output logic                 link_tx_valid_o,
    input  logic                 link_tx_ready_i
);
  localparam int unsigned SlotWidth = $clog2(Slots);
  localparam int unsigned ToneWidth = $clog2(ToneChannels);
  localparam int unsigned HostWidth = $clog2(HostSlots);
  localparam int unsigned FirstTone = Lines;
  localparam int unsigned FirstHost = Lines + ToneChannels;
  localparam int unsigned G726Width = $clog2(G726Channels);
  localparam int unsigned FirstG726 = FirstHost + HostSlots;
  localparam int unsigned MemberWidth = $clog2(ConferenceMembers);
  localparam int unsigned FirstMember = FirstG726 + G726Channels;
  localparam int unsigned Blocks = switchroom_regs::BlockCount;
  localparam int unsigned Board = 32'(switchroom_regs::BoardIndex);
  localparam int unsigned Switch = 32'(switchroom_regs::SwitchIndex);
  localparam int unsigned Fxs = 32'(switchroom_regs::FxsIndex);
  localparam int unsigned Tone = 32'(switchroom_regs::ToneIndex);
  localparam int unsigned Dtmf = 32'(switchroom_regs::DtmfIndex);
  localparam int unsigned Level = 32'(switchroom_regs::LevelIndex);
  localparam int unsigned Link = 32'(switchroom_regs::LinkIndex);
  localparam int unsigned G726 = 32'(switchroom_regs::G726Index);
  localparam int unsigned Echo = 32'(switchroom_regs::EchoIndex);
  localparam int unsigned Answer = 32'(switchroom_regs::AnswerToneIndex);
  localparam int unsigned Conference = 32'(switchroom_regs::ConferenceIndex);
  localparam int unsigned Gain = 32'(switchroom_regs::GainIndex);
  localparam int unsigned Fxo = 32'(switchroom_regs::FxoIndex);
  localparam int unsigned EventSources = 5;
  if (Lines < 2 || ToneChannels < 2 || HostSlots < 2) begin : gen_check_counts
    $error("fabric: Lines, ToneChannels and HostSlots must be 2 or more");
  end
  if (FxoLines > Lines) begin : gen_check_exchange_lines
    $error("fabric: FxoLines must not be more than Lines");
  end
  if (FirstMember + ConferenceMembers > Slots) begin : gen_check_slots
    $error("fabric: Lines, ToneChannels, HostSlots, G726Channels, ConferenceMembers must not be more than Slots");
  end

  // Who is awake: from what wakes it until the second clock in which nothing was at work. The
  // first is what each block says of itself, and includes its causes.
  logic link_awake, link_requests, fxs_awake, fxo_awake, tone_awake, dtmf_awake, dtmf_wake, answer_awake, answer_wake,
      switch_awake, level_awake, g726_awake, echo_awake, echo_slot_awake, gain_awake;
  logic slot_active_q, host_active_q, line_active_q, tone_active_q, voice_active_q;
  assign slot_awake_o  = slot_active_q || slot_stb || valid[Switch] || valid[Level] || valid[G726]
                      || valid[Echo];
  assign host_awake_o  = host_active_q || frame_stb || host_stb || egress_host_stb
                      || event_valid != '0;
  assign request_awake_o = link_requests || bus_ack || ack[Board];
  assign line_awake_o  = line_active_q || ms_stb || valid[Fxs] || valid[Fxo] || event_valid[0] || event_valid[4]
                      || gain_awake;
  assign tone_awake_o  = tone_active_q || frame_stb || valid[Tone];
  assign voice_awake_o = voice_active_q || dtmf_wake || answer_wake || echo_awake;
  always_ff @(posedge clk_host_i) begin
    host_active_q <= rst_i || link_rx_valid_i || link_awake || event_valid != '0 || queue_valid;
  end
  always_ff @(posedge clk_line_i) line_active_q <= rst_i || fxs_awake || fxo_awake;
  always_ff @(posedge clk_tone_i) tone_active_q <= rst_i || tone_awake;
  always_ff @(posedge clk_voice_i) voice_active_q <= rst_i || dtmf_awake || answer_awake;
  always_ff @(posedge clk_slot_i) begin
    slot_active_q <= rst_i || switch_awake || level_awake || g726_awake || echo_slot_awake || gain_awake
                  || line_stb_o;
  end

  // Time
  logic frame_stb, ms_stb, slot_stb;
  logic [31:0] frame;
  logic [SlotWidth-1:0] slot;
  frame_timer #(.ClocksPerFrame(ClocksPerFrame), .Slots(Slots)) u_frame_timer (
      .clk_i, .rst_i, .skip_i, .frame_stb_o(frame_stb), .ms_stb_o(ms_stb), .frame_o(frame),
      .slot_stb_o(slot_stb), .slot_o(slot), .left_o
  );
  assign frame_stb_o = frame_stb;

  // Registers
  logic bus_valid, bus_write, bus_ack;
  logic [23:0] bus_addr;
  logic [31:0] bus_wdata, bus_rdata;
  logic [7:0] bus_status;
  logic [Blocks-1:0] valid, ack;
  logic [8*Blocks-1:0] status;
  logic [32*Blocks-1:0] rdata;
  logic [7:0] board_status, switch_status, fxs_status, tone_status, dtmf_status, level_status, link_status,
      g726_status, echo_status, answer_status, conference_status, gain_status, fxo_status;
  logic [31:0] board_rdata, switch_rdata, fxs_rdata, tone_rdata, dtmf_rdata, level_rdata, link_rdata, g726_rdata,
      echo_rdata, answer_rdata, conference_rdata, gain_rdata, fxo_rdata;
  always_comb begin  // led together only when asked for: a simulation would do so in each clock
    status = '0;
    rdata  = '0;
    if (bus_valid) begin
      status[8*Board+:8] = board_status;
      status[8*Switch+:8] = switch_status;
      status[8*Fxs+:8] = fxs_status;
      status[8*Tone+:8] = tone_status;
      status[8*Dtmf+:8] = dtmf_status;
      status[8*Level+:8] = level_status;
      status[8*Link+:8] = link_status;
      status[8*G726+:8] = g726_status;
      status[8*Echo+:8] = echo_status;
      status[8*Answer+:8] = answer_status;
      status[8*Conference+:8] = conference_status;
      status[8*Gain+:8] = gain_status;
      status[8*Fxo+:8] = fxo_status;
      rdata[32*Board+:32] = board_rdata;
      rdata[32*Switch+:32] = switch_rdata;
      rdata[32*Fxs+:32] = fxs_rdata;
      rdata[32*Tone+:32] = tone_rdata;
      rdata[32*Dtmf+:32] = dtmf_rdata;
      rdata[32*Level+:32] = level_rdata;
      rdata[32*Link+:32] = link_rdata;
      rdata[32*G726+:32] = g726_rdata;
      rdata[32*Echo+:32] = echo_rdata;
      rdata[32*Answer+:32] = answer_rdata;
      rdata[32*Conference+:32] = conference_rdata;
      rdata[32*Gain+:32] = gain_rdata;
      rdata[32*Fxo+:32] = fxo_rdata;
    end
  end
  register_bus #(.Blocks(Blocks)) u_register_bus (
      .clk_i(clk_request_i), .rst_i, .valid_i(bus_valid), .block_i(bus_addr[23:16]), .ack_o(bus_ack),
      .status_o(bus_status), .rdata_o(bus_rdata),
      .valid_o(valid), .ack_i(ack), .status_i(status), .rdata_i(rdata)
  );

  board_registers #(.ClocksPerFrame(ClocksPerFrame)) u_board_registers (
      .clk_i(clk_request_i), .rst_i, .frame_i(frame),
      .reg_valid_i(valid[Board]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Board]),
      .reg_status_o(board_status), .reg_rdata_o(board_rdata)
  );

  // Events of fxs, tone, dtmf, answer tone, fxo: {kind, index, data}
  logic [EventSources-1:0] event_valid, event_ready;
  logic [32*EventSources-1:0] event_word;
  logic queue_valid, queue_ready;
  logic [31:0] queue_word;
  event_arbiter #(.Sources(EventSources)) u_event_arbiter (
      .clk_i(clk_host_i), .rst_i, .valid_i(event_valid), .ready_o(event_ready), .event_i(event_word),
      .valid_o(queue_valid), .ready_i(queue_ready), .event_o(queue_word)
  );

  // Sources
  logic [Lines-1:0] mu_law, enable, fxs_mu_law, fxs_enable;
  logic [Lines-1:0] loop;
  synchronizer #(.Width(Lines)) u_loop (.clk_i, .level_i(loop_i), .level_o(loop));
  fxs_lines #(.Lines(Lines), .FirstSlot(0), .ClocksPerFrame(ClocksPerFrame)) u_fxs_lines (
      .clk_i(clk_line_i), .rst_i, .awake_o(fxs_awake), .ms_stb_i(ms_stb), .loop_i(loop), .ring_o, .reverse_o,
      .mu_law_o(fxs_mu_law), .enable_o(fxs_enable),
      .reg_valid_i(valid[Fxs]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Fxs]),
      .reg_status_o(fxs_status), .reg_rdata_o(fxs_rdata),
      .event_valid_o(event_valid[0]), .event_ready_i(event_ready[0]),
      .event_kind_o(event_word[32*0+24+:8]), .event_index_o(event_word[32*0+16+:8]),
      .event_data_o(event_word[32*0+:16])
  );

  // A place that takes either kind of line speaks as the one that is enabled says.
  logic [FxoPairs-1:0] fxo_mu_law, fxo_enable, ringing, reversed, fed;
  always_comb begin
    mu_law = fxs_mu_law;
    enable = fxs_enable;
    for (int n = 0; n < $signed(FxoLines); n++) begin
      if (fxo_enable[n]) mu_law[Lines-FxoLines+n] = fxo_mu_law[n];
      enable[Lines-FxoLines+n] = fxs_enable[Lines-FxoLines+n] || fxo_enable[n];
    end
  end
  synchronizer #(.Width(3 * FxoPairs)) u_exchange (
      .clk_i, .level_i({ring_i, polarity_i, current_i}), .level_o({ringing, reversed, fed})
  );
  fxo_lines #(
      .Lines(FxoPairs), .Capacity(FxoLines), .FirstSlot(Lines - FxoLines), .ClocksPerFrame(ClocksPerFrame)
  ) u_fxo_lines (
      .clk_i(clk_line_i), .rst_i, .awake_o(fxo_awake), .ms_stb_i(ms_stb), .loop_close_o, .ring_i(ringing),
      .polarity_i(reversed), .current_i(fed), .mu_law_o(fxo_mu_law), .enable_o(fxo_enable),
      .reg_valid_i(valid[Fxo]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Fxo]),
      .reg_status_o(fxo_status), .reg_rdata_o(fxo_rdata),
      .event_valid_o(event_valid[4]), .event_ready_i(event_ready[4]),
      .event_kind_o(event_word[32*4+24+:8]), .event_index_o(event_word[32*4+16+:8]),
      .event_data_o(event_word[32*4+:16])
  );

  logic tone_stb;
  logic [ToneWidth-1:0] tone_channel;
  logic [15:0] tone_sample;
  tone_generator #(
      .Channels(ToneChannels), .FirstSlot(FirstTone), .ClocksPerFrame(ClocksPerFrame)
  ) u_tone_generator (
      .clk_i(clk_tone_i), .clk_slot_i, .rst_i, .awake_o(tone_awake), .frame_stb_i(frame_stb),
      .channel_stb_i(tone_stb), .channel_i(tone_channel), .sample_o(tone_sample),
      .reg_valid_i(valid[Tone]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Tone]),
      .reg_status_o(tone_status), .reg_rdata_o(tone_rdata),
      .event_valid_o(event_valid[1]), .event_ready_i(event_ready[1]),
      .event_kind_o(event_word[32*1+24+:8]), .event_index_o(event_word[32*1+16+:8]),
      .event_data_o(event_word[32*1+:16])
  );

  // Ingress
  logic next_stb, joined_stb, ingress_stb;
  logic [SlotWidth-1:0] next_slot, joined_slot, ingress_slot;
  logic [HostSlots-1:0] host_enable;
  logic host_stb;
  logic [HostWidth-1:0] host_slot;
  logic [15:0] host_sample, joined_sample, ingress_sample;
  logic g726_stb;
  logic [G726Width-1:0] g726_channel;
  logic [15:0] g726_sample;
  logic [ConferenceMembers-1:0] speaks;
  logic member_stb;
  logic [MemberWidth-1:0] member;
  logic [15:0] member_sample;
  ingress #(
      .Slots(Slots), .Lines(Lines), .ToneChannels(ToneChannels), .HostSlots(HostSlots),
      .G726Channels(G726Channels), .ConferenceMembers(ConferenceMembers)
  ) u_ingress (
      .clk_i(clk_slot_i), .rst_i, .slot_stb_i(slot_stb), .slot_i(slot), .mu_law_i(mu_law), .enable_i(enable),
      .pcm_line_o, .pcm_i, .tone_stb_o(tone_stb), .tone_channel_o(tone_channel), .tone_sample_i(tone_sample),
      .host_enable_i(host_enable), .host_stb_o(host_stb), .host_slot_o(host_slot),
      .host_sample_i(host_sample), .g726_stb_o(g726_stb), .g726_channel_o(g726_channel),
      .g726_sample_i(g726_sample), .speaks_i(speaks), .member_stb_o(member_stb), .member_o(member),
      .member_sample_i(member_sample), .next_stb_o(next_stb), .next_slot_o(next_slot), .ingress_stb_o(joined_stb),
      .ingress_slot_o(joined_slot), .ingress_sample_o(joined_sample)
  );

  logic [Lines-1:0] disables;
  logic [15:0] left_sample;  // for those who judge: noise in place of a digit would be none
  echo_canceller #(
      .Lines(Lines), .SlotBits(SlotWidth), .Places(EchoPlaces), .Lanes(EchoLanes), .ClocksPerFrame(ClocksPerFrame)
  ) u_echo_canceller (
      .clk_i(clk_voice_i), .clk_slot_i, .rst_i, .awake_o(echo_awake), .slot_awake_o(echo_slot_awake),
      .frame_i(frame[6:0]), .mu_law_i(mu_law), .bypass_i(disables), .next_stb_i(next_stb), .next_slot_i(next_slot),
      .ingress_stb_i(joined_stb), .ingress_slot_i(joined_slot), .ingress_sample_i(joined_sample),
      .ingress_stb_o(ingress_stb), .ingress_slot_o(ingress_slot), .ingress_sample_o(ingress_sample),
      .left_sample_o(left_sample), .line_stb_i(line_stb_o), .line_i(line_o), .pcm_i(pcm_o),
      .reg_valid_i(valid[Echo]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Echo]),
      .reg_status_o(echo_status), .reg_rdata_o(echo_rdata)
  );

  logic [Lines-1:0] mutes, muted;
  logic [4:0] mute_frame;
  dtmf_detector #(
      .Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth), .ClocksPerFrame(ClocksPerFrame)
  ) u_dtmf_detector (
      .clk_i(clk_voice_i), .clk_slot_i, .clk_judge_i, .rst_i, .awake_o(dtmf_awake), .wake_o(dtmf_wake),
      .judge_awake_o, .mutes_o(mutes), .muted_o(muted), .frame_o(mute_frame),
      .ingress_stb_i(ingress_stb), .ingress_slot_i(ingress_slot),
      .ingress_sample_i(left_sample),
      .reg_valid_i(valid[Dtmf]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Dtmf]),
      .reg_status_o(dtmf_status), .reg_rdata_o(dtmf_rdata),
      .event_valid_o(event_valid[2]), .event_ready_i(event_ready[2]),
      .event_kind_o(event_word[32*2+24+:8]), .event_index_o(event_word[32*2+16+:8]),
      .event_data_o(event_word[32*2+:16])
  );

  level_meter #(.Slots(Slots), .LevelWindow(LevelWindow)) u_level_meter (
      .clk_i(clk_slot_i), .rst_i, .awake_o(level_awake), .ingress_stb_i(ingress_stb),
      .ingress_slot_i(ingress_slot), .ingress_sample_i(left_sample),
      .reg_valid_i(valid[Level]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Level]),
      .reg_status_o(level_status), .reg_rdata_o(level_rdata)
  );

  logic muted_stb;
  logic [SlotWidth-1:0] muted_slot;
  logic [15:0] muted_sample;
  digit_mute #(.Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth)) u_digit_mute (
      .clk_i(clk_slot_i), .rst_i, .mutes_i(mutes), .muted_i(muted), .frame_i(mute_frame),
      .ingress_stb_i(ingress_stb), .ingress_slot_i(ingress_slot), .ingress_sample_i(ingress_sample),
      .ingress_stb_o(muted_stb), .ingress_slot_o(muted_slot), .ingress_sample_o(muted_sample)
  );

  // Switch, with gains before and behind it
  logic said_stb, heard_stb, egress_stb;
  logic [SlotWidth-1:0] said_slot, heard_slot, egress_slot;
  logic [15:0] said_sample, heard_sample, egress_sample;
  gain_stage #(.Slots(Slots), .Lines(Lines)) u_gain_stage (
      .clk_i(clk_line_i), .rst_i, .awake_o(gain_awake), .frame_stb_i(frame_stb), .slot_stb_i(slot_stb), .slot_i(slot),
      .ingress_stb_i(muted_stb), .ingress_slot_i(muted_slot), .ingress_sample_i(muted_sample),
      .ingress_stb_o(said_stb), .ingress_slot_o(said_slot), .ingress_sample_o(said_sample),
      .egress_stb_i(heard_stb), .egress_slot_i(heard_slot), .egress_sample_i(heard_sample),
      .egress_stb_o(egress_stb), .egress_slot_o(egress_slot), .egress_sample_o(egress_sample),
      .reg_valid_i(valid[Gain]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Gain]),
      .reg_status_o(gain_status), .reg_rdata_o(gain_rdata)
  );
  time_slot_switch #(.Slots(Slots)) u_time_slot_switch (
      .clk_i(clk_slot_i), .rst_i, .awake_o(switch_awake), .frame_stb_i(frame_stb),
      .slot_stb_i(slot_stb), .slot_i(slot), .ingress_stb_i(said_stb), .ingress_slot_i(said_slot),
      .ingress_sample_i(said_sample), .egress_stb_o(heard_stb),
      .egress_slot_o(heard_slot), .egress_sample_o(heard_sample),
      .reg_valid_i(valid[Switch]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Switch]),
      .reg_status_o(switch_status), .reg_rdata_o(switch_rdata)
  );

  // What lines say, echoes and all, and hear
  answer_tone #(
      .Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth), .ClocksPerFrame(ClocksPerFrame)
  ) u_answer_tone (
      .clk_i(clk_voice_i), .clk_slot_i, .rst_i, .awake_o(answer_awake), .wake_o(answer_wake), .disable_o(disables),
      .ingress_stb_i(joined_stb), .ingress_slot_i(joined_slot), .ingress_sample_i(joined_sample),
      .egress_stb_i(egress_stb), .egress_slot_i(egress_slot), .egress_sample_i(egress_sample),
      .reg_valid_i(valid[Answer]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Answer]),
      .reg_status_o(answer_status), .reg_rdata_o(answer_rdata),
      .event_valid_o(event_valid[3]), .event_ready_i(event_ready[3]),
      .event_kind_o(event_word[32*3+24+:8]), .event_index_o(event_word[32*3+16+:8]),
      .event_data_o(event_word[32*3+:16])
  );

  // Egress
  logic egress_host_stb;
  logic [HostWidth-1:0] egress_host_slot;
  egress #(
      .Slots(Slots), .Lines(Lines), .FirstHost(FirstHost), .HostSlots(HostSlots)
  ) u_egress (
      .clk_i(clk_slot_i), .rst_i, .egress_stb_i(egress_stb), .egress_slot_i(egress_slot),
      .egress_sample_i(egress_sample), .mu_law_i(mu_law), .enable_i(enable), .line_stb_o,
      .line_o, .pcm_o, .host_enable_i(host_enable), .host_stb_o(egress_host_stb), .host_slot_o(egress_host_slot)
  );

  g726_channels #(
      .Channels(G726Channels), .FirstSlot(FirstG726), .SlotBits(SlotWidth), .ClocksPerFrame(ClocksPerFrame),
      .OneClock(G726OneClock)
  ) u_g726_channels (
      .clk_i(clk_slot_i), .rst_i, .awake_o(g726_awake), .frame_stb_i(frame_stb), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample), .channel_stb_i(g726_stb),
      .channel_i(g726_channel), .sample_o(g726_sample),
      .reg_valid_i(valid[G726]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[G726]),
      .reg_status_o(g726_status), .reg_rdata_o(g726_rdata)
  );

  conference #(
      .Members(ConferenceMembers), .FirstSlot(FirstMember), .SlotBits(SlotWidth), .ClocksPerFrame(ClocksPerFrame)
  ) u_conference (
      .clk_i(clk_conference_i), .rst_i, .awake_o(conference_awake_o), .frame_stb_i(frame_stb), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample), .speaks_o(speaks), .member_stb_i(member_stb),
      .member_i(member), .sample_o(member_sample),
      .reg_valid_i(valid[Conference]), .reg_write_i(bus_write),
      .reg_addr_i(bus_addr[15:0]), .reg_wdata_i(bus_wdata), .reg_ack_o(ack[Conference]),
      .reg_status_o(conference_status), .reg_rdata_o(conference_rdata)
  );

  link #(.HostSlots(HostSlots), .FirstSlot(FirstHost)) u_link (
      .clk_i(clk_host_i), .clk_request_i, .rst_i, .awake_o(link_awake),
      .request_awake_o(link_requests), .frame_stb_i(frame_stb), .frame_i(frame),
      .link_rx_i, .link_rx_valid_i, .link_rx_ready_o,
      .link_tx_o, .link_tx_valid_o, .link_tx_ready_i,
      .reg_valid_o(bus_valid), .reg_write_o(bus_write), .reg_addr_o(bus_addr),
      .reg_wdata_o(bus_wdata), .reg_ack_i(bus_ack), .reg_status_i(bus_status),
      .reg_rdata_i(bus_rdata),
      .csr_valid_i(valid[Link]), .csr_write_i(bus_write), .csr_addr_i(bus_addr[15:0]),
      .csr_wdata_i(bus_wdata), .csr_ack_o(ack[Link]),
      .csr_status_o(link_status), .csr_rdata_o(link_rdata),
      .event_valid_i(queue_valid), .event_ready_o(queue_ready), .event_kind_i(queue_word[31:24]),
      .event_index_i(queue_word[23:16]), .event_data_i(queue_word[15:0]),
      .host_enable_o(host_enable), .host_stb_i(host_stb), .host_slot_i(host_slot), .host_sample_o(host_sample),
      .egress_stb_i(egress_host_stb), .egress_host_slot_i(egress_host_slot),
      .egress_sample_i(egress_sample)
  );
endmodule
`default_nettype wire
