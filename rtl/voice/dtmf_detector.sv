// SPDX-License-Identifier: MIT
// DTMF receiver (ITU-T Q.23, Q.24) of all lines: high-pass, correlators, windows of 12 ms every
// 4 ms, judge. How it decides is told in dsp/golden/dtmf_detector.hpp, which has the same results.
//
// OneClock 1 (simulations): dtmf_one_clock; all lines in one clock. OneClock 0 (boards): dtmf_sequential; 8 clocks
// a line.
// Latency: dtmf_on 36 to 44 ms after the tone began, dtmf_off 20 to 28 ms after it ended; mutes_o
// mostly 3 to 9 ms after it began.
// mutes_o and muted_o: what is to be muted in the hop that goes on now, and was in the one before.
// Line n is at frame frame_o + n, modulo 32, of its hop. They speak of the next frame from 8 clocks a
// line, 190 for each 32 lines and 64 after the last line's sample on, if no event waits.
// Relied upon: ingress slots in ascending order, once a frame; events taken within a frame.
// Not guaranteed: that a detector hears anything within 256 frames after reset.
`default_nettype none
module dtmf_detector #(
    parameter int unsigned Lines          = 32,
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned SlotBits       = 8,
    parameter int unsigned ClocksPerFrame = 1024,
    parameter int unsigned OneClock       = 1
) (
    input  logic                clk_i,
    input  logic                clk_slot_i,     // clk_i; left out only after two clocks of no ingress
    input  logic                clk_judge_i,    // clk_i, or clk_i only while judge_awake_o
    input  logic                rst_i,
    output logic                awake_o,        // low: the next clock changes nothing
    output logic                wake_o,         // what wakes it from outside its clock
    output logic                judge_awake_o,
    output logic [Lines-1:0]    mutes_o,
    output logic [Lines-1:0]    muted_o,
    output logic [4:0]          frame_o,
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic [15:0]         ingress_sample_i,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // two bits are used
    input  logic [31:0]         reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o,
    output logic                event_valid_o,
    input  logic                event_ready_i,
    output logic [7:0]          event_kind_o,
    output logic [7:0]          event_index_o,
    output logic [15:0]         event_data_o
);
  localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1;
  if (Lines < 1 || Lines > 256) begin : gen_check_lines
    $error("dtmf_detector: Lines must be 1 to 256, the range of an event's index");
  end
  if (OneClock == 0 && 8 * Lines + 190 * ((Lines + 31) / 32) + 64 > ClocksPerFrame) begin : gen_check_clocks
    $error("dtmf_detector: a frame must have 8 clocks a line, 190 for each 32 lines, and 64");
  end

  // Registers
  logic [Lines-1:0] enable_q, mute_q;
  logic request, config_hit, written_q;
  logic [LineBits-1:0] config_line, written_line_q;
  logic [1:0] written_word_q;
  assign request     = reg_valid_i && !reg_ack_o;
  assign config_line = reg_addr_i[LineBits-1:0];
  assign config_hit  = reg_addr_i[15:10] == switchroom_regs::DtmfChannelConfigWord[15:10]
                    && {22'd0, reg_addr_i[9:0]} < Lines;
  always_ff @(posedge clk_i) begin
    reg_ack_o <= request;
    written_q <= request && config_hit && reg_write_i && !rst_i;
    if (written_q) begin
      enable_q[written_line_q] <= written_word_q[0];
      mute_q[written_line_q]   <= written_word_q[1];
    end
    if (request) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (config_hit) begin
        reg_rdata_o <= {30'd0, mute_q[config_line], enable_q[config_line]};
        written_line_q <= config_line;
        written_word_q <= reg_wdata_i[1:0];
      end else begin
        if (reg_write_i) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::DtmfIdWord:        reg_rdata_o <= switchroom_regs::DtmfId;
          switchroom_regs::DtmfCapacityWord:  reg_rdata_o <= Lines;
          switchroom_regs::DtmfFirstSlotWord: reg_rdata_o <= FirstSlot;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
    if (rst_i) begin
      reg_ack_o <= 1'b0;
      enable_q  <= '0;
      mute_q    <= '0;
    end
  end

  logic [31:0] ingress_line;
  logic        ingress_hit, hears_awake, hears_wake;
  assign ingress_line = 32'(ingress_slot_i) - FirstSlot;
  assign ingress_hit  = ingress_stb_i && ingress_line < Lines;
  assign wake_o  = reg_valid_i || hears_wake;
  assign awake_o = wake_o || reg_ack_o || hears_awake;
  if (OneClock == 1) begin : gen_one_clock
    /* verilator lint_off UNUSEDSIGNAL */  // it judges by clk_i
    logic clk_judge;
    /* verilator lint_on UNUSEDSIGNAL */
    assign clk_judge     = clk_judge_i;
    assign judge_awake_o = 1'b0;
    dtmf_one_clock #(.Lines(Lines)) u_hears (
        .clk_i, .clk_slot_i, .rst_i, .awake_o(hears_awake), .wake_o(hears_wake), .mutes_o, .muted_o, .frame_o,
        .sample_stb_i(ingress_hit), .sample_line_i(ingress_line[LineBits-1:0]), .sample_i(ingress_sample_i),
        .enable_i(enable_q), .mute_i(mute_q), .write_stb_i(written_q), .write_line_i(written_line_q),
        .write_enable_i(written_word_q[0]),
        .event_valid_o, .event_ready_i, .event_kind_o, .event_index_o, .event_data_o
    );
  end else begin : gen_sequential
    dtmf_sequential #(.Lines(Lines)) u_hears (
        .clk_i, .clk_slot_i, .clk_judge_i, .rst_i, .awake_o(hears_awake), .wake_o(hears_wake), .judge_awake_o,
        .mutes_o, .muted_o, .frame_o,
        .sample_stb_i(ingress_hit), .sample_line_i(ingress_line[LineBits-1:0]), .sample_i(ingress_sample_i),
        .enable_i(enable_q), .mute_i(mute_q), .write_stb_i(written_q), .write_line_i(written_line_q),
        .write_enable_i(written_word_q[0]),
        .event_valid_o, .event_ready_i, .event_kind_o, .event_index_o, .event_data_o
    );
  end
endmodule
`default_nettype wire
