// SPDX-License-Identifier: MIT
// HDLC channels as slots of the switch (regs/hdlc.toml, docs/adr/0020): channel n receives from the
// egress sample of slot FirstSlot + n and sends as the slot's source in the next frame. One
// receiver and one transmitter of a bit a clock serve all channels, whose states are in memory. A
// channel that is not enabled takes no clock.
//
// A turn of a channel: 5 clocks and one for each of its bits; 2 more for each frame that ends in it.
// Latency: sample_o one clock after channel_stb_i. A request is answered two clocks after it is
// seen. Nothing stalls: a ring without room loses the frame, counted; events wait and become one.
// After reset counters are cleared first (8 · Channels clocks), in which no channel may be enabled.
// Relied upon: the channels' egress samples come once a frame, ascending.
// Not guaranteed: what is received when the host puts a pointer where none can be; the other
// channels do not notice.
`default_nettype none
module hdlc_channels #(
    parameter int unsigned Channels       = 8,
    parameter int unsigned FirstSlot      = 256,
    parameter int unsigned SlotBits       = 9,
    parameter int unsigned RingWords      = 128,
    parameter int unsigned ClocksPerFrame = 512,
    localparam int unsigned ChannelWidth  = $clog2(Channels)
) (
    input  logic                    clk_i,
    input  logic                    rst_i,
    output logic                    awake_o,  // low: the next clock changes nothing
    input  logic                    egress_stb_i,
    input  logic [SlotBits-1:0]     egress_slot_i,
    /* verilator lint_off UNUSEDSIGNAL */  // an octet of the sample
    input  logic [15:0]             egress_sample_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [Channels-1:0]     speaks_o,  // channels whose sample need be asked for: used since reset
    input  logic                    channel_stb_i,
    input  logic [ChannelWidth-1:0] channel_i,
    output logic [15:0]             sample_o,
    input  logic                    reg_valid_i,
    input  logic                    reg_write_i,
    input  logic [15:0]             reg_addr_i,
    input  logic [31:0]             reg_wdata_i,
    output logic                    reg_ack_o,
    output logic [7:0]              reg_status_o,
    output logic [31:0]             reg_rdata_o,
    output logic                    event_valid_o,
    input  logic                    event_ready_i,
    output logic [7:0]              event_kind_o,
    output logic [7:0]              event_index_o,
    output logic [15:0]             event_data_o
);
  if (Channels < 2 || Channels > switchroom_regs::HdlcChannelCount) begin : gen_check_channels
    $error("hdlc_channels: Channels must be 2 to 64, what the register map has");
  end
  if (RingWords < 4 || RingWords > 256 || RingWords != 2 ** $clog2(RingWords)) begin : gen_check_ring
    $error("hdlc_channels: RingWords must be a power of two, 4 to 256");
  end
  // A channel's slot may come FirstSlot clocks earlier in the next frame than in this one (slots_in_use).
  if (ClocksPerFrame < FirstSlot + 19 * Channels + 8) begin : gen_check_time
    $error("hdlc_channels: ClocksPerFrame must be FirstSlot, 19 a channel and 8 or more");
  end
  localparam int unsigned P = $clog2(RingWords) + 1;  // of a pointer
  localparam int unsigned ReceiveBits = 40, TransmitBits = 33;  // of the states of both modules
  localparam int unsigned ConfigBits = 16;

  typedef enum logic [2:0] {StClear, StIdle, StLoad, StFetch, StTake, StBits, StStore, StCount} state_e;
  state_e state_q;
  logic [ChannelWidth-1:0] channel_q;

  // Registers
  logic registers_awake, put_config, put_enable, put_tail, put_head, host_ring_stb;
  /* verilator lint_off UNUSEDSIGNAL */  // the mark is for events
  logic [ConfigBits-1:0] config_word;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [2:0] mark;
  logic [ChannelWidth-1:0] tell;
  logic [P-1:0] tail_word, head_word, put_pointer;
  logic [Channels-1:0] enable;
  logic [ChannelWidth-1:0] put_channel, ask_channel;
  logic [P-2:0] ask_place;
  logic [ChannelWidth+P-2:0] host_ring_place;
  logic [31:0] host_ring_word, asked_ring_q, asked_counter_q;
  logic [P-1:0] asked_head_q, asked_tail_q;
  hdlc_registers #(.Channels(Channels), .FirstSlot(FirstSlot), .RingWords(RingWords)) u_registers (
      .clk_i, .rst_i, .awake_o(registers_awake), .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .channel_i(channel_q), .config_o(config_word), .receive_tail_o(tail_word),
      .transmit_head_o(head_word), .enable_o(enable), .tell_i(tell), .mark_o(mark), .put_channel_o(put_channel), .put_config_o(put_config),
      .put_enable_o(put_enable), .put_tail_o(put_tail), .put_head_o(put_head), .put_pointer_o(put_pointer),
      .ring_stb_o(host_ring_stb), .ring_place_o(host_ring_place), .ring_word_o(host_ring_word),
      .ask_channel_o(ask_channel), .ask_place_o(ask_place), .receive_head_i(asked_head_q),
      .transmit_tail_i(asked_tail_q), .counter_i(asked_counter_q), .ring_word_i(asked_ring_q)
  );
  logic begins, stops;  // by the host, a channel from the reset state; its turn
  assign begins = put_config && put_enable && !enable[put_channel];
  assign stops  = put_config && !(put_enable && enable[put_channel]);

  // Samples come; the lowest channel that has one has its turn.
  logic [ChannelWidth-1:0] egress_channel, first;
  logic arriving;
  logic [Channels-1:0] due_q, fresh_q;
  logic [7:0] octet_ram[2**ChannelWidth];
  assign egress_channel = ChannelWidth'(32'(egress_slot_i) - FirstSlot);
  always_comb begin
    arriving = 1'b0;
    if (egress_stb_i && 32'(egress_slot_i) >= FirstSlot && 32'(egress_slot_i) < FirstSlot + Channels)
      arriving = enable[egress_channel];
  end
  always_comb begin
    first = '0;
    for (int unsigned n = 0; n < Channels; n++)
      if (due_q[Channels-1-n]) first = ChannelWidth'(Channels - 1 - n);
  end

  // The turn
  logic [ReceiveBits-1:0] receive_ram[2**ChannelWidth];
  logic [23:0] partial_ram[2**ChannelWidth];
  logic [P-1:0] receive_head_ram[2**ChannelWidth];
  logic [TransmitBits-1:0] transmit_ram[2**ChannelWidth];
  logic [P+13:0] frame_ram[2**ChannelWidth];
  logic [P-1:0] transmit_tail_ram[2**ChannelWidth];
  logic [7:0] result_ram[2**ChannelWidth];
  logic [ReceiveBits-1:0] receive_q, receive_d;
  logic [TransmitBits-1:0] transmit_q, transmit_d;
  logic [8:0] most_q;
  logic idle_ones_q, reset_q;
  logic [2:0] bits_q, bit_q;
  logic [7:0] line_q, sent_q;          // what comes, highest first; what goes
  logic [23:0] partial_q;              // octets of a word that is not whole
  logic [P-1:0] receive_head_q, receive_tail_q, transmit_head_q, transmit_tail_q, read_q;
  // the frame that is to be sent: there, its first octet has gone, octets left, place in a word
  logic have_q, begun_q, can_q;
  logic [9:0] left_q;
  logic [1:0] lane_q;
  logic [31:0] read_word_q;

  logic octet_stb, end_stb, take_stb, sent_stb, line_bit;
  logic [7:0] octet, count_d, count_q;
  logic [9:0] octets;
  logic [2:0] end_kind;
  hdlc_receive u_receive (
      .state_i(receive_q), .reset_i(reset_q), .bit_i(line_q[7]), .most_i(most_q), .room_i(room_q), .state_o(receive_d),
      .octets_o(octets), .octet_stb_o(octet_stb), .octet_o(octet), .end_stb_o(end_stb), .end_o(end_kind)
  );
  hdlc_transmit u_transmit (
      .state_i(transmit_q), .reset_i(reset_q), .idle_ones_i(idle_ones_q), .ready_i(can_q && !begun_q),
      .more_i(begun_q), .octet_i(read_word_q[8*lane_q+:8]), .state_o(transmit_d), .bit_o(line_bit),
      .octet_stb_o(take_stb), .sent_stb_o(sent_stb)
  );

  // Of the bits of a turn: an octet at most, the end of one frame, one octet taken, one frame sent.
  logic got_q, ended_q, taken_q, done_q;
  logic [7:0] octet_q;
  logic [9:0] octets_q, length;
  logic [2:0] end_q;
  logic [31:0] word;
  logic [P-1:0] place, place_q, unread, head_d, tail_d, left_behind;
  logic whole, room_q, write, last, header_good;
  // Where the next octet goes. If a turn has one, then it is the one known when the turn begins: after
  // a flag there are fewer than eight bits left.
  assign place   = receive_head_q + P'(1) + P'(receive_q[9:2]);
  assign unread  = place_q - receive_tail_q;
  assign whole   = ended_q && end_q == switchroom_regs::HdlcCounterReceived[2:0];
  assign write   = state_q == StStore && (whole || got_q);
  assign length  = octets_q - 10'(hdlc::FcsOctets);
  assign head_d  = receive_head_q + P'(1) + P'((length + 10'd3) >> 2);
  always_comb begin
    case (octets_q[1:0])
      2'd0: word = {24'd0, octet_q};
      2'd1: word = {16'd0, octet_q, partial_q[7:0]};
      2'd2: word = {8'd0, octet_q, partial_q[15:0]};
      default: word = {octet_q, partial_q};
    endcase
  end
  assign last        = left_q == 10'd1;
  assign left_behind = transmit_head_q - read_q;  // words with the header
  assign header_good = left_behind <= P'(RingWords) && read_word_q[9:0] != 10'd0 && read_word_q[31:10] == 22'd0
                    && (11'(read_word_q[9:0]) + 11'd3) >> 2 < 11'(left_behind);
  assign tail_d      = done_q ? (have_q ? read_q - P'(1) : read_q) : transmit_tail_q;

  always_ff @(posedge clk_i) begin
    if (arriving) begin
      octet_ram[egress_channel] <= egress_sample_i[7:0];
      due_q[egress_channel]     <= 1'b1;
    end
    case (state_q)
      StClear: if (sweep_q == '1) state_q <= StIdle;
      StIdle:
      if (due_q != '0 && !(stops && put_channel == first)) begin
        channel_q    <= first;
        due_q[first] <= 1'b0;
        state_q      <= StLoad;
      end
      StLoad: begin
        most_q <= config_word[15:7];
        {idle_ones_q, bits_q} <= config_word[3:0];
        receive_q       <= receive_ram[channel_q];
        partial_q       <= partial_ram[channel_q];
        receive_head_q  <= receive_head_ram[channel_q];
        receive_tail_q  <= tail_word;
        transmit_q      <= transmit_ram[channel_q];
        transmit_head_q <= head_word;
        transmit_tail_q <= transmit_tail_ram[channel_q];
        {read_q, have_q, begun_q, left_q, lane_q} <= frame_ram[channel_q];
        line_q  <= octet_ram[channel_q] << (3'd7 - config_word[2:0]);
        reset_q <= fresh_q[channel_q];
        if (fresh_q[channel_q]) begin
          {receive_head_q, transmit_tail_q, read_q} <= '0;
          {have_q, begun_q, lane_q} <= '0;
        end
        bit_q   <= 3'd0;
        sent_q  <= 8'd0;
        count_q <= 8'd0;
        {got_q, ended_q, taken_q, done_q} <= '0;
        state_q <= StFetch;
      end
      StFetch: begin
        place_q <= place;
        state_q <= StTake;
      end
      StTake: begin
        room_q <= !unread[P-1];  // nothing that the host has not read is there
        can_q <= have_q;
        if (!have_q && left_behind != '0) begin
          have_q <= header_good;
          left_q <= read_word_q[9:0];
          lane_q <= 2'd0;
          read_q <= header_good ? read_q + P'(1) : transmit_head_q;
          if (!header_good) begin
            transmit_tail_q <= transmit_head_q;
            count_q[switchroom_regs::HdlcCounterMalformed[2:0]] <= 1'b1;
          end
        end
        state_q <= StBits;
      end
      StBits: begin
        receive_q  <= receive_d;
        transmit_q <= transmit_d;
        reset_q    <= 1'b0;
        line_q     <= line_q << 1;
        sent_q     <= {sent_q[6:0], line_bit};
        bit_q      <= bit_q + 3'd1;
        if (octet_stb) begin
          got_q   <= 1'b1;
          octet_q <= octet;
        end
        if (octet_stb || end_stb) octets_q <= octets;
        if (end_stb) begin
          ended_q <= 1'b1;
          end_q   <= end_kind;
        end
        if (take_stb) taken_q <= 1'b1;
        if (sent_stb) done_q <= 1'b1;
        if (bit_q == bits_q) state_q <= StStore;
      end
      StStore: begin
        count_q <= count_d;
        state_q <= count_d == 8'd0 ? StIdle : StCount;
      end
      default:
      if (counted_q) begin
        count_q[kind] <= 1'b0;
        if ((count_q & (count_q - 8'd1)) == 8'd0) state_q <= StIdle;
      end
    endcase
    if (stops && put_channel == channel_q && state_q != StClear) state_q <= StIdle;
    if (stops) due_q[put_channel] <= 1'b0;
    if (rst_i) begin
      state_q <= StClear;
      due_q   <= '0;
    end
  end

  // What a turn leaves
  logic [P+13:0] frame_d;
  always_comb begin
    frame_d = {read_q, have_q, begun_q, left_q, lane_q};
    if (taken_q) begin
      frame_d = {read_q + P'(last || lane_q == 2'd3), !last, !last, left_q - 10'd1, last ? 2'd0 : lane_q + 2'd1};
    end
    count_d = count_q;
    if (ended_q) count_d[end_q] = 1'b1;
    if (done_q) count_d[switchroom_regs::HdlcCounterSent[2:0]] = 1'b1;
  end
  always_ff @(posedge clk_i) begin
    if (state_q == StStore) begin
      receive_ram[channel_q]       <= receive_q;
      partial_ram[channel_q]       <= got_q ? word[23:0] : partial_q;
      receive_head_ram[channel_q]  <= whole ? head_d : receive_head_q;
      transmit_ram[channel_q]      <= transmit_q;
      transmit_tail_ram[channel_q] <= tail_d;
      frame_ram[channel_q]         <= frame_d;
      result_ram[channel_q]        <= sent_q;
      fresh_q[channel_q]           <= 1'b0;
    end
    if (begins) begin
      fresh_q[put_channel]  <= 1'b1;
      speaks_o[put_channel] <= 1'b1;
    end
    if (rst_i) speaks_o <= '0;
  end

  // Rings
  logic [31:0] receive_ring[2**ChannelWidth*RingWords];
  logic [31:0] transmit_ring[2**ChannelWidth*RingWords];
  logic [P-2:0] write_place;
  assign write_place = whole ? receive_head_q[P-2:0] : place_q[P-2:0];
  always_ff @(posedge clk_i) begin
    if (write) receive_ring[{channel_q, write_place}] <= whole ? {22'd0, length} : word;
    if (reg_valid_i) asked_ring_q <= receive_ring[{ask_channel, ask_place}];
  end
  always_ff @(posedge clk_i) begin
    if (host_ring_stb) transmit_ring[host_ring_place] <= host_ring_word;
    if (state_q == StFetch) read_word_q <= transmit_ring[{channel_q, read_q[P-2:0]}];
  end

  // Counters: a clock to read, one to write.
  logic [31:0] counter_ram[2**ChannelWidth*8];
  logic [31:0] counter_q;
  logic [ChannelWidth+2:0] sweep_q;
  logic [2:0] kind;
  logic counted_q;
  always_comb begin
    kind = 3'd0;
    for (int unsigned n = 0; n < 8; n++) if (count_q[7-n]) kind = 3'(7 - n);
  end
  always_ff @(posedge clk_i) begin
    sweep_q   <= rst_i ? '0 : sweep_q + 1'b1;
    counted_q <= state_q == StCount && !counted_q;
    counter_q <= counter_ram[{channel_q, kind}];
    if (state_q == StClear || counted_q)
      counter_ram[state_q == StClear ? sweep_q : {channel_q, kind}] <= state_q == StClear ? 32'd0 : counter_q + 32'd1;
    if (reg_valid_i) asked_counter_q <= counter_ram[{ask_channel, ask_place[2:0]}];
  end

  // What the channels say, and what the host asks for
  logic speaks_q;
  logic [7:0] result_q;
  assign sample_o = {8'd0, speaks_q ? result_q : 8'hff};
  always_ff @(posedge clk_i) begin
    if (channel_stb_i) begin
      result_q <= result_ram[channel_i];
      speaks_q <= enable[channel_i] && !fresh_q[channel_i];
    end
    if (reg_valid_i) begin
      asked_head_q <= enable[ask_channel] && !fresh_q[ask_channel] ? receive_head_ram[ask_channel] : '0;
      asked_tail_q <= enable[ask_channel] && !fresh_q[ask_channel] ? transmit_tail_ram[ask_channel] : '0;
    end
  end

  // Events: what is to be told, of those to whom the host listens again; received before sent.
  logic [Channels-1:0] received_q, listens_q, sent_event_q, wants_q, tell_received, tell_sent;
  logic tells_received, low;
  assign tell_received  = received_q & listens_q & enable;
  assign tell_sent      = sent_event_q & wants_q & enable;
  assign tells_received = tell_received != '0;
  assign low            = transmit_head_q - tail_d <= P'(RingWords / 2);
  always_comb begin
    tell = '0;
    for (int unsigned n = 0; n < Channels; n++)
      if (tells_received ? tell_received[Channels-1-n] : tell_sent[Channels-1-n]) tell = ChannelWidth'(Channels - 1 - n);
  end
  logic [P-1:0] put_head_is, told;
  assign told = fresh_q[tell] ? '0 : tells_received ? receive_head_ram[tell] : transmit_tail_ram[tell];
  assign put_head_is = fresh_q[put_channel] ? '0 : receive_head_ram[put_channel];
  always_ff @(posedge clk_i) begin
    if (event_ready_i) event_valid_o <= 1'b0;
    if (!event_valid_o && (tells_received || tell_sent != '0)) begin
      event_valid_o <= 1'b1;
      event_kind_o  <= tells_received ? switchroom_regs::EventKindHdlcReceived : switchroom_regs::EventKindHdlcSent;
      event_index_o <= 8'(tell);
      event_data_o  <= {mark, 13'(told)};
      if (tells_received) begin
        received_q[tell] <= 1'b0;
        listens_q[tell]  <= 1'b0;
      end else begin
        sent_event_q[tell] <= 1'b0;
        wants_q[tell]      <= 1'b0;
      end
    end
    if (put_tail) begin
      listens_q[put_channel]  <= 1'b1;
      received_q[put_channel] <= put_head_is != put_pointer;
    end
    if (put_head) begin
      wants_q[put_channel]      <= 1'b1;
      sent_event_q[put_channel] <= 1'b0;
    end
    if (state_q == StStore) begin
      if (whole) received_q[channel_q] <= 1'b1;
      if ((done_q || count_q != 8'd0) && low) sent_event_q[channel_q] <= 1'b1;
    end
    if (begins) begin
      listens_q[put_channel]    <= 1'b1;
      wants_q[put_channel]      <= 1'b1;
      received_q[put_channel]   <= 1'b0;
      sent_event_q[put_channel] <= 1'b0;
    end
    if (rst_i) event_valid_o <= 1'b0;
  end

  // In a block of its own: worked out by this clock, not by all that the question below waits for.
  logic at_work;
  always_comb begin
    at_work = 1'b0;
    if (due_q != '0 || state_q != StIdle || event_valid_o || tells_received || tell_sent != '0) at_work = 1'b1;
  end
  assign awake_o = at_work || arriving || channel_stb_i || registers_awake;
`ifdef FORMAL
`include "hdlc_ring_properties.svh"
`endif
endmodule
`default_nettype wire
