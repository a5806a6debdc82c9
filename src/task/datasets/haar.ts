// The hierarchy written in Haar's functions: the features are the singular modes themselves.
//
//   feature 0 is 1 for every item; the feature of an inner node of a binary tree is +1 for the items of its left half, -1 for those
//   of its right half and 0 elsewhere. Rows of Y are orthogonal, with squared lengths n, n, n/2, n/2, n/4 (4 times), ..., 2 (n/2 times)
import { checkInteger } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { itemDataset, numbered, type SemanticDataset } from './whitened-dataset.js'

/**
 * The Haar task: n items, n features, entries +1, -1 and 0, whitened (`X = sqrt(n) I`, `Sigma_yx = Y/sqrt(n)`). For n = 8 the squared
 * singular values of Y are 8, 8, 4, 4, 2, 2, 2, 2.
 *
 * @param n a power of 2, from 2 to 4096
 * @throws {RangeArgError} another n
 * @example
 * haar(8).features[1] // -> '0-3 against 4-7'
 * @see Braun, Domine, Fitzgerald, Saxe (2022), Exact learning dynamics of deep linear networks with prior knowledge, NeurIPS
 */
export function haar(n: number): SemanticDataset {
  checkInteger(n, 'n', { min: 2, max: 4096 })
  if ((n & (n - 1)) !== 0) throw new RangeArgError(`n must be a power of 2, got ${n}`, { argument: 'n' })
  const y = new Float64Array(n * n).fill(1, 0, n)
  const features = ['all']
  const squares = [n]
  for (let width = n; width >= 2; width /= 2) {
    const half = width / 2
    for (let first = 0; first < n; first += width) {
      const row = features.length * n + first
      y.fill(1, row, row + half).fill(-1, row + half, row + width)
      features.push(`${span(first, half)} against ${span(first + half, half)}`)
      squares.push(width)
    }
  }
  return itemDataset('Haar', numbered('item', n), features, y, squares)
}

function span(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}-${first + count - 1}`
}
