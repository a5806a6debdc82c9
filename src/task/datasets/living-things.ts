// Four living things and what they do: the smallest semantic hierarchy.
import { itemDataset, type SemanticDataset } from './whitened-dataset.js'

const ITEMS = ['Canary', 'Salmon', 'Oak', 'Rose']

/** Which of the items have the feature. */
const FEATURES: readonly (readonly [name: string, items: readonly number[]])[] = [
  ['Grow', [1, 1, 1, 1]],
  ['Move', [1, 1, 0, 0]],
  ['Roots', [0, 0, 1, 1]],
  ['Fly', [1, 0, 0, 0]],
  ['Swim', [0, 1, 0, 0]],
  ['Leaves', [0, 0, 1, 0]],
  ['Petals', [0, 0, 0, 1]],
]

/**
 * Living things: canary, salmon, oak and rose with seven features, whitened (`X = 2 I`, `Sigma_yx = Y/2`). Squared singular values
 * of Y: 7 (all), 3 (animals against plants), 1 (bird against fish), 1 (tree against flower).
 * @example
 * livingThings().features[3] // -> 'Fly'
 * @see Saxe, McClelland, Ganguli (2019), PNAS 116:11537, after Rumelhart and Todd (1993)
 */
export function livingThings(): SemanticDataset {
  const y = Float64Array.from(FEATURES.flatMap(([, items]) => items))
  const names = FEATURES.map(([name]) => name)
  return itemDataset('living things', [...ITEMS], names, y, [7, 3, 1, 1])
}
