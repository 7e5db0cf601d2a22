// SPDX-License-Identifier: MIT
// The blocks of ITU-T G.726, clause 4.2, each a function of the block's name: the arithmetic of
// g726_engine, whatever its schedule. dsp/src/g726_blocks.hpp says the same for the host.
//
// Numbers in brackets are the standard's bits: TC two's complement, SM sign and magnitude, FL
// floating point (sign, 4 bits of exponent, 6 of mantissa), else unsigned.
`default_nettype none
// The standard's words, of which some blocks take a part:
// verilator lint_off UNUSEDSIGNAL
// verilator lint_off UNUSEDPARAM
package g726;
  // Numbered by the bits of a code, less 2: 16, 24, 32, 40 kbit/s.
  localparam logic [1:0] Rate16 = 2'd0;
  localparam logic [1:0] Rate24 = 2'd1;
  localparam logic [1:0] Rate32 = 2'd2;
  localparam logic [1:0] Rate40 = 2'd3;

  // What both ends keep from one sample to the next, the registers of the DELAY blocks by their names:
  //   B1 … B6 [16 TC], DQ1 … DQ6 [11 FL], A1, A2 [16 TC], SR1, SR2 [11 FL],
  //   AP [10], DMS [12], DML [14], YU [13], YL [19], PK1, PK2, TD [1]
  // After a reset all are 0 but these, table 15; FlZero is for DQn and SRn.
  localparam logic [10:0] FlZero  = 11'd32;
  localparam logic [12:0] YuReset = 13'd544;
  localparam logic [18:0] YlReset = 19'd34816;

  // Moves the leading one of a word that has one to the top. Returns its former place and the bits
  // from it on.
  function automatic logic [11:0] normalised(input logic [15:0] word);
    logic [15:0] moved;
    logic [3:0]  place;
    moved    = word;
    place[3] = moved[15:8] != 8'd0;
    if (!place[3]) moved = moved << 8;
    place[2] = moved[15:12] != 4'd0;
    if (!place[2]) moved = moved << 4;
    place[1] = moved[15:14] != 2'd0;
    if (!place[1]) moved = moved << 2;
    place[0] = moved[15];
    if (!place[0]) moved = moved << 1;
    normalised = {place, moved[15:8]};
  endfunction

  // A sign and a magnitude as FL; zero is half of the smallest.
  function automatic logic [10:0] fl(input logic minus, input logic [14:0] magnitude);
    logic [11:0] n;
    n  = normalised({magnitude, magnitude == 15'd0});
    fl = {minus, n[11:2]};
  endfunction

  // Two's complement of a magnitude, or it itself.
  function automatic logic [15:0] signed_by(input logic minus, input logic [15:0] magnitude);
    signed_by = (magnitude ^ {16{minus}}) + {15'd0, minus};
  endfunction

  // --- Adaptive predictor: FMULT in three steps ---

  // An [16 TC] → FL. -32768 counts as zero.
  function automatic logic [10:0] fmult_float(input logic [15:0] an);
    logic [15:0] magnitude;
    magnitude   = signed_by(an[15], {{2{an[15]}}, an[15:2]});
    fmult_float = fl(an[15], {2'd0, magnitude[12:0]});
  endfunction

  // Product of two FL: sign, sum of exponents, mantissa.
  function automatic logic [13:0] fmult_product(input logic [10:0] an, input logic [10:0] srn);
    logic [11:0] product;
    product       = {6'd0, an[5:0]} * {6'd0, srn[5:0]} + 12'd48;
    fmult_product = {an[10] ^ srn[10], {1'b0, an[9:6]} + {1'b0, srn[9:6]}, product[11:4]};
  endfunction

  // → WAn, WBn [16 TC]. The standard has shifts of 7, then of the exponents less 26 either way.
  function automatic logic [15:0] fmult_fixed(input logic [13:0] product);
    logic [16:0] scaled;
    scaled      = {product[7:0], 9'd0} >> (5'd28 - product[12:8]);
    fmult_fixed = signed_by(product[13], {1'b0, scaled[14:0]});
  endfunction

  function automatic logic [15:0] fmult(input logic [15:0] an, input logic [10:0] srn);
    fmult = fmult_fixed(fmult_product(fmult_float(an), srn));
  endfunction

  // --- Adaptive quantiser ---

  // EXPAND, or of linear ends the upper bits: → SL [14 TC].
  function automatic logic [13:0] sl_of(input logic octets, input logic mu_law, input logic [15:0] word);
    logic [15:0] sample;
    sample = octets ? g711::decoded(mu_law, word[7:0]) : word;
    sl_of  = sample[15:2];
  endfunction

  // SUBTA: SL [14 TC], SEI [16 TC] of ACCUM, whose upper 15 bits are SE → D [16 TC].
  function automatic logic [15:0] subta(input logic [13:0] sl, input logic [15:0] sei);
    subta = {{2{sl[13]}}, sl} - {sei[15], sei[15:1]};
  endfunction

  function automatic logic [15:0] magnitude_of(input logic [15:0] d);
    magnitude_of = signed_by(d[15], d);
  endfunction

  // LOG: |D| [15] → DL [11], 1/128 of log 2, the fraction by a straight line.
  function automatic logic [10:0] log(input logic [15:0] magnitude);
    logic [11:0] n;
    n   = normalised({1'b0, magnitude[14:1], magnitude[0] || magnitude == 16'd0});
    log = {n[11:8], n[6:0]};
  endfunction

  // SUBTB: DL, Y [13] → DLN [12 TC].
  function automatic logic [11:0] subtb(input logic [10:0] dl, input logic [12:0] y);
    subtb = {1'b0, dl} - {1'b0, y[12:2]};
  endfunction

  // All ones of a code.
  function automatic logic [4:0] ones(input logic [1:0] rate);
    ones = {rate == Rate40, rate >= Rate32, rate >= Rate24, 2'b11};
  endfunction
  function automatic logic code_minus(input logic [1:0] rate, input logic [4:0] code);
    case (rate)
      Rate16: code_minus = code[1];
      Rate24: code_minus = code[2];
      Rate32: code_minus = code[3];
      default: code_minus = code[4];
    endcase
  endfunction

  // QUAN: DLN, DS → I. Codes of positive differences count the decision levels that are passed,
  // those of negative ones down from all ones; all zeros are no code but at 16 kbit/s.
  // How many decision levels dln has passed, and the code that is.
  function automatic logic [3:0] passed(input logic [1:0] rate, input logic signed [11:0] dln);
    passed = 4'd0;
    case (rate)  // decision levels, tables 7 to 10
      Rate16: if (dln >= 12'sd261) passed = 4'd1;
      Rate24: begin
        if (dln >= 12'sd8) passed = 4'd1;
        if (dln >= 12'sd218) passed = 4'd2;
        if (dln >= 12'sd331) passed = 4'd3;
      end
      Rate32: begin
        if (dln >= -12'sd124) passed = 4'd1;
        if (dln >= 12'sd80) passed = 4'd2;
        if (dln >= 12'sd178) passed = 4'd3;
        if (dln >= 12'sd246) passed = 4'd4;
        if (dln >= 12'sd300) passed = 4'd5;
        if (dln >= 12'sd349) passed = 4'd6;
        if (dln >= 12'sd400) passed = 4'd7;
      end
      default: begin
        if (dln >= -12'sd122) passed = 4'd1;
        if (dln >= -12'sd16) passed = 4'd2;
        if (dln >= 12'sd68) passed = 4'd3;
        if (dln >= 12'sd139) passed = 4'd4;
        if (dln >= 12'sd198) passed = 4'd5;
        if (dln >= 12'sd250) passed = 4'd6;
        if (dln >= 12'sd298) passed = 4'd7;
        if (dln >= 12'sd339) passed = 4'd8;
        if (dln >= 12'sd378) passed = 4'd9;
        if (dln >= 12'sd413) passed = 4'd10;
        if (dln >= 12'sd445) passed = 4'd11;
        if (dln >= 12'sd475) passed = 4'd12;
        if (dln >= 12'sd502) passed = 4'd13;
        if (dln >= 12'sd528) passed = 4'd14;
        if (dln >= 12'sd553) passed = 4'd15;
      end
    endcase
  endfunction
  function automatic logic [4:0] code_of(input logic [1:0] rate, input logic [3:0] levels, input logic ds);
    if (ds) code_of = ones(rate) - {1'b0, levels};
    else code_of = rate != Rate16 && levels == 4'd0 ? ones(rate) : {1'b0, levels};
  endfunction
  function automatic logic [4:0] quan(input logic [1:0] rate, input logic signed [11:0] dln, input logic ds);
    quan = code_of(rate, passed(rate, dln), ds);
  endfunction

  // --- Inverse adaptive quantiser ---

  // RECONST, FUNCTW, FUNCTF of a code, tables 11 to 14: DQLN [12 TC], WI [12 TC], FI [3]. A
  // level that is never heard is as far down as can be.
  localparam logic [11:0] NoLevel = 12'h800;
  function automatic logic [26:0] row(input logic [1:0] rate, input logic [4:0] code);
    logic [4:0] inverted;
    logic [3:0] magnitude;
    inverted  = code_minus(rate, code) ? ones(rate) ^ code : code;
    magnitude = inverted[3:0];
    case ({rate, magnitude})
      {Rate16, 4'd0}: row = {12'd116, -12'sd22, 3'd0};
      {Rate16, 4'd1}: row = {12'd365, 12'd439, 3'd7};
      {Rate24, 4'd0}: row = {NoLevel, -12'sd4, 3'd0};
      {Rate24, 4'd1}: row = {12'd135, 12'd30, 3'd1};
      {Rate24, 4'd2}: row = {12'd273, 12'd137, 3'd2};
      {Rate24, 4'd3}: row = {12'd373, 12'd582, 3'd7};
      {Rate32, 4'd0}: row = {NoLevel, -12'sd12, 3'd0};
      {Rate32, 4'd1}: row = {12'd4, 12'd18, 3'd0};
      {Rate32, 4'd2}: row = {12'd135, 12'd41, 3'd0};
      {Rate32, 4'd3}: row = {12'd213, 12'd64, 3'd1};
      {Rate32, 4'd4}: row = {12'd273, 12'd112, 3'd1};
      {Rate32, 4'd5}: row = {12'd323, 12'd198, 3'd1};
      {Rate32, 4'd6}: row = {12'd373, 12'd355, 3'd3};
      {Rate32, 4'd7}: row = {12'd425, 12'd1122, 3'd7};
      {Rate40, 4'd0}: row = {NoLevel, 12'd14, 3'd0};
      {Rate40, 4'd1}: row = {-12'sd66, 12'd14, 3'd0};
      {Rate40, 4'd2}: row = {12'd28, 12'd24, 3'd0};
      {Rate40, 4'd3}: row = {12'd104, 12'd39, 3'd0};
      {Rate40, 4'd4}: row = {12'd169, 12'd40, 3'd0};
      {Rate40, 4'd5}: row = {12'd224, 12'd41, 3'd1};
      {Rate40, 4'd6}: row = {12'd274, 12'd58, 3'd1};
      {Rate40, 4'd7}: row = {12'd318, 12'd100, 3'd1};
      {Rate40, 4'd8}: row = {12'd358, 12'd141, 3'd1};
      {Rate40, 4'd9}: row = {12'd395, 12'd179, 3'd1};
      {Rate40, 4'd10}: row = {12'd429, 12'd219, 3'd2};
      {Rate40, 4'd11}: row = {12'd459, 12'd280, 3'd3};
      {Rate40, 4'd12}: row = {12'd488, 12'd358, 3'd4};
      {Rate40, 4'd13}: row = {12'd514, 12'd440, 3'd5};
      {Rate40, 4'd14}: row = {12'd539, 12'd529, 3'd6};
      {Rate40, 4'd15}: row = {12'd566, 12'd696, 3'd6};
      default: row = 'x;  // no rate has such a code
    endcase
  endfunction

  // ADDA: DQLN, Y → DQL [12 TC].
  function automatic logic [11:0] adda(input logic [11:0] dqln, input logic [12:0] y);
    adda = dqln + {1'b0, y[12:2]};
  endfunction

  // ANTILOG: DQL → |DQ| [15].
  function automatic logic [14:0] antilog(input logic [11:0] dql);
    logic [14:0] magnitude;
    magnitude = {1'b1, dql[6:0], 7'd0} >> (4'd14 - dql[10:7]);
    antilog   = dql[11] ? 15'd0 : magnitude;
  endfunction

  // --- Scale factor and speed of adaptation ---

  // LIMA: AP → AL [7], 1/64.
  function automatic logic [6:0] lima(input logic [9:0] ap);
    lima = ap >= 10'd256 ? 7'd64 : {1'b0, ap[7:2]};
  endfunction

  // MIX in three steps: AL, YU, YL → Y [13]. The product is of a magnitude, which rounds it towards
  // zero. → difference [14 SM].
  function automatic logic [13:0] mix_difference(input logic [12:0] yu, input logic [18:0] yl);
    logic [13:0] difference;
    difference     = {1'b0, yu} - {1'b0, yl[18:6]};
    mix_difference = {difference[13], difference[13] ? 13'd0 - difference[12:0] : difference[12:0]};
  endfunction
  // → product [14 SM].
  function automatic logic [13:0] mix_product(input logic [6:0] al, input logic [13:0] difference);
    logic [19:0] product;
    product     = {7'd0, difference[12:0]} * {13'd0, al};
    mix_product = {difference[13], product[18:6]};
  endfunction
  function automatic logic [12:0] mix_sum(input logic [18:0] yl, input logic [13:0] product);
    mix_sum = product[13] ? yl[18:6] - product[12:0] : yl[18:6] + product[12:0];
  endfunction

  // FILTD and LIMB: WI, Y → YUP.
  function automatic logic [12:0] filtd_limb(input logic [11:0] wi, input logic [12:0] y);
    logic signed [17:0] yut;
    yut = $signed({wi[11], wi, 5'd0}) - $signed({5'd0, y});
    yut = $signed({5'd0, y}) + (yut >>> 5);
    if (yut < 18'sd544) filtd_limb = 13'd544;
    else filtd_limb = yut > 18'sd5120 ? 13'd5120 : yut[12:0];
  endfunction

  // FILTE: YUP, YL → YLP.
  function automatic logic [18:0] filte(input logic [12:0] yup, input logic [18:0] yl);
    logic signed [19:0] negative;
    negative = -$signed({1'b0, yl});
    filte    = yl + {6'd0, yup} + {{5{negative[19]}}, negative[19:6]};
  endfunction

  // FILTA: FI, DMS → DMSP.
  function automatic logic [11:0] filta(input logic [2:0] fi, input logic [11:0] dms);
    logic signed [12:0] difference;
    difference = $signed({1'b0, fi, 9'd0}) - $signed({1'b0, dms});
    filta      = dms + {{4{difference[12]}}, difference[12:5]};
  endfunction

  // FILTB: FI, DML → DMLP.
  function automatic logic [13:0] filtb(input logic [2:0] fi, input logic [13:0] dml);
    logic signed [14:0] difference;
    difference = $signed({1'b0, fi, 11'd0}) - $signed({1'b0, dml});
    filtb      = dml + {{6{difference[14]}}, difference[14:7]};
  endfunction

  // SUBTC: DMSP, DMLP, TDP, Y → AX.
  function automatic logic subtc(input logic [11:0] dmsp, input logic [13:0] dmlp, input logic tdp,
                                 input logic [12:0] y);
    logic [14:0] difference;
    logic [14:0] magnitude;
    difference = {1'b0, dmsp, 2'd0} - {1'b0, dmlp};
    magnitude  = difference[14] ? 15'd0 - difference : difference;
    subtc      = y < 13'd1536 || magnitude >= {4'd0, dmlp[13:3]} || tdp;
  endfunction

  // FILTC and TRIGA: AX, AP, TR → APR.
  function automatic logic [9:0] filtc_triga(input logic ax, input logic [9:0] ap, input logic tr);
    logic signed [10:0] difference;
    difference  = $signed({1'b0, ax, 9'd0}) - $signed({1'b0, ap});
    filtc_triga = tr ? 10'd256 : ap + {{3{difference[10]}}, difference[10:4]};
  endfunction

  // --- Tone and transition detector ---

  // TONE: A2P → TDP.
  function automatic logic tone(input logic [15:0] a2p);
    tone = $signed(a2p) < -16'sd11776;
  endfunction

  // TRANS: TD, YL, |DQ| → TR. Three quarters of the threshold, or 31/32 of its most.
  function automatic logic trans(input logic td, input logic [18:0] yl, input logic [14:0] dqmag);
    logic [14:0] threshold;
    logic [15:0] one_and_a_half;
    threshold      = yl[18:15] > 4'd9 ? {5'd31, 10'd0} : {9'd0, 1'b1, yl[14:10]} << yl[18:15];
    one_and_a_half = {1'b0, threshold} + {2'd0, threshold[14:1]};
    trans          = td && dqmag > one_and_a_half[15:1];
  endfunction

  // --- What is learnt of the predictor ---

  // ADDB, and ADDC with SEZI: DQ, SEI → SR, DQ + SEZ [16 TC], which wrap.
  function automatic logic [15:0] addb(input logic minus, input logic [14:0] dqmag, input logic [15:0] sei);
    addb = signed_by(minus, {1'b0, dqmag}) + {sei[15], sei[15:1]};
  endfunction

  // FLOATB: SR → FL; of the magnitude, 15 bits.
  function automatic logic [10:0] floatb(input logic [15:0] sr);
    logic [15:0] magnitude;
    magnitude = signed_by(sr[15], sr);
    floatb    = fl(sr[15], magnitude[14:0]);
  endfunction

  // XOR, UPB and TRIGB: Bn, DQn, DQ, TR → BnR [16 TC], which wraps.
  function automatic logic [15:0] upb(input logic [1:0] rate, input logic [15:0] bn, input logic dqn_minus,
                                      input logic minus, input logic dq_zero, input logic tr);
    logic [15:0] leak;
    leak = {{8{bn[15]}}, bn[15:8]};
    if (rate == Rate40) leak = {{9{bn[15]}}, bn[15:9]};
    upb = bn - leak;
    if (!dq_zero) upb = upb + (dqn_minus ^ minus ? 16'hff80 : 16'h0080);
    if (tr) upb = 16'd0;
  endfunction

  // UPA2, first its gain: A1, DQ + SEZ, its former signs → UGA2 [12 TC], 1/128 of it.
  function automatic logic [11:0] upa2_gain(input logic [15:0] a1, input logic pk1, input logic pk2,
                                            input logic [15:0] dqsez);
    logic signed [15:0] drive;
    logic signed [17:0] gain;
    drive = {a1[13:0], 2'd0};
    if ($signed(a1) > 16'sd8191) drive = 16'sd32764;
    else if ($signed(a1) < -16'sd8191) drive = -16'sd32764;
    if (dqsez[15] == pk1) drive = -drive;
    gain = dqsez[15] != pk2 ? -18'sd16384 : 18'sd16384;
    gain = gain + $signed({{2{drive[15]}}, drive});
    upa2_gain = dqsez == 16'd0 ? 12'd0 : {gain[17], gain[17:7]};
  endfunction

  // A2, UGA2 → A2T [17 TC].
  function automatic logic [16:0] upa2(input logic [15:0] a2, input logic [11:0] gain);
    upa2 = {a2[15], a2} - {{8{a2[15]}}, a2[15:7]} + {{5{gain[11]}}, gain};
  endfunction

  // LIMC: A2T → A2P [16 TC].
  function automatic logic [15:0] limc(input logic [16:0] a2t);
    limc = a2t[15:0];
    if ($signed(a2t) > 17'sd12288) limc = 16'd12288;
    else if ($signed(a2t) < -17'sd12288) limc = -16'sd12288;
  endfunction

  // UPA1: A1, DQ + SEZ, its former sign → A1T [17 TC].
  function automatic logic [16:0] upa1(input logic [15:0] a1, input logic pk1, input logic [15:0] dqsez);
    upa1 = {a1[15], a1} - {{9{a1[15]}}, a1[15:8]};
    if (dqsez != 16'd0) upa1 = upa1 + (dqsez[15] != pk1 ? -17'sd192 : 17'sd192);
  endfunction

  // LIMD: A1T, A2P → A1P [16 TC].
  function automatic logic [15:0] limd(input logic [16:0] a1t, input logic [15:0] a2p);
    logic signed [16:0] most;
    most = 17'sd15360 - $signed({a2p[15], a2p});
    limd = a1t[15:0];
    if ($signed(a1t) > most) limd = most[15:0];
    else if ($signed(a1t) < -most) limd = 16'd0 - most[15:0];
  endfunction

  // --- The far end's law ---

  // COMPRESS: SR → SP. Negative samples on a decision level belong to the smaller magnitude of
  // A-law and to the larger one of mu-law, while G.711's tables have the smaller one for both. Of the
  // magnitude, 15 bits count: -32768 is a negative zero.
  function automatic logic [7:0] compress(input logic mu_law, input logic [15:0] sr);
    compress = g711::encoded(mu_law, {compress_limo(mu_law, sr), 2'd0});
  endfunction
  function automatic logic [13:0] compress_limo(input logic mu_law, input logic [15:0] sr);
    compress_limo = limo(mu_law && sr[15] ? sr - 16'd1 : sr);
    if (sr == 16'h8000) compress_limo = 14'h3fff;
  endfunction

  // LIMO of Annex A: SR → SO [14 TC].
  function automatic logic [13:0] limo(input logic [15:0] sr);
    limo = sr[13:0];
    if (!sr[15] && sr[14:13] != 2'b00) limo = 14'h1fff;
    else if (sr[15] && sr[14:13] != 2'b11) limo = 14'h2000;
  endfunction

  // The octet of the next output level up or down, or the same if there is none. Both zeros of the
  // mu-law are one level.
  function automatic logic [7:0] next_octet(input logic mu_law, input logic [7:0] octet, input logic up);
    logic [7:0] code;  // sign on top, set of positive ones; then the magnitude
    logic [7:0] next;
    code = octet ^ (mu_law ? 8'h7f : 8'h55);
    next = code;
    if (code[7] == up) begin  // away from zero
      if (code[6:0] != 7'd127) next[6:0] = code[6:0] + 7'd1;
    end else if (code[6:0] != 7'd0) next[6:0] = code[6:0] - 7'd1;
    else next = {up, 6'd0, mu_law};
    next_octet = next ^ (mu_law ? 8'h7f : 8'h55);
  endfunction

  // SYNC: I [of the decoder], ID [of SP coded once more], SP → SD.
  function automatic logic [7:0] sync(input logic mu_law, input logic [1:0] rate, input logic [4:0] code,
                                      input logic [4:0] again, input logic [7:0] sp);
    logic [4:0] sign;  // with it inverted, codes are in the order of the differences that they stand for
    sign = ones(rate) ^ (ones(rate) >> 1);
    sync = sp;
    if (again != code) sync = next_octet(mu_law, sp, (again ^ sign) < (code ^ sign));
  endfunction
endpackage
// verilator lint_on UNUSEDPARAM
// verilator lint_on UNUSEDSIGNAL
`default_nettype wire
