// SPDX-License-Identifier: MIT
/// What a phone is told that has subscribed to a lamp: of who is called or talks (RFC 4235), of
/// messages (RFC 3842). Pure.
#pragma once
#include "edge.pb.h"

#include <string>
#include <string_view>

namespace switchroom::sip {

enum class lamp_kind { dialog, messages };
/// Of an Event header's value; `package` and MIME type.
struct lamp_type {
  lamp_kind kind;
  const char* package;
  const char* content;
};
inline constexpr lamp_type dialog_lamp{lamp_kind::dialog, "dialog", "application/dialog-info+xml"};
inline constexpr lamp_type message_lamp{lamp_kind::messages, "message-summary",
                                        "application/simple-message-summary"};
/// Null: no such package is served.
const lamp_type* lamp_type_of(std::string_view event);

/// `entity`: SIP URI of whom it is about; `version` counts from 0 in a subscription.
std::string lamp_document(const lamp_type&, const edge::v1::Lamp&, const std::string& entity,
                          unsigned version);

} // namespace switchroom::sip
