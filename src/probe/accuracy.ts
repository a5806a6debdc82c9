// Classification accuracy on held-out samples.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'
import type { Probe } from './probe.js'

/**
 * The fraction of samples whose largest output is that of their label; ties go to the lowest class.
 *
 * @param options.inputs X - (n_0, P), finite, P >= 1
 * @param options.labels class of each sample, length P, integers 0 .. n_L - 1
 * @param options.bias added to every output, length n_L: where the outputs were centred, their means. Default zero.
 * @example
 * const judge = probes.accuracy({ inputs: [[1, 0, 1], [0, 1, -1]], labels: [0, 1, 0] })
 * trainSync(net, task, { optimizer, steps: 500, record: { probes: [judge] } }).columns.accuracy.data.at(-1) // -> 1
 */
export function accuracy(options: {
  inputs: MatrixLike
  labels: ArrayLike<number>
  bias?: ArrayLike<number>
}): Probe<'accuracy', number> {
  const given = checkOptions(options, 'accuracy', ['inputs', 'labels', 'bias'])
  const inputs = readDense(given.inputs, 'inputs', { finite: true })
  const labels = Int32Array.from(numbers(given.labels, 'labels'), (label, i) =>
    checkInteger(label, `labels[${i}]`, { max: 2 ** 31 - 1 }),
  )
  const offsets = given.bias === undefined ? undefined : Float64Array.from(numbers(given.bias, 'bias'), finite)
  const samples = inputs.cols
  if (samples === 0) throw new ShapeError('inputs has no samples (columns)', { argument: 'inputs' })
  if (labels.length !== samples) {
    throw new ShapeError(`inputs has ${samples} samples, labels has ${labels.length}`, { argument: 'labels' })
  }
  return {
    name: 'accuracy',
    shape: () => [],
    emit(p, context) {
      const { net } = context
      const classes = net.sizes[net.depth]
      const bad = labels.find((label) => label < 0 || label >= classes)
      if (bad !== undefined)
        throw new RangeArgError(`labels must be from 0 to ${classes - 1}, got ${bad}`, { argument: 'labels' })
      if (inputs.rows !== net.sizes[0]) {
        throw new ShapeError(`inputs must have ${net.sizes[0]} rows, got ${inputs.rows}`, { argument: 'inputs' })
      }
      const bias = offsets ?? new Float64Array(classes)
      if (bias.length !== classes)
        throw new ShapeError(`bias must have ${classes} entries, got ${bias.length}`, { argument: 'bias' })
      const x = p.own(net.engine.matrix([inputs.rows, samples], inputs.data, { dtype: p.dtype }))
      const outputs = net.linear
        ? p.note('accuracy').gemm({ a: context.endToEnd, b: x })
        : net.emitPass(p.note('accuracy'), x).outputs
      return () => {
        const y = outputs.view()
        let right = 0
        for (let sample = 0; sample < samples; sample++) {
          let best = 0
          for (let c = 1; c < classes; c++) {
            if (y[c * samples + sample] + bias[c] > y[best * samples + sample] + bias[best]) best = c
          }
          if (best === labels[sample]) right++
        }
        return right / samples
      }
    },
  }
}

function numbers(value: unknown, name: string): ArrayLike<number> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return value as ArrayLike<number>
  }
  throw new DTypeError(`${name} must be an array of numbers, got ${describe(value)}`, { argument: name })
}

function finite(value: number, i: number): number {
  return checkNumber(value, `bias[${i}]`)
}
