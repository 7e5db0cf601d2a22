// SPDX-License-Identifier: MIT
#include "edges/sip/certificate_folder.hpp"

#include <filesystem>
#include <stdexcept>
#include <stdlib.h>

namespace switchroom::sip {

namespace fs = std::filesystem;

certificate_folder::certificate_folder(const std::string& pem)
    : path_((fs::temp_directory_path() / "switchroom-sip-XXXXXX").string()) {
  std::error_code failed;
  if (mkdtemp(path_.data()) == nullptr)
    throw std::runtime_error("cannot make a folder in " + fs::temp_directory_path().string());
  fs::create_symlink(fs::absolute(pem), fs::path(path_) / "agent.pem", failed);
  if (failed)
    throw std::runtime_error("cannot use the certificate " + pem + ": " + failed.message());
}

certificate_folder::~certificate_folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

} // namespace switchroom::sip
