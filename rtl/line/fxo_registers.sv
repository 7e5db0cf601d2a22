// SPDX-License-Identifier: MIT
// Registers of the exchange lines (regs/fxo.toml): timing, the digits to be pulsed, and a word of
// configuration and one of control a line. Serves the register port and one read port of
// fxo_lines: line_i, place_i → pulses_o, one clock later.
//
// Latency: a request is answered two clocks after it is seen; after reset the digits are cleared
// first (4·Lines clocks).
// Not guaranteed: a value outside a register's documented range is cut to the bits kept.
`default_nettype none
module fxo_registers #(
    parameter int unsigned Lines     = 2,
    parameter int unsigned Capacity  = 2,  // Lines, or 0: there are none
    parameter int unsigned FirstSlot = 0,
    parameter int unsigned LineBits  = 1
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    input  logic [31:0]         reg_wdata_i,
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o,
    output logic                awake_o,  // low: the next clock changes nothing
    // to and from the scan
    input  logic                scan_i,   // the scan is under way, and reads
    input  logic [LineBits-1:0] line_i,
    input  logic [4:0]          place_i,
    output logic [3:0]          pulses_o,
    input  logic [Lines-1:0]    loop_close_i,
    input  logic [Lines-1:0]    seized_i,
    input  logic [Lines-1:0]    lost_i,
    input  logic [Lines-1:0]    current_i,
    input  logic [Lines-1:0]    ringing_i,
    input  logic [Lines-1:0]    reversed_i,
    input  logic [5*Lines-1:0]  places_i,
    // settings
    output logic [9:0]          ring_min_ms_o,
    output logic [6:0]          period_min_ms_o,
    output logic [6:0]          period_max_ms_o,
    output logic [11:0]         seize_ms_o,
    output logic [11:0]         lost_ms_o,
    output logic [7:0]          polarity_ms_o,
    output logic [7:0]          break_ms_o,
    output logic [7:0]          make_ms_o,
    output logic [11:0]         interdigit_ms_o,
    output logic [11:0]         flash_ms_o,
    output logic [Lines-1:0]    mu_law_o,
    output logic [Lines-1:0]    enable_o,
    output logic [Lines-1:0]    close_o,
    output logic [4*Lines-1:0]  flashes_o,
    output logic [5*Lines-1:0]  dial_end_o
);
  localparam int unsigned WordBits = LineBits + 2;

  // The arrays begin at multiples of 256 words: high bits name the array, low bits index.
  logic dial_hit, line_hit, config_hit, control_hit, status_hit;
  assign line_hit    = $signed({24'd0, reg_addr_i[7:0]}) < $signed(Capacity);  // which may be 0
  assign dial_hit    = reg_addr_i >= switchroom_regs::FxoDialWord
                       && {16'd0, reg_addr_i} < 32'(switchroom_regs::FxoDialWord) + 4 * Capacity;
  assign config_hit  = line_hit && reg_addr_i[15:8] == switchroom_regs::FxoLineConfigWord[15:8];
  assign control_hit = line_hit && reg_addr_i[15:8] == switchroom_regs::FxoLineControlWord[15:8];
  assign status_hit  = line_hit && reg_addr_i[15:8] == switchroom_regs::FxoLineStatusWord[15:8];

  logic decoded_q, dial_q, config_q, control_q, status_q, write_q, sweeping_q;
  logic [WordBits-1:0] sweep_q;
  logic [15:0] addr_q;  // what is decoded a clock later
  logic [LineBits-1:0] line;
  assign line = addr_q[LineBits-1:0];
  logic start;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q && !sweeping_q;
  assign awake_o = reg_valid_i || reg_ack_o || decoded_q || sweeping_q;

  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      dial_q    <= dial_hit;
      config_q  <= config_hit;
      control_q <= control_hit;
      status_q  <= status_hit;
      write_q   <= reg_write_i;
      addr_q    <= reg_addr_i;
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end

  // Digits: one write port; read by the register port and by the scan.
  logic [31:0] dial_ram[2**WordBits];
  logic [31:0] dial_read_q, dial_scan_q;
  logic [2:0]  nibble_q;
  assign pulses_o = dial_scan_q[4*nibble_q+:4];
  always_ff @(posedge clk_i) begin
    if (sweeping_q) dial_ram[sweep_q] <= 32'd0;
    else if (decoded_q && write_q && dial_q) dial_ram[addr_q[WordBits-1:0]] <= reg_wdata_i;
    if (start) dial_read_q <= dial_ram[reg_addr_i[WordBits-1:0]];
    if (scan_i) begin
      dial_scan_q <= dial_ram[{line_i, place_i[4:3]}];
      nibble_q    <= place_i[2:0];
    end
    if (sweeping_q) begin
      sweep_q <= sweep_q + 1'b1;
      if (&sweep_q) sweeping_q <= 1'b0;
    end
    if (rst_i) begin
      sweeping_q <= 1'b1;
      sweep_q    <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q && write_q) begin
      if (control_q) begin
        close_o[line]          <= reg_wdata_i[0];
        flashes_o[4*line+:4]   <= reg_wdata_i[7:4];
        dial_end_o[5*line+:5]  <= reg_wdata_i[12:8];
      end
      if (config_q) begin
        mu_law_o[line] <= reg_wdata_i[0];
        enable_o[line] <= reg_wdata_i[1];
      end
      case (addr_q)
        switchroom_regs::FxoRingMinMsWord:    ring_min_ms_o   <= reg_wdata_i[9:0];
        switchroom_regs::FxoPeriodMinMsWord:  period_min_ms_o <= reg_wdata_i[6:0];
        switchroom_regs::FxoPeriodMaxMsWord:  period_max_ms_o <= reg_wdata_i[6:0];
        switchroom_regs::FxoSeizeMsWord:      seize_ms_o      <= reg_wdata_i[11:0];
        switchroom_regs::FxoLostMsWord:       lost_ms_o       <= reg_wdata_i[11:0];
        switchroom_regs::FxoPolarityMsWord:   polarity_ms_o   <= reg_wdata_i[7:0];
        switchroom_regs::FxoBreakMsWord:      break_ms_o      <= reg_wdata_i[7:0];
        switchroom_regs::FxoMakeMsWord:       make_ms_o       <= reg_wdata_i[7:0];
        switchroom_regs::FxoInterdigitMsWord: interdigit_ms_o <= reg_wdata_i[11:0];
        switchroom_regs::FxoFlashMsWord:      flash_ms_o      <= reg_wdata_i[11:0];
        default: ;
      endcase
    end
    if (rst_i) begin
      mu_law_o        <= '0;
      enable_o        <= '0;
      close_o         <= '0;
      flashes_o       <= '0;
      dial_end_o      <= '0;
      ring_min_ms_o   <= switchroom_regs::FxoRingMinMsReset[9:0];
      period_min_ms_o <= switchroom_regs::FxoPeriodMinMsReset[6:0];
      period_max_ms_o <= switchroom_regs::FxoPeriodMaxMsReset[6:0];
      seize_ms_o      <= switchroom_regs::FxoSeizeMsReset[11:0];
      lost_ms_o       <= switchroom_regs::FxoLostMsReset[11:0];
      polarity_ms_o   <= switchroom_regs::FxoPolarityMsReset[7:0];
      break_ms_o      <= switchroom_regs::FxoBreakMsReset[7:0];
      make_ms_o       <= switchroom_regs::FxoMakeMsReset[7:0];
      interdigit_ms_o <= switchroom_regs::FxoInterdigitMsReset[11:0];
      flash_ms_o      <= switchroom_regs::FxoFlashMsReset[11:0];
    end
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (dial_q) reg_rdata_o <= dial_read_q;
      else if (config_q) reg_rdata_o <= {30'd0, enable_o[line], mu_law_o[line]};
      else if (control_q) begin
        reg_rdata_o <= {19'd0, dial_end_o[5*line+:5], flashes_o[4*line+:4], 3'd0, close_o[line]};
      end else if (status_q) begin
        reg_rdata_o <= {19'd0, places_i[5*line+:5], 2'd0, reversed_i[line], ringing_i[line],
                        current_i[line], lost_i[line], seized_i[line], loop_close_i[line]};
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
      end else begin
        case (addr_q)
          switchroom_regs::FxoRingMinMsWord:    reg_rdata_o <= {22'd0, ring_min_ms_o};
          switchroom_regs::FxoPeriodMinMsWord:  reg_rdata_o <= {25'd0, period_min_ms_o};
          switchroom_regs::FxoPeriodMaxMsWord:  reg_rdata_o <= {25'd0, period_max_ms_o};
          switchroom_regs::FxoSeizeMsWord:      reg_rdata_o <= {20'd0, seize_ms_o};
          switchroom_regs::FxoLostMsWord:       reg_rdata_o <= {20'd0, lost_ms_o};
          switchroom_regs::FxoPolarityMsWord:   reg_rdata_o <= {24'd0, polarity_ms_o};
          switchroom_regs::FxoBreakMsWord:      reg_rdata_o <= {24'd0, break_ms_o};
          switchroom_regs::FxoMakeMsWord:       reg_rdata_o <= {24'd0, make_ms_o};
          switchroom_regs::FxoInterdigitMsWord: reg_rdata_o <= {20'd0, interdigit_ms_o};
          switchroom_regs::FxoFlashMsWord:      reg_rdata_o <= {20'd0, flash_ms_o};
          default: begin
            if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
            case (addr_q)
              switchroom_regs::FxoIdWord:        reg_rdata_o <= switchroom_regs::FxoId;
              switchroom_regs::FxoCapacityWord:  reg_rdata_o <= Capacity;
              switchroom_regs::FxoFirstSlotWord: reg_rdata_o <= FirstSlot;
              default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
            endcase
          end
        endcase
      end
    end
  end
endmodule
`default_nettype wire
