// SPDX-License-Identifier: MIT
// Elastic store of a received span: octets are written as they come, and frames read whole in the
// fabric's time. A frame that is not there yet has the last one said again; one is left out when the
// store holds one that is read, one more, and 8 octets of the next (controlled slips, 31 µs of
// hysteresis). Four frames of memory, so that what is read is never what is being written.
//
// Latency: from an octet to the frame in which it can be read, one frame to 2 1/4. octet_o one clock
// after read_stb_i. Nothing stalls.
// Relied upon: at most 60 octets between two frame_stb_i, and reads of a frame before the next one.
`default_nettype none
module e1_store (
    input  logic       clk_i,
    input  logic       rst_i,
    input  logic       write_stb_i,
    input  logic [4:0] write_slot_i,
    input  logic [7:0] octet_i,
    input  logic       run_i,        // frames are received; else frame_stb_i only follows
    input  logic       frame_stb_i,
    output logic       repeat_o,     // with frame_stb_i
    output logic       skip_o,
    output logic       ready_o,      // what is read was received, all of it since run_i
    input  logic       read_stb_i,
    input  logic [4:0] read_slot_i,
    output logic [7:0] octet_o
);
  localparam bit [4:0] Hysteresis = 5'd8;

  logic [7:0] octet_ram[128];
  logic [1:0] written_q, read_q;  // frame that is written, that is read
  logic [4:0] place_q;            // of the next octet
  logic fresh_q;                  // nothing was read since run_i
  logic [1:0] since, ahead;       // frames begun since read_q; frames after the one to be read next
  assign since    = written_q - read_q;
  assign ahead    = since - 2'd1;
  assign repeat_o = run_i && !fresh_q && ahead == 2'd0;
  assign skip_o   = run_i && !fresh_q && (ahead == 2'd3 || (ahead == 2'd2 && place_q >= Hysteresis));
  assign ready_o  = !fresh_q;
  // It begins with a whole frame, and half of the hysteresis to either side.
  logic late;
  assign late = place_q >= Hysteresis / 5'd2;

  always_ff @(posedge clk_i) begin
    if (write_stb_i) begin
      octet_ram[{written_q, write_slot_i}] <= octet_i;
      place_q <= write_slot_i + 5'd1;
      if (write_slot_i == 5'd31) written_q <= written_q + 2'd1;
    end
    if (frame_stb_i) begin
      if (!run_i) begin
        fresh_q <= 1'b1;
        read_q  <= written_q;
      end else if (fresh_q) begin
        if (since == 2'd3 || (since == 2'd2 && late)) begin
          fresh_q <= 1'b0;
          read_q  <= written_q - (late ? 2'd1 : 2'd2);
        end
      end else if (!repeat_o) begin
        read_q <= skip_o ? written_q - 2'd1 : read_q + 2'd1;
      end
    end
    if (read_stb_i) octet_o <= octet_ram[{read_q, read_slot_i}];
    if (rst_i) begin
      written_q <= 2'd0;
      read_q    <= 2'd0;
      place_q   <= 5'd0;
      fresh_q   <= 1'b1;
    end
  end
`ifdef FORMAL
  `include "e1_store_properties.svh"
`endif
endmodule
`default_nettype wire
