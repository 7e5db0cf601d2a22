/* SPDX-License-Identifier: MIT */
/*
 * One user's logins by votes and leases (docs/adr/0008; rules H4, S10-S13), checked by spin: see
 * CMakeLists.txt and scripts/model. Gateways 0, 1 and 2 are the user's grantors (the home and two
 * backups), further ones are visited only. Each step is one gateway's, and atomic.
 *
 * Network. Messages are not queued. A message that was sent can have its effect at any later step,
 * at any number of steps, or never, whatever else is on its way. So loss, delay, duplication,
 * reordering, cuts of any shape and their healing are all there without a step of their own. That
 * it cannot reach the home is why a gateway asks a backup: here it may ask any grantor at any time.
 * A restart loses what is not durable: request, lease, times. The clock may stop at no time.
 *
 * What is left out because it allows nothing more:
 * - A word of a gateway that logins up to epoch x have ended there stays true (the fence is
 *   durable), so a vote looks at the fence: whoever passed the word on, it came or it did not.
 * - A renewal is sent, heard, and its confirmation taken in one step. The lease counts from the
 *   sending, the grantor's wait from the hearing, so any delay in between only makes the owner stop
 *   earlier. Lateness that does something is a step: STALE, and ARRIVES in the bug about it.
 * - A request is made when a coordinator takes it up: made earlier, it only gives a shorter lease.
 * - Giving up, on either side, is that nothing more is done. A revoke is END.
 * - Until the first ballot all grantors are alike, so it is grantor 0's (FIRST_BALLOT).
 *
 * Time. Ages in ticks since an event; equal after LAPSED or WAIT. An owner may ring up to and with
 * the age LEASE, a grantor votes from the age WAIT = LEASE + 1 on. Both limits are closed, so each run
 * in dense time is one in ticks (Henzinger, Manna, Pnueli 1992: rounding keeps order and limits).
 * Clocks that run apart: the true lease is at most LEASE, the true wait at least WAIT, and the margin
 * makes the first the smaller. Their true ratio is nearer to 1 than LEASE : LEASE + 1, which matters
 * only where m waits in a row would fit into m + 1 leases in a row: with LEASE >= m they do here,
 * too. m waits in a row need m + 1 logins, so LEASE = BALLOTS - 1 leaves no run out.
 *
 * Bound: BALLOTS votes are called in all. Renewals, losses, restarts and ticks are without bound.
 * Not here: lines of one gateway (it switches them in one step), the login code, the 24 h of S11.
 */
#ifndef GATEWAYS
#define GATEWAYS 3
#endif
#ifndef BALLOTS
#define BALLOTS 3
#endif
#ifndef LEASE
#define LEASE 2
#endif
#define GRANTORS 3
#define WAIT (LEASE + 1)
#define LAPSED (LEASE + 1)

/* A grantor's memory. Durable but for `heard`, the age of the last word from the believed login. */
byte promised[GRANTORS], believed[GRANTORS], owner[GRANTORS], heard[GRANTORS];

/* A gateway's. Durable: the epoch of its login, or 0; `fence`: all up to here have ended. Lost by a
   restart: that it asks, the age of the request, and of the renewals that each grantor confirmed. */
byte login[GATEWAYS], fence[GATEWAYS], asked[GATEWAYS], confirmed[GATEWAYS * GRANTORS];
bool asking[GATEWAYS];

/* Votes called: for a login at which gateway, by whom voted, for a request that still waits?, has
   the login begun? */
byte ballots, epoch[BALLOTS], at[BALLOTS], votes[BALLOTS];
bool waits[BALLOTS], begun[BALLOTS];

byte granted; /* the epochs that have had a majority, a bit each */
bool healed, moved;

#ifdef SHORTEST /* breadth first, which has no hidden variables: for trails */
#define SCRATCH byte
#else
#define SCRATCH hidden byte
#endif
SCRATCH caller[BALLOTS]; /* for the ladder */
SCRATCH i_, j_, n_, top_, where_;

#define BIT(n) (1 << (n))
#define MAJORITY(mask) ((mask) == 3 || (mask) >= 5)
#ifdef BUG_OWN_WORD /* a gateway that is a grantor counts itself as confirming, whatever it has promised */
#define FRESH(v, g) (login[v] != 0 && (v == g || confirmed[(v) * GRANTORS + (g)] <= LEASE))
#else
#define FRESH(v, g) (login[v] != 0 && confirmed[(v) * GRANTORS + (g)] <= LEASE)
#endif
#define IN_FORCE(v) (FRESH(v, 0) + FRESH(v, 1) + FRESH(v, 2) >= 2)
#define PROMISED_BELOW(e) (promised[0] < (e) || promised[1] < (e) || promised[2] < (e))
#define PROMISED_SOMEWHERE(e) (promised[0] >= (e) || promised[1] >= (e) || promised[2] >= (e))

