/* SPDX-License-Identifier: MIT */
#ifndef GATEWAYS
#define GATEWAYS 3
#endif
#ifndef BALLOTS
#define BALLOTS 3
#endif
#define GRANTORS 3
#ifndef LEASE
#define LEASE 2
#endif
#define WAIT (LEASE + 1)
#define LAPSED (LEASE + 1)

bool healed;

/* grantors */
byte promised[GRANTORS], believed[GRANTORS], owner[GRANTORS], heard[GRANTORS];
/* gateways */
byte login[GATEWAYS], fence[GATEWAYS], asked[GATEWAYS];
#ifdef BUG_LEASE_FROM_ARRIVAL
byte answers[GATEWAYS];
#define ON_THE_WAY(v, mask) answers[v] = mask
#else
#define ON_THE_WAY(v, mask) skip
#endif
bool asking[GATEWAYS];
byte seen[GATEWAYS * GRANTORS];
/* ballots */
byte ballots, epoch[BALLOTS], at[BALLOTS], votes[BALLOTS];
bool current[BALLOTS], held[BALLOTS];
hidden byte i_, j_, n_;

#define BIT(g) (1 << (g))
#define MAJORITY(mask) (mask == 3 || mask >= 5)
#define FRESH(v, g) (seen[(v) * GRANTORS + (g)] <= LEASE)
#define IN_FORCE(v) (login[v] != 0 && FRESH(v, 0) + FRESH(v, 1) + FRESH(v, 2) >= 2)
#define ENDED(g) (believed[g] == 0 || fence[owner[g]] >= believed[g])
#ifdef BUG_SAME_EPOCH
#define NEWER(e, p) (e >= p)
#else
#define NEWER(e, p) (e > p)
#endif
#ifdef BUG_NO_WAIT
#define SILENT(g) true
#else
#define SILENT(g) (heard[g] >= WAIT)
#endif
#define MAY_VOTE(g, e) (NEWER(e, promised[g]) && (ENDED(g) || SILENT(g)))
#define TOP_IS_AT_LEAST(e) (promised[0] >= e || promised[1] >= e || promised[2] >= e)

inline believe(g, v, e) {
  promised[g] = e; believed[g] = e; owner[g] = v;
  heard[g] = (ENDED(g) -> WAIT : 0)
}
inline no_lease(v) {
  ON_THE_WAY(v, 0);
  seen[v * GRANTORS] = LAPSED; seen[v * GRANTORS + 1] = LAPSED; seen[v * GRANTORS + 2] = LAPSED
}
inline no_request(v) {
  asking[v] = false; asked[v] = 0;
  for (i_ : 0 .. BALLOTS - 1) { if :: at[i_] == v -> current[i_] = false :: else fi }
}
inline end_up_to(v, e) {
  if :: fence[v] < e -> fence[v] = e :: else fi;
  if :: login[v] != 0 && login[v] <= e -> login[v] = 0; no_lease(v) :: else fi;
  ended_is_silent()
}
inline ended_is_silent() {
  for (i_ : 0 .. GRANTORS - 1) { if :: ENDED(i_) -> heard[i_] = WAIT :: else fi }
}
/* what can have no effect any more is forgotten: fewer states that differ in nothing */
inline tidy() {
  for (i_ : 0 .. BALLOTS - 1) {
    if :: i_ < ballots && current[i_] && (epoch[i_] <= fence[at[i_]] || epoch[i_] <= login[at[i_]]) -> current[i_] = false :: else fi;
    if :: !current[i_] -> votes[i_] = 0;
          if :: epoch[i_] <= promised[0] && epoch[i_] <= promised[1] && epoch[i_] <= promised[2] ->
                epoch[i_] = 0; at[i_] = 0; held[i_] = false
             :: else fi
       :: else fi
  }
  for (i_ : 0 .. GATEWAYS - 1) {
    if :: asking[i_] ->
          n_ = 0;
          for (j_ : 0 .. BALLOTS - 1) { if :: current[j_] && at[j_] == i_ -> n_ = 1 :: else fi }
          if :: n_ == 0 -> asking[i_] = false; asked[i_] = 0 :: else fi
       :: else fi
  }
}

inline ballot(c, v, e) {
  believe(c, v, e);
  epoch[ballots] = e; at[ballots] = v; current[ballots] = true; votes[ballots] = BIT(c);
  ballots++
}
#if GATEWAYS == 3
#define FIRST_BALLOT(c, v) && (ballots > 0 || (c == 0 && v < 2))
#else
#define FIRST_BALLOT(c, v) && (ballots > 0 || (c == 0 && v != 2))
#endif

#define STEP(guard) d_step { !healed && (guard) ->
#define START(c, v, e) \
  :: STEP(ballots < BALLOTS && c < GRANTORS && MAY_VOTE(c, e) && (e == 1 || TOP_IS_AT_LEAST(e - 1)) FIRST_BALLOT(c, v)) \
     no_request(v); asking[v] = true; \
     ballot(c, v, e); \
     tidy(); printf("%d> asks for votes: epoch %d at %d\n", c, e, v) } \
  :: STEP(asking[v] && ballots < BALLOTS && c < GRANTORS && MAY_VOTE(c, e) && (e == 1 || TOP_IS_AT_LEAST(e - 1))) \
     ballot(c, v, e); \
     tidy(); printf("%d> asks again for votes: epoch %d at %d\n", c, e, v) }
#define VOTE(g, k) \
  :: STEP(g < GRANTORS && k < ballots && !(votes[k] & BIT(g)) && MAY_VOTE(g, epoch[k])) \
     believe(g, at[k], epoch[k]); votes[k] = votes[k] | BIT(g); \
     tidy(); printf("%d> votes for epoch %d at %d\n", g, epoch[k], at[k]) }
