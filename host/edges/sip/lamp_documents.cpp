// SPDX-License-Identifier: MIT
#include "edges/sip/lamp_documents.hpp"

namespace switchroom::sip {
namespace {

/// Digits, names of phones and gateways: none needs to be escaped, and others are not let through.
std::string plain(const std::string& uri) {
  std::string made;
  for (const char c : uri)
    if (c != '<' && c != '>' && c != '&' && c != '"' && static_cast<unsigned char>(c) > ' ')
      made += c;
  return made;
}

std::string dialog_info(const edge::v1::Lamp& lamp, const std::string& entity, unsigned version) {
  std::string text = "<?xml version=\"1.0\"?>\r\n<dialog-info "
                     "xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"" +
                     std::to_string(version) + "\" state=\"full\" entity=\"" + plain(entity) +
                     "\">\r\n";
  const char* state = lamp.use() == edge::v1::Lamp::RINGS    ? "early"
                      : lamp.use() == edge::v1::Lamp::IN_USE ? "confirmed"
                                                             : "terminated";
  const bool rings = lamp.use() == edge::v1::Lamp::RINGS;
  text += std::string("<dialog id=\"1\"") + (rings ? " direction=\"recipient\"" : "") + "><state>" +
          state + "</state></dialog>\r\n";
  return text + "</dialog-info>\r\n";
}

} // namespace

const lamp_type* lamp_type_of(std::string_view event) {
  if (event == dialog_lamp.package)
    return &dialog_lamp;
  return event == message_lamp.package ? &message_lamp : nullptr;
}

std::string lamp_document(const lamp_type& type, const edge::v1::Lamp& lamp,
                          const std::string& entity, unsigned version) {
  if (type.kind == lamp_kind::dialog)
    return dialog_info(lamp, entity, version);
  return std::string("Messages-Waiting: ") + (lamp.new_messages() > 0 ? "yes" : "no") +
         "\r\nMessage-Account: " + plain(entity) +
         "\r\nVoice-Message: " + std::to_string(lamp.new_messages()) + '/' +
         std::to_string(lamp.heard_messages()) + " (0/0)\r\n";
}

} // namespace switchroom::sip
