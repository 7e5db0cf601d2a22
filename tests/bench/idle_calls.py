# SPDX-License-Identifier: MIT
"""What calls cost in memory while nobody does anything in them: the edge's own pages and the gateway's, in KiB a call."""
import contextlib
import threading
import time

from edge_alone import ANSWER, SEIZE, Edge, endpoint, field
from gateways import wait_until
from ip_town import HOST_SLOTS, resident_kib
from sipp import Phones, Sipp, register

EDGE_PORT, PHONES_PORT, CALLS = 5766, 5778, 1000
PORTS, RING, PROGRESS = 1, 2, 3  # fields of ToEdge
TRANSACTIONS_S = 35  # those that are over are kept for 32 s (RFC 3261: 64·T1)


class Switchboard:
    """In the gateway's place at an edge: rings the phone in the same place of the other half, and joins the two."""

    def __init__(self, edge, callers, called):
        self.edge, self.up, self.others, self.going = edge, 0, {}, True
        self.called_line = {mine[2]: (theirs[2], mine[3]) for mine, theirs in zip(callers.rows, called.rows)}
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.going:
            self.edge.read(0.05)
            for kind, said in self.edge.said:
                if kind == SEIZE:
                    line, call = said[1][0], said[2][0]
                    other, number = self.called_line[line]
                    self.others[call + 1] = (line, call)
                    self.edge.say(RING, field(1, other) + field(2, call + 1) + field(3, number) + field(5, endpoint()))
                elif kind == ANSWER:
                    line, call = self.others[said[2][0]]
                    self.edge.say(PROGRESS, field(1, line) + field(2, call) + field(3, 1) + field(4, endpoint()))
                    self.up += 1
            self.edge.said.clear()

    def stop(self):
        self.going = False
        self.thread.join()


def half(kind, first_line, port):
    return Phones(port, [(f"{kind}{n}", f"secret-{n}", first_line + n, str(6000 + n)) for n in range(CALLS)])


def at_its_most(edge, folder, server, halves):
    """An allocator keeps what is given back, so that calls would hide in what registrations have left: both times it is
    looked at when the same registrations are still kept, on top of all else."""
    for phones in halves:
        went = register(folder, server, Phones(phones.port + 2, phones.rows), rate=200)  # those in calls have the other port
        if went.wrong():
            raise RuntimeError(went.wrong())
    return resident_kib(edge.process.pid)


def of_the_edge(binaries, folder):
    """A real edge with 1,000 real calls, each of two phones; in the gateway's place is what joins them and no more."""
    callers, called = half("caller", 1, PHONES_PORT), half("called", 1 + CALLS, PHONES_PORT + 1)
    with contextlib.ExitStack() as at_end:
        edge = Edge(binaries, EDGE_PORT)
        at_end.callback(edge.process.kill)
        server = f"127.0.0.1:{EDGE_PORT}"
        edge.say(PORTS, b"".join(field(1, field(1, line) + field(2, name) + field(3, password))
                                 for name, password, line, _ in callers.rows + called.rows))
        board = Switchboard(edge, callers, called)
        at_end.callback(board.stop)
        before = at_its_most(edge, folder, server, (callers, called))
        time.sleep(TRANSACTIONS_S)
        register(folder, server, called, rate=200)
        time.sleep(TRANSACTIONS_S)
        answering = Sipp(folder, "called", called, server)
        at_end.callback(answering.kill)
        calling = Sipp(folder, "caller", callers, server, "-r", 100, "-l", CALLS, "-m", CALLS,
                       users=[(name, proof, "6000") for name, proof in callers.known()], until_told=True)
        at_end.callback(calling.kill)
        wait_until(f"{CALLS} calls up", lambda: board.up == CALLS, 120)
        time.sleep(TRANSACTIONS_S)
        idle = at_its_most(edge, folder, server, (callers, called))
        found = {"calls": CALLS, "KiBEach": (idle - before) / CALLS, "beforeKiB": before}
        print(f"memory of sip-edge: {CALLS} calls of two phones each, idle: {found['KiBEach']:.1f} KiB a call (wanted 40); "
              f"{before / 1024:.1f} MiB without, just after {2 * CALLS} registrations", flush=True)
        return found


def of_the_gateway(town, folder):
    """Fewer: each phone in a call has a host slot of the board."""
    calls = HOST_SLOTS // 2
    before = resident_kib(town.daemon)
    answering = Sipp(folder, "called", town.called, town.server)
    calling = Sipp(folder, "caller", town.callers, town.server, "-r", 50, "-m", calls,
                   users=town.callers.calls_to(town.called), until_told=True)
    try:
        wait_until("calls up", lambda: town.cli("status")["calls"] == calls, 60)
        time.sleep(2)
        grown = resident_kib(town.daemon) - before
        calling.hang_up(calls)
        answering.end()
        print(f"memory of switchroomd: {calls} calls, as many as the board has host slots for, the first of its life: "
              f"{grown / calls:.1f} KiB a call, log and voice included (wanted 40); {before / 1024:.1f} MiB without", flush=True)
        return {"calls": calls, "KiBEach": grown / calls, "beforeKiB": before}
    finally:
        calling.kill()
        answering.kill()
