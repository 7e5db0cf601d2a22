// SPDX-License-Identifier: MIT
/// What speaks with strangers gets nothing but what it needs: once it listens, the process may use
/// the sockets that it has, take memory and tell the time; and connect by IP, if that is its trade.
/// It cannot open files, run programs, have children, look into others, listen anew, nor make
/// memory executable.
#pragma once

namespace switchroom::process {

/// New sockets: of IP, or none at all.
enum class sockets { ip, none };

/// Bounds on open connections and memory; no core, which would have passwords in it.
void limit_resources();
/// For good. Whoever was root is nobody afterwards. Throws std::runtime_error if the kernel
/// refuses. What a program never does by mistake ends it (SIGSYS); the rest is an error of the
/// call.
void confine(sockets);

} // namespace switchroom::process
