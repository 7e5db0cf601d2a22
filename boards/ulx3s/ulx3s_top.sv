// SPDX-License-Identifier: MIT
// Switchroom on a ULX3S (ECP5 LFE5U-85F): 256 slots, 8 analog lines behind SLIC and codec chips
// on the GPIO headers, the link on the USB serial port at 3 Mbaud.
//
// One clock of exactly 65.536 MHz times the crystal's error (ulx3s_pll); timing is met at it.
// While the PLLs are not locked everything is in reset. Inputs are asynchronous.
`default_nettype none
module ulx3s_top (
    input  wire        clk_25mhz,
    input  wire        ftdi_txd,   // from the FTDI
    output wire        ftdi_rxd,   // to the FTDI
    output wire        wifi_gpio0, // 1: the board's ESP32 starts its program and stays off our pins
    output wire [ 7:0] led,
    output wire        pcm_bclk,
    output wire        pcm_fsync,
    output wire        pcm_dx,
    input  wire        pcm_dr,
    input  wire [ 7:0] loop_closed,
    output wire [ 7:0] ring,
    output wire [ 7:0] reverse
);
  localparam int unsigned ClocksPerFrame = 8192;
  localparam int unsigned Lines = 8;
  localparam bit [15:0] BaudStep = 16'd3000;  // 3 Mbaud / 65.536 MHz * 2^16

  wire clk, locked;
  ulx3s_pll pll (.clk_25mhz_i(clk_25mhz), .clk_o(clk), .locked_o(locked));

  reg [7:0] reset_q;
  always @(posedge clk or negedge locked)
    if (!locked) reset_q <= 8'd0;
    else reset_q <= {reset_q[6:0], 1'b1};
  // Of their own, since they go to thousands of places; kept, or they would be found to be the same.
  (* keep *) reg rst, rst_fabric;
  always @(posedge clk) begin
    rst        <= !reset_q[7];
    rst_fabric <= !reset_q[7];
  end

  wire frame_stb, line_stb;
  wire [2:0] line, pcm_line;
  wire [7:0] pcm_to_line, pcm_from_line;
  wire [7:0] received, rx_data, tx_data;
  wire received_stb, rx_valid, rx_ready, rx_dropped, tx_valid, tx_ready;

  uart_receiver #(.BaudStep(BaudStep)) receiver (
      .clk_i(clk), .rst_i(rst), .line_i(ftdi_txd), .data_o(received),
      .stb_o(received_stb));
  octet_fifo #(.Depth(2048)) rx_fifo (
      .clk_i(clk), .rst_i(rst), .data_i(received), .stb_i(received_stb), .dropped_o(rx_dropped),
      .data_o(rx_data), .valid_o(rx_valid), .ready_i(rx_ready));
  uart_transmitter #(.BaudStep(BaudStep)) transmitter (
      .clk_i(clk), .rst_i(rst), .data_i(tx_data), .valid_i(tx_valid), .ready_o(tx_ready),
      .line_o(ftdi_rxd));
  line_highway #(.ClocksPerFrame(ClocksPerFrame), .Lines(Lines)) highway (
      .clk_i(clk), .rst_i(rst), .frame_stb_i(frame_stb), .line_stb_i(line_stb), .line_i(line),
      .pcm_i(pcm_to_line), .read_line_i(pcm_line), .pcm_o(pcm_from_line), .data_i(pcm_dr),
      .data_o(pcm_dx), .bclk_o(pcm_bclk), .fsync_o(pcm_fsync));

  fabric #(
      .ClocksPerFrame(ClocksPerFrame), .Slots(256), .Lines(Lines), .FxoLines(0), .ToneChannels(32),
      .HostSlots(64), .G726Channels(64), .G726OneClock(0), .ConferenceMembers(64), .Spans(0), .HdlcChannels(0), .Iom2Buses(0),
      .EchoPlaces(64), .EchoLanes(2), .EchoOneClock(0), .DtmfOneClock(0)
  ) fabric (
      .clk_i(clk), .clk_slot_i(clk), .clk_host_i(clk), .clk_line_i(clk), .clk_tone_i(clk),
      .clk_voice_i(clk), .clk_judge_i(clk), .clk_conference_i(clk), .clk_digital_i(clk), .clk_span_i(clk),
      .clk_bit_i(clk), .clk_iom2_i(clk), .clk_request_i(clk),
      .rst_i(rst_fabric), .skip_i(13'd0),
      .rx_stb_i(1'b0), .ref_stb_i(1'b0), .rx_pos_i(1'b0), .rx_neg_i(1'b0), .iom2_dd_i(1'b1), .iom2_du_i(1'b1),
      .ring_i(1'b0), .polarity_i(1'b0), .current_i(1'b0), .highway_bclk_i(1'b0), .highway_sync_i(1'b0),
      .highway_rx_i(1'b0), .spi_miso_i(1'b0),
      // verilator lint_off PINCONNECTEMPTY
      // nothing sleeps on this board
      .left_o(), .slot_awake_o(), .host_awake_o(), .line_awake_o(), .tone_awake_o(),
      .voice_awake_o(), .judge_awake_o(), .conference_awake_o(), .digital_awake_o(), .span_awake_o(), .bit_awake_o(), .iom2_awake_o(), .request_awake_o(),
      .loop_close_o(), .highway_bclk_o(), .highway_sync_o(), .highway_drive_o(), .highway_tx_o(), .highway_tx_drive_o(),
      .spi_sclk_o(), .spi_mosi_o(), .spi_select_no(),
      .tx_stb_o(), .tx_pos_o(), .tx_neg_o(), .iom2_fsc_o(), .iom2_dcl_o(), .iom2_dd_o(),
      // verilator lint_on PINCONNECTEMPTY
      .frame_stb_o(frame_stb), .line_stb_o(line_stb), .line_o(line),
      .pcm_o(pcm_to_line), .pcm_line_o(pcm_line), .pcm_i(pcm_from_line), .loop_i(loop_closed),
      .ring_o(ring), .reverse_o(reverse), .link_rx_i(rx_data), .link_rx_valid_i(rx_valid),
      .link_rx_ready_o(rx_ready), .link_tx_o(tx_data), .link_tx_valid_o(tx_valid),
      .link_tx_ready_i(tx_ready));

  // Heartbeat; link: blinks with octets, stays on when some were lost; hook state of six lines.
  reg [12:0] frames_q;
  reg lost_q;
  always @(posedge clk)
    if (rst) begin
      frames_q <= 13'd0;
      lost_q   <= 1'b0;
    end else begin
      if (frame_stb) frames_q <= frames_q + 13'd1;
      if (rx_dropped) lost_q <= 1'b1;
    end
  assign wifi_gpio0 = 1'b1;
  assign led = {frames_q[12], rx_valid || lost_q, loop_closed[5:0]};
endmodule
`default_nettype wire
