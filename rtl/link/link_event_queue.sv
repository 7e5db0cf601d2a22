// SPDX-License-Identifier: MIT
// Events wait here, with the frame in which they happened, until the host has acknowledged them.
//
// The oldest is sent, again every ResendFrames frames, until its number is acknowledged; then
// the next. Numbers 1 … 255. event_ready_o is always high: an event that finds the queue full
// is dropped and counted, because a source that waited would report a wrong time.
// restart_i drops what waits and starts again with number 1; a copy that is already on its way
// to the transmitter still goes out, with its old number.
`default_nettype none
module link_event_queue #(
    parameter int unsigned Depth        = 16,
    parameter int unsigned ResendFrames = 8,
    localparam int unsigned Width       = $clog2(Depth)
) (
    input  logic        clk_i,
    input  logic        rst_i,
    input  logic        frame_stb_i,
    input  logic [31:0] frame_i,
    input  logic        restart_i,
    input  logic        event_valid_i,
    output logic        event_ready_o,
    input  logic [7:0]  event_kind_i,
    input  logic [7:0]  event_index_i,
    input  logic [15:0] event_data_i,
    input  logic        ack_stb_i,
    input  logic [7:0]  ack_i,
    output logic [7:0]  event_o,
    output logic        event_end_o,
    output logic        event_valid_o,
    input  logic        event_ready_i,
    output logic        dropped_o,
    output logic        awake_o  // low: the next clock changes nothing
);
  localparam bit [3:0] Octets = 4'd10;   // type, number, frame, kind, index, data
  typedef enum logic [1:0] {StIdle, StLoad, StSend} state_e;
  state_e state_q;
  logic [Width:0] waiting_q;
  logic [Width-1:0] write_q, read_q;
  logic [7:0] number_q;
  logic       sent_q;
  logic [3:0] age_q;                     // frames since it was sent; stops at ResendFrames
  logic [79:0] octets_q;
  logic [3:0] octet_q;

  logic push, pop, due;
  assign event_ready_o = 1'b1;
  assign awake_o = frame_stb_i || event_valid_i || ack_stb_i || restart_i || state_q != StIdle
                || due || dropped_o;
  always_comb begin
    push = 1'b0;
    pop = 1'b0;
    due = 1'b0;
    if (event_valid_i) push = !waiting_q[Width] && !restart_i;
    if (ack_stb_i) pop = sent_q && ack_i == number_q;
    if (waiting_q != '0) due = !sent_q || age_q == 4'(ResendFrames);
  end

  logic [63:0] queue_q[Depth];
  logic [63:0] oldest_q;
  always_ff @(posedge clk_i) begin
    if (push) queue_q[write_q] <= {event_data_i, event_index_i, event_kind_i, frame_i};
    if (waiting_q != '0) oldest_q <= queue_q[read_q];
  end

  assign event_o = octets_q[7:0];
  assign event_valid_o = state_q == StSend;
  assign event_end_o = octet_q == Octets;

  always_ff @(posedge clk_i) begin
    dropped_o <= event_valid_i && !push && !rst_i;
    if (frame_stb_i && age_q != 4'(ResendFrames)) age_q <= age_q + 4'd1;
    case (state_q)
      StIdle: if (due) state_q <= StLoad;
      StLoad: begin
        octets_q <= {oldest_q, number_q, switchroom_regs::FrameTypeEvent};
        octet_q <= 4'd0;
        age_q <= 4'd0;
        sent_q <= 1'b1;
        state_q <= StSend;
      end
      default:
      if (event_ready_i) begin
        octets_q <= octets_q >> 8;
        octet_q <= octet_q + 4'd1;
        if (event_end_o) state_q <= StIdle;
      end
    endcase
    if (push) write_q <= write_q + 1'b1;
    if (pop) begin
      read_q <= read_q + 1'b1;
      number_q <= number_q == 8'd255 ? 8'd1 : number_q + 8'd1;
      sent_q <= 1'b0;
    end
    if (push != pop) waiting_q <= push ? waiting_q + 1'b1 : waiting_q - 1'b1;
    // The oldest changes: what oldest_q holds is not it.
    if ((pop || restart_i) && state_q != StSend) state_q <= StIdle;
    if (restart_i || rst_i) begin
      waiting_q <= '0;
      write_q <= '0;
      read_q <= '0;
      number_q <= 8'd1;
      sent_q <= 1'b0;
    end
    if (rst_i) begin
      state_q <= StIdle;
      age_q <= 4'd0;
      dropped_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
