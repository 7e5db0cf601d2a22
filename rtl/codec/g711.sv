// SPDX-License-Identifier: MIT
// ITU-T G.711: octets to 16-bit linear samples and back. Functions, so that they are worked out only
// where a sample is taken.
//
// Octets are as on the wire: A-law with its even bits inverted (G.711, table 1a, note 2), mu-law
// with all bits inverted (table 2a). Linear samples are left-justified: G.711's A-law values of
// 13 bits are times 8, its mu-law values of 14 bits times 4.
`default_nettype none
package g711;
  // The middle of the step is (16 + step + 1/2) of the segment's unit, in units of 1/2. A-law's
  // first segment lacks the 16 and has the unit of the second; mu-law's scale is moved down by 33.
  function automatic logic [15:0] magnitude_of(input logic mu_law, input logic [7:0] octet);
    // verilator lint_off UNUSEDSIGNAL
    logic [7:0] code;
    // verilator lint_on UNUSEDSIGNAL
    code = octet ^ (mu_law ? 8'hff : 8'h55);
    magnitude_of = {10'd0, 1'b1, code[3:0], 1'b1} << ({1'b0, code[6:4]} + 4'd2);
    if (mu_law) magnitude_of = magnitude_of - 16'd132;
    else if (code[6:4] == 3'd0) magnitude_of = {8'd0, code[3:0], 4'b1000};
  endfunction

  // On the wire the sign's bit is the same of both laws.
  function automatic logic [15:0] decoded(input logic mu_law, input logic [7:0] octet);
    decoded = octet[7] ? magnitude_of(mu_law, octet) : -magnitude_of(mu_law, octet);
  endfunction

  // The bits below G.711's resolution are cut from the one's complement magnitude, as in the
  // ITU-T Software Tool Library (G.191), so that both signs behave alike.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [7:0] encoded(input logic mu_law, input logic [15:0] sample);
    // verilator lint_on UNUSEDSIGNAL
    logic [12:0] magnitude;  // in units of 4
    logic [12:0] scale;      // A-law in units of 16, mu-law in units of 8
    logic [6:0]  code;
    magnitude = sample[14:2] ^ {13{sample[15]}};
    if (mu_law) begin
      // The scale starts at 33 units of 4, so that every segment has a leading one: 16 units of 8,
      // and one more if the lowest bit is set. What overloads it is its largest code.
      scale = {1'b0, magnitude[12:1]} + 13'd16 + {12'd0, magnitude[0]};
      casez (scale[12:5])
        8'b1???????: code = 7'h7f;
        8'b01??????: code = {3'd7, scale[10:7]};
        8'b001?????: code = {3'd6, scale[9:6]};
        8'b0001????: code = {3'd5, scale[8:5]};
        8'b00001???: code = {3'd4, scale[7:4]};
        8'b000001??: code = {3'd3, scale[6:3]};
        8'b0000001?: code = {3'd2, scale[5:2]};
        8'b00000001: code = {3'd1, scale[4:1]};
        default:     code = {3'd0, scale[3:0]};
      endcase
    end else begin
      scale = {2'b00, magnitude[12:2]};
      casez (scale[10:5])
        6'b1?????: code = {3'd7, scale[9:6]};
        6'b01????: code = {3'd6, scale[8:5]};
        6'b001???: code = {3'd5, scale[7:4]};
        6'b0001??: code = {3'd4, scale[6:3]};
        6'b00001?: code = {3'd3, scale[5:2]};
        6'b000001: code = {3'd2, scale[4:1]};
        default:   code = {2'd0, scale[4:0]};
      endcase
    end
    encoded = {sample[15] == mu_law, code} ^ (mu_law ? 8'hff : 8'h55);
  endfunction
endpackage
`default_nettype wire
