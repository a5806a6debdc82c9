// Which weights stay: exactly as many as asked for. Of equal scores the one in the earlier layer stays, then the one in the earlier row and
// column, so that the same scores always give the same masks.
import { RangeArgError } from '../../errors.js'

/** Weights that are there, best first: numbers into all weights, layer after layer, row after row. */
export function ranked(scores: readonly Float64Array[], masks: readonly Uint8Array[]): Uint32Array {
  const flat = new Float64Array(scores.reduce((sum, { length }) => sum + length, 0))
  const there = new Uint32Array(flat.length)
  let [offset, count] = [0, 0]
  scores.forEach((values, l) => {
    values.forEach((value, at) => {
      if (masks[l][at] === 0) return
      if (!Number.isFinite(value)) {
        throw new RangeArgError(
          `the score of weight ${at} of W_${l + 1} is ${value}; scale the weights or the data down`,
          { argument: 'source', data: { layer: l + 1, index: at } },
        )
      }
      flat[offset + at] = value
      there[count++] = offset + at
    })
    offset += values.length
  })
  // Equal scores stay in the order of their places: the sort is stable.
  return there.subarray(0, count).sort((one, other) => flat[other] - flat[one])
}

/** The layer of a weight by its number, as a function of the sizes of the layers. */
export function layerFinder(sizes: readonly number[]): (place: number) => readonly [layer: number, at: number] {
  const starts = sizes.map((_, l) => sizes.slice(0, l).reduce((sum, size) => sum + size, 0))
  return (place) => {
    let layer = starts.length - 1
    while (starts[layer] > place) layer--
    return [layer, place - starts[layer]]
  }
}

/** Masks of the best `counts[0]` weights of all, or of the best `counts[l]` of each layer where there are as many counts. */
export function keepBest(
  scores: readonly Float64Array[],
  masks: readonly Uint8Array[],
  counts: readonly number[],
  scope: 'global' | 'layer',
): Uint8Array[] {
  const left = [...counts]
  const kept = masks.map((mask) => new Uint8Array(mask.length))
  const find = layerFinder(masks.map(({ length }) => length))
  for (const place of ranked(scores, masks)) {
    const [layer, at] = find(place)
    const group = scope === 'global' ? 0 : layer
    if (left[group] === 0) continue
    left[group]--
    kept[layer][at] = 1
  }
  return kept
}