/* ---- planted bugs, each found by spin ------------------------------------------------------- */
#ifdef BUG_SAME_EPOCH /* a login is granted without raising the epoch */
#define ABOVE(e, promise) ((e) >= (promise))
#else
#define ABOVE(e, promise) ((e) > (promise))
#endif
#ifdef BUG_NO_WAIT /* a grantor does not wait for the lease of a login that it does not hear */
#define SILENT(g) true
#else
#define SILENT(g) (heard[g] >= WAIT)
#endif
#ifdef BUG_FORGETFUL /* a restart forgets the promise */
#define RESTORE(g) promised[g] = 0
#else
#define RESTORE(g) skip
#endif
#ifdef BUG_BY_GATEWAY /* leases of gateways: that a gateway lives confirms whatever login it has */
#define CONFIRMS(g, v) true
#else
#define CONFIRMS(g, v) (login[v] >= promised[g])
#endif
#ifdef BUG_UNHEARD_OF /* confirms a login that it did not vote for, and goes on believing in another */
#define TAKES_OVER(g, v) (login[v] == promised[g])
#else
#define TAKES_OVER(g, v) (login[v] >= promised[g])
#endif
#ifdef BUG_ANYBODYS_WORD /* "ended up to epoch x" counts whichever gateway said so */
#define ENDED(g) (believed[g] == 0 || fence[0] >= believed[g] || fence[1] >= believed[g] || fence[2] >= believed[g])
#else
#define ENDED(g) (believed[g] == 0 || fence[owner[g]] >= believed[g])
#endif
#ifdef BUG_GRANTS_WITHDRAWN /* a coordinator withdraws its vote, and grants when a majority comes after all */
#define NOT_GRANTED(k) skip
#else
#define NOT_GRANTED(k) waits[k] = false
#endif
#ifdef BUG_LEASE_FROM_ARRIVAL /* the lease counts from when grant and confirmation arrive */
byte coming[GATEWAYS]; /* confirmations on their way */
#define FIRST_LEASE(v) 0
#define CONFIRM(v, g) coming[v] = coming[v] | BIT(g)
#define NOTHING_COMES(v) coming[v] = 0
#define ARRIVES(v, g) \
  :: STEP(login[v] != 0 && (coming[v] & BIT(g))) \
     coming[v] = coming[v] & (7 - BIT(g)); confirmed[v * GRANTORS + g] = 0; \
     printf("%d>%d that confirmation arrives\n", g, v) }
#else
#define FIRST_LEASE(v) asked[v]
#define CONFIRM(v, g) confirmed[v * GRANTORS + g] = 0
#define NOTHING_COMES(v) skip
#define ARRIVES(v, g)
#endif

/* ---- what steps are made of ----------------------------------------------------------------- */
#define MAY_VOTE(g, e) (ABOVE(e, promised[g]) && (ENDED(g) || SILENT(g)))

inline believe(g, v, e) {
  promised[g] = e; believed[g] = e; owner[g] = v;
  heard[g] = (ENDED(g) -> WAIT : 0)
}

inline no_lease(v) {
  NOTHING_COMES(v);
  confirmed[v * GRANTORS] = LAPSED; confirmed[v * GRANTORS + 1] = LAPSED; confirmed[v * GRANTORS + 2] = LAPSED
}

inline no_request(v) {
  asking[v] = false; asked[v] = 0;
  for (i_ : 0 .. BALLOTS - 1) { if :: at[i_] == v -> waits[i_] = false :: else fi }
}

inline end_up_to(v, e) {
  if :: fence[v] < e -> fence[v] = e :: else fi;
  if :: login[v] != 0 && login[v] <= e -> login[v] = 0; no_lease(v) :: else fi;
  for (i_ : 0 .. GRANTORS - 1) { if :: ENDED(i_) -> heard[i_] = WAIT :: else fi }
}

inline count(k) {
  if :: MAJORITY(votes[k]) && votes[k] != 7 -> /* with the third vote it has been one before */
#ifndef ONLY_RINGING
        assert(!(granted & BIT(epoch[k]))); /* no epoch is granted twice */
#endif
        granted = granted | BIT(epoch[k])
     :: else
  fi
}

