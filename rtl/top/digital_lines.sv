// SPDX-License-Identifier: MIT
// Digital lines: the slots FirstSlot … FirstSlot + Slots − 1 of the switch are 32 time slots for each
// E1 span (rtl/line/e1_lines.sv). What is sent keeps the fabric's frame: 256 bits of ClocksPerFrame / 256 clocks,
// bit 0 of time slot 0 one clock after frame_stb_i.
//
// What comes from the lines and the fabric is taken into registers first, by clk_i; the spans have clk_span_i, so that a
// simulation works them out once a bit, and where nothing is enabled never (docs/adr/0007).
//
// Latency: sample_o one clock after slot_stb_i. Nothing stalls.
// Relied upon: the egress stream has all slots once a frame, ascending, one a clock; left_i is the
// frame timer's.
`default_nettype none
module digital_lines #(
    parameter int unsigned Spans          = 1,
    parameter int unsigned FirstSlot      = 256,
    parameter int unsigned SlotBits       = 9,
    parameter int unsigned ClocksPerFrame = 512,
    localparam int unsigned Pairs         = Spans > 0 ? Spans : 1,  // of wires to the spans
    localparam int unsigned Slots         = 32 * Pairs,
    localparam int unsigned IndexBits     = $clog2(Slots),
    localparam int unsigned ClockBits     = $clog2(ClocksPerFrame)
) (
    input  logic                 clk_i,
    input  logic                 clk_span_i,   // clk_i, see fabric
    input  logic                 rst_i,
    output logic                 awake_o,      // beside rx_stb_i: low: the next clock of clk_i changes nothing
    output logic                 span_awake_o, // low: that of clk_span_i
    output logic                 runs_o,       // a clock before a bit or of one may not be left out: left_o of fabric
    output logic [Pairs-1:0]     fault_o,      // no clock is to be taken from this span
    input  logic                 frame_stb_i,
    input  logic [ClockBits-1:0] left_i,       // clocks of this frame after this one
    // E1 spans
    input  logic [Pairs-1:0]     rx_stb_i,
    input  logic [Pairs-1:0]     rx_pos_i,
    input  logic [Pairs-1:0]     rx_neg_i,
    output logic [Pairs-1:0]     rx_stb_o,     // rx_stb_i, a clock later
    output logic [Pairs-1:0]     tx_stb_o,
    output logic [Pairs-1:0]     tx_pos_o,
    output logic [Pairs-1:0]     tx_neg_o,
    // switch
    output logic [Slots-1:0]     speaks_o,     // slots whose sample may be asked for; of others it is 0
    input  logic                 slot_stb_i,
    input  logic [IndexBits-1:0] slot_i,
    output logic [15:0]          sample_o,
    input  logic                 egress_stb_i,
    input  logic [SlotBits-1:0]  egress_slot_i,
    input  logic [15:0]          egress_sample_i,
    // registers and events of the spans
    input  logic                 e1_valid_i,
    input  logic                 reg_write_i,
    input  logic [15:0]          reg_addr_i,
    input  logic [31:0]          reg_wdata_i,
    output logic                 e1_ack_o,
    output logic [7:0]           e1_status_o,
    output logic [31:0]          e1_rdata_o,
    output logic                 event_valid_o,
    input  logic                 event_ready_i,
    output logic [7:0]           event_kind_o,
    output logic [7:0]           event_index_o,
    output logic [15:0]          event_data_o
);
  // A bit begins where the lowest bits of the clocks that are left are all ones.
  localparam int unsigned BitBits = ClockBits - 8;
  localparam int unsigned SpanSlotBits = 5 + (Spans > 1 ? $clog2(Spans) : 1);
  if (Spans > 0 && (ClocksPerFrame < 512 || ClocksPerFrame != 2 ** ClockBits)) begin : gen_check_clocks
    $error("digital_lines: ClocksPerFrame must be a power of two, 512 or more");
  end
  logic frame_stb_q, tx_stb_q, arrives, egress_stb_q, strobes, spans_awake;
  logic [Pairs-1:0] rx_pos_q, rx_neg_q;
  logic [7:0] place_q;
  logic [IndexBits-1:0] egress_slot_q;
  logic [15:0] egress_sample_q;
  assign arrives = egress_stb_i && 32'(egress_slot_i) >= FirstSlot && 32'(egress_slot_i) < FirstSlot + Slots;
  assign strobes      = frame_stb_q || tx_stb_q || rx_stb_o != '0;
  assign awake_o      = (runs_o && &left_i[BitBits-1:0]) || strobes;
  assign span_awake_o = (runs_o && (strobes || arrives || egress_stb_q)) || spans_awake;
  always_ff @(posedge clk_i) begin
    frame_stb_q <= runs_o && frame_stb_i;
    tx_stb_q    <= runs_o && &left_i[BitBits-1:0];
    rx_stb_o    <= rx_stb_i;
    rx_pos_q    <= rx_pos_i;
    rx_neg_q    <= rx_neg_i;
    if (rst_i) begin
      frame_stb_q <= 1'b0;
      tx_stb_q    <= 1'b0;
      rx_stb_o    <= '0;
    end
  end
  // Counted, not taken from left_i with each bit: what depends on it is then worked out with the span.
  always_ff @(posedge clk_span_i) begin
    if (tx_stb_q) place_q <= place_q + 8'd1;
    if (!runs_o) place_q <= ~left_i[ClockBits-1-:8] + 8'd1;
    egress_stb_q <= arrives;
    if (arrives) begin
      egress_slot_q   <= IndexBits'(egress_slot_i - SlotBits'(FirstSlot));
      egress_sample_q <= egress_sample_i;
    end
    if (rst_i) egress_stb_q <= 1'b0;
  end

  e1_lines #(.Spans(Spans), .FirstSlot(FirstSlot)) u_e1_lines (
      .clk_i(clk_span_i), .rst_i, .awake_o(spans_awake), .runs_o, .fault_o, .rx_stb_i(rx_stb_o), .rx_pos_i(rx_pos_q), .rx_neg_i(rx_neg_q),
      .tx_stb_i(tx_stb_q),
      .tx_place_i(place_q), .tx_stb_o, .tx_pos_o, .tx_neg_o, .frame_stb_i(frame_stb_q), .speaks_o, .slot_stb_i,
      .slot_i(SpanSlotBits'(slot_i)), .sample_o, .egress_stb_i(egress_stb_q),
      .egress_slot_i(SpanSlotBits'(egress_slot_q)), .egress_sample_i(egress_sample_q),
      .reg_valid_i(e1_valid_i), .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o(e1_ack_o),
      .reg_status_o(e1_status_o), .reg_rdata_o(e1_rdata_o),
      .event_valid_o, .event_ready_i, .event_kind_o, .event_index_o, .event_data_o
  );
endmodule
`default_nettype wire
