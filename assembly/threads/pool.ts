// The pool: instances of this module, each on a thread of its own, over one shared memory. The caller posts a job of numbered chunks
// and works on it with the others; whoever is free claims the next chunk, so that a thread that the system has stopped holds up one
// chunk and not its share of all.
//
// `TICKET` is the number of chunks that nobody has claimed yet. A claim takes one away; what it finds there tells all: below 1 the job has
// nothing left, otherwise that chunk is the claimer's, and since the job cannot end without it, the words of the job stay as they
// are until it is done. So a thread that comes late, asleep since an earlier job or not even started, can do no harm, and the caller
// never waits for a thread but for a chunk that one has begun.
//
// All of it is int32 in a control block that TypeScript lays out and zeroes (src/engine/threads/control.ts names the same offsets):
import { runChunk } from './chunk';

/** Grows with every job: what sleepers wait on. */
// @ts-ignore: decorator
@inline const SEQUENCE: usize = 0;
/** Chunks that are left to claim. */
// @ts-ignore: decorator
@inline const TICKET: usize = 64;
/** Chunks that are finished. */
// @ts-ignore: decorator
@inline const DONE: usize = 128;
/** Whether the caller sleeps until chunks are finished. */
// @ts-ignore: decorator
@inline const WAITING: usize = 132;
/** How many threads sleep. */
// @ts-ignore: decorator
@inline const SLEEPERS: usize = 192;
/** Set to end all threads. */
// @ts-ignore: decorator
@inline const STOP: usize = 196;
/** Set when a thread has trapped. */
// @ts-ignore: decorator
@inline const FAILED: usize = 200;
/** How many threads serve. */
// @ts-ignore: decorator
@inline const SERVING: usize = 204;
/** Whether the caller may sleep: false on the main thread of a page. */
// @ts-ignore: decorator
@inline const MAY_WAIT: usize = 208;
/** Threads, the caller included. */
// @ts-ignore: decorator
@inline const THREADS: usize = 212;
/** How often in a row a small job was over before the threads that it woke came. */
// @ts-ignore: decorator
@inline const VAIN: usize = 216;
/** Small jobs to go until threads are woken for one again. */
// @ts-ignore: decorator
@inline const PAUSE: usize = 220;
/** Naps of the caller in this job. */
// @ts-ignore: decorator
@inline const NAPS: usize = 224;
/** The job: see chunk.ts. */
// @ts-ignore: decorator
@inline const JOB: usize = 256;

/** Looks at a word before a thread sleeps: some microseconds. */
// @ts-ignore: decorator
@inline const POLLS: i32 = 4000;
/** Nanoseconds that the caller sleeps at most before it looks whether a thread has trapped. */
// @ts-ignore: decorator
@inline const NAP: i64 = 2000000;
/** Looks that take the place of a nap where the caller may not sleep. */
// @ts-ignore: decorator
@inline const LOOKS: i32 = 400000;
/** Naps after which the caller gives up, since a thread must have been killed: minutes. */
// @ts-ignore: decorator
@inline const MOST_NAPS: i32 = 60000;
/** The longest pause, as a power of two. */
// @ts-ignore: decorator
@inline const MOST_VAIN: i32 = 8;

/** The control block of this instance's pool; 0 for none, which is what every thread but the caller has. */
let pool: usize = 0;

/** Give this instance a pool, or take it away (0). */
export function poolUse(control: usize): void {
  pool = control;
}

/** Threads that work for this instance, itself included. */
// @ts-ignore: decorator
@inline
export function threads(): i32 {
  return pool ? load<i32>(pool, THREADS) : 1;
}

/** Where the words of the next job go. */
// @ts-ignore: decorator
@inline
export function job(): usize {
  return pool + JOB;
}

/**
 * Do the `count` chunks of the job, together; back when all of them are done. `work` is the caller's own scratch. To wake a thread takes
 * longer than a small job, which pays where it is the first of many; where it does not, because the cores are busy with other things,
 * small jobs wake nobody for a while. `large`: a job that is worth it for itself.
 */
export function fork(count: i32, large: bool, work: usize): void {
  const control = pool;
  if (count == 1) {
    runChunk(control + JOB, 1, work);
    return;
  }
  atomic.store<i32>(control, 0, DONE);
  atomic.store<i32>(control, count, TICKET);
  atomic.add<i32>(control, 1, SEQUENCE);
  let woken = false;
  if (atomic.load<i32>(control, SLEEPERS) > 0) {
    const pause = load<i32>(control, PAUSE);
    woken = large || pause == 0;
    if (woken) atomic.notify(control + SEQUENCE, count - 1);
    else store<i32>(control, pause - 1, PAUSE);
  }
  const own = poolShare(control, work);
  join(control, count);
  if (own < count) {
    store<i32>(control, 0, VAIN);
    store<i32>(control, 0, PAUSE);
  } else if (woken) {
    const vain = min(load<i32>(control, VAIN) + 1, MOST_VAIN);
    store<i32>(control, vain, VAIN);
    store<i32>(control, 1 << vain, PAUSE);
  }
}

/** Claim chunks and do them until none is left; how many they were. An export, so that it stays a call: see planRun. */
export function poolShare(control: usize, work: usize): i32 {
  let own = 0;
  while (atomic.load<i32>(control, TICKET) > 0) {
    const left = atomic.sub<i32>(control, 1, TICKET);
    if (left < 1) break;
    runChunk(control + JOB, left, work);
    ++own;
    atomic.add<i32>(control, 1, DONE);
    if (atomic.load<i32>(control, WAITING)) atomic.notify(control + DONE, 1);
  }
  return own;
}

/** Wait for chunks that others have begun. */
function join(control: usize, count: i32): void {
  for (let i = 0; i < POLLS; ++i) {
    if (atomic.load<i32>(control, DONE) == count) return;
  }
  const mayWait = load<i32>(control, MAY_WAIT);
  if (mayWait) atomic.store<i32>(control, 1, WAITING);
  store<i32>(control, 0, NAPS);
  for (;;) {
    const done = atomic.load<i32>(control, DONE);
    if (done == count) {
      if (mayWait) atomic.store<i32>(control, 0, WAITING);
      return;
    }
    // Counted in memory: V8 11.3 has lost a local across this wait, in code that it had not optimised yet.
    const naps = load<i32>(control, NAPS) + 1;
    if (atomic.load<i32>(control, FAILED) || naps > MOST_NAPS) unreachable();
    store<i32>(control, naps, NAPS);
    if (mayWait) atomic.wait<i32>(control + DONE, done, NAP);
    else for (let i = 0; i < LOOKS && atomic.load<i32>(control, DONE) == done; ++i) {}
  }
}

/** What a thread of the pool does until it is stopped: look for a job for a while, then sleep until there is one. */
export function poolServe(control: usize, work: usize): void {
  atomic.add<i32>(control, 1, SERVING);
  while (!atomic.load<i32>(control, STOP)) {
    const seen = atomic.load<i32>(control, SEQUENCE);
    let polls = POLLS;
    while (polls > 0 && atomic.load<i32>(control, TICKET) < 1) --polls;
    if (polls > 0) {
      poolShare(control, work);
    } else if (!atomic.load<i32>(control, STOP)) {
      // Counted first: a caller that does not see this sleeper has changed the sequence, and the wait ends at once.
      atomic.add<i32>(control, 1, SLEEPERS);
      atomic.wait<i32>(control + SEQUENCE, seen, -1);
      atomic.sub<i32>(control, 1, SLEEPERS);
    }
  }
  atomic.sub<i32>(control, 1, SERVING);
}
