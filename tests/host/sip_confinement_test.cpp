// SPDX-License-Identifier: MIT
// What the edge of IP phones cannot do any more once it listens. Each in a process of its own.
#include "edges/process/confinement.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace switchroom::sip {
namespace {

/// The status of a process that was confined and then did that: its result, or the signal.
int confined(const std::function<int()>& what) {
  const auto child = fork();
  if (child == 0) {
    try {
      process::limit_resources();
      process::confine(process::sockets::ip);
      _exit(what());
    } catch (const std::exception&) {
      _exit(99);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// The error of a call that failed; 0: it has worked.
int error_of(long result) {
  return result < 0 ? errno : 0;
}

class SipConfinement : public testing::Test {
protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "no filter under a sanitizer";
#endif
  }
};

TEST_F(SipConfinement, ItCanUseItsSocketsAndConnect) {
  EXPECT_EQ(confined([] {
              const int udp = socket(AF_INET, SOCK_DGRAM, 0);
              const int tcp = socket(AF_INET6, SOCK_STREAM, 0);
              return udp >= 0 && tcp >= 0 && std::make_unique<char[]>(1 << 20) != nullptr ? 7 : 1;
            }),
            7);
}

TEST_F(SipConfinement, NoFileIsOpened) {
  EXPECT_EQ(confined([] { return error_of(open("/etc/passwd", O_RDONLY)); }), EPERM);
  EXPECT_EQ(confined([] { return error_of(open("/tmp/x", O_WRONLY | O_CREAT, 0600)); }), EPERM);
  EXPECT_EQ(confined([] { return error_of(unlink("/tmp/none")); }), EPERM);
}

TEST_F(SipConfinement, NeitherProgramsNorChildrenNorOthersMemory) {
  const int ended = 1000 + SIGSYS;
  EXPECT_EQ(confined([] { return error_of(execl("/bin/true", "true", nullptr)); }), ended);
  EXPECT_EQ(confined([] { return error_of(fork()); }), ended);
  EXPECT_EQ(confined([] { return error_of(syscall(SYS_ptrace, 0, 0, 0, 0)); }), ended);
}

TEST_F(SipConfinement, NoOtherSocketsAndNoNewCode) {
  EXPECT_EQ(confined([] { return error_of(socket(AF_UNIX, SOCK_STREAM, 0)); }), EPERM);
  EXPECT_EQ(confined([] { return error_of(socket(AF_NETLINK, SOCK_RAW, 0)); }), EPERM);
  EXPECT_EQ(confined([] { return error_of(listen(0, 1)); }), EPERM);
  EXPECT_EQ(confined([] {
              auto* page =
                  mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return page == MAP_FAILED ? 1 : error_of(mprotect(page, 4096, PROT_READ | PROT_EXEC));
            }),
            EPERM);
}

TEST_F(SipConfinement, RootIsNobodyAfterwards) {
  EXPECT_EQ(confined([] { return geteuid() != 0 && error_of(setuid(0)) == EPERM ? 7 : 1; }), 7);
}

} // namespace
} // namespace switchroom::sip
