// SPDX-License-Identifier: MIT
// The fabric: lines, tones and host slots in; switched; lines and host slots out; and the link
// over which the host reads and writes everything. docs/architecture.md has the picture and
// the ports; regs/ the registers.
//
// Slots: 0 … Lines−1 the lines, then ToneChannels tones, then HostSlots host slots, then
// G726Channels G.726 channels, then ConferenceMembers members of conferences, then digital lines: 32 for each
// of Spans E1 spans, HdlcChannels HDLC channels, 32 for an IOM-2 bus; the rest belongs to nobody: silent, heard by nobody, and
// left out of a frame unless the switch's tables or a gain change; so is, from the G.726 channels on, each of these blocks of which
// nothing is used. A frame begins with its slots, one a clock. Of a slot s, if s clocks of the frame went before it:
//   clock s      pcm_line_o = s;  tone and host sample are addressed;  connection of output s is read
//   clock s + 1  pcm_i is decoded and the sources are joined
//   clock s + 2  ingress stream: echo cancellers, answer-tone detector
//   clock s + 6  the same without echoes: level meter and DTMF detector, before comfort noise takes the place of what is left
//   clock s + 7  the same, digits muted: switch; two clocks later while a line has a gain
//   clock s + 3  egress stream, answer-tone detector: sample for output s, two clocks later while a slot has a
//                gain;  line_o, pcm_o, line_stb_o two clocks later
// From pcm_i to pcm_o one frame, but for the difference of the two slots' places in a frame.
//
// Sleep: clk_slot_i (what works slot by slot), clk_host_i (link), clk_line_i (lines, gains), clk_tone_i,
// clk_voice_i (DTMF, echoes), clk_judge_i (DTMF's decisions, answer tones), clk_conference_i, clk_digital_i (HDLC, an
// IOM-2 bus' octets, clock recovery, PCM highway), clk_span_i (E1, strobes of references),
// clk_bit_i (their bits), clk_iom2_i (the bits of an IOM-2 bus) and clk_request_i (the host's reads and writes of registers) are clk_i. A simulation, or a board with
// clock gates, may leave one out of the next clock while its awake output is low (clk_host_i: and
// link_rx_valid_i is low, too; clk_bit_i: and rx_stb_i, ref_stb_i), except in reset: nothing it clocks would change
// (docs/adr/0007). While all are low, and rx_stb_i, ref_stb_i, a simulation may leave out up to left_o whole clocks, and
// says so by skip_i.
// Elsewhere tie the clocks to clk_i and skip_i to 0.
// Not guaranteed: pcm_o between two line_stb_o. A line that is not enabled hears and says silence.
`default_nettype none
module fabric #(
    parameter int unsigned ClocksPerFrame = 512,
    parameter int unsigned Slots          = 328,
    parameter int unsigned Lines          = 32,
    parameter int unsigned FxoLines       = 2,  // of them, the last: places for an exchange line, too
    parameter int unsigned ToneChannels   = 32,
    parameter int unsigned HostSlots      = 64,
    parameter int unsigned G726Channels  = 64,
    parameter int unsigned G726OneClock  = 1,  // see g726_engine; boards: 0
    parameter int unsigned ConferenceMembers = 64,  // a power of two
    parameter int unsigned Spans         = 1,
    parameter int unsigned HdlcChannels  = 8,   // see data_lines
    parameter int unsigned Iom2Buses     = 1,
    parameter int unsigned HighwayChannels = 0,  // 0, 2, 4 or 8: see pcm_highway
    parameter int unsigned EchoPlaces     = 32,  // see echo_canceller
    parameter int unsigned EchoLanes      = 16,
    parameter int unsigned EchoOneClock   = 1,  // boards: 0
    parameter int unsigned DtmfOneClock   = 1,  // boards: 0
    parameter int unsigned LevelWindow    = 1024,
    localparam int unsigned LineWidth     = $clog2(Lines),
    localparam int unsigned FxoPairs      = FxoLines > 0 ? FxoLines : 1,  // of wires to exchanges
    localparam int unsigned Pairs         = Spans > 0 ? Spans : 1,  // of wires to the spans
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
    input  logic                 clk_digital_i,
    input  logic                 clk_span_i,
    input  logic                 clk_bit_i,
    input  logic                 clk_iom2_i,
    input  logic                 clk_request_i,
    output logic                 slot_awake_o,
    output logic                 host_awake_o,
    output logic                 line_awake_o,
    output logic                 tone_awake_o,
    output logic                 voice_awake_o,
    output logic                 judge_awake_o,
    output logic                 conference_awake_o,
    output logic                 digital_awake_o,
    output logic                 span_awake_o,
    output logic                 bit_awake_o,
    output logic                 iom2_awake_o,
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
    // PCM highway, and registers of its chips
    output logic                 highway_bclk_o,
    output logic                 highway_sync_o,
    output logic                 highway_drive_o,
    input  logic                 highway_bclk_i,
    input  logic                 highway_sync_i,
    output logic                 highway_tx_o,
    output logic                 highway_tx_drive_o,
    input  logic                 highway_rx_i,
    output logic                 spi_sclk_o,
    output logic                 spi_mosi_o,
    input  logic                 spi_miso_i,
    output logic [7:0]           spi_select_no,
    // E1 spans, see e1_span
    input  logic [Pairs-1:0]     rx_stb_i,
    input  logic [Pairs-1:0]     rx_pos_i,
    input  logic [Pairs-1:0]     rx_neg_i,
    output logic [Pairs-1:0]     tx_stb_o,
    output logic [Pairs-1:0]     tx_pos_o,
    output logic [Pairs-1:0]     tx_neg_o,
    // IOM-2 bus, see iom2_bus and data_lines
    output logic                 iom2_fsc_o,
    output logic                 iom2_dcl_o,
    output logic                 iom2_dd_o,
    input  logic                 iom2_dd_i,
    input  logic                 iom2_du_i,
    input  logic                 ref_stb_i,  // of an external clock; regs/clock.toml says what it may be
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
  localparam int unsigned SpanSlots = 32 * Pairs;
  localparam int unsigned DataSlots = HdlcChannels + 32 * Iom2Buses;
  localparam int unsigned DataWidth = DataSlots > 1 ? $clog2(DataSlots) : 1;
  localparam int unsigned BeforeHighway = SpanSlots + DataSlots;
  localparam int unsigned DigitalSlots = BeforeHighway + HighwayChannels;
  localparam int unsigned DigitalWidth = $clog2(DigitalSlots);
  localparam int unsigned FirstDigital = FirstMember + ConferenceMembers;
  localparam int unsigned UsedSlots = FirstDigital + (DataSlots + HighwayChannels > 0 ? DigitalSlots : 32 * Spans);
  // No wires of spans, no slots of any: then the pair's are nobody's.
  localparam int unsigned FirstData = FirstDigital + SpanSlots < UsedSlots ? FirstDigital + SpanSlots : UsedSlots;
  localparam int unsigned FirstHighway = FirstDigital + BeforeHighway < UsedSlots ? FirstDigital + BeforeHighway : UsedSlots;
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
  localparam int unsigned E1 = 32'(switchroom_regs::E1Index);
  localparam int unsigned Hdlc = 32'(switchroom_regs::HdlcIndex);
  localparam int unsigned Iom2 = 32'(switchroom_regs::Iom2Index);
  localparam int unsigned EventSources = 9;
  localparam int unsigned Clock = 32'(switchroom_regs::ClockIndex);
  localparam int unsigned ShortestFrame = ClocksPerFrame - 1;
  localparam int unsigned Fxo = 32'(switchroom_regs::FxoIndex);
  localparam int unsigned Highway = 32'(switchroom_regs::PcmHighwayIndex);
  if (Lines < 2 || ToneChannels < 2 || HostSlots < 2) begin : gen_check_counts
    $error("fabric: Lines, ToneChannels and HostSlots must be 2 or more");
  end
  if (FxoLines > Lines) begin : gen_check_exchange_lines
    $error("fabric: FxoLines must not be more than Lines");
  end
  if (UsedSlots > Slots) begin : gen_check_slots
    $error("fabric: Lines, ToneChannels, HostSlots, G726Channels, ConferenceMembers, 32 Spans, HdlcChannels, 32 Iom2Buses, HighwayChannels must not be more than Slots");
  end

  // Who is awake: from what wakes it until the second clock in which nothing was at work. The
  // first is what each block says of itself, and includes its causes.
  logic link_awake, link_requests, fxs_awake, fxo_awake, tone_awake, dtmf_awake, dtmf_wake, dtmf_judges, answer_awake, answer_wake,
      switch_awake, level_awake, g726_awake, echo_awake, echo_slot_awake, gain_awake;
  logic slot_active_q, host_active_q, line_active_q, tone_active_q, voice_active_q, judge_active_q;
  assign slot_awake_o  = slot_active_q || slot_stb || valid[Switch] || valid[Level] || valid[G726]
                      || valid[Echo];
  assign host_awake_o  = host_active_q || frame_stb || host_stb || egress_host_stb
                      || event_valid != '0;
  assign request_awake_o = link_requests || bus_ack || board_ack || highway_ack;
  assign line_awake_o  = line_active_q || ms_stb || valid[Fxs] || valid[Fxo] || event_valid[0] || event_valid[8]
                      || gain_awake;
  assign tone_awake_o  = tone_active_q || frame_stb || valid[Tone];
  assign voice_awake_o = voice_active_q || dtmf_wake || echo_awake;
  assign judge_awake_o = judge_active_q || dtmf_judges || answer_wake;
  always_ff @(posedge clk_host_i) begin
    host_active_q <= 1'b1;  // nor while octets do
    if (!link_tx_valid_o) host_active_q <= rst_i || link_rx_valid_i || link_awake || event_valid != '0 || queue_valid;
  end
  always_ff @(posedge clk_line_i) line_active_q <= rst_i || fxs_awake || fxo_awake;
  always_ff @(posedge clk_tone_i) tone_active_q <= rst_i || tone_awake;
  always_ff @(posedge clk_voice_i) voice_active_q <= rst_i || dtmf_awake;
  always_ff @(posedge clk_judge_i) judge_active_q <= rst_i || answer_awake;
  always_ff @(posedge clk_slot_i) begin
    slot_active_q <= 1'b1;  // while slots go by nobody has to be asked
    if (!slot_stb)
      slot_active_q <= rst_i || switch_awake || level_awake || g726_awake || echo_slot_awake || gain_awake || line_stb_o || egress_host_stb;
  end

  // Time
  logic frame_stb, ms_stb, slot_stb, longer, shorter, tables_change, gains_change;
  logic [31:0] frame;
  logic [ClockWidth-1:0] left;
  // While spans run, up to the next clock in which a bit is announced (digital_lines), that one never.
  localparam int unsigned BitClocks = ClocksPerFrame / 256;
  logic [ClockWidth-1:0] before_bit;
  assign before_bit = left & ClockWidth'(BitClocks - 1);
  assign left_o = data_runs || highway_runs || (digital_runs && before_bit == ClockWidth'(BitClocks - 1)) ? '0
                : digital_runs ? before_bit : left;
  logic [SlotWidth-1:0] slot, following_slot;
  logic last_slot;
  frame_timer #(.ClocksPerFrame(ClocksPerFrame), .Slots(Slots)) u_frame_timer (
      .clk_i, .rst_i, .skip_i, .frame_stb_o(frame_stb), .ms_stb_o(ms_stb), .frame_o(frame),
      .slot_stb_o(slot_stb), .slot_o(slot), .left_o(left), .longer_i(longer), .shorter_i(shorter),
      .last_i(last_slot), .next_slot_i(following_slot)
  );
  assign frame_stb_o = frame_stb;

  // Registers
  logic bus_valid, bus_write, bus_ack;
  logic [23:0] bus_addr;
  logic [31:0] bus_wdata, bus_rdata;
  logic [7:0] bus_status;
  logic [Blocks-1:0] valid;
  logic [16*Blocks-1:0] words;
  logic ack;  // with status and rdata, of the block that is asked
  logic [7:0] status;
  logic board_ack, switch_ack, fxs_ack, tone_ack, dtmf_ack, level_ack, link_ack, g726_ack, echo_ack, answer_ack, conference_ack,
      gain_ack, e1_ack, hdlc_ack, iom2_ack, clock_ack, fxo_ack, highway_ack;
  logic [31:0] rdata;
  logic [7:0] board_status, switch_status, fxs_status, tone_status, dtmf_status, level_status, link_status,
      g726_status, echo_status, answer_status, conference_status, gain_status, e1_status, hdlc_status, iom2_status,
      clock_status, fxo_status, highway_status;
  logic [31:0] board_rdata, switch_rdata, fxs_rdata, tone_rdata, dtmf_rdata, level_rdata, link_rdata, g726_rdata,
      echo_rdata, answer_rdata, conference_rdata, gain_rdata, e1_rdata, hdlc_rdata, iom2_rdata, clock_rdata, fxo_rdata, highway_rdata;
  // Of the one block that is asked; looked for only then: a simulation would do so in each clock.
  always_comb begin
    {ack, status, rdata} = '0;
    if (bus_valid) begin
      {ack, status, rdata} |= {41{valid[Board]}} & {board_ack, board_status, board_rdata};
      {ack, status, rdata} |= {41{valid[Switch]}} & {switch_ack, switch_status, switch_rdata};
      {ack, status, rdata} |= {41{valid[Fxs]}} & {fxs_ack, fxs_status, fxs_rdata};
      {ack, status, rdata} |= {41{valid[Tone]}} & {tone_ack, tone_status, tone_rdata};
      {ack, status, rdata} |= {41{valid[Dtmf]}} & {dtmf_ack, dtmf_status, dtmf_rdata};
      {ack, status, rdata} |= {41{valid[Level]}} & {level_ack, level_status, level_rdata};
      {ack, status, rdata} |= {41{valid[Link]}} & {link_ack, link_status, link_rdata};
      {ack, status, rdata} |= {41{valid[G726]}} & {g726_ack, g726_status, g726_rdata};
      {ack, status, rdata} |= {41{valid[Echo]}} & {echo_ack, echo_status, echo_rdata};
      {ack, status, rdata} |= {41{valid[Answer]}} & {answer_ack, answer_status, answer_rdata};
      {ack, status, rdata} |= {41{valid[Conference]}} & {conference_ack, conference_status, conference_rdata};
      {ack, status, rdata} |= {41{valid[Gain]}} & {gain_ack, gain_status, gain_rdata};
      {ack, status, rdata} |= {41{valid[E1]}} & {e1_ack, e1_status, e1_rdata};
      {ack, status, rdata} |= {41{valid[Hdlc]}} & {hdlc_ack, hdlc_status, hdlc_rdata};
      {ack, status, rdata} |= {41{valid[Iom2]}} & {iom2_ack, iom2_status, iom2_rdata};
      {ack, status, rdata} |= {41{valid[Clock]}} & {clock_ack, clock_status, clock_rdata};
      {ack, status, rdata} |= {41{valid[Fxo]}} & {fxo_ack, fxo_status, fxo_rdata};
      {ack, status, rdata} |= {41{valid[Highway]}} & {highway_ack, highway_status, highway_rdata};
    end
  end
  register_bus #(.Blocks(Blocks)) u_register_bus (
      .clk_i(clk_request_i), .rst_i, .valid_i(bus_valid), .block_i(bus_addr[23:16]), .word_i(bus_addr[15:0]), .ack_o(bus_ack),
      .status_o(bus_status), .rdata_o(bus_rdata),
      .valid_o(valid), .words_o(words), .ack_i(ack), .status_i(status), .rdata_i(rdata)
  );

  board_registers #(.ClocksPerFrame(ClocksPerFrame)) u_board_registers (
      .clk_i(clk_request_i), .rst_i, .frame_i(frame),
      .reg_valid_i(valid[Board]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Board+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(board_ack),
      .reg_status_o(board_status), .reg_rdata_o(board_rdata)
  );

  // Events of fxs, tone, dtmf, answer tone, digital lines, HDLC, IOM-2, clock, fxo: {kind, index, data}
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
  fxs_lines #(.Lines(Lines), .FirstSlot(0), .ClocksPerFrame(ShortestFrame)) u_fxs_lines (
      .clk_i(clk_line_i), .rst_i, .awake_o(fxs_awake), .ms_stb_i(ms_stb), .loop_i(loop), .ring_o, .reverse_o,
      .mu_law_o(fxs_mu_law), .enable_o(fxs_enable),
      .reg_valid_i(valid[Fxs]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Fxs+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(fxs_ack),
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
      .reg_addr_i(words[16*Fxo+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(fxo_ack),
      .reg_status_o(fxo_status), .reg_rdata_o(fxo_rdata),
      .event_valid_o(event_valid[8]), .event_ready_i(event_ready[8]),
      .event_kind_o(event_word[32*8+24+:8]), .event_index_o(event_word[32*8+16+:8]),
      .event_data_o(event_word[32*8+:16])
  );

  logic tone_stb;
  logic [ToneWidth-1:0] tone_channel;
  logic [15:0] tone_sample;
  tone_generator #(
      .Channels(ToneChannels), .FirstSlot(FirstTone), .ClocksPerFrame(ShortestFrame)
  ) u_tone_generator (
      .clk_i(clk_tone_i), .clk_slot_i, .rst_i, .awake_o(tone_awake), .frame_stb_i(frame_stb),
      .channel_stb_i(tone_stb), .channel_i(tone_channel), .sample_o(tone_sample),
      .reg_valid_i(valid[Tone]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Tone+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(tone_ack),
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
  logic [DigitalSlots-1:0] digital_speaks;
  logic digital_runs, digital_stb;
  logic [DigitalWidth-1:0] digital_slot;
  logic [15:0] digital_sample, span_sample, data_sample;
  logic data_runs, bits_awake, spans_awake, reference_awake, ref_stb_q, data_awake, clock_awake, of_span, of_data, of_data_q;
  logic [DataSlots>0?DataSlots-1 : 0:0] data_speaks;
  logic [SpanSlots-1:0] span_speaks;
  logic highway_awake, highway_runs, of_highway, of_highway_q;
  logic [HighwayChannels>0?HighwayChannels-1 : 0:0] highway_speaks;
  logic [15:0] highway_sample;
  if (DataSlots > 0) begin : gen_data_speaks
    assign digital_speaks = DigitalSlots'({highway_speaks, data_speaks, span_speaks});
  end else begin : gen_no_data_speaks
    assign digital_speaks = DigitalSlots'({highway_speaks, span_speaks}) | DigitalSlots'(data_speaks);
  end
  assign digital_awake_o = data_awake || clock_awake || highway_awake;
  assign span_awake_o    = spans_awake || reference_awake;
  assign bit_awake_o     = bits_awake || ref_stb_q;
  always_comb begin
    of_highway = 1'b0;
    of_data    = 1'b0;
    of_span    = 1'b0;
    if (digital_stb) begin
      of_highway = 32'(digital_slot) >= BeforeHighway;
      of_data    = 32'(digital_slot) >= SpanSlots && !of_highway;
      of_span    = 32'(digital_slot) < SpanSlots;
    end
  end
  assign digital_sample  = of_highway_q ? highway_sample : of_data_q ? data_sample : span_sample;
  always_ff @(posedge clk_slot_i) if (digital_stb) {of_data_q, of_highway_q} <= {of_data, of_highway};
  // What nobody uses takes no clock.
  logic [G726Channels-1:0] g726_used;
  logic [ConferenceMembers-1:0] members_used;
  logic [4:0] used;
  always_comb begin
    used = '0;
    if (frame_stb) begin  // a simulation would work it out in each clock
      used[0] = g726_used != '0;
      used[1] = members_used != '0;
      used[2] = span_speaks != '0 || digital_runs;
      used[3] = data_speaks != '0 || data_runs;
      used[4] = highway_speaks != '0 || highway_runs;
    end
  end
  slots_in_use #(.Slots(Slots), .LevelWindow(LevelWindow), .Blocks(5)) u_slots_in_use (
      .clk_i(clk_slot_i), .rst_i,
      .firsts_i({16'(UsedSlots), 16'(FirstHighway), 16'(FirstData), 16'(FirstDigital), 16'(FirstMember), 16'(FirstG726)}),
      .frame_stb_i(frame_stb),
      .used_i(used),
      .all_slots_i(tables_change || gains_change), .slot_stb_i(slot_stb), .slot_i(slot), .next_slot_o(following_slot), .last_o(last_slot)
  );

  ingress #(
      .Slots(Slots), .Lines(Lines), .ToneChannels(ToneChannels), .HostSlots(HostSlots),
      .G726Channels(G726Channels), .ConferenceMembers(ConferenceMembers), .DigitalSlots(DigitalSlots)
  ) u_ingress (
      .clk_i(clk_slot_i), .rst_i, .slot_stb_i(slot_stb), .slot_i(slot), .mu_law_i(mu_law), .enable_i(enable),
      .pcm_line_o, .pcm_i, .tone_stb_o(tone_stb), .tone_channel_o(tone_channel), .tone_sample_i(tone_sample),
      .host_enable_i(host_enable), .host_stb_o(host_stb), .host_slot_o(host_slot),
      .host_sample_i(host_sample), .g726_stb_o(g726_stb), .g726_channel_o(g726_channel),
      .g726_sample_i(g726_sample), .speaks_i(speaks), .member_stb_o(member_stb), .member_o(member),
      .member_sample_i(member_sample), .digital_speaks_i(digital_speaks), .digital_stb_o(digital_stb),
      .digital_slot_o(digital_slot), .digital_sample_i(digital_sample),
      .next_stb_o(next_stb), .next_slot_o(next_slot), .ingress_stb_o(joined_stb),
      .ingress_slot_o(joined_slot), .ingress_sample_o(joined_sample)
  );

  logic [Lines-1:0] disables;
  logic ahead_stb;
  logic [SlotWidth-1:0] ahead_slot;
  logic [15:0] left_sample;  // for those who judge: noise in place of a digit would be none
  echo_canceller #(
      .Lines(Lines), .SlotBits(SlotWidth), .Places(EchoPlaces), .Lanes(EchoLanes),
      .OneClock(EchoOneClock), .ClocksPerFrame(ShortestFrame)
  ) u_echo_canceller (
      .clk_i(clk_voice_i), .clk_slot_i, .rst_i, .awake_o(echo_awake), .slot_awake_o(echo_slot_awake),
      .frame_i(frame[6:0]), .mu_law_i(mu_law), .bypass_i(disables), .next_stb_i(next_stb), .next_slot_i(next_slot),
      .ingress_stb_i(joined_stb), .ingress_slot_i(joined_slot), .ingress_sample_i(joined_sample),
      .ingress_stb_o(ingress_stb), .ingress_slot_o(ingress_slot), .ingress_sample_o(ingress_sample),
      .left_sample_o(left_sample), .ahead_stb_o(ahead_stb), .ahead_slot_o(ahead_slot), .line_stb_i(line_stb_o), .line_i(line_o), .pcm_i(pcm_o),
      .reg_valid_i(valid[Echo]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Echo+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(echo_ack),
      .reg_status_o(echo_status), .reg_rdata_o(echo_rdata)
  );

  logic [Lines-1:0] mutes, muted;
  logic [4:0] mute_frame;
  dtmf_detector #(
      .Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth), .ClocksPerFrame(ShortestFrame), .OneClock(DtmfOneClock)
  ) u_dtmf_detector (
      .clk_i(clk_voice_i), .clk_slot_i, .clk_judge_i, .rst_i, .awake_o(dtmf_awake), .wake_o(dtmf_wake),
      .judge_awake_o(dtmf_judges), .mutes_o(mutes), .muted_o(muted), .frame_o(mute_frame),
      .ingress_stb_i(ingress_stb), .ingress_slot_i(ingress_slot),
      .ingress_sample_i(left_sample),
      .reg_valid_i(valid[Dtmf]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Dtmf+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(dtmf_ack),
      .reg_status_o(dtmf_status), .reg_rdata_o(dtmf_rdata),
      .event_valid_o(event_valid[2]), .event_ready_i(event_ready[2]),
      .event_kind_o(event_word[32*2+24+:8]), .event_index_o(event_word[32*2+16+:8]),
      .event_data_o(event_word[32*2+:16])
  );

  level_meter #(.Slots(Slots), .UsedSlots(UsedSlots), .LevelWindow(LevelWindow)) u_level_meter (
      .clk_i(clk_slot_i), .rst_i, .awake_o(level_awake), .ingress_stb_i(ingress_stb),
      .ingress_slot_i(ingress_slot), .ingress_sample_i(left_sample),
      .reg_valid_i(valid[Level]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Level+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(level_ack),
      .reg_status_o(level_status), .reg_rdata_o(level_rdata)
  );

  logic muted_stb;
  logic [SlotWidth-1:0] muted_slot;
  logic [15:0] muted_sample;
  digit_mute #(.Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth)) u_digit_mute (
      .clk_i(clk_slot_i), .rst_i, .mutes_i(mutes), .muted_i(muted), .frame_i(mute_frame),
      .next_stb_i(ahead_stb), .next_slot_i(ahead_slot),
      .ingress_stb_i(ingress_stb), .ingress_slot_i(ingress_slot), .ingress_sample_i(ingress_sample),
      .ingress_stb_o(muted_stb), .ingress_slot_o(muted_slot), .ingress_sample_o(muted_sample)
  );

  // Switch, with gains before and behind it
  logic said_stb, heard_stb, egress_stb;
  logic [SlotWidth-1:0] said_slot, heard_slot, egress_slot;
  logic [15:0] said_sample, heard_sample, egress_sample;
  gain_stage #(.Slots(Slots), .Lines(Lines)) u_gain_stage (
      .clk_i(clk_line_i), .rst_i, .awake_o(gain_awake), .all_slots_o(gains_change), .frame_stb_i(frame_stb), .slot_stb_i(slot_stb), .slot_i(slot),
      .ingress_stb_i(muted_stb), .ingress_slot_i(muted_slot), .ingress_sample_i(muted_sample),
      .ingress_stb_o(said_stb), .ingress_slot_o(said_slot), .ingress_sample_o(said_sample),
      .egress_stb_i(heard_stb), .egress_slot_i(heard_slot), .egress_sample_i(heard_sample),
      .egress_stb_o(egress_stb), .egress_slot_o(egress_slot), .egress_sample_o(egress_sample),
      .reg_valid_i(valid[Gain]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Gain+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(gain_ack),
      .reg_status_o(gain_status), .reg_rdata_o(gain_rdata)
  );
  time_slot_switch #(.Slots(Slots)) u_time_slot_switch (
      .clk_i(clk_slot_i), .rst_i, .awake_o(switch_awake), .all_slots_o(tables_change), .frame_stb_i(frame_stb),
      .slot_stb_i(slot_stb), .slot_i(slot), .ingress_stb_i(said_stb), .ingress_slot_i(said_slot),
      .ingress_sample_i(said_sample), .egress_stb_o(heard_stb),
      .egress_slot_o(heard_slot), .egress_sample_o(heard_sample),
      .reg_valid_i(valid[Switch]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Switch+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(switch_ack),
      .reg_status_o(switch_status), .reg_rdata_o(switch_rdata)
  );

  // What lines say, echoes and all, and hear
  answer_tone #(
      .Lines(Lines), .FirstSlot(0), .SlotBits(SlotWidth), .ClocksPerFrame(ShortestFrame)
  ) u_answer_tone (
      .clk_i(clk_judge_i), .clk_slot_i, .rst_i, .awake_o(answer_awake), .wake_o(answer_wake), .disable_o(disables),
      .ingress_stb_i(joined_stb), .ingress_slot_i(joined_slot), .ingress_sample_i(joined_sample),
      .egress_stb_i(egress_stb), .egress_slot_i(egress_slot), .egress_sample_i(egress_sample),
      .reg_valid_i(valid[Answer]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Answer+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(answer_ack),
      .reg_status_o(answer_status), .reg_rdata_o(answer_rdata),
      .event_valid_o(event_valid[3]), .event_ready_i(event_ready[3]),
      .event_kind_o(event_word[32*3+24+:8]), .event_index_o(event_word[32*3+16+:8]),
      .event_data_o(event_word[32*3+:16])
  );

  // Egress
  logic egress_host_stb;
  logic [HostWidth-1:0] egress_host_slot;
  logic [15:0] egress_host_sample;
  egress #(
      .Slots(Slots), .Lines(Lines), .FirstHost(FirstHost), .HostSlots(HostSlots)
  ) u_egress (
      .clk_i(clk_slot_i), .rst_i, .egress_stb_i(egress_stb), .egress_slot_i(egress_slot),
      .egress_sample_i(egress_sample), .mu_law_i(mu_law), .enable_i(enable), .line_stb_o,
      .line_o, .pcm_o, .host_enable_i(host_enable), .host_stb_o(egress_host_stb), .host_slot_o(egress_host_slot),
      .host_sample_o(egress_host_sample)
  );

  g726_channels #(
      .Channels(G726Channels), .FirstSlot(FirstG726), .SlotBits(SlotWidth), .ClocksPerFrame(ShortestFrame),
      .OneClock(G726OneClock)
  ) u_g726_channels (
      .clk_i(clk_slot_i), .rst_i, .awake_o(g726_awake), .frame_stb_i(frame_stb), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample), .channel_stb_i(g726_stb),
      .channel_i(g726_channel), .sample_o(g726_sample), .used_o(g726_used),
      .reg_valid_i(valid[G726]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*G726+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(g726_ack),
      .reg_status_o(g726_status), .reg_rdata_o(g726_rdata)
  );

  conference #(
      .Members(ConferenceMembers), .FirstSlot(FirstMember), .SlotBits(SlotWidth), .ClocksPerFrame(ShortestFrame)
  ) u_conference (
      .clk_i(clk_conference_i), .rst_i, .awake_o(conference_awake_o), .frame_stb_i(frame_stb), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample), .speaks_o(speaks), .used_o(members_used), .member_stb_i(member_stb),
      .member_i(member), .sample_o(member_sample),
      .reg_valid_i(valid[Conference]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Conference+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(conference_ack),
      .reg_status_o(conference_status), .reg_rdata_o(conference_rdata)
  );

  logic [Pairs-1:0] span_faults, rx_stb;
  digital_lines #(
      .Spans(Spans), .FirstSlot(FirstDigital), .SlotBits(SlotWidth), .ClocksPerFrame(ClocksPerFrame)
  ) u_digital_lines (
      .clk_i(clk_bit_i), .clk_span_i, .rst_i, .awake_o(bits_awake), .span_awake_o(spans_awake), .runs_o(digital_runs), .fault_o(span_faults), .frame_stb_i(frame_stb),
      .left_i(left), .rx_stb_i, .rx_pos_i, .rx_neg_i, .rx_stb_o(rx_stb), .tx_stb_o, .tx_pos_o, .tx_neg_o, .speaks_o(span_speaks),
      .slot_stb_i(of_span), .slot_i($clog2(SpanSlots)'(digital_slot)), .sample_o(span_sample), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample),
      .e1_valid_i(valid[E1]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*E1+:16]), .reg_wdata_i(bus_wdata), .e1_ack_o(e1_ack),
      .e1_status_o(e1_status), .e1_rdata_o(e1_rdata),
      .event_valid_o(event_valid[4]), .event_ready_i(event_ready[4]),
      .event_kind_o(event_word[32*4+24+:8]), .event_index_o(event_word[32*4+16+:8]),
      .event_data_o(event_word[32*4+:16])
  );

  data_lines #(
      .HdlcChannels(HdlcChannels), .Iom2Buses(Iom2Buses), .FirstSlot(FirstDigital + SpanSlots), .SlotBits(SlotWidth),
      .ClocksPerFrame(ClocksPerFrame)
  ) u_data_lines (
      .clk_i(clk_digital_i), .clk_iom2_i, .rst_i, .awake_o(data_awake), .iom2_awake_o, .runs_o(data_runs),
      .frame_stb_i(frame_stb), .left_i(left),
      .fsc_o(iom2_fsc_o), .dcl_o(iom2_dcl_o), .dd_o(iom2_dd_o), .dd_i(iom2_dd_i), .du_i(iom2_du_i),
      .speaks_o(data_speaks), .slot_stb_i(of_data),
      .slot_i(DataWidth'(32'(digital_slot) - SpanSlots)), .sample_o(data_sample), .egress_stb_i(egress_stb),
      .egress_slot_i(egress_slot), .egress_sample_i(egress_sample),
      .reg_valid_i({valid[Iom2], valid[Hdlc]}), .reg_write_i(bus_write),
      .reg_addr_i({words[16*Iom2+:16], words[16*Hdlc+:16]}), .reg_wdata_i(bus_wdata), .reg_ack_o({iom2_ack, hdlc_ack}),
      .reg_status_o({iom2_status, hdlc_status}), .reg_rdata_o({iom2_rdata, hdlc_rdata}),
      .event_valid_o(event_valid[6:5]), .event_ready_i(event_ready[6:5]), .event_o(event_word[32*5+:64])
  );

  // The clock: references are the spans' bits, then the external one.
  localparam int unsigned References = Spans + 1;
  logic [References-1:0] ref_stb, ref_fault;
  always_ff @(posedge clk_bit_i) ref_stb_q <= ref_stb_i && !rst_i;  // as late as the spans'
  if (Spans > 0) begin : gen_span_references
    assign ref_stb   = {ref_stb_q, rx_stb[Spans-1:0]};
    assign ref_fault = {1'b0, span_faults[Spans-1:0]};
  end else begin : gen_external_reference
    assign ref_stb   = ref_stb_q | (rx_stb & 1'b0);
    assign ref_fault = span_faults & 1'b0;
  end
  clock_recovery #(.References(References), .ClocksPerFrame(ClocksPerFrame)) u_clock_recovery (
      .clk_i(clk_digital_i), .clk_reference_i(clk_span_i), .rst_i, .awake_o(clock_awake), .reference_awake_o(reference_awake),
      .frame_stb_i(frame_stb), .ms_stb_i(ms_stb), .left_i(left),
      .longer_o(longer), .shorter_o(shorter), .ref_stb_i(ref_stb), .fault_i(ref_fault),
      .reg_valid_i(valid[Clock]), .reg_write_i(bus_write),
      .reg_addr_i(words[16*Clock+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(clock_ack),
      .reg_status_o(clock_status), .reg_rdata_o(clock_rdata),
      .event_valid_o(event_valid[7]), .event_ready_i(event_ready[7]),
      .event_kind_o(event_word[32*7+24+:8]), .event_index_o(event_word[32*7+16+:8]),
      .event_data_o(event_word[32*7+:16])
  );

  if (HighwayChannels == 0) begin : gen_no_highway
    assign {highway_bclk_o, highway_sync_o, highway_drive_o, highway_tx_o, highway_tx_drive_o} = '0;
    assign {spi_sclk_o, spi_mosi_o, spi_select_no} = {2'b00, 8'hff};
    assign {highway_speaks, highway_sample, highway_awake, highway_runs} = '0;
    absent_block #(.Id(switchroom_regs::PcmHighwayId)) u_absent_highway (
        .clk_i(clk_request_i), .rst_i, .reg_valid_i(valid[Highway]), .reg_write_i(bus_write),
        .reg_addr_i(words[16*Highway+:16]), .reg_ack_o(highway_ack), .reg_status_o(highway_status),
        .reg_rdata_o(highway_rdata)
    );
    /* verilator lint_off UNUSEDSIGNAL */
    logic unused;
    assign unused = ^{highway_bclk_i, highway_sync_i, highway_rx_i, spi_miso_i};
    /* verilator lint_on UNUSEDSIGNAL */
  end else begin : gen_highway
    localparam int unsigned HighwayWidth = $clog2(HighwayChannels);
    logic [SlotWidth-1:0] arriving;
    assign arriving = egress_slot - SlotWidth'(FirstDigital + BeforeHighway);
    pcm_highway #(
        .Channels(HighwayChannels), .FirstSlot(FirstDigital + BeforeHighway), .ClocksPerFrame(ClocksPerFrame)
    ) u_pcm_highway (
        .clk_i(clk_digital_i), .rst_i, .awake_o(highway_awake), .runs_o(highway_runs), .frame_stb_i(frame_stb),
        .bclk_o(highway_bclk_o), .sync_o(highway_sync_o), .drive_o(highway_drive_o), .bclk_i(highway_bclk_i),
        .sync_i(highway_sync_i), .tx_o(highway_tx_o), .tx_drive_o(highway_tx_drive_o), .rx_i(highway_rx_i),
        .sclk_o(spi_sclk_o), .mosi_o(spi_mosi_o), .miso_i(spi_miso_i), .select_no(spi_select_no),
        .speaks_o(highway_speaks), .slot_stb_i(of_highway),
        .slot_i(HighwayWidth'(32'(digital_slot) - BeforeHighway)), .sample_o(highway_sample),
        .egress_stb_i(egress_stb && 32'(egress_slot) >= FirstDigital + BeforeHighway && 32'(arriving) < HighwayChannels),
        .egress_slot_i(HighwayWidth'(arriving)), .egress_sample_i(egress_sample),
        .reg_valid_i(valid[Highway]), .reg_write_i(bus_write),
        .reg_addr_i(words[16*Highway+:16]), .reg_wdata_i(bus_wdata), .reg_ack_o(highway_ack),
        .reg_status_o(highway_status), .reg_rdata_o(highway_rdata)
    );
  end

  link #(.HostSlots(HostSlots), .FirstSlot(FirstHost)) u_link (
      .clk_i(clk_host_i), .clk_request_i, .rst_i, .awake_o(link_awake),
      .request_awake_o(link_requests), .frame_stb_i(frame_stb), .frame_i(frame),
      .link_rx_i, .link_rx_valid_i, .link_rx_ready_o,
      .link_tx_o, .link_tx_valid_o, .link_tx_ready_i,
      .reg_valid_o(bus_valid), .reg_write_o(bus_write), .reg_addr_o(bus_addr),
      .reg_wdata_o(bus_wdata), .reg_ack_i(bus_ack), .reg_status_i(bus_status),
      .reg_rdata_i(bus_rdata),
      .csr_valid_i(valid[Link]), .csr_write_i(bus_write), .csr_addr_i(words[16*Link+:16]),
      .csr_wdata_i(bus_wdata), .csr_ack_o(link_ack),
      .csr_status_o(link_status), .csr_rdata_o(link_rdata),
      .event_valid_i(queue_valid), .event_ready_o(queue_ready), .event_kind_i(queue_word[31:24]),
      .event_index_i(queue_word[23:16]), .event_data_i(queue_word[15:0]),
      .host_enable_o(host_enable), .host_stb_i(host_stb), .host_slot_i(host_slot), .host_sample_o(host_sample),
      .egress_stb_i(egress_host_stb), .egress_host_slot_i(egress_host_slot),
      .egress_sample_i(egress_host_sample)
  );
endmodule
`default_nettype wire
