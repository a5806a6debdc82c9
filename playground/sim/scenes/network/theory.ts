// What is known of the network before its first step: the curves of the theory of its start, the levels of the saddles, the time it will take.
import { type DeepLinearNetwork, overlays, type TheoryOverlay, UnsupportedError } from 'deeplinear'
import { plateaus } from 'deeplinear/theory'
import type { LevelView, TheorySeries } from '../../protocol.js'
import { grid, type Theory } from '../../scene.js'
import type { Learned } from '../../tasks.js'

const OVERLAYS: Readonly<Record<string, () => TheoryOverlay>> = {
  balanced: () => overlays.balanced({ rtol: 1e-7 }),
  lambda: () => overlays.lambdaBalanced(),
  gaussian: () => overlays.mixed(),
}

/** Loss in panel 0 and `rank` singular values in panel 1, up to time `end`. */
export function theoryOf(start: string, net: DeepLinearNetwork, learned: Learned, end: number, rank: number): Theory {
  const times = grid(end)
  try {
    const { columns } = OVERLAYS[start]().prepare(runOf(net, learned))
    const { loss, singularValues } = columns(times)
    const all = singularValues.data.length / times.length
    const series: TheorySeries[] = [{ panel: 0, label: 'theory', color: -1, x: times, y: loss.data }]
    for (let k = 0; k < rank; k++) {
      const y = times.map((_, t) => singularValues.data[t * all + k])
      series.push({ panel: 1, label: 'theory', color: k, x: times, y })
    }
    return { series }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    const why = error.message.replace(/^the theory '\w+' does not describe this run: /, '')
    return {
      series: [],
      why: `No exact theory for this start: ${why}. The levels of the saddles are exact all the same.`,
    }
  }
}

/** When the theory of a balanced start has learned all but a hundredth, or three times the estimate. */
export function settled(net: DeepLinearNetwork, learned: Learned, estimate: number): number {
  const times = grid(3 * estimate, 121)
  const loss = overlays.balanced({ rtol: 1e-4 }).prepare(runOf(net, learned)).columns(times).loss.data
  const done = loss.findIndex((value) => value < 0.01 * loss[0])
  return done < 0 ? 3 * estimate : 1.15 * times[Math.max(done, 1)]
}

/** The loss at the saddles of rank 0, 1, ..., of the first `most`: close ones are told apart by the eye no more. */
export function saddleLevels(target: Float64Array, most: number): LevelView[] {
  const { losses } = plateaus(target)
  return Array.from(losses)
    .slice(0, Math.min(most, losses.length - 1))
    .map((value, k) => ({ value, label: `rank ${k}` }))
}

/** The run before its first step, as theories see it. */
function runOf(net: DeepLinearNetwork, { sigmaYX, sigmaXX, minimumLoss }: Learned) {
  const weights = net.weights.map((matrix) => Float64Array.from(matrix.toArray()))
  return { sizes: net.sizes, weights, gram: undefined, sigmaYX, sigmaXX, minimumLoss }
}