inline call_vote(c, v, e) {
  believe(c, v, e); /* its own vote first, and durable: it will not choose this epoch again */
  epoch[ballots] = e; at[ballots] = v; votes[ballots] = BIT(c); waits[ballots] = true;
  caller[ballots] = c;
  ballots++
}

/* What can have no effect any more is forgotten: states that differ in nothing are one. */
inline tidy() {
  for (i_ : 0 .. BALLOTS - 1) {
    if :: epoch[i_] <= fence[at[i_]] || epoch[i_] <= login[at[i_]] -> waits[i_] = false :: else fi;
    if :: !waits[i_] ->
          votes[i_] = 0;
          if :: !PROMISED_BELOW(epoch[i_]) -> epoch[i_] = 0; at[i_] = 0; begun[i_] = false :: else fi
       :: else
    fi
  }
  for (i_ : 0 .. GATEWAYS - 1) {
    n_ = 0;
    for (j_ : 0 .. BALLOTS - 1) { if :: waits[j_] && at[j_] == i_ -> n_ = 1 :: else fi }
    if :: n_ == 0 -> asking[i_] = false; asked[i_] = 0 :: else fi
  }
}

/* ---- steps ---------------------------------------------------------------------------------- */
#define STEP(possible) d_step { !healed && (possible) ->

#if GATEWAYS == 3
#define FIRST_BALLOT(c, v) (ballots > 0 || (c == 0 && v < 2))
#else
#define FIRST_BALLOT(c, v) (ballots > 0 || (c == 0 && v != 2))
#endif
#define CAN_CALL(c, e) \
  (ballots < BALLOTS && c < GRANTORS && MAY_VOTE(c, e) && (e == 1 || PROMISED_SOMEWHERE(e - 1)))

/* A coordinator takes up a new request, or tries again for one. It may have heard of any promise. */
#define CALL_VOTE(c, v, e) \
  :: STEP(CAN_CALL(c, e) && FIRST_BALLOT(c, v)) \
     no_request(v); asking[v] = true; call_vote(c, v, e); tidy(); \
     printf("%d>%d asks for a login; votes for epoch %d itself\n", v, c, e) } \
  :: STEP(asking[v] && CAN_CALL(c, e)) \
     call_vote(c, v, e); tidy(); \
     printf("%d>%d the same request again; votes for epoch %d itself\n", v, c, e) }

#define VOTE(g, k) \
  :: STEP(g < GRANTORS && k < ballots && !(votes[k] & BIT(g)) && MAY_VOTE(g, epoch[k])) \
     printf("%d>%d votes for epoch %d at gateway %d\n", g, caller[k], epoch[k], at[k]); \
     believe(g, at[k], epoch[k]); votes[k] = votes[k] | BIT(g); count(k); tidy(); skip }

/* Only its own vote has come in, which is the first one: c is the coordinator. */
#define WITHDRAW(c, k) \
  :: STEP(c < GRANTORS && waits[k] && votes[k] == BIT(c) && believed[c] == epoch[k] && owner[c] == at[k]) \
     printf("%d>%d will not grant epoch %d, and withdraws its own vote\n", c, c, epoch[k]); \
     NOT_GRANTED(k); believed[c] = 0; heard[c] = WAIT; tidy(); skip }

#define GRANT(v, k) \
  :: STEP(waits[k] && at[k] == v && MAJORITY(votes[k]) && epoch[k] > fence[v] && epoch[k] > login[v]) \
     if :: login[v] > fence[v] -> fence[v] = login[v] :: else fi; \
     login[v] = epoch[k]; begun[k] = true; NOTHING_COMES(v); \
     for (j_ : 0 .. GRANTORS - 1) { \
       confirmed[v * GRANTORS + j_] = ((votes[k] & BIT(j_)) -> FIRST_LEASE(v) : LAPSED) \
     } \
     no_request(v); tidy(); \
     printf("%d>%d grants epoch %d\n", caller[k], v, login[v]) }

#define END(v, g) /* logged out, or revoked by whoever has heard what grantor g believes */ \
  :: STEP(believed[g] > fence[v] && owner[g] == v) \
     n_ = believed[g]; end_up_to(v, n_); tidy(); \
     printf("%d>%d ended here: all up to epoch %d\n", v, v, fence[v]) }

#define RENEW(v, g) \
  :: STEP(g < GRANTORS && login[v] != 0 && CONFIRMS(g, v) && \
          (heard[g] > 0 || believed[g] != login[v] || confirmed[v * GRANTORS + g] > 0)) \
     if :: TAKES_OVER(g, v) -> believe(g, v, login[v]) :: else fi; \
     CONFIRM(v, g); tidy(); \
     printf("%d>%d confirms epoch %d\n", g, v, login[v]) }

