// SPDX-License-Identifier: MIT
// Holds octets of a source that cannot wait (a UART) for a sink that can (the link, which takes
// nothing while a slow register holds up two frames). One block RAM.
//
// An octet is at data_o three clocks after stb_i when nothing waits; then one each three clocks.
// When Depth octets wait the newest is dropped and dropped_o is high for a clock: the link's check
// finds the hole.
`default_nettype none
module octet_fifo #(
    parameter int unsigned Depth = 2048
) (
    input  wire       clk_i,
    input  wire       rst_i,
    input  wire [7:0] data_i,
    input  wire       stb_i,
    output reg        dropped_o,
    output reg  [7:0] data_o,
    output reg        valid_o,
    input  wire       ready_i
);
  localparam int unsigned Width = $clog2(Depth);
  generate
    if (Depth != 2 ** Width || Depth < 2) octet_fifo_depth_must_be_a_power_of_two wrong();
  endgenerate

  // Read and write meet at an address only while nothing waits, and then what is read is not used.
  (* no_rw_check *) reg [7:0] octets[0:Depth-1];
  reg [Width:0] write_q, read_q;
  reg [7:0] fetched_q;
  reg fetching_q;
  wire full = write_q == {!read_q[Width], read_q[Width-1:0]};
  wire [Width:0] one = 1;

  always @(posedge clk_i) begin
    if (stb_i && !full) octets[write_q[Width-1:0]] <= data_i;
    fetched_q <= octets[read_q[Width-1:0]];
  end

  always @(posedge clk_i) begin
    dropped_o <= stb_i && full;
    if (stb_i && !full) write_q <= write_q + one;
    fetching_q <= !valid_o && !fetching_q && write_q != read_q;
    if (fetching_q) begin
      data_o  <= fetched_q;
      valid_o <= 1'b1;
      read_q  <= read_q + one;
    end else if (ready_i) begin
      valid_o <= 1'b0;
    end
    if (rst_i) begin
      write_q    <= '0;
      read_q     <= '0;
      fetching_q <= 1'b0;
      valid_o    <= 1'b0;
      dropped_o  <= 1'b0;
    end
  end
endmodule
`default_nettype wire
