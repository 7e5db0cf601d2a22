// SPDX-License-Identifier: MIT
// Collects what the switch sends to the host slots and offers it as one board_cell a frame.
//
// Two memories. During a frame the egress samples of all host slots go into one; at the next
// frame_stb_i the memories change places, and the cell that is offered from then on carries the
// number of the frame that begins and the samples that arrived between the two strobes: those of
// the frame that has ended. A slot of which none arrived is not in the cell. If the cell before has not left by then, the
// memories stay, and dropped_o counts the frame.
// The first octet is offered one clock after frame_stb_i; without stalls the cell takes
// 6 clocks, one for each slot in use, three more for each that is in it.
// Not guaranteed: a sample that comes on the very clock of frame_stb_i counts to the new frame.
`default_nettype none
module link_cell_writer #(
    parameter int unsigned HostSlots  = 64,
    localparam int unsigned SlotWidth = $clog2(HostSlots)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    input  logic [SlotWidth:0]   in_use_i,  // of slots from this number on no sample comes
    input  logic                 frame_stb_i,
    input  logic [31:0]          frame_i,
    input  logic                 egress_stb_i,
    input  logic [SlotWidth-1:0] egress_host_slot_i,
    input  logic [15:0]          egress_sample_i,
    output logic [7:0]           cell_o,
    output logic                 cell_end_o,
    output logic                 cell_valid_o,
    input  logic                 cell_ready_i,
    output logic                 dropped_o,
    output logic                 awake_o  // low: the next clock changes nothing
);
  typedef enum logic [2:0] {StIdle, StHead, StScan, StSlot, StLow, StHigh, StEnd} state_e;
  state_e state_q;
  logic       bank_q;            // is being filled; the other one is being sent
  logic [2:0] head_q;
  logic [31:0] frame_q;
  logic [SlotWidth:0] slot_q;    // one bit more: all done
  logic [SlotWidth-1:0] slot;
  logic       swap;
  assign slot = slot_q[SlotWidth-1:0];
  logic [HostSlots-1:0] filled_q, sent_q;  // whose samples are there, in either memory
  assign swap = frame_stb_i && state_q == StIdle;
  assign awake_o = frame_stb_i || state_q != StIdle || egress_stb_i || dropped_o;

  // The read is two clocks behind slot_q: asked for in StScan, there in StLow at the earliest.
  logic [15:0] sample_q[2*HostSlots];
  logic [15:0] sample_read_q, sample_out_q;
  always_ff @(posedge clk_i) begin
    if (swap) begin
      sent_q   <= filled_q;
      filled_q <= '0;
    end
    if (egress_stb_i) begin
      sample_q[{bank_q ^ swap, egress_host_slot_i}] <= egress_sample_i;
      filled_q[egress_host_slot_i] <= 1'b1;
    end
    if (rst_i) filled_q <= '0;
    if (state_q != StIdle) begin
      sample_read_q <= sample_q[{!bank_q, slot}];
      sample_out_q <= sample_read_q;
    end
  end

  assign cell_valid_o = state_q != StIdle && state_q != StScan;
  assign cell_end_o = state_q == StEnd;
  always_comb begin
    cell_o = sample_out_q[15:8];
    if (cell_valid_o) begin
      case (state_q)
        StHead:
        case (head_q)
          3'd0: cell_o = switchroom_regs::FrameTypeBoardCell;
          3'd1: cell_o = frame_q[7:0];
          3'd2: cell_o = frame_q[15:8];
          3'd3: cell_o = frame_q[23:16];
          default: cell_o = frame_q[31:24];
        endcase
        StSlot: cell_o = 8'(slot);
        StLow: cell_o = sample_out_q[7:0];
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    dropped_o <= frame_stb_i && state_q != StIdle && !rst_i;
    case (state_q)
      StIdle:
      if (frame_stb_i) begin
        head_q <= 3'd0;
        slot_q <= '0;
        frame_q <= frame_i;
        bank_q <= !bank_q;
        state_q <= StHead;
      end
      StHead:
      if (cell_ready_i) begin
        head_q <= head_q + 3'd1;
        if (head_q == 3'd4) state_q <= StScan;
      end
      StScan:
      if (slot_q >= in_use_i) state_q <= StEnd;
      else if (sent_q[slot]) state_q <= StSlot;
      else slot_q <= slot_q + 1'b1;
      StSlot: if (cell_ready_i) state_q <= StLow;
      StLow: if (cell_ready_i) state_q <= StHigh;
      StHigh:
      if (cell_ready_i) begin
        slot_q <= slot_q + 1'b1;
        state_q <= StScan;
      end
      default: if (cell_ready_i) state_q <= StIdle;
    endcase
    if (rst_i) begin
      state_q <= StIdle;
      bank_q <= 1'b0;
    end
  end
endmodule
`default_nettype wire
