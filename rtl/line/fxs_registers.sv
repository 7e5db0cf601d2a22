// SPDX-License-Identifier: MIT
// Registers of the analog lines (regs/fxs.toml): timing, the cadence table, and a word of
// configuration and one of control a line. Serves the register port and two read ports of
// fxs_lines: line_i → control_*_o and cadence_index_i → cadence_entry_o, each one clock later.
//
// Latency: a request is answered two clocks after it is seen; after reset the tables are cleared
// first (max(128, Lines) clocks).
// Not guaranteed: a value outside a register's documented range is cut to the bits kept.
`default_nettype none
module fxs_registers #(
    parameter int unsigned Lines     = 32,
    parameter int unsigned FirstSlot = 0,
    parameter int unsigned LineBits  = 5
) (
    input  logic                clk_i,
    input  logic                rst_i,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // no register uses the high bits
    input  logic [31:0]         reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o,
    output logic                awake_o,  // low: the next clock changes nothing
    // to and from the scan
    input  logic                scan_i,  // the scan is under way, and reads
    input  logic [LineBits-1:0] line_i,
    output logic                control_ring_o,
    output logic [3:0]          control_cadence_o,
    input  logic [6:0]          cadence_index_i,
    output logic [16:0]         cadence_entry_o,  // ring, duration_ms
    input  logic                cleared_taken_i,  // the scan has seen ring_cleared_o[line_i]
    output logic [Lines-1:0]    ring_cleared_o,   // `ring` was 0 since then
    input  logic [Lines-1:0]    off_hook_i,
    input  logic [Lines-1:0]    loop_i,
    input  logic [Lines-1:0]    ringing_current_i,
    input  logic [Lines-1:0]    tripped_i,
    // settings
    output logic [7:0]          hook_debounce_ms_o,
    output logic [10:0]         flash_min_ms_o,
    output logic [11:0]         flash_max_ms_o,
    output logic [10:0]         interdigit_ms_o,
    output logic [7:0]          ring_trip_ms_o,
    output logic [Lines-1:0]    mu_law_o,
    output logic [Lines-1:0]    enable_o,
    output logic [Lines-1:0]    reverse_o
);
  localparam int unsigned Entries     = switchroom_regs::FxsCadenceCount;
  localparam int unsigned SweepLength = Lines > Entries ? Lines : Entries;
  localparam int unsigned SweepBits   = $clog2(SweepLength);

  // The arrays begin at multiples of 128 and 1024 words: high bits name the array, low bits index.
  logic cadence_hit, line_hit, config_hit, control_hit, status_hit;
  assign cadence_hit = reg_addr_i[15:7] == switchroom_regs::FxsCadenceWord[15:7];
  assign line_hit    = {22'd0, reg_addr_i[9:0]} < Lines;
  assign config_hit  = line_hit && reg_addr_i[15:10] == switchroom_regs::FxsLineConfigWord[15:10];
  assign control_hit = line_hit && reg_addr_i[15:10] == switchroom_regs::FxsLineControlWord[15:10];
  assign status_hit  = line_hit && reg_addr_i[15:10] == switchroom_regs::FxsLineStatusWord[15:10];

  logic decoded_q, cadence_q, config_q, control_q, status_q, write_q, sweeping_q;
  logic [SweepBits-1:0] sweep_q;
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
      cadence_q <= cadence_hit;
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

  // Tables: one write port; read by the register port and by the scan.
  (* ram_style = "distributed" *) logic [16:0] cadence_ram[Entries];
  logic [4:0]  control_ram[2**LineBits];  // cadence, ring
  logic [16:0] cadence_read_q;
  logic [4:0]  control_read_q;
  always_ff @(posedge clk_i) begin
    if (sweeping_q) begin
      cadence_ram[sweep_q[6:0]] <= 17'd0;
      control_ram[sweep_q[LineBits-1:0]] <= 5'd0;
    end else if (decoded_q && write_q) begin
      if (cadence_q) cadence_ram[addr_q[6:0]] <= reg_wdata_i[16:0];
      if (control_q) control_ram[line] <= {reg_wdata_i[7:4], reg_wdata_i[0]};
    end
    if (start) begin
      cadence_read_q <= cadence_ram[reg_addr_i[6:0]];
      control_read_q <= control_ram[reg_addr_i[LineBits-1:0]];
    end
    if (scan_i) begin
      cadence_entry_o <= cadence_ram[cadence_index_i];
      {control_cadence_o, control_ring_o} <= control_ram[line_i];
    end
    if (sweeping_q) begin
      sweep_q <= sweep_q + 1'b1;
      if (sweep_q == SweepBits'(SweepLength - 1)) sweeping_q <= 1'b0;
    end
    if (rst_i) begin
      sweeping_q <= 1'b1;
      sweep_q    <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (cleared_taken_i) ring_cleared_o[line_i] <= 1'b0;
    if (decoded_q && write_q) begin
      if (control_q) begin
        reverse_o[line] <= reg_wdata_i[8];
        if (!reg_wdata_i[0]) ring_cleared_o[line] <= 1'b1;
      end
      if (config_q) begin
        mu_law_o[line] <= reg_wdata_i[0];
        enable_o[line] <= reg_wdata_i[1];
      end
      case (addr_q)
        switchroom_regs::FxsHookDebounceMsWord: hook_debounce_ms_o <= reg_wdata_i[7:0];
        switchroom_regs::FxsFlashMinMsWord:     flash_min_ms_o     <= reg_wdata_i[10:0];
        switchroom_regs::FxsFlashMaxMsWord:     flash_max_ms_o     <= reg_wdata_i[11:0];
        switchroom_regs::FxsInterdigitMsWord:   interdigit_ms_o    <= reg_wdata_i[10:0];
        switchroom_regs::FxsRingTripMsWord:     ring_trip_ms_o     <= reg_wdata_i[7:0];
        default: ;
      endcase
    end
    if (rst_i) begin
      ring_cleared_o     <= '0;
      reverse_o          <= '0;
      enable_o           <= '0;
      mu_law_o           <= '0;
      hook_debounce_ms_o <= switchroom_regs::FxsHookDebounceMsReset[7:0];
      flash_min_ms_o     <= switchroom_regs::FxsFlashMinMsReset[10:0];
      flash_max_ms_o     <= switchroom_regs::FxsFlashMaxMsReset[11:0];
      interdigit_ms_o    <= switchroom_regs::FxsInterdigitMsReset[10:0];
      ring_trip_ms_o     <= switchroom_regs::FxsRingTripMsReset[7:0];
    end
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (cadence_q) reg_rdata_o <= {15'd0, cadence_read_q};
      else if (config_q) reg_rdata_o <= {30'd0, enable_o[line], mu_law_o[line]};
      else if (control_q) begin
        reg_rdata_o <= {23'd0, reverse_o[line], control_read_q[4:1], 3'd0, control_read_q[0]};
      end else if (status_q) begin
        reg_rdata_o <= {28'd0, tripped_i[line], ringing_current_i[line], loop_i[line],
                        off_hook_i[line]};
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
      end else begin
        case (addr_q)
          switchroom_regs::FxsHookDebounceMsWord: reg_rdata_o <= {24'd0, hook_debounce_ms_o};
          switchroom_regs::FxsFlashMinMsWord:     reg_rdata_o <= {21'd0, flash_min_ms_o};
          switchroom_regs::FxsFlashMaxMsWord:     reg_rdata_o <= {20'd0, flash_max_ms_o};
          switchroom_regs::FxsInterdigitMsWord:   reg_rdata_o <= {21'd0, interdigit_ms_o};
          switchroom_regs::FxsRingTripMsWord:     reg_rdata_o <= {24'd0, ring_trip_ms_o};
          default: begin
            if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
            case (addr_q)
              switchroom_regs::FxsIdWord:        reg_rdata_o <= switchroom_regs::FxsId;
              switchroom_regs::FxsCapacityWord:  reg_rdata_o <= Lines;
              switchroom_regs::FxsFirstSlotWord: reg_rdata_o <= FirstSlot;
              default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
            endcase
          end
        endcase
      end
    end
  end
endmodule
`default_nettype wire
