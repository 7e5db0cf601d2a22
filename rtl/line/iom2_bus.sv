// SPDX-License-Identifier: MIT
// The line-card end of an IOM-2 bus with eight stations (regs/iom2.toml): B1, B2 and D are slots of the
// switch, C/I and the monitor channel registers. One bit is sent and one received at a time, the
// highest of an octet first.
//
// From an octet on DU to its slot one frame, from a slot to DD one frame; frames stay whole. sample_o
// one clock after slot_stb_i. A request is answered two clocks after it is seen. Nothing stalls; an
// event waits, and says what is then. clk_bit_i and clk_i are one clock: the bits go by the former, all that is
// done with octets by the latter, each of which a simulation may leave out (docs/adr/0007).
// Relied upon: 256 bits a frame, place 0 in the clock of frame_stb_i; end_stb_i is a clock or more after
// bit_stb_i, that of place 255 the last clock of the frame.
// Not guaranteed: DCL, which is the board's (digital_lines.sv); where several stations answer in a
// subframe.
`default_nettype none
module iom2_bus #(
    parameter int unsigned FirstSlot = 264
) (
    input  logic        clk_i,
    input  logic        clk_bit_i,
    input  logic        rst_i,
    output logic        awake_o,      // low: the next clk_i changes nothing
    output logic        bit_awake_o,  // low: the next clk_bit_i changes nothing
    output logic        runs_o,       // bit_stb_i and end_stb_i are wanted
    // the bus
    input  logic        frame_stb_i,
    input  logic        bit_stb_i,    // a bit begins
    input  logic        end_stb_i,    // it ends: DU and DD are looked at
    input  logic [7:0]  place_i,
    output logic        fsc_o,
    output logic        dd_o,         // 0 drives the line, 1 leaves it
    input  logic        dd_i,
    input  logic        du_i,
    // switch
    output logic [31:0] speaks_o,     // slots whose sample may be asked for; of others it is 0
    input  logic        slot_stb_i,
    input  logic [4:0]  slot_i,
    output logic [15:0] sample_o,
    input  logic        egress_stb_i,
    input  logic [4:0]  egress_slot_i,
    input  logic [15:0] egress_sample_i,
    // registers
    input  logic        reg_valid_i,
    input  logic        reg_write_i,
    input  logic [15:0] reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // there are no more fields
    input  logic [31:0] reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic        reg_ack_o,
    output logic [7:0]  reg_status_o,
    output logic [31:0] reg_rdata_o,
    output logic        event_valid_o,
    input  logic        event_ready_i,
    output logic [7:0]  event_kind_o,
    output logic [7:0]  event_index_o,
    output logic [15:0] event_data_o
);
  localparam int unsigned MonitorBits = 36;

  // What the host has written
  logic enable_q;
  logic [4:0] station_q[8];
  logic [3:0] command_q[8];
  logic [9:0] send_q[8];
  logic [1:0] take_q[8];

  // Frames: a bus that is enabled begins with the next one; a frame that was whole has been heard.
  logic running_q, running, heard_q, heard, bank_q, bank;
  assign running = frame_stb_i ? enable_q : running_q;
  assign heard   = frame_stb_i ? enable_q && running_q : heard_q;
  assign bank    = bank_q ^ frame_stb_i;
  assign runs_o  = enable_q || running_q;
  always_ff @(posedge clk_i) begin
    if (frame_stb_i) begin
      running_q <= enable_q;
      heard_q   <= heard;
      bank_q    <= !bank_q;
    end
    if (rst_i) begin
      running_q <= 1'b0;
      heard_q   <= 1'b0;
      bank_q    <= 1'b0;
    end
  end

  // What comes: octets of B and D are kept, the last of a subframe is a step of its station, a clock later.
  logic [7:0] in_q, monitor_q;
  logic [5:0] signals_q;  // C/I code, MR, MX
  logic [4:0] in_place_q;
  logic in_stb_q, step_q;
  logic [2:0] stepping_q;
  always_ff @(posedge clk_bit_i) begin
    in_stb_q <= end_stb_i && running && place_i[2:0] == 3'd7;
    if (end_stb_i) begin
      in_q       <= {in_q[6:0], du_i};
      in_place_q <= place_i[7:3];
    end
    if (rst_i) in_stb_q <= 1'b0;
  end
  logic [7:0] heard_ram[64];
  always_ff @(posedge clk_i) begin
    step_q <= in_stb_q && in_place_q[1:0] == 2'd3;
    if (in_stb_q) begin
      signals_q   <= in_q[5:0];
      stepping_q  <= in_place_q[4:2];
      case (in_place_q[1:0])
        2'd2: monitor_q <= in_q;
        2'd3: heard_ram[{bank_q, in_place_q[4:2], 2'd2}] <= {6'd0, in_q[7:6]};
        default: heard_ram[{bank_q, in_place_q}] <= in_q;
      endcase
    end
    if (rst_i) step_q <= 1'b0;
  end

  // The stations: C/I code of the frame before and the one that counts, monitor channel; and what
  // follows from the state for the bus and for the host.
  logic [MonitorBits+7:0] state_ram[8];
  logic [9:0] out_ram[8];
  logic [14:0] status_ram[8];
  logic [7:0] fresh_q;
  logic [3:0] seen_code, code, code_d, told;
  logic [MonitorBits-1:0] monitor, monitor_d;
  logic [7:0] monitor_out, got;
  logic mx, mr, received_tag, sent_tag, refused, ends_q;
  always_comb begin
    {seen_code, code, monitor} = state_ram[stepping_q];
    if (fresh_q[stepping_q]) {seen_code, code} = 8'hff;
  end
  iom2_monitor u_monitor (
      .state_i(monitor), .reset_i(fresh_q[stepping_q]), .octet_i(monitor_q), .mx_i(signals_q[0]), .mr_i(signals_q[1]),
      .send_i(send_q[stepping_q][7:0]), .send_last_i(send_q[stepping_q][8]), .send_tag_i(send_q[stepping_q][9]),
      .take_tag_i(take_q[stepping_q][0]), .abort_i(take_q[stepping_q][1]), .state_o(monitor_d), .octet_o(monitor_out),
      .mx_o(mx), .mr_o(mr), .got_o(got), .received_tag_o(received_tag), .sent_tag_o(sent_tag), .refused_o(refused),
      .tell_o(told)
  );
  assign code_d = signals_q[5:2] == seen_code ? seen_code : code;  // double last look
  always_ff @(posedge clk_i) begin
    if (step_q) begin
      state_ram[stepping_q]  <= {signals_q[5:2], code_d, monitor_d};
      out_ram[stepping_q]    <= {monitor_out, mr, mx};
      status_ram[stepping_q] <= {code_d, refused, sent_tag, received_tag, got};
      fresh_q[stepping_q]    <= 1'b0;
    end
    ends_q <= frame_stb_i && !enable_q;
    if (ends_q) fresh_q <= '1;  // with the last step
    if (rst_i) fresh_q <= '1;
  end

  // What goes
  logic [7:0] said_ram[64];
  logic [7:0] said, out, out_q;
  logic [9:0] out_word;
  logic [2:0] to;
  assign to       = place_i[7:5];
  always_comb begin
    {said, out_word, out} = '0;
    if (bit_stb_i && place_i[2:0] == 3'd0) begin  // a simulation would work it out in each clock
      said     = said_ram[{!bank, to, place_i[4:3] == 2'd3 ? 2'd2 : place_i[4:3]}];
      out_word = fresh_q[to] ? '1 : out_ram[to];
      case (place_i[4:3])
        2'd2: out = out_word[9:2];
        2'd3: out = {heard && station_q[to][4] ? said[1:0] : 2'b11, command_q[to], out_word[1:0]};
        default: out = heard && station_q[to][2*place_i[3]+:2] != switchroom_regs::Iom2ModeOff[1:0] ? said : 8'hff;
      endcase
    end
  end
  logic [31:0] collisions_q;
  always_ff @(posedge clk_bit_i) begin
    if (bit_stb_i) begin
      dd_o  <= !running || (place_i[2:0] == 3'd0 ? out[7] : out_q[7]);
      out_q <= place_i[2:0] == 3'd0 ? {out[6:0], 1'b1} : {out_q[6:0], 1'b1};
      fsc_o <= running && place_i < 8'd16;
    end
    if (end_stb_i && running_q && dd_o && !dd_i) collisions_q <= collisions_q + 32'd1;
    if (rst_i) begin
      dd_o         <= 1'b1;
      fsc_o        <= 1'b0;
      collisions_q <= 32'd0;
    end
  end

  // Slots
  logic [1:0] mode_q;
  logic [7:0] heard_octet_q;
  always_comb begin
    for (int unsigned n = 0; n < 8; n++) begin
      speaks_o[4*n]   = heard_q && station_q[n][1:0] != switchroom_regs::Iom2ModeOff[1:0];
      speaks_o[4*n+1] = heard_q && station_q[n][3:2] != switchroom_regs::Iom2ModeOff[1:0];
      speaks_o[4*n+2] = heard_q && station_q[n][4];
      speaks_o[4*n+3] = 1'b0;
    end
    sample_o = {8'd0, heard_octet_q};
    if (mode_q != switchroom_regs::Iom2ModeClear[1:0]) begin
      sample_o = g711::decoded(mode_q == switchroom_regs::Iom2ModeMuLaw[1:0], heard_octet_q);
    end
  end
  function automatic logic [7:0] octet_of(input logic signals, input logic [1:0] mode, input logic [15:0] sample);
    octet_of = signals || mode == switchroom_regs::Iom2ModeClear[1:0] ? sample[7:0]
        : g711::encoded(mode == switchroom_regs::Iom2ModeMuLaw[1:0], sample);
  endfunction
  always_ff @(posedge clk_i) begin
    if (egress_stb_i) begin
      said_ram[{bank_q, egress_slot_i}] <=
          octet_of(egress_slot_i[1], station_q[egress_slot_i[4:2]][2*egress_slot_i[0]+:2], egress_sample_i);
    end
    if (slot_stb_i) begin
      heard_octet_q <= heard_ram[{!bank_q, slot_i}];
      mode_q        <= slot_i[1] ? switchroom_regs::Iom2ModeClear[1:0] : station_q[slot_i[4:2]][2*slot_i[0]+:2];
    end
  end

  // Registers: arrays of eight from 0x20 on.
  logic decoded_q, start, hit, write_q, hit_q;
  logic [2:0] array_q, asked_q;
  logic [9:0] word_q;
  logic [14:0] status_q;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q;
  assign hit   = reg_addr_i >= switchroom_regs::Iom2StationWord
              && reg_addr_i < switchroom_regs::Iom2MonitorStatusWord + 16'd8;
  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      hit_q    <= hit;
      write_q  <= reg_write_i;
      array_q  <= reg_addr_i[5:3] - switchroom_regs::Iom2StationWord[5:3];
      asked_q  <= reg_addr_i[2:0];
      word_q   <= reg_wdata_i[9:0];
      status_q <= fresh_q[reg_addr_i[2:0]] ? {4'hf, 11'd0} : status_ram[reg_addr_i[2:0]];
    end
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (hit_q) begin
        case (array_q)
          3'd0: reg_rdata_o[4:0] <= station_q[asked_q];
          3'd1: reg_rdata_o[3:0] <= command_q[asked_q];
          3'd2: reg_rdata_o[3:0] <= status_q[14:11];
          3'd3: reg_rdata_o[9:0] <= send_q[asked_q];
          3'd4: reg_rdata_o[1:0] <= take_q[asked_q];
          default: reg_rdata_o[10:0] <= status_q[10:0];
        endcase
        if (write_q) begin
          reg_rdata_o <= 32'd0;
          case (array_q)
            3'd0: station_q[asked_q] <= word_q[4:0];
            3'd1: command_q[asked_q] <= word_q[3:0];
            3'd3: send_q[asked_q]    <= word_q;
            3'd4: take_q[asked_q]    <= word_q[1:0];
            default: reg_status_o <= switchroom_regs::StatusReadOnly;
          endcase
        end
      end else begin
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::Iom2IdWord:         reg_rdata_o <= switchroom_regs::Iom2Id;
          switchroom_regs::Iom2CapacityWord:   reg_rdata_o <= 32'd8;
          switchroom_regs::Iom2FirstSlotWord:  reg_rdata_o <= FirstSlot;
          switchroom_regs::Iom2CollisionsWord: reg_rdata_o <= collisions_q;
          switchroom_regs::Iom2ControlWord: begin
            reg_rdata_o <= {31'd0, enable_q};
            if (write_q) begin
              reg_status_o <= switchroom_regs::StatusOk;
              enable_q     <= word_q[0];
            end
          end
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
      enable_q  <= 1'b0;
      for (int unsigned n = 0; n < 8; n++) begin
        station_q[n] <= '0;
        command_q[n] <= switchroom_regs::Iom2CommandReset[3:0];
        send_q[n]    <= '0;
        take_q[n]    <= '0;
      end
    end
  end

  // Events: of the lowest station; what it shows first, then of its monitor channel in this order.
  logic [7:0] changed_q;
  logic [7:0] told_q[4];
  logic [7:0] any;
  logic [2:0] tell;
  logic [1:0] kind;
  always_comb begin
    any  = changed_q | told_q[0] | told_q[1] | told_q[2] | told_q[3];
    tell = 3'd0;
    for (int unsigned n = 0; n < 8; n++) if (any[7-n]) tell = 3'(7 - n);
    kind = 2'd0;
    for (int unsigned n = 0; n < 4; n++) if (told_q[3-n][tell]) kind = 2'(3 - n);
  end
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    if (!event_valid_o && any != '0) begin
      event_valid_o <= 1'b1;
      event_index_o <= {5'd0, tell};
      if (changed_q[tell]) begin
        event_kind_o    <= switchroom_regs::EventKindIom2Indication;
        event_data_o    <= {12'd0, status_ram[tell][14:11]};
        changed_q[tell] <= 1'b0;
      end else begin
        event_kind_o       <= switchroom_regs::EventKindIom2Monitor;
        event_data_o       <= {6'd0, kind, status_ram[tell][7:0]};
        told_q[kind][tell] <= 1'b0;
      end
    end
    if (step_q) begin
      if (code_d != code) changed_q[stepping_q] <= 1'b1;
      for (int unsigned n = 0; n < 4; n++) if (told[n]) told_q[n][stepping_q] <= 1'b1;
    end
    if (rst_i) begin
      event_valid_o <= 1'b0;
      changed_q     <= '0;
      for (int unsigned n = 0; n < 4; n++) told_q[n] <= '0;
    end
  end

  // In a block of its own: worked out by this clock, not by all that the question below waits for.
  logic at_work;
  always_comb begin
    at_work = 1'b0;
    if (step_q || ends_q || decoded_q || reg_ack_o || event_valid_o || any != '0) at_work = 1'b1;
  end
  assign awake_o = at_work || in_stb_q || slot_stb_i || egress_stb_i || reg_valid_i || (runs_o && frame_stb_i);
  always_comb begin
    bit_awake_o = in_stb_q;
    if (runs_o) bit_awake_o = in_stb_q || frame_stb_i || bit_stb_i || end_stb_i;
  end
endmodule
`default_nettype wire
