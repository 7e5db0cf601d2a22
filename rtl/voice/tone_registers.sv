// SPDX-License-Identifier: MIT
// Registers of the tone generator (regs/tone.toml): a control word a channel and the table of
// segments. Serves the register port, and two read ports of tone_generator: channel_i →
// control_*_o and segment_i → the segment's words, each one clock later. changed_o tells whose
// word was changed and has not been read since.
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
    output logic [Channels-1:0]    changed_o,
    input  logic                   fetch_i,    // read channel_i's control, and forget its change
    input  logic [ChannelBits-1:0] channel_i,
    output logic                   control_changed_o,
    output logic                   control_run_o,      // this and the next: of a changed word
    output logic [7:0]             control_segment_o,
    input  logic                   lookup_i,   // read segment_i
    input  logic [7:0]             segment_i,
    output logic [31:0]            frequency_o,
    output logic [31:0]            amplitude_o,
    output logic [31:0]            third_o,
    output logic [15:0]            duration_ms_o,
    output logic [7:0]             next_o,
    output logic                   last_o
);
  localparam int unsigned Segments = switchroom_regs::ToneSegmentFrequencyCount;

  // The arrays begin at multiples of 256 words: high bits name the array, low bits index.
  logic control_hit, frequency_hit, amplitude_hit, timing_hit, third_hit;
  assign control_hit   = reg_addr_i[15:8] == switchroom_regs::ToneChannelControlWord[15:8]
                       && {24'd0, reg_addr_i[7:0]} < Channels;
  assign frequency_hit = reg_addr_i[15:8] == switchroom_regs::ToneSegmentFrequencyWord[15:8];
  assign amplitude_hit = reg_addr_i[15:8] == switchroom_regs::ToneSegmentAmplitudeWord[15:8];
  assign timing_hit    = reg_addr_i[15:8] == switchroom_regs::ToneSegmentTimingWord[15:8];
  assign third_hit     = reg_addr_i[15:8] == switchroom_regs::ToneSegmentThirdWord[15:8];

  // After reset all five arrays are written at once, word by word.
  logic decoded_q, sweeping_q, start;
  logic control_q, frequency_q, amplitude_q, timing_q, third_q, write_q;
  logic [7:0] index_q;
  logic [31:0] word_q;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q && !sweeping_q;
  assign awake_o = reg_valid_i || reg_ack_o || decoded_q || sweeping_q;
  always_ff @(posedge clk_i) begin
    if (awake_o) begin
      decoded_q <= start;
      reg_ack_o <= decoded_q;
      if (start) begin
        control_q   <= control_hit;
        frequency_q <= frequency_hit;
        amplitude_q <= amplitude_hit;
        timing_q    <= timing_hit;
        third_q     <= third_hit;
        index_q     <= reg_addr_i[7:0];
        word_q      <= reg_wdata_i;
      end
      if (sweeping_q) begin
        index_q    <= index_q + 8'd1;
        sweeping_q <= index_q != 8'd255;
      end
      write_q <= sweeping_q ? index_q != 8'd255 : start && reg_write_i;
    end
    if (rst_i) begin
      decoded_q   <= 1'b0;
      reg_ack_o   <= 1'b0;
      sweeping_q  <= 1'b1;
      write_q     <= 1'b1;
      index_q     <= 8'd0;
      word_q      <= 32'd0;
      control_q   <= 1'b1;
      frequency_q <= 1'b1;
      amplitude_q <= 1'b1;
      timing_q    <= 1'b1;
      third_q     <= 1'b1;
    end
  end

  logic [31:0] frequency_ram[Segments];
  logic [31:0] amplitude_ram[Segments];
  logic [31:0] third_ram[Segments];
  logic [24:0] timing_ram[Segments];
  logic [24:0] control_ram[2**ChannelBits];  // start, run, segment
  logic [31:0] frequency_read_q, amplitude_read_q, third_read_q;
  logic [24:0] timing_read_q, control_read_q;
  always_ff @(posedge clk_i) begin
    if (write_q) begin
      if (frequency_q) frequency_ram[index_q] <= word_q;
      if (amplitude_q) amplitude_ram[index_q] <= word_q;
      if (third_q) third_ram[index_q] <= word_q;
      if (timing_q) timing_ram[index_q] <= word_q[24:0];
      if (control_q) control_ram[index_q[ChannelBits-1:0]] <= {word_q[31:16], word_q[8:0]};
    end
    if (start) begin
      frequency_read_q <= frequency_ram[reg_addr_i[7:0]];
      amplitude_read_q <= amplitude_ram[reg_addr_i[7:0]];
      third_read_q     <= third_ram[reg_addr_i[7:0]];
      timing_read_q    <= timing_ram[reg_addr_i[7:0]];
      control_read_q   <= control_ram[reg_addr_i[ChannelBits-1:0]];
    end
    if (lookup_i) begin
      frequency_o <= frequency_ram[segment_i];
      amplitude_o <= amplitude_ram[segment_i];
      third_o     <= third_ram[segment_i];
      {last_o, next_o, duration_ms_o} <= timing_ram[segment_i];
    end
  end

  // A change is kept until the engine has seen it, however short the word stood.
  logic [8:0] control_fetched_q;
  assign control_run_o     = control_fetched_q[8];
  assign control_segment_o = control_fetched_q[7:0];
  always_ff @(posedge clk_i) begin
    if (fetch_i) begin
      control_changed_o <= changed_o[channel_i];
      if (changed_o[channel_i]) begin
        control_fetched_q    <= control_ram[channel_i][8:0];
        changed_o[channel_i] <= 1'b0;
      end
    end
    if (decoded_q && write_q && control_q && {word_q[31:16], word_q[8:0]} != control_read_q) begin
      changed_o[index_q[ChannelBits-1:0]] <= 1'b1;
    end
    if (rst_i) changed_o <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (control_q) reg_rdata_o <= {control_read_q[24:9], 7'd0, control_read_q[8:0]};
      else if (frequency_q) reg_rdata_o <= frequency_read_q;
      else if (amplitude_q) reg_rdata_o <= amplitude_read_q;
      else if (third_q) reg_rdata_o <= third_read_q;
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
