// SPDX-License-Identifier: MIT
// Hands each received frame to who executes it, one after the other in the order received, and
// executes hello itself (proto/link.md).
//
// hello: restart_o for one clock (tags, events), then flush_o until all samples from the host
// are gone, then the reply. The same flush, without a reply, comes first after reset. Frames
// behind wait meanwhile. start_read_o, start_write_o and start_cell_o last one clock; the one
// who was started gives done_i for one clock.
`default_nettype none
module link_session (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic [31:0] frame_i,
    input  logic        frame_valid_i,
    input  logic [7:0]  frame_type_i,
    output logic        frame_done_o,
    output logic        start_read_o,
    output logic        start_write_o,
    output logic        start_cell_o,
    input  logic        done_i,
    output logic        restart_o,
    output logic        flush_o,
    input  logic        flushed_i,
    output logic [7:0]  reply_o,
    output logic        reply_end_o,
    output logic        reply_valid_o,
    input  logic        reply_ready_i,
    output logic        awake_o
);
  typedef enum logic [2:0] {StIdle, StBusy, StFlush, StReply, StDone} state_e;
  state_e state_q;
  logic       answer_q;       // a reply follows the flush
  logic [2:0] octet_q;
  logic [31:0] frame_q;

  assign awake_o = state_q != StIdle || start_read_o || start_write_o || start_cell_o || restart_o;
  assign frame_done_o = state_q == StDone;
  assign flush_o = state_q == StFlush;
  assign reply_valid_o = state_q == StReply;
  assign reply_end_o = octet_q == 3'd6;
  always_comb begin
    case (octet_q)
      3'd0: reply_o = switchroom_regs::FrameTypeHelloReply;
      3'd1: reply_o = switchroom_regs::ProtocolVersion;
      3'd2: reply_o = frame_q[7:0];
      3'd3: reply_o = frame_q[15:8];
      3'd4: reply_o = frame_q[23:16];
      default: reply_o = frame_q[31:24];
    endcase
  end

  always_ff @(posedge clk_i) begin
    start_read_o <= 1'b0;
    start_write_o <= 1'b0;
    start_cell_o <= 1'b0;
    restart_o <= 1'b0;
    case (state_q)
      StIdle:
      if (frame_valid_i) begin
        state_q <= StBusy;
        case (frame_type_i)
          switchroom_regs::FrameTypeRead: start_read_o <= 1'b1;
          switchroom_regs::FrameTypeWrite: start_write_o <= 1'b1;
          switchroom_regs::FrameTypeCell: start_cell_o <= 1'b1;
          default: begin
            restart_o <= 1'b1;
            answer_q <= 1'b1;
            state_q <= StFlush;
          end
        endcase
      end
      StBusy: if (done_i) state_q <= StDone;
      StFlush:
      if (flushed_i) begin
        frame_q <= frame_i;
        octet_q <= 3'd0;
        state_q <= answer_q ? StReply : StIdle;
      end
      StReply:
      if (reply_ready_i) begin
        octet_q <= octet_q + 3'd1;
        if (reply_end_o) state_q <= StDone;
      end
      default: state_q <= StIdle;
    endcase
    if (rst_i) begin
      state_q <= StFlush;
      answer_q <= 1'b0;
      restart_o <= 1'b0;
      start_read_o <= 1'b0;
      start_write_o <= 1'b0;
      start_cell_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
