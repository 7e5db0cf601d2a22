// SPDX-License-Identifier: MIT
// The host's side of hdlc_channels (regs/hdlc.toml): the words that it writes, and the way to those
// that it reads.
//
// A request is answered two clocks after it is seen: in the first place_o says what is to be read, in
// the second that has come. Nothing stalls.
`default_nettype none
module hdlc_registers #(
    parameter int unsigned Channels      = 8,
    parameter int unsigned FirstSlot     = 256,
    parameter int unsigned RingWords     = 128,
    localparam int unsigned ChannelWidth = $clog2(Channels),
    localparam int unsigned PointerWidth = $clog2(RingWords) + 1,
    localparam int unsigned ConfigBits   = 16   // most, mark, idle_ones, bits
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    output logic                    awake_o,
    input  logic                    reg_valid_i,
    input  logic                    reg_write_i,
    input  logic [15:0]             reg_addr_i,
    input  logic [31:0]             reg_wdata_i,
    output logic                    reg_ack_o,
    output logic [7:0]              reg_status_o,
    output logic [31:0]             reg_rdata_o,
    // what the host has said of a channel
    input  logic [ChannelWidth-1:0] channel_i,
    output logic [ConfigBits-1:0]   config_o,
    output logic [PointerWidth-1:0] receive_tail_o,
    output logic [PointerWidth-1:0] transmit_head_o,
    output logic [Channels-1:0]     enable_o,
    input  logic [ChannelWidth-1:0] tell_i,
    output logic [2:0]              mark_o,  // of tell_i
    // what it says now
    output logic [ChannelWidth-1:0] put_channel_o,
    output logic                    put_config_o,
    output logic                    put_enable_o,
    output logic                    put_tail_o,
    output logic                    put_head_o,
    output logic [PointerWidth-1:0] put_pointer_o,
    output logic                    ring_stb_o,
    output logic [ChannelWidth+PointerWidth-2:0] ring_place_o,
    output logic [31:0]             ring_word_o,
    // what it asks for: {channel, place}; the words a clock later
    output logic [ChannelWidth-1:0] ask_channel_o,
    output logic [PointerWidth-2:0] ask_place_o,
    input  logic [PointerWidth-1:0] receive_head_i,
    input  logic [PointerWidth-1:0] transmit_tail_i,
    input  logic [31:0]             counter_i,
    input  logic [31:0]             ring_word_i
);
  // Where a register lies, by its array; rings have 256 words a channel, counters 8, others one.
  typedef enum logic [3:0] {
    InChannel, InReceiveHead, InReceiveTail, InTransmitHead, InTransmitTail, InCounter, InReceiveRing,
    InTransmitRing, InHeader
  } where_e;
  where_e where, where_q;
  logic [15:0] index, channel;
  logic exists;
  always_comb begin
    where   = InHeader;
    index   = reg_addr_i;
    if (reg_addr_i >= switchroom_regs::HdlcTransmitRingWord) begin
      where = InTransmitRing;
      index = reg_addr_i - switchroom_regs::HdlcTransmitRingWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcReceiveRingWord) begin
      where = InReceiveRing;
      index = reg_addr_i - switchroom_regs::HdlcReceiveRingWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcCounterWord) begin
      where = InCounter;
      index = reg_addr_i - switchroom_regs::HdlcCounterWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcTransmitTailWord) begin
      where = InTransmitTail;
      index = reg_addr_i - switchroom_regs::HdlcTransmitTailWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcTransmitHeadWord) begin
      where = InTransmitHead;
      index = reg_addr_i - switchroom_regs::HdlcTransmitHeadWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcReceiveTailWord) begin
      where = InReceiveTail;
      index = reg_addr_i - switchroom_regs::HdlcReceiveTailWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcReceiveHeadWord) begin
      where = InReceiveHead;
      index = reg_addr_i - switchroom_regs::HdlcReceiveHeadWord;
    end else if (reg_addr_i >= switchroom_regs::HdlcChannelWord) begin
      where = InChannel;
      index = reg_addr_i - switchroom_regs::HdlcChannelWord;
    end
    case (where)
      InReceiveRing, InTransmitRing: channel = index >> 8;
      InCounter: channel = index >> 3;
      default: channel = index;
    endcase
    exists = 32'(channel) < Channels;
    if (where == InReceiveRing || where == InTransmitRing) exists = exists && 32'(index[7:0]) < RingWords;
  end
  assign ask_channel_o = channel[ChannelWidth-1:0];
  assign ask_place_o   = (PointerWidth - 1)'(index[7:0]);

  logic decoded_q, start, write_q, exists_q;
  logic [ChannelWidth-1:0] channel_q;
  logic [PointerWidth-2:0] place_q;
  logic [31:0] word_q;
  logic [ConfigBits-1:0] config_ram[2**ChannelWidth];
  logic [PointerWidth-1:0] receive_tail_ram[2**ChannelWidth];
  logic [PointerWidth-1:0] transmit_head_ram[2**ChannelWidth];
  logic [ConfigBits-1:0] config_q;
  logic [PointerWidth-1:0] receive_tail_q, transmit_head_q;
  logic enabled, put;
  assign start   = reg_valid_i && !reg_ack_o && !decoded_q;
  assign awake_o = reg_valid_i || decoded_q || reg_ack_o;
  assign enabled = enable_o[channel_q];
  assign put     = decoded_q && write_q && exists_q;

  assign put_channel_o = channel_q;
  assign put_config_o  = put && where_q == InChannel;
  assign put_enable_o  = word_q[0];
  assign put_tail_o    = put && where_q == InReceiveTail && enabled;
  assign put_head_o    = put && where_q == InTransmitHead && enabled;
  assign put_pointer_o = word_q[PointerWidth-1:0];
  assign ring_stb_o    = put && where_q == InTransmitRing;
  assign ring_place_o  = {channel_q, place_q};
  assign ring_word_o   = word_q;

  assign config_o        = config_ram[channel_i];
  assign mark_o          = config_ram[tell_i][6:4];
  assign receive_tail_o  = receive_tail_ram[channel_i];
  assign transmit_head_o = transmit_head_ram[channel_i];
  logic clear;  // what is not enabled has no pointers
  assign clear = put_config_o && !(put_enable_o && enabled);
  always_ff @(posedge clk_i) begin
    if (put_config_o) begin
      config_ram[channel_q] <= word_q[ConfigBits:1];
      enable_o[channel_q]   <= put_enable_o;
    end
    if (put_tail_o || clear) receive_tail_ram[channel_q] <= clear ? '0 : put_pointer_o;
    if (put_head_o || clear) transmit_head_ram[channel_q] <= clear ? '0 : put_pointer_o;
    if (rst_i) enable_o <= '0;
  end

  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      where_q         <= where;
      exists_q        <= exists;
      write_q         <= reg_write_i;
      channel_q       <= channel[ChannelWidth-1:0];
      place_q         <= ask_place_o;
      word_q          <= reg_wdata_i;
      config_q        <= config_ram[channel[ChannelWidth-1:0]];
      receive_tail_q  <= receive_tail_ram[channel[ChannelWidth-1:0]];
      transmit_head_q <= transmit_head_ram[channel[ChannelWidth-1:0]];
    end
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (where_q == InHeader) begin
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::HdlcIdWord:        reg_rdata_o <= switchroom_regs::HdlcId;
          switchroom_regs::HdlcCapacityWord:  reg_rdata_o <= Channels;
          switchroom_regs::HdlcFirstSlotWord: reg_rdata_o <= FirstSlot;
          switchroom_regs::HdlcRingWordsWord: reg_rdata_o <= RingWords;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end else if (!exists_q) begin
        reg_status_o <= switchroom_regs::StatusNoSuchRegister;
      end else if (write_q) begin
        if (where_q == InReceiveHead || where_q == InTransmitTail || where_q == InCounter || where_q == InReceiveRing)
          reg_status_o <= switchroom_regs::StatusReadOnly;
      end else begin
        case (where_q)
          InChannel:
          if (enabled) reg_rdata_o <= {15'd0, config_q, 1'b1};
          InReceiveHead:  reg_rdata_o <= 32'(receive_head_i);
          InReceiveTail:  reg_rdata_o <= enabled ? 32'(receive_tail_q) : 32'd0;
          InTransmitHead: reg_rdata_o <= enabled ? 32'(transmit_head_q) : 32'd0;
          InTransmitTail: reg_rdata_o <= 32'(transmit_tail_i);
          InCounter:      reg_rdata_o <= counter_i;
          InReceiveRing:  reg_rdata_o <= ring_word_i;
          default: ;
        endcase
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
