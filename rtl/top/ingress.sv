// SPDX-License-Identifier: MIT
// Joins the sources of all slots into the ingress stream: lines, then tones, then host slots,
// then G.726 channels, then conference members, then digital lines, then silence. A line or host slot
// that is not enabled and a member or digital slot that does not speak are silent.
//
// Addresses go out with slot_stb_i; octet and samples must come one clock later. The sample is in
// the stream two clocks after slot_stb_i. Nothing stalls.
//
// Relied upon: slots come in order, one each clock, without a leap up to the last host slot. Whether a host slot
// is enabled is looked up a clock ahead, for what is enabled lies far away, in the link.
`default_nettype none
module ingress #(
    parameter int unsigned Slots        = 256,
    parameter int unsigned Lines        = 32,
    parameter int unsigned ToneChannels = 32,
    parameter int unsigned HostSlots    = 64,
    parameter int unsigned G726Channels = 64,
    parameter int unsigned ConferenceMembers = 64,
    parameter int unsigned DigitalSlots = 32,
    localparam int unsigned SlotWidth   = $clog2(Slots),
    localparam int unsigned LineWidth   = $clog2(Lines),
    localparam int unsigned ToneWidth   = $clog2(ToneChannels),
    localparam int unsigned HostWidth   = $clog2(HostSlots),
    localparam int unsigned G726Width  = $clog2(G726Channels),
    localparam int unsigned MemberWidth = $clog2(ConferenceMembers),
    localparam int unsigned DigitalWidth = $clog2(DigitalSlots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic                 slot_stb_i,
    input  logic [SlotWidth-1:0] slot_i,
    // lines
    input  logic [Lines-1:0]     mu_law_i,
    input  logic [Lines-1:0]     enable_i,
    output logic [LineWidth-1:0] pcm_line_o,
    input  logic [7:0]           pcm_i,
    // tones
    output logic                 tone_stb_o,
    output logic [ToneWidth-1:0] tone_channel_o,
    input  logic [15:0]          tone_sample_i,
    // host slots
    input  logic [HostSlots-1:0] host_enable_i,
    output logic                 host_stb_o,
    output logic [HostWidth-1:0] host_slot_o,
    input  logic [15:0]          host_sample_i,
    // G.726 channels
    output logic                 g726_stb_o,
    output logic [G726Width-1:0] g726_channel_o,
    input  logic [15:0]          g726_sample_i,
    // the slot, a clock ahead of its sample
    output logic                 next_stb_o,
    output logic [SlotWidth-1:0] next_slot_o,
    // conference members
    input  logic [ConferenceMembers-1:0] speaks_i,
    output logic                 member_stb_o,
    output logic [MemberWidth-1:0] member_o,
    input  logic [15:0]          member_sample_i,
    // digital lines
    input  logic [DigitalSlots-1:0] digital_speaks_i,
    output logic                 digital_stb_o,
    output logic [DigitalWidth-1:0] digital_slot_o,
    input  logic [15:0]          digital_sample_i,
    output logic                 ingress_stb_o,
    output logic [SlotWidth-1:0] ingress_slot_o,
    output logic [15:0]          ingress_sample_o
);
  localparam int unsigned FirstTone = Lines;
  localparam int unsigned FirstHost = Lines + ToneChannels;
  localparam int unsigned FirstG726 = FirstHost + HostSlots;
  localparam int unsigned FirstMember = FirstG726 + G726Channels;
  localparam int unsigned FirstDigital = FirstMember + ConferenceMembers;
  localparam int unsigned FirstSilent = FirstDigital + DigitalSlots;

  assign pcm_line_o     = slot_i[LineWidth-1:0];
  assign tone_channel_o = slot_i[ToneWidth-1:0] - ToneWidth'(FirstTone);
  assign host_slot_o    = slot_i[HostWidth-1:0] - HostWidth'(FirstHost);
  assign g726_channel_o = slot_i[G726Width-1:0] - G726Width'(FirstG726);
  assign member_o       = slot_i[MemberWidth-1:0] - MemberWidth'(FirstMember);
  assign digital_slot_o = slot_i[DigitalWidth-1:0] - DigitalWidth'(FirstDigital);

  logic host_ahead_q;
  always_comb begin
    tone_stb_o = 1'b0;
    host_stb_o = 1'b0;
    g726_stb_o = 1'b0;
    member_stb_o = 1'b0;
    digital_stb_o = 1'b0;
    if (slot_stb_i) begin
      tone_stb_o = 32'(slot_i) >= FirstTone && 32'(slot_i) < FirstHost;
      host_stb_o = 32'(slot_i) >= FirstHost && 32'(slot_i) < FirstG726
                   && host_ahead_q;
      g726_stb_o = 32'(slot_i) >= FirstG726 && 32'(slot_i) < FirstMember;
      member_stb_o = 32'(slot_i) >= FirstMember && 32'(slot_i) < FirstDigital
                     && speaks_i[member_o];
      if (32'(slot_i) >= FirstDigital && 32'(slot_i) < FirstSilent) digital_stb_o = digital_speaks_i[digital_slot_o];
    end
  end

  logic fetched_q;
  logic [SlotWidth-1:0] slot_q;
  logic line_q, tone_q, host_q, g726_q, member_q, digital_q, mu_law_q;

  assign next_stb_o  = fetched_q;
  assign next_slot_o = slot_q;
  always_ff @(posedge clk_i) begin
    fetched_q     <= slot_stb_i;
    ingress_stb_o <= fetched_q;
    if (slot_stb_i) begin
      host_ahead_q <= host_enable_i[host_slot_o+1'b1];
      slot_q   <= slot_i;
      line_q   <= 32'(slot_i) < FirstTone && enable_i[pcm_line_o];
      tone_q   <= tone_stb_o;
      host_q   <= host_stb_o;
      g726_q  <= g726_stb_o;
      member_q <= member_stb_o;
      digital_q <= digital_stb_o;
      mu_law_q <= mu_law_i[pcm_line_o];
    end
    if (fetched_q) begin
      ingress_slot_o <= slot_q;
      if (line_q) ingress_sample_o <= g711::decoded(mu_law_q, pcm_i);
      else if (tone_q) ingress_sample_o <= tone_sample_i;
      else if (host_q) ingress_sample_o <= host_sample_i;
      else if (g726_q) ingress_sample_o <= g726_sample_i;
      else if (member_q) ingress_sample_o <= member_sample_i;
      else ingress_sample_o <= digital_q ? digital_sample_i : 16'd0;
    end
    if (rst_i) begin
      fetched_q     <= 1'b0;
      ingress_stb_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
