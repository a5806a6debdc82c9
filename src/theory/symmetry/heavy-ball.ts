// The update rule of this folder, V := beta V + G + lambda W, W := W - eta V from V = 0: its options, read once for all functions.
import { checkNumber } from '../../check.js'

/** The heavy ball with coupled weight decay: `V := beta V + G + lambda W`, `W := W - eta V`, V from 0. */
export interface HeavyBall {
  /** eta > 0. */
  learningRate: number
  /** beta, 0 <= beta < 1. Default 0. */
  momentum?: number
  /** lambda >= 0. Default 0. */
  weightDecay?: number
}

/** The same, checked. */
export interface CheckedBall {
  readonly eta: number
  readonly beta: number
  readonly lambda: number
}

export const BALL_KEYS = ['learningRate', 'momentum', 'weightDecay'] as const

export function checkBall(given: Partial<Record<(typeof BALL_KEYS)[number], unknown>>): CheckedBall {
  return {
    eta: checkNumber(given.learningRate, 'learningRate', { above: 0 }),
    beta: checkNumber(given.momentum ?? 0, 'momentum', { min: 0, below: 1 }),
    lambda: checkNumber(given.weightDecay ?? 0, 'weightDecay', { min: 0 }),
  }
}
