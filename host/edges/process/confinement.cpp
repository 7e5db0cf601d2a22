// SPDX-License-Identifier: MIT
#include "edges/process/confinement.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <grp.h>
#include <memory>
#include <seccomp.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// What sanitizers do at the end, and their memory, is not for filters.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SWITCHROOM_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SWITCHROOM_SANITIZED 1
#endif
#endif

namespace switchroom::process {
namespace {

constexpr rlim_t most_files = 4096;
constexpr rlim_t most_memory = rlim_t{1} << 30; // address space; it uses some 10 MB
constexpr uid_t nobody = 65534;

void at_most(__rlimit_resource what, rlim_t value) {
  rlimit now{};
  if (getrlimit(what, &now) != 0)
    return;
  now.rlim_max = std::min(now.rlim_max, value);
  now.rlim_cur = now.rlim_max;
  setrlimit(what, &now);
}

[[noreturn]] void fail(const char* what, int error) {
  throw std::runtime_error(std::string("cannot ") + what + ": " + std::strerror(error));
}

void give_up_root() {
  if (geteuid() != 0)
    return;
  if (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 ||
      setresuid(nobody, nobody, nobody) != 0)
    fail("give up root's rights", errno);
}

#ifndef SWITCHROOM_SANITIZED

constexpr const char* allowed[] = {
    // sockets it has
    "read", "readv", "write", "writev", "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg",
    "sendmmsg", "shutdown", "close", "getsockopt", "fcntl", "fcntl64",
    // to wait
    "poll", "ppoll", "select", "_newselect", "pselect6", "epoll_wait", "epoll_pwait", "epoll_ctl",
    "nanosleep", "clock_nanosleep", "futex", "restart_syscall", "clock_gettime", "gettimeofday",
    "time",
    // memory, chance
    "brk", "munmap", "mremap", "madvise", "getrandom",
    // itself
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "getpid", "gettid", "tgkill",
    "getuid", "geteuid", "getgid", "getegid", "fstat", "lseek", "uname", "sched_yield", "exit",
    "exit_group"};
/// Sockets that are made anew, or by phones.
constexpr const char* of_ip[] = {"accept",      "accept4",     "connect",    "bind",
                                 "getsockname", "getpeername", "setsockopt", "ioctl"};
/// Nobody does that by mistake.
constexpr const char* ends[] = {"execve",
                                "execveat",
                                "fork",
                                "vfork",
                                "clone",
                                "ptrace",
                                "process_vm_readv",
                                "process_vm_writev",
                                "bpf",
                                "userfaultfd",
                                "perf_event_open",
                                "mount",
                                "init_module",
                                "finit_module",
                                "kexec_load",
                                "unshare",
                                "setns"};

struct filter_ends {
  void operator()(void* filter) const { seccomp_release(filter); }
};

void filter_calls(sockets made) {
  const std::unique_ptr<void, filter_ends> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  int error = filter ? 0 : -ENOMEM;
  const auto add = [&](std::uint32_t action, const char* name, auto... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (error != 0 || number == __NR_SCMP_ERROR)
      return;
    error = seccomp_rule_add(filter.get(), action, number, sizeof...(conditions), conditions...);
  };
  for (const auto* name : allowed)
    add(SCMP_ACT_ALLOW, name);
  for (const auto* name : ends)
    add(SCMP_ACT_KILL_PROCESS, name);
  if (made == sockets::ip) {
    for (const auto* name : of_ip)
      add(SCMP_ACT_ALLOW, name);
    for (const auto family : {AF_INET, AF_INET6})
      add(SCMP_ACT_ALLOW, "socket",
          scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0});
  }
  for (const auto* name : {"mmap", "mmap2", "mprotect"})
    add(SCMP_ACT_ALLOW, name, scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
  if (error == 0)
    error = seccomp_load(filter.get());
  if (error != 0)
    fail("have its system calls filtered", -error);
}

#else

void filter_calls(sockets) {}

#endif

} // namespace

void limit_resources() {
  at_most(RLIMIT_NOFILE, most_files);
  at_most(RLIMIT_CORE, 0);
#ifndef SWITCHROOM_SANITIZED
  at_most(RLIMIT_AS, most_memory);
#endif
}

void confine(sockets made) {
  give_up_root();
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM); // who changes its user loses it
  filter_calls(made);
}

} // namespace switchroom::process
