// SPDX-License-Identifier: MIT
// libsystemc has a main() that calls this; GoogleTest's comes first, and tests drive the kernel.
#include <systemc>

int sc_main(int, char**) {
  return 0;
}
