# SPDX-License-Identifier: MIT
"""Messages after RFC 4475: each has what the RFC's message of that name has in it, the rest is short. VIA is where the
answer is to go. Beside each what may be answered; 0: nothing."""

SDP = "v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0\r\n"
ASKED, UNKNOWN_METHOD, BAD, NOTHING = {401, 407}, {405, 501}, {400}, {0}


def message(first, *headers, method=None, leave=(), body="", to="<sip:user@example.com>", sender="<sip:caller@example.net>;tag=3",
            cseq=None):
    method = method or first.split()[0]
    usual = {"Via": "SIP/2.0/UDP VIA;rport;branch=z9hG4bKBRANCH", "Max-Forwards": "70", "To": to, "From": sender,
             "Call-ID": "CALL", "CSeq": cseq or f"8 {method}", "Contact": "<sip:caller@VIA>"}
    lines = [first, *(f"{name}: {value}" for name, value in usual.items() if name not in leave), *headers]
    if "Content-Length" not in leave:
        lines.append(f"l: {len(body)}")
    return "\r\n".join(lines) + "\r\n\r\n" + body


OPTIONS = "OPTIONS sip:user@example.com SIP/2.0"
INVITE = "INVITE sip:user@example.com SIP/2.0"
REGISTER = "REGISTER sip:example.com SIP/2.0"
TYPE = "Content-Type: application/sdp"

VALID = {
    # 3.1.1
    "wsinv": ("INVITE sip:vivekg@example.com;unknownparam SIP/2.0\r\nTO :\r\n sip:vivekg@example.com\r\n"
              'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n'
              f"MaX-fOrWaRdS: 0068\r\nCall-ID: CALL\r\nContent-Length   : {len(SDP)}\r\ncseq: 0009\r\n  INVITE\r\n"
              "Via  : SIP  /   2.0\r\n /UDP\r\n    VIA;rport;branch=z9hG4bKBRANCH\r\ns :\r\n"
              "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
              "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n"
              'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n'
              f"  secondparam ; q = 0.33\r\n\r\n{SDP}", ASKED),
    "intmeth": (message("!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$@example.com SIP/2.0",
                        'Extra: "\\\x01"'), UNKNOWN_METHOD | NOTHING),  # sofia takes no such method for one
    "esc01": (message("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", TYPE, body=SDP), ASKED),
    "escnull": (message(REGISTER, "m: <sip:%00@host5.example.com>", to="sip:null-%00-null@example.com",
                        sender="sip:null-%00-null@example.com;tag=839"), ASKED),
    "esc02": (message("RE%47IST%45R sip:registrar.example.com SIP/2.0"), UNKNOWN_METHOD),
    "lwsdisp": (message(OPTIONS, sender="caller<sip:caller@example.com>;tag=323"), {200}),
    "longreq": (message(INVITE, TYPE, "Unknown-" + "Long" * 60 + "-Name: " + "unknown-" + "long" * 500 + "-value",
                        to='"' + "amazingly long " * 60 + '" <sip:user@example.com>', body=SDP), ASKED),
    "dblreq": (message(REGISTER) + message(INVITE, TYPE, body=SDP), {401}),
    "semiuri": (message("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0"), {200}),
    "transports": (message(OPTIONS, "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bK2", "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK3",
                           "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bK4"), {200}),
    "unreason": ("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое\r\n" + message(INVITE).partition("\r\n")[2], {0}),
    "noreason": ("SIP/2.0 100 \r\n" + message(INVITE).partition("\r\n")[2], {0}),
    # 3.2
    "badbranch": (message(OPTIONS).replace("BRANCH", ""), {200, 400}),
    # 3.3
    "zeromf": (message(OPTIONS, "Max-Forwards: 0", leave=("Max-Forwards",)), {200, 483}),
    "cparam01": (message(REGISTER, "Contact: sip:+19725552222@gw1.example.net;unknownparam", leave=("Contact",)), ASKED),
    "regescrt": (message(REGISTER, "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>", leave=("Contact",)), ASKED),
    "sdp01": (message(INVITE, "Accept: text/nobodyKnowsThis", TYPE, body=SDP), ASKED | {406}),
    # 3.4
    "inv2543": (message(INVITE, TYPE, leave=("Content-Length", "Max-Forwards"), body=SDP,
                        sender="<sip:caller@example.net>").replace(";branch=z9hG4bKBRANCH", ""), ASKED),
}

