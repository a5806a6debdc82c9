// Turns that somebody outside disturbed are taken again. On a shared machine a core gives for seconds half of what it gave just before, and not every
// contender loses as much by it: whoever keeps the multipliers busy loses most. So a loop in registers, which needs nothing of the machine but its
// core, runs before and after every turn, and the turn counts when both times the core was all there.

/** What the loop may lack on either side of a turn: it is timed for milliseconds, and clocks are not steady. */
export const ALLOWANCE = 0.92
/** Milliseconds before the core is looked at again. */
const PAUSE = 100

export interface Core {
  /** Work of the loop a unit of time, right now. */
  rate(): number | Promise<number>
  pause(milliseconds: number): Promise<void>
  /** Milliseconds. */
  now(): number
}

/** How many turns counted, and how many of them though they were disturbed. */
export interface Turns {
  readonly turns: number
  readonly disturbed: number
}

/** The turns of one row: `disturbed` of them counted all the same, since patience was at an end. */
export class Calm {
  private turns = 0
  private disturbed = 0
  private waited = 0

  /**
   * @param best rate of the loop where nobody takes anything
   * @param patience milliseconds that a row may wait in all, turns in vain included
   */
  constructor(
    private readonly core: Core,
    private readonly best: number,
    private readonly patience: number,
  ) {
    if (!(best > 0 && patience >= 0))
      throw new RangeError(`a rate above 0 and a patience from 0, got ${best} and ${patience} ms`)
  }

  /** One turn that counts. */
  async turn<T>(measure: () => T | Promise<T>): Promise<T> {
    this.turns++
    for (;;) {
      const start = this.core.now()
      const before = await this.free()
      const hopeless = this.waited >= this.patience
      if (before || hopeless) {
        const times = await measure()
        if (before && (await this.free())) return times
        if (hopeless) {
          this.disturbed++
          return times
        }
      } else await this.core.pause(PAUSE)
      this.waited += this.core.now() - start
    }
  }

  /** How many counted, as a row says it. */
  get counted(): Turns {
    return { turns: this.turns, disturbed: this.disturbed }
  }

  private async free(): Promise<boolean> {
    return (await this.core.rate()) >= ALLOWANCE * this.best
  }
}

/** A turn that counts; without a vigil every turn does. */
export function takeTurn<T>(calm: Calm | undefined, measure: () => T | Promise<T>): T | Promise<T> {
  return calm === undefined ? measure() : calm.turn(measure)
}
