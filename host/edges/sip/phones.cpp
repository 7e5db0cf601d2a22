// SPDX-License-Identifier: MIT
#include "edges/sip/phones.hpp"

#include "edges/sip/caller_header.hpp"
#include "edges/sip/certificate_folder.hpp"
#include "edges/sip/status.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netdb.h>
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/tport_tag.h>
#include <sofia-sip/url.h>
#include <stdexcept>

namespace switchroom::sip {
namespace {

/// Octets, of one that comes; sofia's own figure is 2 MB.
constexpr std::size_t largest_message = std::size_t{64} * 1024;
/// Sofia's own, without MESSAGE: nobody here would read it.
constexpr const char* methods =
    "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, SUBSCRIBE, NOTIFY, REFER, UPDATE, REGISTER, INFO";

} // namespace

std::string phones::user_of(const url_t* url) {
  if (url->url_user == nullptr)
    return {};
  std::string user(std::strlen(url->url_user), '\0');
  user.resize(url_unescape_to(user.data(), url->url_user, user.size()));
  return user;
}

bool phones::can_be_dialled(const std::string& digits) {
  return !digits.empty() && digits.find_first_not_of("0123456789*#") == std::string::npos;
}

phones::phones(su_root_t* root, settings chosen, int descriptor)
    : root_(root), settings_(std::move(chosen)),
      gateway_(
          root, descriptor, [this](const auto& message) { told(message); },
          [this] {
            if (!std::exchange(ending_, true))
              su_root_break(root_);
          }),
      gate_(settings_.realm, settings_.digests) {
  const bool tls = !settings_.tls_listen.empty();
  std::optional<certificate_folder> certificate; // what sofia reads, it reads now
  if (tls)
    certificate.emplace(settings_.certificate);
  const auto folder = tls ? certificate->path() : std::string();
  nua_ = nua_create(root_, &phones::on_event, this, NUTAG_URL(settings_.listen.c_str()),
                    NTATAG_MCLASS(gate_.messages()), NTATAG_MAXSIZE(largest_message),
                    TAG_IF(tls, NUTAG_SIPS_URL(settings_.tls_listen.c_str())),
                    TAG_IF(tls, NUTAG_CERTIFICATE_DIR(folder.c_str())),
                    TAG_IF(tls, TPTAG_TLS_VERIFY_POLICY(TPTLS_VERIFY_NONE)), NUTAG_MEDIA_ENABLE(0),
                    NUTAG_SESSION_TIMER(settings_.session_s),
                    NUTAG_MIN_SE(settings_.shortest_session_s), NUTAG_UPDATE_REFRESH(1),
                    NUTAG_AUTOANSWER(0), NUTAG_AUTOALERT(0), NUTAG_AUTOACK(1),
                    NUTAG_APPL_METHOD("REGISTER, INFO, UPDATE"), NUTAG_APPL_METHOD("REFER"),
                    NUTAG_APPL_METHOD("SUBSCRIBE"), NUTAG_ALLOW_EVENTS(dialog_lamp.package),
                    NUTAG_ALLOW_EVENTS(message_lamp.package), SIPTAG_ALLOW_STR(methods),
                    SIPTAG_USER_AGENT_STR("Switchroom"), TAG_END());
  if (nua_ == nullptr) {
    edge::v1::FromEdge message;
    auto& trouble = *message.mutable_trouble();
    trouble.set_what("cannot listen at " + settings_.listen +
                     (tls ? " and " + settings_.tls_listen : ""));
    trouble.set_remedy(
        std::string("Give an address of this computer and a port that no other program has as "
                    "listen in [sip]") +
        (tls ? ", and as tls_listen; is certificate a key and its certificate?" : ".") +
        " Then start switchroomd again.");
    gateway_.say(message);
    throw std::runtime_error(trouble.what());
  }
  contact_ = '<' + settings_.listen + '>';
  // Not SIPS: phones of today do not know it.
  if (const auto colon = settings_.tls_listen.find(':'); colon != std::string::npos)
    tls_contact_ = "<sip" + settings_.tls_listen.substr(colon) + ";transport=tls>";
  second_ = su_timer_create(su_root_task(root_), 1000);
  su_timer_set_for_ever(second_, &phones::on_second, reinterpret_cast<su_timer_arg_t*>(this));
}

phones::~phones() {
  su_timer_destroy(second_);
  if (nua_ != nullptr) {
    nua_shutdown(nua_);
    for (int n = 0; n < 20; ++n)
      su_root_step(root_, 10);
    nua_destroy(nua_);
  }
}

// ---- what the gateway says ---------------------------------------------------------------------

void phones::told(const edge::v1::ToEdge& message) {
  using body = edge::v1::ToEdge;
  switch (message.body_case()) {
  case body::kPorts:
    return set_ports(message.ports());
  case body::kRing:
    return ring(message.ring());
  case body::kProgress:
    return progress(message.progress());
  case body::kRelease:
    return release(message.release());
  case body::kLamp:
    return light(message.lamp());
  case body::kTransferFailed:
    return transfer_failed(message.transfer_failed());
  case body::BODY_NOT_SET:
    return;
  }
}

void phones::ring(const edge::v1::Ring& ring) {
  const auto* phone = ports_.at(ring.line());
  auto& made = calls_[ring.call()];
  made.line = ring.line();
  made.number = ring.call();
  made.own = ring.media();
  if (phone == nullptr || phone->contact.empty())
    return over(made, scn::v1::DESTINATION_OUT_OF_ORDER);
  const auto to = "<sip:" + phone->name + '@' + settings_.realm + '>';
  const auto from = caller_header(ring.caller_name(), ring.caller(), settings_.realm);
  made.over_tls = phone->over_tls;
  made.route = phone->route;
  made.handle = nua_handle(nua_, &made, NUTAG_URL(phone->contact.c_str()),
                           SIPTAG_TO_STR(to.c_str()), SIPTAG_FROM_STR(from.c_str()), TAG_END());
  made.keyed = is_keyed(made.own, offered(*phone));
  const auto sdp = offer(made.own, preferred(*phone), made.number, made.version, offered(*phone));
  nua_invite(made.handle, NTATAG_DEFAULT_PROXY(made.route.c_str()),
             SIPTAG_CONTACT_STR(contact(made.over_tls)), SIPTAG_CONTENT_TYPE_STR(sdp_type),
             SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

void phones::progress(const edge::v1::Progress& progress) {
  const auto found = calls_.find(progress.call());
  if (found == calls_.end() || found->second.number % 2 == 0 || found->second.answered)
    return;
  auto& about = found->second;
  about.own = progress.media();
  if (!progress.answered())
    return ringing(about, progress.early());
  if (!about.theirs)
    return offer_in_answer(about);
  if (!is_answerable(*about.theirs, about.own)) {
    nua_respond(about.handle, SIP_488_NOT_ACCEPTABLE, TAG_END());
    return over(about, scn::v1::CALL_REJECTED);
  }
  about.answered = true;
  const auto sdp = answer(*about.theirs, about.own, about.number, about.version);
  nua_respond(about.handle, SIP_200_OK, SIPTAG_CONTACT_STR(contact(about.over_tls)),
              SIPTAG_CONTENT_TYPE_STR(sdp_type), SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
  if (about.theirs->on_hold)
    tell_hold(about);
}

void phones::release(const edge::v1::Release& release) {
  const auto found = calls_.find(release.call());
  if (found == calls_.end() || found->second.cancelled)
    return;
  auto& about = found->second;
  tell_referrer(about, SIP_200_OK);
  if (about.answered) {
    hang_up(about);
  } else if (about.number % 2 == 0) {
    about.cancelled = true; // the phone may have answered by now: heard out
    return nua_cancel(about.handle, TAG_END());
  } else {
    const auto why = status_of(release.cause());
    nua_respond(about.handle, why.code, why.phrase, TAG_END());
  }
  forget(about);
}

// ---- what phones say ---------------------------------------------------------------------------

void phones::on_event(nua_event_t event, int status, char const*, nua_t*, phones* self,
                      nua_handle_t* handle, dialogue* which, sip_t const* sip, tagi_t tags[]) {
  auto* about = dynamic_cast<call*>(which);
  switch (event) {
  case nua_i_register:
    return self->registered(handle, sip);
  case nua_i_invite:
    return self->invited(handle, about, sip);
  case nua_r_invite:
    if (about != nullptr)
      self->answered(*about, status, sip);
    return;
  case nua_i_update:
    return self->updated(handle, about, sip);
  case nua_i_ack:
    if (about != nullptr)
      self->acknowledged(*about, sip);
    return;
  case nua_i_info:
    self->informed(handle, about, sip);
    break;
  case nua_i_refer:
    self->referred(handle, about, sip, tags);
    break;
  case nua_i_subscribe:
    self->subscribed(handle, which, sip);
    break;
  case nua_i_options: // sofia has answered
    break;
  case nua_r_notify:
    return self->notified(handle, dynamic_cast<subscription*>(which), status, tags);
  case nua_i_state: {
    int state = nua_callstate_init;
    tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
    if (state != nua_callstate_terminated)
      return;
    if (about != nullptr)
      self->over(*about, scn::v1::NORMAL_CLEARING);
    return nua_handle_destroy(handle);
  }
  default:
    return;
  }
  // Sofia has made it for this request, of which nothing has begun.
  if (nua_handle_magic(handle) == nullptr)
    nua_handle_destroy(handle);
}

void phones::invited(nua_handle_t* handle, call* about, const sip_t* sip) {
  if (about != nullptr)
    return invited_again(*about, sip);
  std::string name;
  if (!has_proved(handle, sip, false, name))
    return;
  const auto digits = user_of(sip->sip_request->rq_url);
  const bool offers = !body_of(sip).empty(); // else we do (RFC 3261, 13.2.1)
  warning why;
  auto theirs = offers ? read(body_of(sip), preferred(*ports_.named(name)), &why) : std::nullopt;
  if (!can_be_dialled(digits))
    return nua_respond(handle, SIP_404_NOT_FOUND, NUTAG_WITH_THIS(nua_), TAG_END());
  if (offers && !theirs)
    return refuse_description(handle, why);
  const auto number = last_call_ += 2;
  auto& made = calls_[number];
  begin(made, handle, sip, name, number);
  made.known = gate_.calls().add(sip->sip_call_id->i_id);
  watch_session(made, sip);
  made.theirs = std::move(theirs);
  edge::v1::FromEdge message;
  auto& seize = *message.mutable_seize();
  seize.set_line(made.line);
  seize.set_call(number);
  seize.set_digits(digits);
  if (made.theirs && !made.theirs->nowhere) // voice that is sent there would come to ourselves
    *seize.mutable_media() = listening_at(made);
  gateway_.say(message);
}

/// "Signal=5", as some phones send digits.
void phones::informed(nua_handle_t* handle, call* about, const sip_t* sip) {
  if (about == nullptr)
    return nua_respond(handle, SIP_481_NO_TRANSACTION, NUTAG_WITH_THIS(nua_), TAG_END());
  nua_respond(handle, SIP_200_OK, NUTAG_WITH_THIS(nua_), TAG_END());
  const auto body = body_of(sip);
  const auto at = body.find("Signal=");
  const auto digit = at == std::string_view::npos ? at : body.find_first_not_of(' ', at + 7);
  if (digit == std::string_view::npos)
    return;
  edge::v1::FromEdge message;
  auto& digits = *message.mutable_digits();
  digits.set_line(about->line);
  digits.set_call(about->number);
  digits.set_digits(std::string(1, body[digit]));
  gateway_.say(message);
}

void phones::hang_up(const call& about) {
  nua_bye(about.handle, NTATAG_DEFAULT_PROXY(about.route.c_str()), TAG_END());
}

/// Of a request by which the phone begins something.
void phones::begin(dialogue& made, nua_handle_t* handle, const sip_t* sip, const std::string& name,
                   std::uint64_t number) {
  made.line = ports_.named(name)->line;
  made.number = number;
  made.handle = handle;
  made.over_tls = came_over_tls(sip);
  made.route = source(sip);
  nua_handle_bind(handle, &made);
}

const char* phones::contact(bool over_tls) const {
  return (over_tls ? tls_contact_ : contact_).c_str();
}

bool phones::came_over_tls(const sip_t* sip) {
  return sip->sip_via != nullptr && sip->sip_via->v_protocol != nullptr &&
         std::string_view(sip->sip_via->v_protocol) == sip_transport_tls;
}

std::string phones::source(const sip_t* sip) const {
  auto* request = nua_current_request(nua_);
  const auto* from = request == nullptr ? nullptr : msg_addrinfo(request);
  std::array<char, INET6_ADDRSTRLEN> host{};
  std::array<char, 8> port{};
  if (from == nullptr || sip->sip_via == nullptr || sip->sip_via->v_protocol == nullptr ||
      getnameinfo(from->ai_addr, from->ai_addrlen, host.data(), host.size(), port.data(),
                  port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  const std::string_view protocol = sip->sip_via->v_protocol; // "SIP/2.0/UDP"
  const bool v6 = from->ai_family == AF_INET6;
  return std::string("sip:") + (v6 ? "[" : "") + host.data() + (v6 ? "]:" : ":") + port.data() +
         ";transport=" + std::string(protocol.substr(protocol.rfind('/') + 1));
}

std::string_view phones::body_of(const sip_t* sip) {
  return sip->sip_payload == nullptr
             ? std::string_view()
             : std::string_view(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
}

scn::v1::MediaEndpoint phones::listening_at(const call& about) {
  auto there = about.theirs->media;
  locate(there, about.route);
  const auto* phone = ports_.at(about.line);
  there.set_tells_silence(there.comfort_noise() && phone != nullptr && phone->tells_silence);
  return there;
}

preferences phones::preferred(const phone& one) const {
  return {one.codecs, one.secure};
}

preferences phones::wanted_in_answer(const phone& one, bool secured) const {
  auto wanted = preferred(one);
  wanted.secure |= secured;
  wanted.in_their_order = true;
  return wanted;
}

keying phones::offered(const phone& one) {
  if (one.dtls)
    return keying::dtls;
  return one.over_tls ? keying::sdes : keying::none;
}

/// The gateway is told, unless it has ended the call itself; nothing more is heard of it.
void phones::over(call& about, scn::v1::Cause why) {
  if (about.cancelled)
    return forget(about);
  edge::v1::FromEdge message;
  auto& release = *message.mutable_release();
  release.set_line(about.line);
  release.set_call(about.number);
  release.set_cause(why);
  gateway_.say(message);
  forget(about);
}

/// Its handle lives on until sofia says that it is over.
void phones::forget(call& about) {
  if (about.handle != nullptr)
    nua_handle_bind(about.handle, &past_);
  calls_.erase(about.number);
}

} // namespace switchroom::sip
