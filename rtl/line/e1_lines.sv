// SPDX-License-Identifier: MIT
// E1 spans and their registers (regs/e1.toml). Slot 32 s + t of this block is time slot t of span s.
//
// Latency: sample_o one clock after slot_stb_i. A request is answered two clocks after it is seen,
// after reset once the spans' memories are set. An event waits; while it does, others of the same span
// are put together (alarms) or put off (signalling bits). Nothing else stalls.
`default_nettype none
module e1_lines #(
    parameter int unsigned Spans     = 1,
    parameter int unsigned FirstSlot = 256,
    localparam int unsigned Pairs    = Spans > 0 ? Spans : 1,  // of wires to the lines
    localparam int unsigned SpanBits = Spans > 1 ? $clog2(Spans) : 1,
    localparam int unsigned SlotBits = 5 + SpanBits
) (
    input  logic                clk_i,
    input  logic                rst_i,
    output logic                awake_o,       // beside strobes: low: the next clock changes nothing
    output logic                runs_o,        // a span is enabled: tx_stb_i is wanted
    output logic [Pairs-1:0]    fault_o,       // no clock is to be taken from it: not enabled, LOS, AIS, LOF
    /* verilator lint_off UNUSEDSIGNAL */  // where there are no spans
    // lines
    input  logic [Pairs-1:0]    rx_stb_i,
    input  logic [Pairs-1:0]    rx_pos_i,
    input  logic [Pairs-1:0]    rx_neg_i,
    input  logic                tx_stb_i,
    input  logic [7:0]          tx_place_i,
    output logic [Pairs-1:0]    tx_stb_o,
    output logic [Pairs-1:0]    tx_pos_o,
    output logic [Pairs-1:0]    tx_neg_o,
    // switch
    input  logic                frame_stb_i,
    output logic [32*Pairs-1:0] speaks_o,      // slots whose sample may be asked for
    input  logic                slot_stb_i,
    input  logic [SlotBits-1:0] slot_i,
    output logic [15:0]         sample_o,
    input  logic                egress_stb_i,
    input  logic [SlotBits-1:0] egress_slot_i,
    input  logic [15:0]         egress_sample_i,
    /* verilator lint_on UNUSEDSIGNAL */
    // registers
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    input  logic [31:0]         reg_wdata_i,
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o,
    output logic                event_valid_o,
    input  logic                event_ready_i,
    output logic [7:0]          event_kind_o,
    output logic [7:0]          event_index_o,
    output logic [15:0]         event_data_o
);
  if (Spans > switchroom_regs::E1ConfigCount) begin : gen_check_spans
    $error("e1_lines: Spans must be 0 to 8, what the register map has");
  end

  // What the host has written
  logic [14*Pairs-1:0] config_q;
  logic [8*Pairs-1:0]  idle_q;
  logic [32*Pairs-1:0] prbs_send_q, prbs_check_q;
  logic [64*Pairs-1:0] modes_q;
  // What it reads of the spans
  logic [15*Pairs-1:0]  status;
  logic [32*Pairs-1:0]  counter;
  logic [4*Pairs-1:0]   cas_sent, cas_received;
  logic [Pairs-1:0]     busy, spans_awake;
  always_comb begin
    runs_o = 1'b0;
    for (int unsigned s = 0; s < Pairs; s++) if (config_q[14*s]) runs_o = 1'b1;
  end

  // Who speaks is worked out when something was written.
  function automatic logic [31:0] spoken(input logic enable, input logic payload, input logic [63:0] modes);
    for (int t = 0; t < 32; t++) begin
      spoken[t] = t != 0 && enable && (modes[2*t+:2] != 2'd0 || payload);
    end
  endfunction
  always_ff @(posedge clk_i) begin
    if (reg_ack_o) begin
      for (int unsigned s = 0; s < Pairs; s++) begin
        speaks_o[32*s+:32] <= spoken(config_q[14*s], config_q[14*s+4+:2] == 2'd3, modes_q[64*s+:64]);
      end
    end
    if (rst_i) speaks_o <= '0;
  end

  // Requests: place 8 r + s is that of span s, 32 s + t of a time slot.
  logic decoded_q, start, write_q, narrow_q, wide_q, put, hit;
  logic [15:0] addr_q;
  logic [31:0] word_q;
  logic [3:0]  register_q;
  logic [SpanBits-1:0] span, span_q;
  assign start  = reg_valid_i && !reg_ack_o && !decoded_q && busy == '0;
  assign hit    = narrow_q || wide_q;
  assign put    = decoded_q && write_q && hit;
  assign span   = reg_addr_i[15:12] == 4'd0 ? reg_addr_i[SpanBits-1:0] : reg_addr_i[5+:SpanBits];
  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      addr_q     <= reg_addr_i;
      word_q     <= reg_wdata_i;
      write_q    <= reg_write_i;
      register_q <= reg_addr_i[6:3];
      span_q     <= span;
      narrow_q   <= reg_addr_i >= switchroom_regs::E1ConfigWord && reg_addr_i < 16'h0080
                 && Spans != 0 && 32'(reg_addr_i[2:0]) < Pairs;
      wide_q     <= (reg_addr_i[15:12] == switchroom_regs::E1SlotConfigWord[15:12]
                  || reg_addr_i[15:12] == switchroom_regs::E1CasSendWord[15:12]
                  || reg_addr_i[15:12] == switchroom_regs::E1CasReceivedWord[15:12])
                 && Spans != 0 && 32'(reg_addr_i[11:0]) < 32 * Pairs;
    end
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (narrow_q) begin
        case ({9'd0, register_q, 3'd0})
          switchroom_regs::E1ConfigWord:    reg_rdata_o <= {18'd0, config_q[14*span_q+:14]};
          switchroom_regs::E1IdleWord:      reg_rdata_o <= {24'd0, idle_q[8*span_q+:8]};
          switchroom_regs::E1PrbsSendWord:  reg_rdata_o <= prbs_send_q[32*span_q+:32];
          switchroom_regs::E1PrbsCheckWord: reg_rdata_o <= prbs_check_q[32*span_q+:32];
          default: begin
            if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
            if ({9'd0, register_q, 3'd0} >= switchroom_regs::E1CodeViolationsWord)
              reg_rdata_o <= counter[32*span_q+:32];
            else if ({9'd0, register_q, 3'd0} == switchroom_regs::E1StatusWord)
              reg_rdata_o <= {17'd0, status[15*span_q+:15]};
            else reg_status_o <= switchroom_regs::StatusNoSuchRegister;
          end
        endcase
      end else if (wide_q) begin
        case (addr_q[13:12])
          2'd1:    reg_rdata_o <= {30'd0, modes_q[64*span_q+2*32'(addr_q[4:0])+:2]};
          2'd2:    reg_rdata_o <= {28'd0, cas_sent[4*span_q+:4]};
          default: begin
            reg_rdata_o <= {28'd0, cas_received[4*span_q+:4]};
            if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
          end
        endcase
      end else begin
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (addr_q)
          switchroom_regs::E1IdWord:        reg_rdata_o <= switchroom_regs::E1Id;
          switchroom_regs::E1CapacityWord:  reg_rdata_o <= Spans;
          switchroom_regs::E1FirstSlotWord: reg_rdata_o <= FirstSlot;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
    if (put && narrow_q) begin
      case ({9'd0, register_q, 3'd0})
        switchroom_regs::E1ConfigWord:    config_q[14*span_q+:14] <= word_q[13:0];
        switchroom_regs::E1IdleWord:      idle_q[8*span_q+:8] <= word_q[7:0];
        switchroom_regs::E1PrbsSendWord:  prbs_send_q[32*span_q+:32] <= word_q;
        switchroom_regs::E1PrbsCheckWord: prbs_check_q[32*span_q+:32] <= word_q;
        default: ;
      endcase
    end
    if (put && wide_q && addr_q[13:12] == 2'd1) modes_q[64*span_q+2*32'(addr_q[4:0])+:2] <= word_q[1:0];
    if (rst_i) begin
      decoded_q    <= 1'b0;
      reg_ack_o    <= 1'b0;
      config_q     <= '0;
      idle_q       <= {Pairs{switchroom_regs::E1IdleReset[7:0]}};
      prbs_send_q  <= '0;
      prbs_check_q <= '0;
      modes_q      <= '0;
    end
  end

  // The spans
  logic [16*Pairs-1:0] samples;
  logic [Pairs-1:0] event_valid, event_alarms;
  /* verilator lint_off UNUSEDSIGNAL */  // where there are no spans
  logic [Pairs-1:0] event_ready;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [5*Pairs-1:0] event_slot;
  logic [8*Pairs-1:0] event_data;
  logic [SpanBits-1:0] slot_span_q;
  assign sample_o = samples[16*slot_span_q+:16];
  always_ff @(posedge clk_i) if (slot_stb_i) slot_span_q <= slot_i[5+:SpanBits];
  for (genvar s = 0; s < Spans; s++) begin : gen_spans
    e1_span u_span (
        .clk_i, .rst_i, .awake_o(spans_awake[s]), .enable_i(config_q[14*s]), .config_i(config_q[14*s+1+:13]),
        .idle_i(idle_q[8*s+:8]), .modes_i(modes_q[64*s+:64]), .prbs_send_i(prbs_send_q[32*s+:32]),
        .prbs_check_i(prbs_check_q[32*s+:32]), .status_o(status[15*s+:15]), .count_i(start),
        .counter_i(reg_addr_i[5:3] - switchroom_regs::E1CodeViolationsWord[5:3]), .counter_o(counter[32*s+:32]),
        .rx_stb_i(rx_stb_i[s]), .rx_pos_i(rx_pos_i[s]), .rx_neg_i(rx_neg_i[s]), .tx_stb_i, .tx_place_i,
        .tx_stb_o(tx_stb_o[s]), .tx_pos_o(tx_pos_o[s]), .tx_neg_o(tx_neg_o[s]), .frame_stb_i,
        .slot_stb_i(slot_stb_i && slot_i[5+:SpanBits] == s), .slot_i(slot_i[4:0]),
        .sample_o(samples[16*s+:16]), .egress_stb_i(egress_stb_i && egress_slot_i[5+:SpanBits] == s),
        .egress_slot_i(egress_slot_i[4:0]), .egress_sample_i, .cas_busy_o(busy[s]),
        .cas_read_i(start && span == s), .cas_write_i(put && wide_q && addr_q[13:12] == 2'd2 && span_q == s),
        .cas_slot_i(decoded_q ? addr_q[4:0] : reg_addr_i[4:0]), .cas_bits_i(word_q[3:0]),
        .cas_sent_o(cas_sent[4*s+:4]), .cas_received_o(cas_received[4*s+:4]),
        .event_valid_o(event_valid[s]), .event_ready_i(event_ready[s]), .event_alarms_o(event_alarms[s]),
        .event_slot_o(event_slot[5*s+:5]), .event_data_o(event_data[8*s+:8])
    );
  end
  for (genvar s = 0; s < Spans; s++) begin : gen_faults
    assign fault_o[s] = !config_q[14*s] || status[15*s+:3] != 3'd0;
  end
  if (Spans == 0) begin : gen_none
    assign fault_o = '1;
    assign {status, counter, cas_sent, cas_received, busy, spans_awake, tx_stb_o, tx_pos_o, tx_neg_o,
            samples, event_valid, event_alarms, event_slot, event_data} = '0;
    /* verilator lint_off UNUSEDSIGNAL */
    logic unused;
    assign unused = ^{rx_pos_i, rx_neg_i, rx_stb_i};
    /* verilator lint_on UNUSEDSIGNAL */
  end

  // Events: the lowest span first; alarms do not change often.
  always_comb begin
    event_valid_o = 1'b0;
    event_kind_o  = switchroom_regs::EventKindE1Signalling;
    event_index_o = 8'd0;
    event_data_o  = 16'd0;
    for (int unsigned s = 0; s < Pairs; s++) begin
      if (event_valid[s] && !event_valid_o) begin
        event_valid_o = 1'b1;
        event_data_o  = {8'd0, event_data[8*s+:8]};
        event_index_o = 8'(s << 5) + {3'd0, event_slot[5*s+:5]};
        if (event_alarms[s]) begin
          event_kind_o  = switchroom_regs::EventKindE1Alarms;
          event_index_o = 8'(s);
        end
      end
    end
  end
  assign event_ready = event_ready_i ? event_valid & ~(event_valid - 1'b1) : '0;

  // In a block of its own: worked out by this clock, not by all that the question below waits for.
  logic at_work;
  always_comb begin
    at_work = 1'b0;
    if (spans_awake != '0 || decoded_q || reg_ack_o) at_work = 1'b1;
  end
  assign awake_o = at_work || slot_stb_i || reg_valid_i;
endmodule
`default_nettype wire
