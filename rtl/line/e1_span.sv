// SPDX-License-Identifier: MIT
// One E1 span: its line both ways, its time slots as slots of the switch, alarms, counters, loops.
// What is sent keeps the fabric's time: tx_stb_i is given 256 times a frame, with the place of the bit;
// the bit that it has worked out leaves with the next one. What is received comes by rx_stb_i.
//
// Latency: sample_o one clock after slot_stb_i. An octet of the egress stream is sent in the next
// frame, and four bits later for HDB3. Received ones: e1_receiver, then e1_store. Nothing stalls.
// Without enable_i the span is in reset, but for its counters and signalling bits.
`default_nettype none
module e1_span (
    input  logic         clk_i,
    input  logic         rst_i,
    output logic         awake_o,       // beside strobes: the next clock changes something
    input  logic         enable_i,
    input  logic [13:1]  config_i,      // regs/e1.toml
    input  logic [7:0]   idle_i,
    input  logic [63:0]  modes_i,       // two bits a time slot
    input  logic [31:0]  prbs_send_i,
    input  logic [31:0]  prbs_check_i,
    output logic [14:0]  status_o,
    output logic [255:0] counters_o,    // in the registers' order
    // line
    input  logic         rx_stb_i,
    input  logic         rx_pos_i,
    input  logic         rx_neg_i,
    input  logic         tx_stb_i,
    input  logic [7:0]   tx_place_i,
    output logic         tx_stb_o,      // tx_pos_o and tx_neg_o begin a bit
    output logic         tx_pos_o,
    output logic         tx_neg_o,
    // switch
    input  logic         frame_stb_i,
    output logic [31:0]  speaks_o,
    input  logic         slot_stb_i,
    input  logic [4:0]   slot_i,
    output logic [15:0]  sample_o,
    input  logic         egress_stb_i,
    input  logic [4:0]   egress_slot_i,
    input  logic [15:0]  egress_sample_i,
    // signalling bits, see e1_signalling
    output logic         cas_busy_o,
    input  logic         cas_read_i,
    input  logic         cas_write_i,
    input  logic [4:0]   cas_slot_i,
    input  logic [3:0]   cas_bits_i,
    output logic [3:0]   cas_sent_o,
    output logic [3:0]   cas_received_o,
    // events: alarms, or signalling bits of a time slot
    output logic         event_valid_o,
    input  logic         event_ready_i,
    output logic         event_alarms_o,
    output logic [4:0]   event_slot_o,
    output logic [7:0]   event_data_o
);
  localparam bit [1:0] Idle = 2'd0, MuLaw = 2'd2, Clear = 2'd3;
  localparam bit [1:0] Local = 2'd1, Line = 2'd2, Payload = 2'd3;
  logic rst, cas;  // the reset follows enable_i by a clock
  logic [1:0] crc4, loop;
  always_ff @(posedge clk_i) rst <= rst_i || !enable_i;
  assign crc4 = config_i[2:1];
  assign cas  = config_i[3];
  assign loop = config_i[5:4];

  // Receiver
  logic rx_stb, los, ais, lof, rai, crc, without, prbs_locked, violation, fas_error, crc_error, e_bit,
      change, prbs_error, octet_stb;
  logic [4:0] rx_slot, sa;
  logic [7:0] rx_octet;
  assign rx_stb = enable_i && (loop == Local ? tx_stb_i : rx_stb_i);
  e1_receiver u_receiver (
      .clk_i, .rst_i(rst), .rx_stb_i(rx_stb), .rx_pos_i(loop == Local ? coded_pos : rx_pos_i),
      .rx_neg_i(loop == Local ? coded_neg : rx_neg_i), .crc4_i(crc4), .prbs_slots_i(prbs_check_i),
      .los_o(los), .ais_o(ais), .lof_o(lof), .rai_o(rai), .crc_o(crc), .without_o(without), .sa_o(sa),
      .prbs_locked_o(prbs_locked), .violation_o(violation), .fas_error_o(fas_error),
      .crc_error_o(crc_error), .e_bit_o(e_bit), .change_o(change), .prbs_error_o(prbs_error),
      .octet_stb_o(octet_stb), .slot_o(rx_slot), .octet_o(rx_octet)
  );
  logic mute, repeat_slip, skip_slip, ready;
  logic [7:0] stored;
  assign mute = los || ais || lof;
  e1_store u_store (
      .clk_i, .rst_i(rst), .write_stb_i(octet_stb), .write_slot_i(rx_slot), .octet_i(rx_octet),
      .run_i(!mute), .frame_stb_i(frame_stb_i && enable_i), .repeat_o(repeat_slip), .skip_o(skip_slip),
      .ready_o(ready), .read_stb_i(slot_stb_i), .read_slot_i(slot_i), .octet_o(stored)
  );

  // To the switch
  logic slot_stb_q;
  logic [4:0] slot_q;
  logic [1:0] mode_q;
  logic [7:0] heard;
  assign heard = ready ? stored : 8'hff;
  always_comb begin
    sample_o = 16'd0;
    if (mode_q == Clear) sample_o = {8'd0, heard};
    else if (mode_q != Idle && ready) sample_o = g711::decoded(mode_q == MuLaw, stored);
  end
  for (genvar slot = 0; slot < 32; slot++) begin : gen_speaks
    assign speaks_o[slot] = slot != 0 && enable_i && (modes_i[2*slot+:2] != Idle || loop == Payload);
  end
  always_ff @(posedge clk_i) begin
    slot_stb_q <= slot_stb_i && !rst;
    if (slot_stb_i) begin
      slot_q <= slot_i;
      mode_q <= modes_i[2*slot_i+:2];
    end
  end

  // From the switch; what is received, in a loop of the payload
  logic bank_q, put;
  logic [1:0] filled_q;  // a frame of octets has come: is to be sent
  logic [7:0] octet_ram[64];
  logic [7:0] octet_q;
  logic [1:0] egress_mode;
  assign egress_mode = modes_i[2*egress_slot_i+:2];
  assign put = loop == Payload ? slot_stb_q : egress_stb_i;
  function automatic logic [7:0] octet_of(input logic [1:0] mode, input logic [15:0] sample, input logic [7:0] idle);
    case (mode)
      Idle:    octet_of = idle;
      Clear:   octet_of = sample[7:0];
      default: octet_of = g711::encoded(mode == MuLaw, sample);
    endcase
  endfunction
  always_ff @(posedge clk_i) begin
    if (frame_stb_i) begin
      bank_q   <= !bank_q;
      filled_q <= {filled_q[0], 1'b1};
    end
    if (put) begin
      octet_ram[{bank_q, loop == Payload ? slot_q : egress_slot_i}] <=
          loop == Payload ? heard : octet_of(egress_mode, egress_sample_i, idle_i);
    end
    if (tx_stb_i && fetch) octet_q <= octet_ram[{!(bank_q ^ frame_stb_i), fetch_slot}];
    if (rst_i) bank_q <= 1'b0;
    if (rst) filled_q <= 2'b00;
  end

  // Transmitter
  logic tx_bit, e_taken, fetch, signal_fetch, coded_pos, coded_neg, tx_stb;
  logic [1:0] wrong_q;  // sub-multiframes to be told by E bits
  logic [4:0] fetch_slot, signal_slot;
  logic [3:0] signal;
  assign tx_stb = tx_stb_i && enable_i;
  e1_transmitter u_transmitter (
      .clk_i, .rst_i(rst), .stb_i(tx_stb), .place_i(tx_place_i), .crc4_i(crc4 != 2'd0), .cas_i(cas),
      .a_bit_i(config_i[7] || mute), .y_bit_i(config_i[8] || !cas_aligned), .sa_i(config_i[13:9]),
      .e_bit_i(crc && wrong_q == 2'd0), .e_taken_o(e_taken), .ais_i(config_i[6]), .prbs_slots_i(prbs_send_i),
      .fetch_o(fetch), .fetch_slot_o(fetch_slot), .octet_i(filled_q[1] ? octet_q : idle_i), .signal_fetch_o(signal_fetch),
      .signal_slot_o(signal_slot), .signal_i(signal), .bit_o(tx_bit)
  );
  e1_hdb3_coder u_coder (
      .clk_i, .rst_i(rst), .stb_i(tx_stb), .bit_i(tx_bit), .pos_o(coded_pos), .neg_o(coded_neg)
  );
  logic line_stb_q, line_pos_q, line_neg_q;
  assign tx_stb_o = loop == Line ? line_stb_q : tx_stb;
  assign tx_pos_o = loop == Line ? line_pos_q : coded_pos;
  assign tx_neg_o = loop == Line ? line_neg_q : coded_neg;
  always_ff @(posedge clk_i) begin
    line_stb_q <= rx_stb_i && loop == Line && !rst;
    if (rx_stb_i) begin
      line_pos_q <= rx_pos_i;
      line_neg_q <= rx_neg_i;
    end
    if (rx_stb && crc_error) begin
      if (wrong_q == 2'd0 || !(tx_stb && e_taken)) wrong_q <= wrong_q + {1'b0, wrong_q != 2'd3};
    end else if (tx_stb && e_taken) begin
      wrong_q <= wrong_q - {1'b0, wrong_q != 2'd0};
    end
    if (rst || !crc) wrong_q <= 2'd0;
  end

  // Signalling
  logic cas_aligned, y, cas_event;
  logic [4:0] cas_event_slot;
  logic [3:0] cas_event_bits;
  e1_signalling u_signalling (
      .clk_i, .rst_i, .busy_o(cas_busy_o), .run_i(enable_i && cas && !mute), .stb_i(rx_stb || !enable_i),
      .octet_stb_i(octet_stb && rx_slot == 5'd16), .octet_i(rx_octet), .aligned_o(cas_aligned), .y_o(y),
      .event_busy_i(event_valid_o || alarms != told_q), .event_stb_o(cas_event),
      .event_slot_o(cas_event_slot), .event_bits_o(cas_event_bits), .fetch_i(tx_stb && signal_fetch),
      .fetch_slot_i(signal_slot), .send_o(signal), .read_i(cas_read_i), .write_i(cas_write_i),
      .slot_i(cas_slot_i), .bits_i(cas_bits_i), .sent_o(cas_sent_o), .received_o(cas_received_o)
  );

  // State, events
  logic [7:0] alarms, told_q;
  assign alarms = !enable_i ? 8'd0
                : {without, y, cas && !cas_aligned, crc4 != 2'd0 && !crc && !without, rai, lof, ais, los};
  assign status_o = enable_i ? {sa, 1'b0, prbs_locked, alarms} : 15'd0;
  assign awake_o = cas_busy_o || event_valid_o || alarms != told_q || slot_stb_q || line_stb_q
                || rst == enable_i;
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    if (!event_valid_o) begin
      if (alarms != told_q) begin
        event_valid_o  <= enable_i;
        event_alarms_o <= 1'b1;
        event_data_o   <= alarms;
        told_q         <= alarms;
      end else if (cas_event) begin
        event_valid_o  <= 1'b1;
        event_alarms_o <= 1'b0;
        event_data_o   <= {4'd0, cas_event_bits};
        event_slot_o   <= cas_event_slot;
      end
    end
    if (rst_i) begin
      event_valid_o <= 1'b0;
      told_q        <= 8'd0;
    end
  end

  // Counters
  logic [7:0] counts;
  assign counts = {rx_stb && prbs_error, {2{frame_stb_i && enable_i}} & {skip_slip, repeat_slip},
                   {5{rx_stb}} & {change, e_bit, crc_error, fas_error, violation}};
  always_ff @(posedge clk_i) begin
    for (int n = 0; n < 8; n++) if (counts[n]) counters_o[32*n+:32] <= counters_o[32*n+:32] + 32'd1;
    if (rst_i) counters_o <= '0;
  end
endmodule
`default_nettype wire
