// The data of `deeplinear train`: the digits that come with the package, or a table of the user's.
import { fileURLToPath } from 'node:url'
import { tableToDataset } from '../io/dataset.js'
import { INK } from '../io/digits.js'
import { readTable } from '../io/node.js'
import { foldIn, key } from '../random/key.js'
import {
  fitRows,
  type RowTransform,
  type Samples,
  selectSamples,
  splitIndices,
  transformRows,
} from '../task/dataset.js'
import type { TrainConfig } from './train-config.js'

/** Scaled training and test samples. */
export interface Prepared {
  readonly name: string
  readonly train: { readonly x: Samples; readonly y: Samples }
  readonly test: { readonly x: Samples; readonly y: Samples; readonly labels: Int32Array | undefined }
  /** What centring took from the outputs. */
  readonly outputs: RowTransform
}

/** `data/` stands two levels up from the sources, and from what the build makes of them. */
const DIGITS = fileURLToPath(new URL('../../data/digits.csv.gz', import.meta.url))

export async function prepareData(config: TrainConfig): Promise<Prepared> {
  const table = await readTable(config.data ?? DIGITS)
  const dataset = tableToDataset(table, config.targets === undefined ? {} : { labels: 'none', targets: config.targets })
  const { features, outputs, samples } = dataset
  const { train, test } = splitIndices(samples, config.testFraction, foldIn(key(config.seed), 2))
  const pick = (data: Float64Array, rows: number, indices: Uint32Array) => selectSamples(data, rows, samples, indices)
  // Digits are counts of ink; everything else is taken as it is.
  const unit = config.data === undefined ? 1 / INK : 1
  const inputs = unit === 1 ? dataset.inputs : dataset.inputs.map((value) => value * unit)
  const trainX = pick(inputs, features, train)
  const trainY = pick(dataset.targets, outputs, train)
  const featureTransform = fitRows(trainX, config.scaling)
  const outputTransform = fitRows(trainY, config.scaling === 'none' ? 'none' : 'center')
  const { labels } = dataset
  return {
    name: config.data ?? 'handwritten digits',
    train: { x: transformRows(trainX, featureTransform), y: transformRows(trainY, outputTransform) },
    test: {
      x: transformRows(pick(inputs, features, test), featureTransform),
      y: transformRows(pick(dataset.targets, outputs, test), outputTransform),
      labels: labels && Int32Array.from(test, (index) => labels[index]),
    },
    outputs: outputTransform,
  }
}
