// Small data sets with whitened inputs, as the theory of learning dynamics uses them.
//
//   P items; X = sqrt(P) I (item j alone in column j), so that Sigma_xx = X X'/P = I;   Y: column j holds the features of item j;
//   Sigma_yx = Y X'/P = Y/sqrt(P), and the singular values of Sigma_yx are those of Y over sqrt(P)
//
// The loss 1/(2P) |Y - W X|_F^2 is 1/2 |W - Sigma_yx|_F^2 then: P items fit exactly. Code that takes X = I instead has
// Sigma_xx = I/P and learns P times slower, with the same map Y against X at the end.
import { type DenseMatrix, type MatrixLike, readDense } from '../../engine/coerce.js'
import { ShapeError } from '../../errors.js'
import type { Samples } from '../dataset.js'

/** Inputs, outputs and what their rows and columns mean. Columns are samples (items). `X X'/P = I` to rounding. */
export interface WhitenedDataset {
  readonly name: string
  /** X, (n_0, P). */
  readonly inputs: Samples
  /** Y, (n_L, P). */
  readonly outputs: Samples
  /** Names of the P columns. */
  readonly items: readonly string[]
  /** Names of the n_L rows of Y. */
  readonly features: readonly string[]
  /** Y X'/P, (n_L, n_0): what `whitened` takes. */
  readonly sigmaYX: Samples
  /** Singular values of `sigmaYX`, descending, min(n_L, n_0) of them, where a formula gives them. */
  readonly singularValues?: Float64Array
}

/** A whitened data set whose singular values a formula gives. */
export interface SemanticDataset extends WhitenedDataset {
  readonly singularValues: Float64Array
}

/**
 * The data set of items with features, one item a column of X.
 * @param y Y, (features, items) row-major
 * @param squares squared singular values of Y, descending
 */
export function itemDataset(
  name: string,
  items: readonly string[],
  features: readonly string[],
  y: Float64Array,
  squares: readonly number[],
): SemanticDataset {
  const count = items.length
  const root = Math.sqrt(count)
  return {
    name,
    inputs: scaledIdentity(count, root),
    outputs: { data: y, shape: [features.length, count] },
    items,
    features,
    sigmaYX: { data: y.map((value) => value / root), shape: [features.length, count] },
    singularValues: Float64Array.from(squares, (square) => Math.sqrt(square / count)),
  }
}

/** The data set whose Sigma_yx is a given matrix: X = sqrt(n) I, Y = sqrt(n) Sigma_yx. */
export function mapDataset(name: string, sigma: MatrixLike): WhitenedDataset {
  const { rows, cols, data }: DenseMatrix = readDense(sigma, 'sigmaYX', { finite: true })
  if (rows === 0 || cols === 0) {
    throw new ShapeError(`sigmaYX must have rows and columns, got ${rows} x ${cols}`, { argument: 'sigmaYX' })
  }
  const root = Math.sqrt(cols)
  return {
    name,
    inputs: scaledIdentity(cols, root),
    outputs: { data: data.map((value) => value * root), shape: [rows, cols] },
    items: numbered('item', cols),
    features: numbered('feature', rows),
    sigmaYX: { data, shape: [rows, cols] },
  }
}

/** `word 0`, `word 1`, ... */
export function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${word} ${i}`)
}

function scaledIdentity(n: number, scale: number): Samples {
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) data[i * (n + 1)] = scale
  return { data, shape: [n, n] }
}
