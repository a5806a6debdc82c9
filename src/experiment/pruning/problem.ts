// What the experiments of pruning share: a small ReLU network, and classes that are clouds around random centres.

import type { SaliencyKind } from '../../network/pruning/saliency.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'

export const PAPER =
  'Tanaka, Kunin, Yamins, Ganguli (2020), Pruning neural networks without any data by iteratively conserving synaptic flow, arXiv:2006.05467'

/** Widths of the network of the experiments at scale 1. */
export const SIZES = [20, 30, 25, 15, 10]
const CLASSES = SIZES[SIZES.length - 1]

/** Hidden layers and the inputs `scale` times as wide. */
export const sizesAt = (scale: number) =>
  SIZES.map((size, l) => (l === SIZES.length - 1 ? size : Math.round(scale * size)))

export const layerSizes = (sizes: readonly number[]) => sizes.slice(1).map((rows, l) => rows * sizes[l])

/** Centres `distance` times standard normal, and samples at unit deviation around them, classes in turn. */
export function mixture(inputs: number, samples: number, distance: number, seed: number, stream: number) {
  const centres = normal(foldIn(key(seed), 500), CLASSES * inputs)
  const noise = normal(foldIn(foldIn(key(seed), 501), stream), samples * inputs)
  const data = new Float64Array(inputs * samples)
  const labels = Array.from({ length: samples }, (_, p) => p % CLASSES)
  for (let i = 0; i < inputs; i++) {
    for (let p = 0; p < samples; p++) {
      data[i * samples + p] = distance * centres[labels[p] * inputs + i] + noise[i * samples + p]
    }
  }
  const shares = new Float64Array(CLASSES * samples)
  for (const [p, label] of labels.entries()) shares[label * samples + p] = 1
  return {
    x: { data, shape: [inputs, samples] as const },
    y: { data: shares, shape: [CLASSES, samples] as const },
    labels,
  }
}

/** Whether scores look at data. */
export const looks = (score: SaliencyKind) => score === 'snip' || score === 'grasp'

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
