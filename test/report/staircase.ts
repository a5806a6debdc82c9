// Synthetic runs that look like saddle-to-saddle learning: modes that switch on one after the other.
import type { Plateau, TrainingData } from '../../src/report/training-data.js'

/** What a synthetic run looks like. */
export interface Staircase {
  title?: string
  subtitle?: string
  frames?: number
  /** Steps between frames. */
  every?: number
  /** Target singular values. */
  strengths?: number[]
  /** Where each mode switches on, as a fraction of the run. */
  times?: number[]
  /** Loss that remains at the end. */
  floor?: number
  accuracy?: boolean
  /** Relative noise on the loss, deterministic. */
  noise?: number
}

/** A run of logistic modes with a plateau before each of them. */
export function staircase({
  title = 'Saddle-to-saddle learning',
  subtitle,
  frames = 1000,
  every = 20,
  strengths = [4, 2, 1, 0.5],
  times = strengths.map((_, i) => (i + 0.6) / (strengths.length + 1)),
  floor = 1e-12,
  accuracy = false,
  noise = 0,
}: Staircase = {}): TrainingData {
  const rank = strengths.length
  const step = Float64Array.from({ length: frames }, (_, i) => i * every)
  const last = Math.max(1, (frames - 1) * every)
  const at = (t: number, mode: number): number => strengths[mode] / (1 + Math.exp(-180 * (t / last - times[mode])))
  const lossAt = (t: number): number =>
    floor + strengths.reduce((sum, s, mode) => sum + 0.5 * (s - at(t, mode)) ** 2, 0)
  const singularValues = new Float64Array(frames * rank)
  const loss = new Float64Array(frames)
  for (let i = 0; i < frames; i++) {
    const modes = strengths.map((_, mode) => at(step[i], mode)).sort((a, b) => b - a)
    singularValues.set(modes, i * rank)
    loss[i] = lossAt(step[i]) * (1 + noise * Math.sin(i * 12.9898) * Math.sin(i * 78.233))
  }
  const plateaus: Plateau[] = strengths.map((_, k) => {
    const from = k === 0 ? 0 : (times[k - 1] + 0.25 * (times[k] - times[k - 1])) * last
    const to = (k === 0 ? 0.8 * times[k] : times[k] - 0.25 * (times[k] - times[k - 1])) * last
    const middle = (from + to) / 2
    return { step: middle, from, to, loss: lossAt(middle), rank: k }
  })
  const data: TrainingData = { title, subtitle, step, loss, singularValues, rank, plateaus }
  if (accuracy) {
    const learned = (t: number): number => strengths.reduce((sum, s, mode) => sum + at(t, mode) / s, 0) / rank
    data.testAccuracy = Float64Array.from(step, (t) => 0.1 + 0.85 * learned(t))
  }
  return data
}