#define STALE(g, k) /* a renewal that comes after the login has ended */ \
  :: STEP(g < GRANTORS && begun[k] && login[at[k]] != epoch[k] && \
          epoch[k] >= promised[g] && believed[g] != epoch[k]) \
     printf("%d>%d renews epoch %d: a late message\n", at[k], g, epoch[k]); \
     believe(g, at[k], epoch[k]); tidy(); skip }

#if BALLOTS == 2
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2)
#elif BALLOTS == 3
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1) A(x, 2)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2) A(c, v, 3)
#elif BALLOTS == 4
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1) A(x, 2) A(x, 3)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2) A(c, v, 3) A(c, v, 4)
#endif

proctype gateway(byte me) {
end:
  do
  EACH_BALLOT(GRANT, me)
  END(me, 0) END(me, 1) END(me, 2)
  :: STEP(login[me] != 0) n_ = login[me]; end_up_to(me, n_); tidy(); printf("%d>%d logs out\n", me, me) }
  RENEW(me, 0) RENEW(me, 1) RENEW(me, 2)
  ARRIVES(me, 0) ARRIVES(me, 1) ARRIVES(me, 2)
  EACH_EPOCH(CALL_VOTE, me, 0)
  EACH_EPOCH(CALL_VOTE, me, 1)
  EACH_EPOCH(CALL_VOTE, me, 2)
#if GATEWAYS == 4
  EACH_EPOCH(CALL_VOTE, me, 3)
#endif
  EACH_BALLOT(VOTE, me)
  EACH_BALLOT(WITHDRAW, me)
  EACH_BALLOT(STALE, me)
  :: STEP(true)
     no_request(me); no_lease(me);
     if :: me < GRANTORS -> RESTORE(me); heard[me] = (ENDED(me) -> WAIT : 0) :: else fi;
     tidy();
     printf("%d>%d restarts\n", me, me) }
  od
}

#define OLDER(age, most) if :: age < most -> age++ :: else fi
proctype clock() {
end:
  do
  :: STEP(true)
     for (i_ : 0 .. GRANTORS - 1) { OLDER(heard[i_], WAIT) }
     for (i_ : 0 .. GATEWAYS - 1) { if :: asking[i_] -> OLDER(asked[i_], LAPSED) :: else fi }
     for (i_ : 0 .. GATEWAYS * GRANTORS - 1) { OLDER(confirmed[i_], LAPSED) }
     printf("tick\n") }
  od
}

/* ---- what must hold ------------------------------------------------------------------------- */
#define NEWER_GRANTED(v) ((granted >> (login[v] + 1)) != 0)
#if GATEWAYS == 4
#define RINGING (IN_FORCE(0) + IN_FORCE(1) + IN_FORCE(2) + IN_FORCE(3))
#define AN_OLDER_RINGS ((IN_FORCE(0) && NEWER_GRANTED(0)) || (IN_FORCE(1) && NEWER_GRANTED(1)) || \
                        (IN_FORCE(2) && NEWER_GRANTED(2)) || (IN_FORCE(3) && NEWER_GRANTED(3)))
#else
#define RINGING (IN_FORCE(0) + IN_FORCE(1) + IN_FORCE(2))
#define AN_OLDER_RINGS ((IN_FORCE(0) && NEWER_GRANTED(0)) || (IN_FORCE(1) && NEWER_GRANTED(1)) || \
                        (IN_FORCE(2) && NEWER_GRANTED(2)))
#endif

/* H4, S12: looked at in each state. The second says more: no login rings from the moment a newer
   one has its majority, before that one has heard of it. */
proctype watch() {
end:
  do
  :: d_step { RINGING > 1 -> printf("two ring for one login\n"); assert(!(RINGING > 1)) }
#ifndef ONLY_RINGING
  :: d_step { RINGING < 2 && AN_OLDER_RINGS -> printf("an older login rings\n"); assert(!AN_OLDER_RINGS) }
#endif
  od
}

/* S11, S13: from each state, all wires become sound and stay so. Written as one step, with the
   messages of before lost. The newest login stays, all believe in it, it is in force. */
#define RENEWS_AT(v, g) \
  if :: login[v] >= promised[g] -> believe(g, v, login[v]); confirmed[v * GRANTORS + g] = 0 \
     :: else -> DECLINED(v) \
  fi
