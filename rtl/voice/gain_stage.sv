// SPDX-License-Identifier: MIT
// The gains on both sides of the switch (regs/gain.toml): of what lines say, on its way in, and of
// what all slots give out. Golden model: dsp/golden/gain_stage.hpp.
//
// Latency: each stream none, or two clocks while one of its gains is in use; nothing stalls. A request is
// answered when the slots of the frame are through, after reset when the gains are set.
// Relied upon: frame_stb_i comes with slot_stb_i of slot 0; the egress sample of a slot three clocks after its
// slot_stb_i, the ingress sample seven; ten clocks or more without slot_stb_i end a frame.
`default_nettype none
module gain_stage #(
    parameter int unsigned Slots    = 256,
    parameter int unsigned Lines    = 32,
    parameter int unsigned SlotBits = $clog2(Slots)
) (
    input  logic                clk_i,
    input  logic                rst_i,
    output logic                awake_o,     // low: the next clk_i changes nothing
    output logic                all_slots_o, // low: slots whose egress nobody hears need not come
    input  logic                frame_stb_i,
    input  logic                slot_stb_i,
    input  logic [SlotBits-1:0] slot_i,
    // into the switch
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic [15:0]         ingress_sample_i,
    output logic                ingress_stb_o,
    output logic [SlotBits-1:0] ingress_slot_o,
    output logic [15:0]         ingress_sample_o,
    // out of it
    input  logic                egress_stb_i,
    input  logic [SlotBits-1:0] egress_slot_i,
    input  logic [15:0]         egress_sample_i,
    output logic                egress_stb_o,
    output logic [SlotBits-1:0] egress_slot_o,
    output logic [15:0]         egress_sample_o,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // a gain has 16 bits
    input  logic [31:0]         reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o
);
  localparam int unsigned LineBits = $clog2(Lines);
  if (Slots > switchroom_regs::GainOutputCount || Lines > switchroom_regs::GainLineInputCount)
  begin : gen_check_counts
    $error("gain_stage: Slots must be at most 4096 and Lines 1024, what the register map has");
  end

  logic input_live, output_live, input_valid_q, output_valid_q, input_ack, output_ack;
  logic [15:0] input_gain, output_gain;
  // The ingress stream comes four clocks later than the other, and so must its gains.
  logic [3:0] frame_stb_q, slot_stb_q;
  logic [4*SlotBits-1:0] slot_q;
  slot_gain #(.Slots(Lines), .SlotBits(SlotBits)) u_input (
      .clk_i, .rst_i, .live_o(input_live), .frame_stb_i(frame_stb_q[3]), .slot_stb_i(slot_stb_q[3]),
      .slot_i(slot_q[3*SlotBits+:SlotBits]), .gain_valid_i(input_valid_q && !slot_stb_i),
      .gain_write_i(reg_write_i), .gain_slot_i(reg_addr_i[LineBits-1:0]), .gain_i(reg_wdata_i[15:0]), .gain_ack_o(input_ack), .gain_o(input_gain),
      .stream_stb_i(ingress_stb_i), .stream_slot_i(ingress_slot_i), .stream_sample_i(ingress_sample_i),
      .stream_stb_o(ingress_stb_o), .stream_slot_o(ingress_slot_o), .stream_sample_o(ingress_sample_o)
  );
  slot_gain #(.Slots(Slots), .SlotBits(SlotBits)) u_output (
      .clk_i, .rst_i, .live_o(output_live), .frame_stb_i, .slot_stb_i, .slot_i,
      .gain_valid_i(output_valid_q), .gain_write_i(reg_write_i), .gain_slot_i(reg_addr_i[SlotBits-1:0]),
      .gain_i(reg_wdata_i[15:0]), .gain_ack_o(output_ack), .gain_o(output_gain),
      .stream_stb_i(egress_stb_i), .stream_slot_i(egress_slot_i), .stream_sample_i(egress_sample_i),
      .stream_stb_o(egress_stb_o), .stream_slot_o(egress_slot_o), .stream_sample_o(egress_sample_o)
  );

  function automatic logic is_output(input logic [15:0] word);
    is_output = word[15:12] == switchroom_regs::GainOutputWord[15:12] && {20'd0, word[11:0]} < Slots;
  endfunction
  function automatic logic is_input(input logic [15:0] word);
    is_input = word[15:10] == switchroom_regs::GainLineInputWord[15:10] && {22'd0, word[9:0]} < Lines;
  endfunction
  // Of a frame in which gains are in use, the clocks with slots and nine more, for the last sample.
  logic live;
  logic [8:0] tail_q;
  assign live    = input_live || output_live;
  assign all_slots_o = output_live;
  assign awake_o = reg_valid_i || reg_ack_o || tail_q != '0 || (slot_stb_i && live);
  always_ff @(posedge clk_i) begin
    tail_q      <= {tail_q[7:0], slot_stb_i && live};
    frame_stb_q <= {frame_stb_q[2:0], frame_stb_i && live};
    slot_stb_q  <= {slot_stb_q[2:0], slot_stb_i && live};
    if (live) slot_q <= {slot_q[3*SlotBits-1:0], slot_i};
    if (rst_i) begin
      tail_q      <= '0;
      frame_stb_q <= '0;
      slot_stb_q  <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    reg_ack_o <= 1'b0;
    if (input_valid_q || output_valid_q) begin
      if (input_ack || output_ack) begin
        input_valid_q  <= 1'b0;
        output_valid_q <= 1'b0;
        reg_ack_o      <= 1'b1;
        reg_rdata_o    <= {16'd0, input_ack ? input_gain : output_gain};
      end
    end else if (reg_valid_i && !reg_ack_o) begin
      reg_status_o   <= switchroom_regs::StatusOk;
      reg_rdata_o    <= 32'd0;
      input_valid_q  <= is_input(reg_addr_i);
      output_valid_q <= is_output(reg_addr_i);
      if (!is_input(reg_addr_i) && !is_output(reg_addr_i)) begin
        reg_ack_o <= 1'b1;
        if (reg_write_i) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::GainIdWord:       reg_rdata_o <= switchroom_regs::GainId;
          switchroom_regs::GainCapacityWord: reg_rdata_o <= Slots;
          switchroom_regs::GainLinesWord:    reg_rdata_o <= Lines;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
    if (rst_i) begin
      reg_ack_o      <= 1'b0;
      input_valid_q  <= 1'b0;
      output_valid_q <= 1'b0;
    end
  end
endmodule
`default_nettype wire
