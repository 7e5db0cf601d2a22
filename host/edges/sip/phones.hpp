// SPDX-License-Identifier: MIT
/// IP phones: registrar with digest (RFC 3261, 10 and 22), and a back-to-back end of each of their
/// calls, of which the gateway has the other (proto/edge.proto). Knows nothing of users, numbers or
/// short codes: what a phone dials is handed on as it is.
#pragma once
#include "edges/sip/gate.hpp"
#include "edges/sip/gateway_link.hpp"
#include "edges/sip/lamp_documents.hpp"
#include "edges/sip/ports.hpp"
#include "edges/sip/session_description.hpp"

struct switchroom_sip_dialogue;
#define NUA_MAGIC_T switchroom::sip::phones
#define NUA_HMAGIC_T switchroom_sip_dialogue

namespace switchroom::sip {
class phones;
}

#include <set>
#include <sofia-sip/nua.h>

/// What sofia keeps a pointer to with its handle.
struct switchroom_sip_dialogue {
  switchroom_sip_dialogue() = default;
  virtual ~switchroom_sip_dialogue() = default;
  switchroom_sip_dialogue(const switchroom_sip_dialogue&) = delete;
  switchroom_sip_dialogue& operator=(const switchroom_sip_dialogue&) = delete;

  std::uint32_t line = 0;
  std::uint64_t number = 0;
  nua_handle_t* handle = nullptr;
  bool over_tls = false;
  std::string route;    ///< where what the phone said came from: URI
  unsigned version = 0; ///< of our session description, or of a lamp's document
};

namespace switchroom::sip {

/// Odd numbers: the phone has placed it.
struct call : switchroom_sip_dialogue {
  bool answered = false;
  bool cancelled = false;     ///< over for the gateway; the phone has not said the last word yet
  bool keyed = false;         ///< of ours: it offered nothing but SRTP
  std::string referral;       ///< as which event the phone waits to hear of its transfer (RFC 3515)
  bool awaits_answer = false; ///< to our offer in a 200, by the ACK
  live_calls::member known;   ///< to the gate
  clock::duration refresh_every{}; ///< by us; 0: sofia does
  clock::time_point refresh_at{};
  std::optional<session_description> theirs; ///< none: the phone has not said it yet
  scn::v1::MediaEndpoint own;
};

struct subscription : switchroom_sip_dialogue {
  const lamp_type* type = nullptr;
  std::string entity; ///< URI that was subscribed to
  std::string digits; ///< of whom; empty: of messages
  std::optional<edge::v1::Lamp> shown;
};

struct settings {
  std::string listen;      ///< SIP URI: "sip:192.0.2.1:5060"
  std::string tls_listen;  ///< SIPS URI; empty: no TLS
  std::string certificate; ///< path of a PEM file
  std::string realm;
  digest_kinds digests = digest_kinds::md5; ///< what phones may prove themselves with
  /// RFC 4028: a call that is not refreshed for so long ends (seconds; 0: we ask for none), and the
  /// shortest that a phone may ask for.
  unsigned session_s = 1800, shortest_session_s = 90;
};

class phones {
public:
  /// Listens. Throws std::runtime_error if it cannot. `descriptor`: of the gateway.
  phones(su_root_t*, settings, int descriptor);
  ~phones();
  phones(const phones&) = delete;
  phones& operator=(const phones&) = delete;

private:
  using dialogue = switchroom_sip_dialogue;
  static void on_event(nua_event_t, int status, char const* phrase, nua_t*, phones*, nua_handle_t*,
                       dialogue*, sip_t const*, tagi_t[]);

  void told(const edge::v1::ToEdge&);
  void ring(const edge::v1::Ring&);
  void progress(const edge::v1::Progress&);
  void release(const edge::v1::Release&);

  void invited(nua_handle_t*, call*, const sip_t*);
  void informed(nua_handle_t*, call*, const sip_t*);
  void referred(nua_handle_t*, call*, const sip_t*, tagi_t[]);
  // offers.cpp
  void answered(call&, int status, const sip_t*);
  void invited_again(call&, const sip_t*);
  void updated(nua_handle_t*, call*, const sip_t*);
  void offer_again(call&);
  void acknowledged(call&, const sip_t*);
  void describe_to(call&, const session_description& agreed);
  void tell_hold(const call&);
  // early_media.cpp
  void ringing(call&, bool heard);
  void offer_in_answer(call&);
  void rings(call&, int status, const sip_t*);
  void tell_listening(const call&);
  void refuse_description(nua_handle_t*, const warning&);
  // subscriptions.cpp
  void subscribed(nua_handle_t*, dialogue*, const sip_t*);
  void notified(nua_handle_t*, subscription*, int status, tagi_t[]);
  void watch(const subscription&, bool on);
  void light(const edge::v1::Lamp&);
  void show(subscription&, int state);
  void unsubscribe(subscription&);
  // sessions.cpp
  /// By what the phone says as the call begins.
  void watch_session(call&, const sip_t*) const;
  void refresh_sessions(clock::time_point now);
  // transfers.cpp
  void transfer_failed(const edge::v1::TransferFailed&);
  void tell_referrer(call&, int code, const char* phrase);
  void over(call&, scn::v1::Cause);
  void forget(call&);
  static std::string_view body_of(const sip_t*);
  scn::v1::MediaEndpoint listening_at(const call&); ///< the phone; it has said so
  preferences preferred(const phone&) const;
  /// Of the answer to our offer, of SRTP if it was.
  preferences wanted_in_answer(const phone&, bool secured) const;
  /// In the clear a key in the offer would protect nothing; a fingerprint still does, from whoever
  /// only listens.
  static keying offered(const phone&);
  /// Where the phone reaches us: sofia alone would say SIPS to everybody once there is TLS.
  const char* contact(bool over_tls) const;
  void hang_up(const call&);
  void begin(dialogue&, nua_handle_t*, const sip_t*, const std::string& name, std::uint64_t number);
  static bool can_be_dialled(const std::string&); ///< a number or a short code
  static bool came_over_tls(const sip_t*);
  /// Where the request that is being served came from: over a connection, or through a translator
  /// of addresses, the phone is reached there and not where it says.
  std::string source(const sip_t*) const;
  static std::string user_of(const url_t*); ///< with "%23" as '#'

  // registrar.cpp
  void set_ports(const edge::v1::Ports&);
  void registered(nua_handle_t*, const sip_t*);
  bool has_proved(nua_handle_t*, const sip_t*, bool to_registrar, std::string& name);
  bool refuse_for_now(nua_handle_t*, const std::string& source); ///< false
  void challenge(nua_handle_t*, bool as_registrar, const std::vector<std::string>& with);
  void tell_state(const phone&);
  static void on_second(su_root_magic_t*, su_timer_t*, su_timer_arg_t*);

  su_root_t* root_;
  settings settings_;
  ports ports_;
  gateway_link gateway_;
  std::string contact_, tls_contact_;
  gate gate_;
  bool served_ = false; ///< the gateway has told who may register
  nua_t* nua_ = nullptr;
  su_timer_t* second_ = nullptr;
  dialogue past_; ///< of handles whose call or subscription is over, until sofia is done with them
  std::map<std::uint64_t, call> calls_;
  std::uint64_t last_call_ = 1;
  std::map<std::uint64_t, subscription> subscriptions_;
  std::uint64_t last_watch_ = 0;
  std::set<nua_handle_t*> last_told_; ///< of subscriptions that are over, until that is answered
  bool ending_ = false;
};

} // namespace switchroom::sip