#ifdef BUG_PROMISE_ENDS /* a promise above the epoch ends a login, though nothing newer was granted */
#define DECLINED(v) n_ = 1
#else
#define DECLINED(v) skip /* not confirmed, no more */
#endif

inline newest() {
  top_ = 0; where_ = 0;
  for (j_ : 0 .. GATEWAYS - 1) { if :: login[j_] > top_ -> top_ = login[j_]; where_ = j_ :: else fi }
}

inline renew_all() {
  for (j_ : 0 .. GATEWAYS - 1) {
    if :: login[j_] != 0 ->
          n_ = 0;
          RENEWS_AT(j_, 0); RENEWS_AT(j_, 1); RENEWS_AT(j_, 2);
          if :: n_ == 1 || login[j_] < top_ -> /* a grantor has heard of a newer login: it ends */
                printf("%d>%d ends: a grantor has promised more\n", j_, j_);
                n_ = login[j_]; end_up_to(j_, n_)
             :: else
          fi
       :: else
    fi
  }
}

/* A login at v, all but gateway `dead` answering (GATEWAYS: none is dead): what a refused vote
   says, promise and belief, lets the second try succeed. */
inline log_in(v, dead) {
  n_ = 1 + (promised[0] > promised[1] -> promised[0] : promised[1]);
  if :: n_ <= promised[2] -> n_ = promised[2] + 1 :: else fi;
  for (j_ : 0 .. GRANTORS - 1) {
    if :: believed[j_] != 0 && owner[j_] != dead -> end_up_to(owner[j_], believed[j_]) :: else fi
  }
  for (j_ : 0 .. GRANTORS - 1) {
    if :: j_ != dead -> assert(MAY_VOTE(j_, n_)); believe(j_, v, n_); confirmed[v * GRANTORS + j_] = 0 :: else fi
  }
  login[v] = n_
}

#define MOVE(v, dead) /* S12: one gateway dies, and the user logs in elsewhere when the lease is over */ \
  :: d_step { healed && !moved && v != dead -> \
     for (j_ : 0 .. GRANTORS - 1) { heard[j_] = WAIT } \
     no_lease(v); \
     if :: dead < GATEWAYS -> no_lease(dead) :: else fi; \
     log_in(v, dead); \
     printf("%d>%d granted, with gateway %d dead\n", v, v, dead); \
     assert(IN_FORCE(v) && RINGING == 1); moved = true }

proctype heal() {
end:
  do
  :: STEP(true)
     printf("healed\n");
     newest();
     for (i_ : 0 .. BALLOTS - 1) { epoch[i_] = 0; at[i_] = 0; votes[i_] = 0; waits[i_] = false; begun[i_] = false }
     for (i_ : 0 .. GATEWAYS - 1) { asking[i_] = false; asked[i_] = 0 }
     renew_all();
     renew_all();
#ifdef BUG_PROMISE_ENDS
     assert(top_ == 0 || login[where_] == top_ || (granted >> (top_ + 1)) != 0); /* only a newer login ends one */
#else
     assert(top_ == 0 || login[where_] == top_);
     /* Promises to logins that were never granted can leave it unconfirmed: it is asked for anew. */
     if :: top_ != 0 && !(believed[0] == top_ && believed[1] == top_ && believed[2] == top_) ->
           end_up_to(where_, top_); log_in(where_, GATEWAYS); top_ = login[where_]
        :: else
     fi;
     if :: top_ != 0 ->
           assert(IN_FORCE(where_) && RINGING == 1);
           assert(believed[0] == top_ && believed[1] == top_ && believed[2] == top_);
           assert(owner[0] == where_ && owner[1] == where_ && owner[2] == where_);
           for (i_ : 0 .. GATEWAYS - 1) { assert(i_ == where_ || login[i_] == 0) }
        :: else
     fi;
#endif
     granted = 0; healed = true }
#ifndef BUG_PROMISE_ENDS
  MOVE(0, 1) MOVE(0, 2) MOVE(1, 0) MOVE(1, 2) MOVE(2, 0) MOVE(2, 1)
#endif
  od
}

init {
  d_step {
    for (i_ : 0 .. GATEWAYS - 1) { j_ = i_; no_lease(j_) }
    for (i_ : 0 .. GRANTORS - 1) { heard[i_] = WAIT }
  }
  atomic {
    for (i_ : 0 .. GATEWAYS - 1) { run gateway(i_) }
    run clock();
    run watch()
#ifndef ONLY_RINGING
    ; run heal()
#endif
  }
}
