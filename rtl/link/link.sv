// SPDX-License-Identifier: MIT
// The board's end of the link (proto/link.md): octets from and to the host on one side; register
// bus, events and host slots of the fabric on the other.
//
//   link_rx ─► receiver ─► session ─┬─► register_master ─► reg_*     replies ─┐
//                                   └─► cell_reader ─► cell_store ─► host_sample_o
//   egress_* ─► cell_writer ─ cells ─► transmitter ─► link_tx                 │
//   event_*  ─► event_queue ─ events ─►     ▲─────────────────────────────────┘
//
// Timing. host_sample_o follows host_stb_i by one clock and is the sample due in the present
// frame, from clock FirstSlot + slot of the frame on. A board_cell offers its first octet
// one clock after frame_stb_i. A frame from the host is executed two clocks after its last octet
// when nothing is before it; requests and cells are executed in the order received, so a register
// that takes two frames to answer holds the cells behind it for as long. event_ready_o is
// always high. With 64 slots enabled and every octet escaped a board_cell takes 480 clocks,
// so it fits into a frame of 512.
// Stalls: link_rx_ready_o is low while two frames wait, and for RingFrames · HostSlots clocks after
// reset and after each hello; link_tx may be stalled as long as one likes: cells are then
// dropped and counted, events wait, replies hold up the frames behind.
// frame_i must be the number of the frame that frame_stb_i begins, from that clock on.
// Not guaranteed: an answer to a frame from the host when a register never acknowledges.
`default_nettype none
module link #(
    parameter int unsigned HostSlots  = 64,
    parameter int unsigned RingFrames = 256,
    parameter int unsigned FirstSlot  = 64,
    parameter int unsigned EventDepth = 16,
    localparam int unsigned SlotWidth = $clog2(HostSlots)
) (
    input  logic                 clk_i,
    input  logic                 clk_request_i,    // clk_i, or clk_i only while request_awake_o
    input  logic                 rst_i,
    output logic                 awake_o,     // low, and no octet comes: the next clock changes nothing
    output logic                 request_awake_o,  // low: clk_request_i's next would change nothing
    input  logic                 frame_stb_i,
    input  logic [31:0]          frame_i,
    // Octets from and to the host
    input  logic [7:0]           link_rx_i,
    input  logic                 link_rx_valid_i,
    output logic                 link_rx_ready_o,
    output logic [7:0]           link_tx_o,
    output logic                 link_tx_valid_o,
    input  logic                 link_tx_ready_i,
    // Register bus: master
    output logic                 reg_valid_o,
    output logic                 reg_write_o,
    output logic [23:0]          reg_addr_o,
    output logic [31:0]          reg_wdata_o,
    input  logic                 reg_ack_i,
    input  logic [7:0]           reg_status_i,
    input  logic [31:0]          reg_rdata_i,
    // The link's own registers: slave
    input  logic                 csr_valid_i,
    input  logic                 csr_write_i,
    input  logic [15:0]          csr_addr_i,
    input  logic [31:0]          csr_wdata_i,
    output logic                 csr_ack_o,
    output logic [7:0]           csr_status_o,
    output logic [31:0]          csr_rdata_o,
    // Events to the host
    input  logic                 event_valid_i,
    output logic                 event_ready_o,
    input  logic [7:0]           event_kind_i,
    input  logic [7:0]           event_index_i,
    input  logic [15:0]          event_data_i,
    // Host slots: their input, and what the switch sends to them
    output logic [HostSlots-1:0] host_enable_o,
    input  logic                 host_stb_i,
    input  logic [SlotWidth-1:0] host_slot_i,
    output logic [15:0]          host_sample_o,
    input  logic                 egress_stb_i,
    input  logic [SlotWidth-1:0] egress_host_slot_i,
    input  logic [15:0]          egress_sample_i
);
  if (HostSlots < 2 || HostSlots > 64 || (HostSlots & (HostSlots - 1)) != 0) begin : gen_check_slots
    $error("link: HostSlots must be a power of two, 2 to 64: a cell has room for 80 samples");
  end
  if (RingFrames < 4 || (RingFrames & (RingFrames - 1)) != 0) begin : gen_check_ring
    $error("link: RingFrames must be a power of two, 4 or more");
  end
  if (FirstSlot < 9 + HostSlots / 3) begin : gen_check_first
    $error("link: FirstSlot must be 9 + HostSlots / 3 or more: before, samples may not be there yet");
  end
  if (EventDepth < 2 || (EventDepth & (EventDepth - 1)) != 0) begin : gen_check_events
    $error("link: EventDepth must be a power of two, 2 or more");
  end

  logic receiver_awake, session_awake, master_awake, reader_awake, registers_awake;
  logic store_awake, writer_awake, queue_awake, transmitter_awake;
  assign awake_o = receiver_awake || session_awake || master_awake || reader_awake
                || registers_awake || store_awake || writer_awake || queue_awake
                || transmitter_awake || link_tx_valid_o;

  assign request_awake_o = master_awake;

  logic frame_valid, frame_done;
  logic [7:0] frame_type, frame_octets, frame_index, frame_octet;
  logic received, check_error, malformed;
  logic [7:0] gap;
  link_receiver receiver (
      .clk_i, .rst_i, .link_rx_i, .link_rx_valid_i, .link_rx_ready_o,
      .frame_valid_o(frame_valid), .frame_type_o(frame_type), .frame_octets_o(frame_octets),
      .frame_index_i(frame_index), .frame_octet_o(frame_octet), .frame_done_i(frame_done),
      .received_o(received), .check_error_o(check_error), .malformed_o(malformed), .gap_o(gap),
      .awake_o(receiver_awake)
  );

  logic start_read, start_write, start_cell, master_done, cell_done;
  logic restart, flush, flushed;
  logic [7:0] hello_reply, register_reply;
  logic hello_end, hello_valid, register_end, register_valid, reply_ready;
  link_session session (
      .clk_i, .rst_i, .frame_i, .frame_valid_i(frame_valid), .frame_type_i(frame_type),
      .frame_done_o(frame_done), .start_read_o(start_read), .start_write_o(start_write),
      .start_cell_o(start_cell), .done_i(master_done || cell_done), .restart_o(restart),
      .flush_o(flush), .flushed_i(flushed), .reply_o(hello_reply), .reply_end_o(hello_end),
      .reply_valid_o(hello_valid), .reply_ready_i(reply_ready),
      .awake_o(session_awake)
  );

  // One of them at a time: the session starts nothing while somebody is at work.
  logic [7:0] master_index, cell_index;
  assign frame_index = frame_type == switchroom_regs::FrameTypeCell ? cell_index : master_index;

  link_register_master register_master (
      .clk_i(clk_request_i), .rst_i, .restart_i(restart), .start_read_i(start_read), .start_write_i(start_write),
      .done_o(master_done), .awake_o(master_awake), .frame_octets_i(frame_octets), .frame_index_o(master_index),
      .frame_octet_i(frame_octet), .reg_valid_o, .reg_write_o, .reg_addr_o, .reg_wdata_o,
      .reg_ack_i, .reg_status_i, .reg_rdata_i, .reply_o(register_reply),
      .reply_end_o(register_end), .reply_valid_o(register_valid), .reply_ready_i(reply_ready)
  );

  logic ack_stb, sample_stb;
  logic [7:0] ack, sample_slot;
  logic [31:0] sample_frame;
  logic [15:0] sample;
  link_cell_reader cell_reader (
      .clk_i, .rst_i, .start_i(start_cell), .done_o(cell_done), .awake_o(reader_awake),
      .frame_octets_i(frame_octets),
      .frame_index_o(cell_index), .frame_octet_i(frame_octet), .ack_stb_o(ack_stb), .ack_o(ack),
      .sample_stb_o(sample_stb), .sample_frame_o(sample_frame), .sample_slot_o(sample_slot),
      .sample_o(sample)
  );

  logic [HostSlots-1:0] enable;
  logic [SlotWidth:0] in_use;
  assign host_enable_o = enable;
  logic late, missing, dropped_cell, dropped_event;
  link_cell_store #(
      .HostSlots(HostSlots), .RingFrames(RingFrames)
  ) cell_store (
      .clk_i, .rst_i, .enable_i(enable), .in_use_i(in_use), .frame_stb_i, .frame_i, .flush_i(flush),
      .flushed_o(flushed), .sample_stb_i(sample_stb), .sample_frame_i(sample_frame),
      .sample_slot_i(sample_slot), .sample_i(sample), .read_stb_i(host_stb_i),
      .read_slot_i(host_slot_i), .read_sample_o(host_sample_o), .late_o(late), .missing_o(missing),
      .awake_o(store_awake)
  );

  logic [7:0] cell_octet, event_octet;
  logic cell_end, cell_valid, cell_ready, event_end, event_valid, event_ready;
  link_cell_writer #(
      .HostSlots(HostSlots)
  ) cell_writer (
      .clk_i, .rst_i, .in_use_i(in_use), .frame_stb_i, .frame_i, .egress_stb_i,
      .egress_host_slot_i, .egress_sample_i, .cell_o(cell_octet), .cell_end_o(cell_end),
      .cell_valid_o(cell_valid), .cell_ready_i(cell_ready), .dropped_o(dropped_cell),
      .awake_o(writer_awake)
  );

  link_event_queue #(
      .Depth(EventDepth)
  ) event_queue (
      .clk_i, .rst_i, .frame_stb_i, .frame_i, .restart_i(restart), .event_valid_i, .event_ready_o,
      .event_kind_i, .event_index_i, .event_data_i, .ack_stb_i(ack_stb), .ack_i(ack),
      .event_o(event_octet), .event_end_o(event_end), .event_valid_o(event_valid),
      .event_ready_i(event_ready), .dropped_o(dropped_event),
      .awake_o(queue_awake)
  );

  logic [7:0] tx;
  logic tx_valid, tx_ready;
  link_transmitter transmitter (
      .clk_i, .rst_i, .cell_i(cell_octet), .cell_end_i(cell_end), .cell_valid_i(cell_valid),
      .cell_ready_o(cell_ready), .event_i(event_octet), .event_end_i(event_end),
      .event_valid_i(event_valid), .event_ready_o(event_ready),
      .reply_i(hello_valid ? hello_reply : register_reply),
      .reply_end_i(hello_valid ? hello_end : register_end),
      .reply_valid_i(hello_valid || register_valid), .reply_ready_o(reply_ready),
      .link_tx_o(tx), .link_tx_valid_o(tx_valid), .link_tx_ready_i(tx_ready),
      .awake_o(transmitter_awake)
  );
  skid_buffer #(
      .Width(8)
  ) tx_buffer (
      .clk_i, .rst_i, .data_i(tx), .valid_i(tx_valid), .ready_o(tx_ready), .data_o(link_tx_o),
      .valid_o(link_tx_valid_o), .ready_i(link_tx_ready_i)
  );

  link_registers #(
      .HostSlots(HostSlots), .RingFrames(RingFrames), .FirstSlot(FirstSlot)
  ) registers (
      .clk_i, .rst_i, .csr_valid_i, .csr_write_i, .csr_addr_i, .csr_wdata_i, .csr_ack_o,
      .csr_status_o, .csr_rdata_o, .enable_o(enable), .in_use_o(in_use), .received_i(received),
      .check_error_i(check_error), .malformed_i(malformed), .gap_i(gap), .late_i(late),
      .missing_i(missing), .dropped_cell_i(dropped_cell), .dropped_event_i(dropped_event),
      .awake_o(registers_awake)
  );
endmodule
`default_nettype wire
