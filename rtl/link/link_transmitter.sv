// SPDX-License-Identifier: MIT
// Frames from three sources to octets for the host: flag, sequence, check, stuffing (proto/link.md).
//
// A source shows the octets of a frame from its type on, without sequence and check, under
// valid/ready; after the last one it shows one step with _end set, which carries no octet.
// A frame that has begun is finished before the next. Who goes first: the cell, because it is
// the host's clock; then the event, of which one at most waits; then the reply, which may be
// long and come eight in a row. So nobody starves.
// Each frame has a flag before and behind it: a damaged flag never costs two frames.
// Gives one octet a clock as long as link_tx_ready_i and the source allow.
`default_nettype none
module link_transmitter (
    input  logic       clk_i,
    input  logic       rst_i,
    input  logic [7:0] cell_i,
    input  logic       cell_end_i,
    input  logic       cell_valid_i,
    output logic       cell_ready_o,
    input  logic [7:0] event_i,
    input  logic       event_end_i,
    input  logic       event_valid_i,
    output logic       event_ready_o,
    input  logic [7:0] reply_i,
    input  logic       reply_end_i,
    input  logic       reply_valid_i,
    output logic       reply_ready_o,
    output logic [7:0] link_tx_o,
    output logic       link_tx_valid_o,
    input  logic       link_tx_ready_i,
    output logic       awake_o  // low: the next clock changes nothing
);
  localparam bit [7:0] Flag = 8'h7e;
  localparam bit [7:0] Escape = 8'h7d;

  typedef enum logic [2:0] {StIdle, StType, StSequence, StBody, StCheck, StFlag} state_e;
  state_e state_q;
  localparam bit [1:0] Cell = 2'd0, Event = 2'd1, Reply = 2'd2;
  logic [1:0] source_q;
  logic [7:0] sequence_q;
  logic [1:0] check_octet_q;
  logic [31:0] crc_q;
  logic       checked_stb_q;  // an octet that the check is still to be taken over
  logic [7:0] checked_q;
  logic       escaped_q;   // the second half of an escaped octet comes next
  logic [7:0] second_q;

  // Source that is being sent
  logic [7:0] source;
  logic source_end, source_valid, source_ready;
  always_comb begin
    {source, source_end, source_valid} = 10'd0;
    if (from_source) begin
      case (source_q)
        Cell: {source, source_end, source_valid} = {cell_i, cell_end_i, cell_valid_i};
        Event: {source, source_end, source_valid} = {event_i, event_end_i, event_valid_i};
        default: {source, source_end, source_valid} = {reply_i, reply_end_i, reply_valid_i};
      endcase
    end
  end
  assign cell_ready_o = source_ready && source_q == Cell;
  assign event_ready_o = source_ready && source_q == Event;
  assign reply_ready_o = source_ready && source_q == Reply;

  // One octet, before stuffing, a step
  logic step, from_source;
  logic [7:0] octet;
  logic octet_valid;
  assign step = (!link_tx_valid_o || link_tx_ready_i) && !escaped_q;
  assign from_source = state_q == StType || state_q == StBody;
  assign source_ready = step && from_source;
  assign awake_o = state_q != StIdle || link_tx_valid_o || escaped_q || cell_valid_i || event_valid_i
                || reply_valid_i;
  always_comb begin
    octet = source;
    octet_valid = 1'b0;
    if (step && state_q != StIdle) begin
      case (state_q)
        StSequence: octet = sequence_q;
        StCheck: octet = ~crc_q[8*check_octet_q+:8];
        default: ;
      endcase
      octet_valid = state_q == StSequence || state_q == StCheck
                    || (from_source && source_valid && !source_end);
    end
  end

  always_ff @(posedge clk_i) begin
    if (link_tx_ready_i) link_tx_valid_o <= 1'b0;
    if (escaped_q && (!link_tx_valid_o || link_tx_ready_i)) begin
      link_tx_o <= second_q;
      link_tx_valid_o <= 1'b1;
      escaped_q <= 1'b0;
    end
    if (octet_valid) begin
      link_tx_valid_o <= 1'b1;
      escaped_q <= octet == Flag || octet == Escape;
      second_q <= octet ^ 8'h20;
      link_tx_o <= octet == Flag || octet == Escape ? Escape : octet;
      checked_q <= octet;
    end
    // Its end is told, or its next octet comes, a clock later at the soonest.
    checked_stb_q <= octet_valid && state_q != StCheck && !rst_i;
    if (checked_stb_q) crc_q <= link_crc::after(crc_q, checked_q);
    if (step) begin
      case (state_q)
        StIdle:
        if (cell_valid_i || event_valid_i || reply_valid_i) begin
          source_q <= cell_valid_i ? Cell : event_valid_i ? Event : Reply;
          state_q <= StType;
          crc_q <= '1;
          check_octet_q <= 2'd0;
          link_tx_o <= Flag;
          link_tx_valid_o <= 1'b1;
        end
        StType: if (source_valid) state_q <= StSequence;
        StSequence: begin
          state_q <= StBody;
          sequence_q <= sequence_q + 8'd1;
        end
        StBody: if (source_valid && source_end) state_q <= StCheck;
        StCheck: begin
          check_octet_q <= check_octet_q + 2'd1;
          if (check_octet_q == 2'd3) state_q <= StFlag;
        end
        default: begin
          link_tx_o <= Flag;
          link_tx_valid_o <= 1'b1;
          state_q <= StIdle;
        end
      endcase
    end
    if (rst_i) begin
      state_q <= StIdle;
      link_tx_valid_o <= 1'b0;
      escaped_q <= 1'b0;
      sequence_q <= 8'd0;
    end
  end
endmodule
`default_nettype wire
