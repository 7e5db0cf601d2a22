// SPDX-License-Identifier: MIT
/// One handshake of DTLS 1.2, whose fruit are keys of SRTP (RFC 5764): packets in, packets out,
/// without socket, thread or certificate authority. The far end is who has the certificate of which
/// the fingerprint was told, and nobody else (RFC 5763, 5). By OpenSSL, which looks at the clock
/// itself to see whether a flight has been answered in time: `deadline` says when it should be
/// asked.
///
/// It costs some 0.5 ms of a processor, and is none of the voice thread's.
#pragma once
#include "dtls/identity.hpp"
#include "types/time.hpp"

#include <vector>

struct ssl_st;

namespace switchroom::dtls {

/// Who begins is the client, "active" in a session description (RFC 5763, 5).
enum class role : std::uint8_t { client, server };

/// Master key (16) and master salt (14) of AES_CM_128_HMAC_SHA1_80.
using srtp_key = std::array<std::uint8_t, 30>;
struct keys {
  srtp_key ours{}; ///< of what is sent from here
  srtp_key theirs{};
};

class handshake {
public:
  enum class state : std::uint8_t {
    under_way,
    done,
    wrong_certificate, ///< the far end is not who it was said to be: nothing more is heard of it
    broken_off,        ///< something in it could not be agreed on; it may begin anew by itself
  };
  using packet = std::vector<std::uint8_t>;

  /// `who` must outlive it. A client begins at once: see take_packets.
  handshake(const identity& who, role, const fingerprint& of_far_end, instant now);
  ~handshake();
  handshake(const handshake&) = delete;
  handshake& operator=(const handshake&) = delete;

  /// From the far end. Also when it is done: the last flight may have to be said again (RFC 6347,
  /// 4.2.4).
  void receive(std::span<const std::uint8_t> octets, instant now);
  /// What has been waited for until `deadline` did not come.
  void tick(instant now);
  instant deadline() const { return deadline_; }
  /// What is to be sent, in order.
  std::vector<packet> take_packets();

  state is() const { return state_; }
  /// When it is done.
  const keys& made() const { return keys_; }
  /// Why it is not done, for people: of a refusal, or of the last time that it had to begin anew;
  /// empty: nothing is known to be wrong.
  const std::string& why() const { return why_; }

private:
  class connection;
  void begin(instant now);
  void go_on(instant now);
  void finish();
  void fail(instant now);
  void wait(instant now);

  const identity& who_;
  role role_;
  fingerprint expected_;
  std::unique_ptr<connection> connection_;
  std::vector<packet> sent_;
  state state_ = state::under_way;
  instant deadline_ = never, begun_{};
  bool answered_ = false; ///< the far end, since it began
  keys keys_;
  std::string why_;
};

} // namespace switchroom::dtls