#define ACCEPT(v, k) \
  :: STEP(k < ballots && current[k] && at[k] == v && MAJORITY(votes[k]) && epoch[k] > fence[v] && epoch[k] > login[v]) \
     if :: login[v] > fence[v] -> fence[v] = login[v] :: else fi; \
     login[v] = epoch[k]; held[k] = true; ON_THE_WAY(v, 0); \
     for (j_ : 0 .. GRANTORS - 1) { \
       seen[v * GRANTORS + j_] = ((votes[k] & BIT(j_)) -> FIRST(v) : LAPSED) \
     } \
     no_request(v); \
     tidy(); printf("%d> is granted epoch %d\n", v, epoch[k]) }
#ifdef BUG_LEASE_FROM_ARRIVAL
#define FIRST(v) 0
#else
#define FIRST(v) asked[v]
#endif
#define END(v) \
  :: STEP(login[v] != 0) \
     n_ = login[v]; end_up_to(v, n_); tidy(); printf("%d> ends its login up to epoch %d\n", v, fence[v]) }
#define REVOKE(v, g) \
  :: STEP(believed[g] > fence[v] && owner[g] == v) \
     n_ = believed[g]; end_up_to(v, n_); tidy(); printf("%d> is told to end up to epoch %d\n", v, fence[v]) }
#ifdef BUG_BY_GATEWAY
#define CONFIRMS(g, v) true
#else
#define CONFIRMS(g, v) (login[v] >= promised[g])
#endif
#define HEAR(g, v) \
  :: STEP(g < GRANTORS && login[v] != 0 && CONFIRMS(g, v) && ((heard[g] > 0 && !ENDED(g)) || believed[g] != login[v] || seen[v * GRANTORS + g] > 0)) \
     if :: login[v] >= promised[g] -> believe(g, v, login[v]) :: else fi; \
     CONFIRM(g, v); \
     tidy(); printf("%d> confirms epoch %d of %d\n", g, login[v], v) }
#ifdef BUG_LEASE_FROM_ARRIVAL
#define CONFIRM(g, v) answers[v] = answers[v] | BIT(g)
#define CONFIRMED(v, g) \
  :: STEP(login[v] != 0 && (answers[v] & BIT(g))) \
     answers[v] = answers[v] & (7 - BIT(g)); \
     seen[v * GRANTORS + g] = 0; \
     printf("%d> hears the confirmation of %d\n", v, g) }
#else
#define CONFIRM(g, v) seen[v * GRANTORS + g] = 0
#define CONFIRMED(v, g)
#endif
#define STALE(g, k) \
  :: STEP(g < GRANTORS && k < ballots && held[k] && login[at[k]] != epoch[k] && epoch[k] >= promised[g] && (believed[g] < epoch[k] || (heard[g] > 0 && !ENDED(g)))) \
     believe(g, at[k], epoch[k]); \
     tidy(); printf("%d> hears a late renewal of epoch %d\n", g, epoch[k]) }

#if BALLOTS == 2
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2)
#elif BALLOTS == 3
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1) A(x, 2)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2) A(c, v, 3)
#else
#define EACH_BALLOT(A, x) A(x, 0) A(x, 1) A(x, 2) A(x, 3)
#define EACH_EPOCH(A, c, v) A(c, v, 1) A(c, v, 2) A(c, v, 3) A(c, v, 4)
#endif

#ifdef BUG_FORGETFUL
#define FORGET(g) promised[g] = 0
#else
#define FORGET(g) skip
#endif

proctype gateway(byte me) {
end:
  do
  EACH_BALLOT(ACCEPT, me)
  END(me)
  REVOKE(me, 0)
  REVOKE(me, 1)
  REVOKE(me, 2)
  CONFIRMED(me, 0)
  CONFIRMED(me, 1)
  CONFIRMED(me, 2)
  :: STEP(true) no_request(me); no_lease(me);
     if :: me < GRANTORS -> if :: !ENDED(me) -> heard[me] = 0 :: else fi; FORGET(me) :: else fi; tidy(); printf("%d> restarts\n", me) }
  EACH_EPOCH(START, me, 0)
  EACH_EPOCH(START, me, 1)
  EACH_EPOCH(START, me, 2)
#if GATEWAYS > 3
  EACH_EPOCH(START, me, 3)
#endif
  EACH_BALLOT(VOTE, me)
  HEAR(me, 0)
  HEAR(me, 1)
  HEAR(me, 2)
#if GATEWAYS > 3
  HEAR(me, 3)
#endif
  EACH_BALLOT(STALE, me)
  od
}
#define OLDER(x, max) if :: x < max -> x++ :: else fi
proctype clock() {
end:
  do
  :: STEP(true)
     for (i_ : 0 .. GRANTORS - 1) { OLDER(heard[i_], WAIT) }
     for (i_ : 0 .. GATEWAYS - 1) { if :: asking[i_] -> OLDER(asked[i_], LAPSED) :: else fi; }
     for (i_ : 0 .. GATEWAYS * GRANTORS - 1) { OLDER(seen[i_], LAPSED) }
     printf("tick\n") }
  :: STEP(IN_FORCE(0) + IN_FORCE(1) + IN_FORCE(2)
#if GATEWAYS > 3
     + IN_FORCE(3)
#endif
     > 1) assert(false) }
  od
}
init {
  d_step {
    for (i_ : 0 .. GATEWAYS - 1) { j_ = i_; no_lease(j_) }
    for (i_ : 0 .. GRANTORS - 1) { heard[i_] = WAIT }
  }
  atomic {
    for (i_ : 0 .. GATEWAYS - 1) { run gateway(i_) }
    run clock()
  }
}
