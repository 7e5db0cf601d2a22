// SPDX-License-Identifier: MIT
// The memories of the time-slot switch: samples, double-banked by frame, and two connection
// tables, of which one is active and the other, the shadow, is written.
//
// A sample of frame n leaves in frame n + 1, three clocks after slot_stb_i of its output slot.
// A slot that is not connected, and every slot in the first frame after reset, is silent.
//
// After commit_i with a shadow that was written to, the tables change places at the next
// frame_stb_i, and during that frame each active entry is copied to the new shadow as it is
// scanned. After reset the shadow is cleared for a frame and then committed. `busy_o` covers all
// of this; table requests wait meanwhile, at most two frames from a commit, and reads also for a
// clock without slot_stb_i. A table request is held until table_ack_o, which lasts one clock and
// brings the answer of a read.
//
// What it relies on: frame_stb_i comes with the slot_stb_i of slot 0; slots are scanned in
// order, each once a frame; each slot's ingress is written once a frame, one to nine clocks after its
// slot_stb_i; nine clocks or more without slot_stb_i end the frame. A slot that is not written keeps its sample of
// two frames ago. While busy_o is low, slots that are always silent and that nobody hears need not
// come.
`default_nettype none
module slot_interchange #(
    parameter int unsigned Slots       = 256,
    parameter int unsigned SampleWidth = 16,
    localparam int unsigned SlotWidth  = $clog2(Slots)
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,  // low: the next clock changes nothing
    input  logic                   frame_stb_i,
    input  logic                   slot_stb_i,
    input  logic [SlotWidth-1:0]   slot_i,
    // samples in
    input  logic                   ingress_stb_i,
    input  logic [SlotWidth-1:0]   ingress_slot_i,
    input  logic [SampleWidth-1:0] ingress_sample_i,
    // samples out
    output logic                   egress_stb_o,
    output logic [SlotWidth-1:0]   egress_slot_o,
    output logic [SampleWidth-1:0] egress_sample_o,
    // the shadow table
    input  logic                   table_valid_i,
    input  logic                   table_write_i,
    input  logic [SlotWidth-1:0]   table_slot_i,
    input  logic                   table_enable_i,
    input  logic [SlotWidth-1:0]   table_source_i,
    output logic                   table_ack_o,
    output logic                   table_enable_o,
    output logic [SlotWidth-1:0]   table_source_o,
    input  logic                   commit_i,
    output logic                   busy_o,
    output logic                   committed_stb_o  // a commit takes effect in this frame
);
  if (Slots < 2) begin : gen_check_slots
    $error("slot_interchange: Slots must be 2 or more");
  end

  typedef enum logic [2:0] {
    Boot,     // waits for the first frame
    Clear,    // writes zeros to the shadow
    Idle,
    Pending,  // a commit waits for the frame's end
    Copy      // brings the shadow up to date
  } state_e;

  state_e state_q;
  logic active_q;
  logic written_q;
  logic bank_q;
  assign busy_o = state_q != Idle;
  assign awake_o = slot_stb_i || scanned_q || fetched_q || egress_stb_o || ingress_stb_i
                || table_valid_i || table_ack_o || commit_i || committed_stb_o;

  // Connection memory: one word is {enable, source}. The scan reads at slot_stb_i and, unless
  // Idle, may write one clock later. In the clock of frame_stb_i, when slot 0 is read, active_q
  // is still that of the frame before.
  logic [SlotWidth:0] connections_q[2**(SlotWidth+1)];
  logic [SlotWidth:0] connection_q;
  logic scanned_q;
  logic [SlotWidth-1:0] scanned_slot_q, fetched_slot_q;
  logic start;
  assign start = table_valid_i && !table_ack_o && state_q == Idle
              && (table_write_i || !slot_stb_i);

  always_ff @(posedge clk_i) begin
    if (state_q == Idle ? start && table_write_i
                        : scanned_q && (state_q == Clear || state_q == Copy)) begin
      connections_q[{!active_q, state_q == Idle ? table_slot_i : scanned_slot_q}] <=
          state_q == Idle ? {table_enable_i, table_source_i} :
          state_q == Copy ? connection_q : '0;
    end
    if (slot_stb_i || start) begin
      connection_q <= connections_q[slot_stb_i ?
          {active_q ^ (frame_stb_i && (state_q == Clear || state_q == Pending)), slot_i} :
          {!active_q, table_slot_i}];
    end
  end
  assign {table_enable_o, table_source_o} = connection_q;

  // Sample memory: this frame's bank is written, the other one read.
  logic [SampleWidth-1:0] samples_q[2**(SlotWidth+1)];
  logic [SampleWidth-1:0] sample_q;
  logic fetched_q;
  logic enable_q;
  always_ff @(posedge clk_i) begin
    if (ingress_stb_i) samples_q[{bank_q, ingress_slot_i}] <= ingress_sample_i;
    if (scanned_q) sample_q <= samples_q[{!bank_q, connection_q[SlotWidth-1:0]}];
  end

  always_ff @(posedge clk_i) begin
    scanned_q    <= slot_stb_i;
    fetched_q    <= scanned_q;
    egress_stb_o <= fetched_q;
    if (slot_stb_i) scanned_slot_q <= slot_i;
    if (scanned_q) begin
      enable_q       <= connection_q[SlotWidth] && state_q != Boot && state_q != Clear;
      fetched_slot_q <= scanned_slot_q;
    end
    if (fetched_q) begin
      egress_slot_o   <= fetched_slot_q;
      egress_sample_o <= enable_q ? sample_q : '0;
    end
    if (rst_i) begin
      scanned_q    <= 1'b0;
      fetched_q    <= 1'b0;
      egress_stb_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (table_valid_i || table_ack_o || commit_i || committed_stb_o) begin
      table_ack_o     <= start;
      committed_stb_o <= 1'b0;
      if (start && table_write_i) written_q <= 1'b1;
      if (commit_i && state_q == Idle && (written_q || (start && table_write_i))) state_q <= Pending;
    end
    if (frame_stb_i) begin
      bank_q <= !bank_q;
      case (state_q)
        Boot: state_q <= Clear;
        Clear, Pending: begin
          state_q         <= Copy;
          active_q        <= !active_q;
          written_q       <= 1'b0;
          committed_stb_o <= state_q == Pending;
        end
        Copy: state_q <= Idle;
        default: ;
      endcase
    end
    if (rst_i) begin
      table_ack_o     <= 1'b0;
      committed_stb_o <= 1'b0;
      written_q       <= 1'b0;
      bank_q          <= 1'b0;
      active_q        <= 1'b0;
      state_q         <= Boot;
    end
  end

`ifdef FORMAL
  `include "slot_interchange_properties.svh"
`endif
endmodule
`default_nettype wire
