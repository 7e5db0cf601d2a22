// SPDX-License-Identifier: MIT
/// IP phones: registrar with digest (RFC 3261, 10 and 22), and a back-to-back end of each of their
/// calls, of which the gateway has the other (proto/edge.proto). Knows nothing of users, numbers or
/// short codes: what a phone dials is handed on as it is.
#pragma once
#include "edges/sip/gateway_link.hpp"
#include "edges/sip/ports.hpp"
#include "edges/sip/session_description.hpp"

struct switchroom_sip_call;
#define NUA_MAGIC_T switchroom::sip::phones
#define NUA_HMAGIC_T switchroom_sip_call

namespace switchroom::sip {
class phones;
}

#include <sofia-sip/auth_module.h>
#include <sofia-sip/nua.h>

/// A call of a phone; sofia keeps a pointer to it with its handle.
struct switchroom_sip_call {
  std::uint32_t line = 0;
  std::uint64_t number = 0; ///< odd: the phone has placed it
  nua_handle_t* handle = nullptr;
  bool answered = false;
  unsigned version = 0; ///< of our session description
  std::optional<switchroom::sip::session_description> theirs;
  switchroom::scn::v1::MediaEndpoint own;
};

namespace switchroom::sip {

struct settings {
  std::string listen; ///< SIP URI: "sip:192.0.2.1:5060"
  std::string realm;
  std::uint32_t law = 8; ///< of a phone that has both: 0 = PCMU, 8 = PCMA
};

class phones {
public:
  /// Listens. Throws std::runtime_error if it cannot. `descriptor`: of the gateway.
  phones(su_root_t*, settings, int descriptor);
  ~phones();
  phones(const phones&) = delete;
  phones& operator=(const phones&) = delete;

private:
  using call = switchroom_sip_call;
  static void on_event(nua_event_t, int status, char const* phrase, nua_t*, phones*, nua_handle_t*,
                       call*, sip_t const*, tagi_t[]);

  void told(const edge::v1::ToEdge&);
  void ring(const edge::v1::Ring&);
  void progress(const edge::v1::Progress&);
  void release(const edge::v1::Release&);

  void invited(nua_handle_t*, call*, const sip_t*);
  void invited_again(call&, const sip_t*);
  void answered(call&, int status, const sip_t*);
  void informed(nua_handle_t*, call*, const sip_t*);
  void over(call&, scn::v1::Cause);
  void forget(call&);
  static std::string user_of(const url_t*); ///< with "%23" as '#'

  // registrar.cpp
  void set_ports(const edge::v1::Ports&);
  void registered(nua_handle_t*, const sip_t*);
  bool has_proved(nua_handle_t*, const sip_t*, bool to_registrar, std::string& name);
  void tell_state(const phone&);
  static void on_second(su_root_magic_t*, su_timer_t*, su_timer_arg_t*);

  su_root_t* root_;
  settings settings_;
  ports ports_;
  gateway_link gateway_;
  int passwords_; ///< a file in memory, for sofia
  auth_mod_t* digest_ = nullptr;
  nua_t* nua_ = nullptr;
  su_timer_t* second_ = nullptr;
  std::map<std::uint64_t, call> calls_;
  std::uint64_t last_call_ = 1;
  bool ending_ = false;
};

} // namespace switchroom::sip
