// SPDX-License-Identifier: MIT
// Executes read and write frames on the register bus and answers them (proto/link.md).
//
// In order, one register at a time. The expected tag is executed; a tag behind is a repetition: a
// read is done again, a write is answered as it was the first time (the last eight are
// remembered; `ok` for older ones) and not done again; a tag ahead is refused. The first register
// that does not answer `ok` ends the request.
// A request takes 8 clocks, per word 4 (read) or 9 (write) plus what the register needs, and
// the reply. Waits for slow registers and for the transmitter; never gives up on a register
// that does not answer.
`default_nettype none
module link_register_master (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        restart_i,       // next tag is 0
    input  logic        start_read_i,
    input  logic        start_write_i,
    output logic        done_o,
    output logic        awake_o,         // low: the next clock changes nothing
    // The frame, see link_receiver
    input  logic [7:0]  frame_octets_i,
    output logic [7:0]  frame_index_o,
    input  logic [7:0]  frame_octet_i,
    // Register bus
    output logic        reg_valid_o,
    output logic        reg_write_o,
    output logic [23:0] reg_addr_o,
    output logic [31:0] reg_wdata_o,
    input  logic        reg_ack_i,
    input  logic [7:0]  reg_status_i,
    input  logic [31:0] reg_rdata_i,
    // Reply
    output logic [7:0]  reply_o,
    output logic        reply_end_o,
    output logic        reply_valid_o,
    input  logic        reply_ready_i
);
  typedef enum logic [3:0] {
    StIdle, StHeader, StJudge, StWord, StAccess, StNext, StType, StTag, StStatus, StLoad, StData, StEnd
  } state_e;
  state_e state_q;
  logic       write_q;
  logic [7:0] index_q;         // octet of the frame that is asked for
  logic [2:0] fetch_q;         // clocks of the present fetch
  logic [39:0] header_q;       // tag, address, count as they came
  logic [7:0] expected_q;
  logic [7:0] status_q;
  logic [5:0] left_q;          // words to do
  logic [5:0] words_q;         // words done
  logic [5:0] sent_q;          // words answered
  logic [1:0] octet_q;
  logic [31:0] word_q;         // word to write; word being answered
  logic [63:0] past_q;         // status of the last eight writes, an octet each, by tag

  logic [7:0] tag, behind;
  assign tag = header_q[7:0];
  assign behind = expected_q - tag;

  logic [31:0] answer_q[32];
  logic [31:0] answer_read_q;
  always_ff @(posedge clk_i) begin
    if (state_q == StAccess && reg_ack_i) answer_q[words_q[4:0]] <= reg_rdata_i;
    if (state_q != StIdle) answer_read_q <= answer_q[sent_q[4:0]];
  end

  assign awake_o = state_q != StIdle || start_read_i || start_write_i || restart_i || done_o;
  assign frame_index_o = index_q;
  assign reg_valid_o = state_q == StAccess;
  assign reg_write_o = write_q;
  assign reg_addr_o = header_q[31:8];
  assign reg_wdata_o = word_q;
  assign reply_valid_o = state_q == StType || state_q == StTag || state_q == StStatus ||
                         state_q == StData || state_q == StEnd;
  assign reply_end_o = state_q == StEnd;
  always_comb begin
    reply_o = word_q[7:0];
    if (reply_valid_o) begin
      case (state_q)
        StType:
        reply_o = write_q ? switchroom_regs::FrameTypeWriteReply : switchroom_regs::FrameTypeReadReply;
        StTag: reply_o = tag;
        StStatus: reply_o = status_q;
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    done_o <= 1'b0;
    case (state_q)
      StIdle:
      if (start_read_i || start_write_i) begin
        index_q <= 8'd2;
        fetch_q <= 3'd0;
        words_q <= 6'd0;
        sent_q <= 6'd0;
        write_q <= start_write_i;
        state_q <= StHeader;
      end
      StHeader: begin          // octets 2 to 6; the frame's memory answers two clocks later
        index_q <= index_q + 8'd1;
        fetch_q <= fetch_q + 3'd1;
        if (fetch_q >= 3'd2) header_q <= {frame_octet_i, header_q[39:8]};
        if (fetch_q == 3'd6) state_q <= StJudge;
      end
      StJudge: begin
        index_q <= 8'd6;
        fetch_q <= 3'd0;
        left_q <= write_q ? frame_octets_i[7:2] - 6'd2 : header_q[37:32];
        status_q <= switchroom_regs::StatusOk;
        state_q <= write_q ? StWord : StAccess;
        if (behind == 8'd0) expected_q <= expected_q + 8'd1;
        else if (behind > 8'd128) begin
          status_q <= switchroom_regs::StatusOutOfOrder;
          state_q <= StType;
        end else if (write_q) begin
          if (behind <= 8'd8) status_q <= past_q[8*tag[2:0]+:8];
          state_q <= StType;
        end
      end
      StWord: begin
        fetch_q <= fetch_q + 3'd1;
        if (fetch_q < 3'd4) index_q <= index_q + 8'd1;
        if (fetch_q >= 3'd2) word_q <= {frame_octet_i, word_q[31:8]};
        if (fetch_q == 3'd5) state_q <= StAccess;
      end
      StAccess:
      if (reg_ack_i) begin
        status_q <= reg_status_i;
        left_q <= left_q - 6'd1;
        state_q <= StNext;
        if (reg_status_i == switchroom_regs::StatusOk) words_q <= words_q + 6'd1;
      end
      StNext: begin            // the bus is idle for at least one clock between two accesses
        fetch_q <= 3'd0;
        header_q[23:8] <= header_q[23:8] + 16'd1;
        if (write_q) past_q[8*tag[2:0]+:8] <= status_q;
        if (left_q == 6'd0 || status_q != switchroom_regs::StatusOk) state_q <= StType;
        else state_q <= write_q ? StWord : StAccess;
      end
      StType: if (reply_ready_i) state_q <= StTag;
      StTag: if (reply_ready_i) state_q <= StStatus;
      StStatus: if (reply_ready_i) state_q <= (write_q || words_q == 6'd0) ? StEnd : StLoad;
      StLoad: begin
        word_q <= answer_read_q;
        octet_q <= 2'd0;
        sent_q <= sent_q + 6'd1;
        state_q <= StData;
      end
      StData:
      if (reply_ready_i) begin
        word_q <= word_q >> 8;
        octet_q <= octet_q + 2'd1;
        if (octet_q == 2'd3) state_q <= sent_q == words_q ? StEnd : StLoad;
      end
      default:
      if (reply_ready_i) begin
        done_o <= 1'b1;
        state_q <= StIdle;
      end
    endcase
    if (restart_i || rst_i) begin
      expected_q <= 8'd0;
      past_q <= '0;
    end
    if (rst_i) begin
      state_q <= StIdle;
      done_o <= 1'b0;
    end
  end
  logic unused_octets;
  assign unused_octets = ^frame_octets_i[1:0];
endmodule
`default_nettype wire
