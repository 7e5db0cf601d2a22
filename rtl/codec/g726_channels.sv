// SPDX-License-Identifier: MIT
// G.726 channels as slots of the switch (regs/g726.toml): channel n takes the egress sample of slot
// FirstSlot + n, has the engine work on it, and gives the result as the slot's source in the next
// frame. A channel that is not enabled takes no time of the engine.
//
// Latency: sample_o one clock after channel_stb_i. A request is answered two clocks after it is
// seen. Nothing stalls.
// Relied upon: the channels' egress samples come once a frame, slots ascending, at most one a clock,
// and in time: the last FirstSlot + Channels + 6 clocks into the frame. With OneClock 0 the engine
// needs 16 clocks a channel, checked at elaboration.
`default_nettype none
module g726_channels #(
    parameter int unsigned Channels       = 64,
    parameter int unsigned FirstSlot      = 128,
    parameter int unsigned SlotBits       = 8,
    parameter int unsigned ClocksPerFrame = 512,
    parameter int unsigned OneClock       = 1,
    localparam int unsigned ChannelWidth  = $clog2(Channels)
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    output logic                    awake_o,  // low: the next clock changes nothing
    input  logic                    frame_stb_i,
    input  logic                    egress_stb_i,
    input  logic [SlotBits-1:0]     egress_slot_i,
    input  logic [15:0]             egress_sample_i,
    input  logic                    channel_stb_i,
    input  logic [ChannelWidth-1:0] channel_i,
    output logic [15:0]             sample_o,
    output logic [Channels-1:0]     used_o,   // of others the sample is 0, and their slots need not come
    input  logic                    reg_valid_i,
    input  logic                    reg_write_i,
    input  logic [15:0]             reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // there are no more fields
    input  logic [31:0]             reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                    reg_ack_o,
    output logic [7:0]              reg_status_o,
    output logic [31:0]             reg_rdata_o
);
  if (Channels < 2 || Channels > switchroom_regs::G726ChannelCount) begin : gen_check_channels
    $error("g726_channels: Channels must be 2 to 1024, what the register map has");
  end
  // From the first sample to the last result, which the next frame asks for Channels clocks later.
  if (OneClock == 0 && ClocksPerFrame < 15 * Channels + 62) begin : gen_check_time
    $error("g726_channels: ClocksPerFrame must be 15 a channel and 62 or more");
  end

  // What lies in a channel's word beside enable.
  localparam int unsigned ConfigBits = 5;

  // Registers
  logic decoded_q, start, write_q, hit, hit_q;
  logic [15:0] index;
  logic [ChannelWidth-1:0] index_q;
  logic [ConfigBits:0] word_q;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q;
  assign index = reg_addr_i - switchroom_regs::G726ChannelWord;
  assign hit   = reg_addr_i >= switchroom_regs::G726ChannelWord && 32'(index) < Channels;
  (* ram_style = "distributed" *) logic [ConfigBits-1:0] config_ram[2**ChannelWidth];
  logic [ConfigBits-1:0] config_read_q, arriving_config_q, config_q;
  logic [Channels-1:0] enable_q, fresh_q, silent_q;
  always_ff @(posedge clk_i) begin
    if (start || decoded_q || reg_ack_o) begin
      decoded_q <= start;
      reg_ack_o <= decoded_q;
      if (start) begin
        hit_q         <= hit;
        write_q       <= reg_write_i;
        index_q       <= index[ChannelWidth-1:0];
        word_q        <= reg_wdata_i[ConfigBits:0];
        config_read_q <= config_ram[index[ChannelWidth-1:0]];
      end
      if (decoded_q) begin
        reg_status_o <= switchroom_regs::StatusOk;
        reg_rdata_o  <= 32'd0;
        if (hit_q) begin
          if (write_q) config_ram[index_q] <= word_q[ConfigBits:1];
          else reg_rdata_o <= enable_q[index_q] ? {26'd0, config_read_q, 1'b1} : 32'd0;
        end else begin
          if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
          case (reg_addr_i)
            switchroom_regs::G726IdWord:        reg_rdata_o <= switchroom_regs::G726Id;
            switchroom_regs::G726CapacityWord:  reg_rdata_o <= Channels;
            switchroom_regs::G726FirstSlotWord: reg_rdata_o <= FirstSlot;
            default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
          endcase
        end
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end

  // Samples come, and are fetched for the engine in their order.
  logic [ChannelWidth-1:0] egress_channel;
  logic arriving;
  assign egress_channel = egress_slot_i[ChannelWidth-1:0] - ChannelWidth'(FirstSlot);
  assign arriving = egress_stb_i && 32'(egress_slot_i) >= FirstSlot
                 && 32'(egress_slot_i) < FirstSlot + Channels;
  // What a channel shall do is taken with its sample: a write that comes later counts from the next one on.
  logic arriving_q, arriving_fresh_q, fetched_fresh_q;
  logic [ChannelWidth-1:0] arriving_channel_q;
  logic [15:0] arriving_word_q;
  logic [16+ConfigBits:0] word_ram[2**ChannelWidth];
  logic [15:0] word_fetched_q;
  logic [ChannelWidth:0] arrived_q, next_q;  // how many
  logic [ChannelWidth-1:0] channel_q;
  logic fetched_q, wanted, op_valid, op_ready, advance;
  // Of a channel that is enabled while its sample waits, that is worked on, and not heard of again: the next
  // one is its first.
  assign wanted   = enable_q[channel_q];
  assign used_o   = enable_q;
  assign op_valid = fetched_q && wanted;
  assign advance  = !fetched_q || !wanted || op_ready;
  always_ff @(posedge clk_i) begin
    arriving_q <= arriving && !rst_i;
    if (arriving) begin
      arriving_channel_q <= egress_channel;
      arriving_word_q    <= egress_sample_i;
      arriving_fresh_q   <= fresh_q[egress_channel];
      arriving_config_q  <= config_ram[egress_channel];
    end
    if (arriving_q) begin
      word_ram[arriving_channel_q] <= {arriving_fresh_q, arriving_config_q, arriving_word_q};
      arrived_q <= arrived_q + 1'b1;
    end
    if (advance) begin
      fetched_q <= next_q != arrived_q;
      if (next_q != arrived_q) begin
        channel_q      <= next_q[ChannelWidth-1:0];
        {fetched_fresh_q, config_q, word_fetched_q} <= word_ram[next_q[ChannelWidth-1:0]];
        next_q         <= next_q + 1'b1;
      end
    end
    if (frame_stb_i || rst_i) begin
      arrived_q <= '0;
      next_q    <= '0;
    end
    if (rst_i) fetched_q <= 1'b0;
  end

  logic decode, octets, mu_law;
  logic [1:0] rate;
  assign {mu_law, octets, rate, decode} = config_q;
  logic [15:0] op_word;
  always_comb begin
    op_word = word_fetched_q;
    if (op_valid && octets && !decode) op_word = {8'd0, g711::encoded(mu_law, word_fetched_q)};
  end
  logic done_stb, done_octet, done_mu_law, engine_awake;
  logic [ChannelWidth-1:0] done_channel;
  logic [15:0] done_word;
  g726_engine #(.Channels(Channels), .OneClock(OneClock)) u_engine (
      .clk_i, .rst_i, .awake_o(engine_awake), .op_valid_i(op_valid), .op_ready_o(op_ready),
      .op_channel_i(channel_q), .op_decode_i(decode), .op_rate_i(rate), .op_octets_i(octets),
      .op_mu_law_i(mu_law), .op_reset_i(fetched_fresh_q),
      .op_word_i(op_word),
      .done_stb_o(done_stb), .done_channel_o(done_channel), .done_word_o(done_word),
      .done_octet_o(done_octet), .done_mu_law_o(done_mu_law)
  );

  // A channel that was enabled is fresh until its first sample comes, and silent until that has come
  // back from the engine: it says nothing of what it was before.
  logic [15:0] result_ram[2**ChannelWidth];
  logic [15:0] result_q, done_sample_q;
  logic speaks_q, done_q;
  logic [ChannelWidth-1:0] done_channel_q;
  assign sample_o = speaks_q ? result_q : 16'd0;
  always_ff @(posedge clk_i) begin
    done_q <= done_stb && !rst_i;
    if (done_stb) begin
      done_channel_q <= done_channel;
      done_sample_q  <= done_octet ? g711::decoded(done_mu_law, done_word[7:0]) : done_word;
    end
    if (done_q) begin
      result_ram[done_channel_q] <= done_sample_q;
      if (!fresh_q[done_channel_q]) silent_q[done_channel_q] <= 1'b0;
    end
    if (arriving) fresh_q[egress_channel] <= 1'b0;  // of a channel that is not enabled it says nothing
    if (decoded_q && hit_q && write_q) begin
      enable_q[index_q] <= word_q[0];
      if (!enable_q[index_q]) begin
        fresh_q[index_q]  <= 1'b1;
        silent_q[index_q] <= 1'b1;
      end
    end
    if (channel_stb_i) begin
      result_q <= result_ram[channel_i];
      speaks_q <= enable_q[channel_i] && !silent_q[channel_i];
    end
    if (rst_i) enable_q <= '0;
  end

  assign awake_o = arriving || arriving_q || next_q != arrived_q || fetched_q || engine_awake || done_q || channel_stb_i || reg_valid_i
                || decoded_q || reg_ack_o || frame_stb_i;

`ifdef FORMAL
  `include "g726_channels_properties.svh"
`endif
endmodule
`default_nettype wire
