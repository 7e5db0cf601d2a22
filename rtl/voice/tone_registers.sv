// SPDX-License-Identifier: MIT
// Registers of the tone generator (regs/tone.toml): a control word a channel and the table of
// segments. Serves the register port, and two read ports of tone_generator: channel_i →
// control_*_o and segment_i → the segment's words, each one clock later.
//
// Latency: a request is answered two clocks after it is seen; after reset the tables are cleared
// first (256 clocks).
`default_nettype none
module tone_registers #(
    parameter int unsigned Channels    = 32,
    parameter int unsigned FirstSlot   = 0,
    parameter int unsigned ChannelBits = 5
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    input  logic                   reg_valid_i,
    input  logic                   reg_write_i,
    input  logic [15:0]            reg_addr_i,
    input  logic [31:0]            reg_wdata_i,
    output logic                   reg_ack_o,
    output logic [7:0]             reg_status_o,
    output logic [31:0]            reg_rdata_o,
    output logic                   awake_o,    // low: the next clock changes nothing
    // to and from the engine
    input  logic                   fetch_i,    // read channel_i's control, and forget its change
    input  logic [ChannelBits-1:0] channel_i,
    output logic                   control_changed_o,
    output logic                   control_run_o,
    output logic [7:0]             control_segment_o,
    input  logic                   lookup_i,   // read segment_i
    input  logic [7:0]             segment_i,
    output logic [31:0]            frequency_o,
    output logic [31:0]            amplitude_o,
    output logic [15:0]            duration_ms_o,
    output logic [7:0]             next_o,
    output logic                   last_o
);
  localparam int unsigned Segments = switchroom_regs::ToneSegmentFrequencyCount;

  // The arrays begin at multiples of 256 words: high bits name the array, low bits index.
  logic control_hit, frequency_hit, amplitude_hit, timing_hit;
  assign control_hit   = reg_addr_i[15:8] == switchroom_regs::ToneChannelControlWord[15:8]
                       && {24'd0, reg_addr_i[7:0]} < Channels;
  assign frequency_hit = reg_addr_i[15:8] == switchroom_regs::ToneSegmentFrequencyWord[15:8];
  assign amplitude_hit = reg_addr_i[15:8] == switchroom_regs::ToneSegmentAmplitudeWord[15:8];
  assign timing_hit    = reg_addr_i[15:8] == switchroom_regs::ToneSegmentTimingWord[15:8];

  logic decoded_q, sweeping_q, start, write;
  logic control_q, frequency_q, amplitude_q, timing_q, write_q;
  logic [7:0] sweep_q, index_q;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q && !sweeping_q;
  assign write = decoded_q && write_q;
  assign awake_o = reg_valid_i || reg_ack_o || decoded_q || sweeping_q;
  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      control_q   <= control_hit;
      frequency_q <= frequency_hit;
      amplitude_q <= amplitude_hit;
      timing_q    <= timing_hit;
      write_q     <= reg_write_i;
      index_q     <= reg_addr_i[7:0];
    end
    if (sweeping_q) begin
      sweep_q <= sweep_q + 8'd1;
      if (sweep_q == 8'd255) sweeping_q <= 1'b0;
    end
    if (rst_i) begin
      decoded_q  <= 1'b0;
      reg_ack_o  <= 1'b0;
      sweeping_q <= 1'b1;
      sweep_q    <= 8'd0;
    end
  end

  logic [31:0] frequency_ram[Segments];
  logic [31:0] amplitude_ram[Segments];
  logic [24:0] timing_ram[Segments];
  logic [24:0] control_ram[2**ChannelBits];  // start, run, segment
  logic [31:0] frequency_read_q, amplitude_read_q;
  logic [24:0] timing_read_q, control_read_q, control_new;
  assign control_new = {reg_wdata_i[31:16], reg_wdata_i[8:0]};
  always_ff @(posedge clk_i) begin
    if (sweeping_q) begin
      frequency_ram[sweep_q] <= 32'd0;
      amplitude_ram[sweep_q] <= 32'd0;
      timing_ram[sweep_q]    <= 25'd0;
      control_ram[sweep_q[ChannelBits-1:0]] <= 25'd0;
    end else if (write) begin
      if (frequency_q) frequency_ram[index_q] <= reg_wdata_i;
      if (amplitude_q) amplitude_ram[index_q] <= reg_wdata_i;
      if (timing_q) timing_ram[index_q] <= reg_wdata_i[24:0];
      if (control_q) control_ram[index_q[ChannelBits-1:0]] <= control_new;
    end
    if (start) begin
      frequency_read_q <= frequency_ram[reg_addr_i[7:0]];
      amplitude_read_q <= amplitude_ram[reg_addr_i[7:0]];
      timing_read_q    <= timing_ram[reg_addr_i[7:0]];
      control_read_q   <= control_ram[reg_addr_i[ChannelBits-1:0]];
    end
    if (lookup_i) begin
      frequency_o <= frequency_ram[segment_i];
      amplitude_o <= amplitude_ram[segment_i];
      {last_o, next_o, duration_ms_o} <= timing_ram[segment_i];
    end
  end

  // A change is kept until the engine has seen it, however short the word stood.
  logic [Channels-1:0] changed_q;
  logic [8:0] control_fetched_q;
  assign control_run_o     = control_fetched_q[8];
  assign control_segment_o = control_fetched_q[7:0];
  always_ff @(posedge clk_i) begin
    if (fetch_i) begin
      control_fetched_q    <= control_ram[channel_i][8:0];
      control_changed_o    <= changed_q[channel_i];
      changed_q[channel_i] <= 1'b0;
    end
    if (write && control_q && control_new != control_read_q) begin
      changed_q[index_q[ChannelBits-1:0]] <= 1'b1;
    end
    if (rst_i) changed_q <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (control_q) reg_rdata_o <= {control_read_q[24:9], 7'd0, control_read_q[8:0]};
      else if (frequency_q) reg_rdata_o <= frequency_read_q;
      else if (amplitude_q) reg_rdata_o <= amplitude_read_q;
      else if (timing_q) reg_rdata_o <= {7'd0, timing_read_q};
      else begin
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::ToneIdWord:        reg_rdata_o <= switchroom_regs::ToneId;
          switchroom_regs::ToneCapacityWord:  reg_rdata_o <= Channels;
          switchroom_regs::ToneFirstSlotWord: reg_rdata_o <= FirstSlot;
          switchroom_regs::ToneSegmentsWord:  reg_rdata_o <= Segments;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
  end
endmodule
`default_nettype wire
