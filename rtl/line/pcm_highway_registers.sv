// SPDX-License-Identifier: MIT
// Registers of the PCM highway and its SPI master (regs/pcm_highway.toml).
// Latency: a request is answered two clocks after it is seen.
`default_nettype none
module pcm_highway_registers #(
    parameter int unsigned Channels  = 8,
    parameter int unsigned Capacity  = 8,  // Channels, or 0
    parameter int unsigned FirstSlot = 0,
    parameter int unsigned BitClocks = 32
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,  // low: the next clock changes nothing, but for counters
    input  logic                   reg_valid_i,
    input  logic                   reg_write_i,
    input  logic [15:0]            reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // not every register uses all bits
    input  logic [31:0]            reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                   reg_ack_o,
    output logic [7:0]             reg_status_o,
    output logic [31:0]            reg_rdata_o,
    output logic                   enable_o,
    output logic                   master_o,
    output logic [1:0]             rate_o,
    output logic                   sample_falling_o,
    output logic                   long_sync_o,
    output logic                   sync_low_o,
    output logic [2:0]             delay_o,
    output logic [23*Channels-1:0] places_o,  // enable, law, hear_bit, send_bit of each
    input  logic                   runs_i,
    input  logic                   taken_i,
    input  logic                   collision_stb_i,
    input  logic                   sync_error_stb_i,
    input  logic                   slip_stb_i,
    input  logic                   overlap_stb_i,
    output logic [7:0]             spi_divider_o,
    output logic [1:0]             spi_mode_o,  // polarity, phase
    output logic                   spi_start_o,
    output logic [2:0]             spi_chip_o,
    output logic [4:0]             spi_bits_o,
    output logic [31:0]            spi_out_o,
    input  logic                   spi_busy_i,
    input  logic [31:0]            spi_in_i
);
  localparam int unsigned IndexBits = $clog2(Channels);
  logic channel_hit;
  assign channel_hit = reg_addr_i[15:8] == switchroom_regs::PcmHighwayChannelWord[15:8]
                       && $signed({24'd0, reg_addr_i[7:0]}) < $signed(Capacity);  // which may be 0
  logic decoded_q, channel_q, write_q, start, writes;
  logic [IndexBits-1:0] index_q;
  logic [3:0] number_q;
  logic [3:0] counted_q;
  logic [22:0] shown;
  always_comb begin
    shown = '0;
    for (int n = 0; n < $signed(Channels); n++) if (index_q == IndexBits'(n)) shown = places_o[23*n+:23];
  end
  logic [31:0] collisions_q, sync_errors_q, slips_q, overlaps_q;
  logic [19:0] transfer_q;
  assign start   = reg_valid_i && !reg_ack_o && !decoded_q;
  assign writes  = decoded_q && write_q;
  assign awake_o = reg_valid_i || reg_ack_o || decoded_q || spi_start_o;
  assign spi_chip_o = transfer_q[2:0];
  assign spi_bits_o = transfer_q[12:8] < 5'd7 ? 5'd7 : transfer_q[12:8];

  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      channel_q <= channel_hit;
      write_q   <= reg_write_i;
      index_q   <= reg_addr_i[IndexBits-1:0];
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    spi_start_o <= 1'b0;
    if (writes && channel_q) begin
      for (int n = 0; n < $signed(Channels); n++) begin
        if (index_q == IndexBits'(n)) places_o[23*n+:23] <= {reg_wdata_i[24], reg_wdata_i[21:0]};
      end
    end
    if (writes && !channel_q) begin
      case (reg_addr_i)
        switchroom_regs::PcmHighwayConfigWord: begin
          if (Capacity != 0) enable_o <= reg_wdata_i[0];
          {sync_low_o, long_sync_o, sample_falling_o, rate_o, master_o} <= reg_wdata_i[6:1];
          delay_o <= reg_wdata_i[10:8];
        end
        switchroom_regs::PcmHighwaySpiConfigWord: {spi_mode_o, spi_divider_o} <= reg_wdata_i[9:0];
        switchroom_regs::PcmHighwaySpiOutWord:    spi_out_o <= reg_wdata_i;
        switchroom_regs::PcmHighwaySpiTransferWord: begin
          transfer_q <= {reg_wdata_i[19:16], 3'd0, reg_wdata_i[12:8], 5'd0, reg_wdata_i[2:0]};
          if (reg_wdata_i[19:16] != number_q && !spi_busy_i && !spi_start_o && Capacity != 0) begin
            spi_start_o <= 1'b1;
            number_q    <= reg_wdata_i[19:16];
          end
        end
        default: ;
      endcase
    end
    counted_q     <= {collision_stb_i, sync_error_stb_i, slip_stb_i, overlap_stb_i};
    collisions_q  <= collisions_q + {31'd0, counted_q[3]};
    sync_errors_q <= sync_errors_q + {31'd0, counted_q[2]};
    slips_q       <= slips_q + {31'd0, counted_q[1]};
    overlaps_q    <= overlaps_q + {31'd0, counted_q[0]};
    if (rst_i) begin
      {enable_o, master_o, rate_o, sample_falling_o, long_sync_o, sync_low_o, delay_o} <= '0;
      places_o <= '0;
      {spi_mode_o, spi_divider_o, spi_out_o, transfer_q, number_q, spi_start_o} <= '0;
      {collisions_q, sync_errors_q, slips_q, overlaps_q, counted_q} <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (channel_q) begin
        reg_rdata_o <= {7'd0, shown[22], 2'd0, shown[21:0]};
      end else begin
        case (reg_addr_i)
          switchroom_regs::PcmHighwayConfigWord: begin
            reg_rdata_o <= {21'd0, delay_o, 1'b0, sync_low_o, long_sync_o, sample_falling_o, rate_o, master_o,
                            enable_o};
          end
          switchroom_regs::PcmHighwaySpiConfigWord:   reg_rdata_o <= {22'd0, spi_mode_o, spi_divider_o};
          switchroom_regs::PcmHighwaySpiOutWord:      reg_rdata_o <= spi_out_o;
          switchroom_regs::PcmHighwaySpiTransferWord: reg_rdata_o <= {12'd0, transfer_q};
          default: begin
            if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
            case (reg_addr_i)
              switchroom_regs::PcmHighwayIdWord:         reg_rdata_o <= switchroom_regs::PcmHighwayId;
              switchroom_regs::PcmHighwayCapacityWord:   reg_rdata_o <= Capacity;
              switchroom_regs::PcmHighwayFirstSlotWord:  reg_rdata_o <= FirstSlot;
              switchroom_regs::PcmHighwayBitClocksWord:  reg_rdata_o <= BitClocks;
              switchroom_regs::PcmHighwayStatusWord:     reg_rdata_o <= {30'd0, taken_i, runs_i};
              switchroom_regs::PcmHighwayCollisionsWord: reg_rdata_o <= collisions_q;
              switchroom_regs::PcmHighwaySyncErrorsWord: reg_rdata_o <= sync_errors_q;
              switchroom_regs::PcmHighwaySlipsWord:      reg_rdata_o <= slips_q;
              switchroom_regs::PcmHighwayOverlapsWord:   reg_rdata_o <= overlaps_q;
              switchroom_regs::PcmHighwaySpiInWord:      reg_rdata_o <= spi_in_i;
              switchroom_regs::PcmHighwaySpiStatusWord:  reg_rdata_o <= {24'd0, number_q, 3'd0, spi_busy_i};
              default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
            endcase
          end
        endcase
      end
    end
  end
endmodule
`default_nettype wire
