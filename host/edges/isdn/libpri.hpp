// SPDX-License-Identifier: MIT
/// libpri's header, which is C alone and leaves out what it needs.
#pragma once
#include <sys/time.h>

extern "C" {
#include <libpri.h>
}
