// One slice of one run at a time works on a network: a probe or a schedule that trained the network of its own run would change it between two
// ops of a step.
import { OptionError } from '../errors.js'
import type { Network } from '../network/network.js'

const working = new WeakSet<Network>()

/** @throws {OptionError} called from within a slice of a run of this network */
export function assertIdle(net: Network): void {
  if (!working.has(net)) return
  throw new OptionError(
    're-entrant training: a probe, an event or a schedule of a run trains the network of this very run; do so between runs',
    { argument: 'net' },
  )
}

/** The same slices, each with the network to itself. */
export function* exclusively<S, R>(
  net: Network,
  slices: Generator<S, R, boolean | undefined>,
): Generator<S, R, boolean | undefined> {
  let given: boolean | undefined
  for (;;) {
    assertIdle(net)
    working.add(net)
    let next: IteratorResult<S, R>
    try {
      next = slices.next(given as boolean)
    } finally {
      working.delete(net)
    }
    if (next.done) return next.value
    given = yield next.value
  }
}