INVALID = {
    # 3.1.2
    "badinv01": (message(INVITE, 'Contact: "Joe" <sip:joe@example.org>;;;;', "Via: ;;,;,,", TYPE, leave=("Contact",), body=SDP), BAD),
    "clerr": (message(INVITE, TYPE, "Content-Length: 9999", leave=("Content-Length",), body=SDP), BAD),
    "ncl": (message(INVITE, TYPE, "Content-Length: -999", leave=("Content-Length",), body=SDP), BAD),
    "scalar02": (message(REGISTER, "Expires: 1" + "0" * 50, cseq="36893488147419103232 REGISTER"), BAD),
    "scalarlg": ("SIP/2.0 503 Service Unavailable\r\n" + message(OPTIONS, "Retry-After: 949302838503028349304023988",
                                                                cseq="9292394834772304023312 OPTIONS").partition("\r\n")[2], NOTHING),
    "quotbal": (message(INVITE, TYPE, to='"Mr. J. User <sip:j.user@example.com>', body=SDP), BAD),
    "ltgtruri": (message("INVITE <sip:user@example.com> SIP/2.0", TYPE, body=SDP), BAD),
    "lwsruri": (message("INVITE sip:user@example.com; lr SIP/2.0", TYPE, body=SDP), BAD | NOTHING),  # sofia: no request at all
    # Of these three the RFC says that one may be liberal, as sofia is.
    "lwsstart": (message("INVITE  sip:user@example.com  SIP/2.0", TYPE, body=SDP), BAD | ASKED),
    "trws": (message("OPTIONS sip:remote-target@example.com SIP/2.0  "), BAD | {200}),
    "escruri": (message("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", TYPE, body=SDP), BAD | ASKED),
    "baddate": (message(INVITE, "Date: Fri, 01 Jan 2010 16:00:00 EST", TYPE, body=SDP), BAD | ASKED),
    "regbadct": (message(REGISTER, "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E", leave=("Contact",)), BAD | ASKED),
    "badaspec": (message(OPTIONS, to='"Watson, Thomas" < sip:t.watson@example.org >'), BAD | {200}),
    "baddn": (message(OPTIONS, sender="Bell, Alexander <sip:a.g.bell@example.com>;tag=43"), BAD),
    "badvers": (message("OPTIONS sip:t.watson@example.org SIP/7.0"), {505}),
    "mismatch01": (message(OPTIONS, cseq="8 INVITE"), BAD),
    "mismatch02": (message("NEWMETHOD sip:user@example.com SIP/2.0", TYPE, cseq="8 INVITE", body=SDP), BAD | UNKNOWN_METHOD),
    "bigcode": ("SIP/2.0 4294967301 better not break the receiver\r\n" + message(INVITE).partition("\r\n")[2], NOTHING),
    # 3.3
    "insuf": (message(INVITE, TYPE, leave=("Call-ID", "From", "To"), body=SDP), BAD),
    "unkscm": (message("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"), {416}),
    "novelsc": (message("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"), {416}),
    "bext01": (message(OPTIONS, "Require: nothingSupportsThis, nothingSupportsThisEither"), {420}),
    "invut": (message(INVITE, "Content-Type: application/unknownformat", body="<audio>\r\n"), {415} | ASKED),
    "multi01": (message(INVITE, "From: <sip:other@example.net>;tag=4", "Call-ID: other", "CSeq: 59 INVITE", TYPE, body=SDP), BAD),
    "mcl01": (message(OPTIONS, "Content-Length: 13", "Content-Length: 5", leave=("Content-Length",), body="There's no way\r\n"), BAD),
    "regaut01": (message(REGISTER, "Authorization: NoOneKnowsThisScheme opaque-data=here"), {401}),
}

# Of bodies of an INVITE of a phone that has proved itself: what no phone should say.
DESCRIPTIONS = {
    "no line": "v=0", "no media": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n",
    "no connection": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n",
    "no format": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP\r\n",
    "port": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 99999999999999999999 RTP/AVP 0\r\n",
    "other codecs": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 3 18\r\n",
    "format": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/X 8 ;\r\n",
    "zeros": "\0" * 4000, "lines": "\r\n" * 4000, "equals": "m=" * 4000,
    "attributes": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 31\r\n" +
                  "a=x:" + "y" * 20 + "\r\na=rtpmap:31 H261/90000\r\n" * 400,
    "streams": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + "m=audio 0 RTP/AVP 0\r\n" * 1000,
    "key": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"
           "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 3000 + "\r\n",
}
