// SPDX-License-Identifier: MIT
/// Sofia wants a folder with a file agent.pem: one of our own with nothing else in it.
#pragma once
#include <string>

namespace switchroom::sip {

class certificate_folder {
public:
  /// Throws std::runtime_error. `pem`: path of the file that agent.pem shall be.
  explicit certificate_folder(const std::string& pem);
  ~certificate_folder();
  certificate_folder(const certificate_folder&) = delete;
  certificate_folder& operator=(const certificate_folder&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

} // namespace switchroom::sip
