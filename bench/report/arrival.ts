// What seats say.
import type { Problem } from './problems.js'

/** Microseconds for the work done once. */
export interface Times {
  readonly median: number
  readonly minimum: number
}

/** `ready` only after the result was compared with plain loops; `cannot`: not this work, or not in this element type. */
export type Arrival =
  | { readonly state: 'ready'; readonly version?: string }
  | { readonly state: 'absent' }
  | { readonly state: 'cannot' }
  | { readonly state: 'wrong'; readonly reason: string }

export interface Seat {
  readonly arrival: Arrival
  measure(): Promise<Times>
  leave(): Promise<unknown> | unknown
}

/** What a seat is told. */
export interface SeatTask {
  readonly problem: Problem
  readonly contender: string
  readonly time: number
}
