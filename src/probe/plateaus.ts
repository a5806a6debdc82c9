// Finding the plateaus of a recorded run: the saddles that training lingers at, by hysteresis on the gradient norm.
//
// A plateau is a local minimum of g = |grad L| that is followed by a rise of g by a factor `rho`, and separated from the plateau
// before it by a fall by the same factor. A threshold on the speed of the loss would not do: the speed of the k-th transition
// scales as the cube of its singular value, so any fixed threshold merges late plateaus.
import { checkNumber, checkOptions, describe as describeValue } from '../check.js'
import { DTypeError, ShapeError } from '../errors.js'

/** One plateau of a run. Steps are those of the recorded frames. */
export interface Plateau {
  /** First and last frame's step with a gradient norm within `rho` of the plateau's least. */
  readonly from: number
  readonly to: number
  /** Step of the least gradient norm, and what was recorded there. */
  readonly step: number
  readonly loss: number
  readonly gradientNorm: number
  /** Number of singular values above `rankTolerance` times the scale: modes that have been learned. */
  readonly rank: number
  /** Sum of the singular values. */
  readonly nuclearNorm: number
}

/** Recorded columns, all of one length T; `singularValues` is (T, r) row by row. */
export interface RecordedRun {
  readonly step: ArrayLike<number>
  readonly loss: ArrayLike<number>
  readonly gradientNorm: ArrayLike<number>
  readonly singularValues: ArrayLike<number>
}

/**
 * The plateaus of a run, in order. The approach to the final minimum is none: nothing follows it.
 *
 * @param options.rho factor of the hysteresis, > 1, default 3
 * @param options.floor gradient norms below `floor` times the largest count as that: rounding noise makes no plateaus. Default 1e-8.
 * @param options.rankTolerance a mode counts once it exceeds this part of the scale. Default 1e-2.
 * @param options.scale the size of a learned mode, >= 0: the scale is this or the largest singular value of the run, whichever is larger. A
 *   run that ends before anything is learned needs it, or its noise counts as modes. Default 0.
 * @throws {ShapeError} columns of different lengths
 * @throws {DTypeError} a column is missing
 * @example
 * const step = [0, 1, 2, 3, 4], loss = [2, 2, 1, 0.5, 0.5], gradientNorm = [0.1, 0.1, 1, 0.2, 0.2]
 * findPlateaus({ step, loss, gradientNorm, singularValues: [0, 0, 1, 1.5, 1.5] }).map((p) => p.loss) // -> [2]
 */
export function findPlateaus(
  run: RecordedRun,
  options?: { rho?: number; floor?: number; rankTolerance?: number; scale?: number },
): Plateau[] {
  const given = checkOptions(options, 'findPlateaus', ['rho', 'floor', 'rankTolerance', 'scale'])
  const rho = checkNumber(given.rho ?? 3, 'rho', { above: 1 })
  const floor = checkNumber(given.floor ?? 1e-8, 'floor', { min: 0, below: 1 })
  const rankTolerance = checkNumber(given.rankTolerance ?? 1e-2, 'rankTolerance', { above: 0, below: 1 })
  const least = checkNumber(given.scale ?? 0, 'scale', { min: 0 })
  for (const name of ['step', 'loss', 'gradientNorm', 'singularValues'] as const) {
    if (typeof run?.[name]?.length !== 'number') {
      throw new DTypeError(`run.${name} must be a column of numbers, got ${describeValue(run?.[name])}`, {
        argument: `run.${name}`,
      })
    }
  }
  const frames = run.step.length
  if (run.loss.length !== frames || run.gradientNorm.length !== frames) {
    throw new ShapeError(
      `step has ${frames} frames, loss ${run.loss.length}, gradientNorm ${run.gradientNorm.length}`,
      {
        argument: 'run',
      },
    )
  }
  if (frames === 0) return []
  if (run.singularValues.length % frames !== 0) {
    throw new ShapeError(`singularValues has ${run.singularValues.length} entries: no multiple of ${frames} frames`, {
      argument: 'run',
    })
  }
  let largest = 0
  for (let i = 0; i < frames; i++) if (run.gradientNorm[i] > largest) largest = run.gradientNorm[i]
  // Gradients that are all zero say that nothing happens, nowhere.
  if (largest === 0) return []
  const g = Float64Array.from({ length: frames }, (_, i) => Math.max(run.gradientNorm[i], floor * largest))
  let scale = least
  for (let i = 0; i < run.singularValues.length; i++) scale = Math.max(scale, run.singularValues[i])
  return minima(g, rho).map((at) => describe(run, g, at, rho, rankTolerance * scale))
}

/** Indices of the minima of g that a rise by rho follows, each separated from the last by a fall by rho. */
function minima(g: Float64Array, rho: number): number[] {
  const found: number[] = []
  let falling = true
  let extreme = 0
  for (let i = 1; i < g.length; i++) {
    if (falling) {
      if (g[i] < g[extreme]) extreme = i
      else if (g[i] > g[extreme] && g[i] >= rho * g[extreme]) {
        found.push(extreme)
        falling = false
        extreme = i
      }
    } else if (g[i] > g[extreme]) extreme = i
    else if (g[i] * rho <= g[extreme]) {
      falling = true
      extreme = i
    }
  }
  return found
}

function describe(run: RecordedRun, g: Float64Array, at: number, rho: number, learned: number): Plateau {
  let from = at
  let to = at
  while (from > 0 && g[from - 1] <= rho * g[at]) from--
  while (to + 1 < g.length && g[to + 1] <= rho * g[at]) to++
  const modes = run.singularValues.length / run.step.length
  let rank = 0
  let nuclearNorm = 0
  for (let j = 0; j < modes; j++) {
    const value = run.singularValues[at * modes + j]
    nuclearNorm += value
    if (value > learned) rank++
  }
  return {
    from: run.step[from],
    to: run.step[to],
    step: run.step[at],
    loss: run.loss[at],
    gradientNorm: run.gradientNorm[at],
    rank,
    nuclearNorm,
  }
}
