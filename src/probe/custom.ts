// Probes written by users: a function of what it is shown. It is shown copies, made when they are looked at, so that nothing it writes
// reaches the training.
import { checkInteger, checkOptions, describe } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError } from '../errors.js'
import { layersOf } from '../network/layers-of.js'
import type { Network } from '../network/network.js'
import type { Probe, ProbeContext, ProbeValue } from './probe.js'

/** A copy of a matrix, row by row. Accepted wherever a matrix is. */
export interface MatrixCopy {
  readonly data: Float64Array
  readonly shape: readonly [number, number]
}

/** What the function of a custom probe is shown of a frame; valid while it runs. */
export interface ProbeView {
  /** The training step, where the run counts steps. */
  readonly step: number | undefined
  /** `learningRate * step`, or the time of the flow, where the run tells it. */
  readonly time: number | undefined
  /** `n_0 .. n_L`. */
  readonly sizes: readonly number[]
  /** `W_1 .. W_L`. @throws {OptionError} a network without layers */
  readonly weights: readonly MatrixCopy[]
  /** Everything that training changes, by name: weights and biases, or Gram matrices. */
  readonly state: Readonly<Record<string, MatrixCopy>>
  /** `W = W_L ... W_1`. @throws {OptionError} a network that is not linear */
  readonly endToEnd: MatrixCopy
}

/** Options of `custom`. */
export interface CustomProbeOptions<Name extends string, Value extends ProbeValue> {
  /** The column: a letter, then letters, digits and underscores. */
  name: Name
  /** Shape of the value, or a function of `n_0 .. n_L` that gives it. Default `[]`, a number. */
  shape?: readonly number[] | ((sizes: readonly number[]) => readonly number[])
  /** The value of a frame: a number, or a `Float64Array` with as many elements as `shape` says. What it throws becomes a `ProbeError`. */
  read: (view: ProbeView) => Value
}

/**
 * A probe of your own. `read` runs at frame boundaries on copies of the weights, float64 whatever the element type of the network; each is made
 * once a frame, when it is first looked at. Writing to them changes nothing.
 *
 * A `Probe` object with `shape` and `emit` does the same with operations of the plan.
 * @throws {OptionError} {DTypeError} {RangeArgError} a name, shape or function that is not one
 * @example
 * probes.custom({ name: 'largestWeight', read: ({ weights }) => Math.max(...weights.flatMap(({ data }) => [...data].map(Math.abs))) })
 * probes.custom({ name: 'diagonal', shape: ([n]) => [n], read: ({ endToEnd: { data }, sizes: [n] }) => data.filter((_, i) => i % (n + 1) === 0) })
 */
export function custom<const Name extends string, Value extends ProbeValue>(
  options: CustomProbeOptions<Name, Value>,
): Probe<Name, Value> {
  const given = checkOptions(options, 'custom', ['name', 'shape', 'read'])
  const name = given.name as Name
  if (typeof name !== 'string' || !/^[A-Za-z]\w*$/.test(name) || name === 'step' || name === 'time') {
    throw new OptionError(
      `name must be a letter followed by letters, digits and underscores, and not 'step' or 'time'; got ${describe(name)}`,
      { argument: 'name' },
    )
  }
  const read = given.read as (view: ProbeView) => Value
  if (typeof read !== 'function') {
    throw new DTypeError(`read must be a function, got ${describe(read)}`, { argument: 'read' })
  }
  const wanted = given.shape ?? []
  if (typeof wanted !== 'function') checkSizes(wanted)
  return {
    name,
    shape: ({ sizes }) => checkSizes(typeof wanted === 'function' ? wanted([...sizes]) : wanted),
    emit(_p, context) {
      const map = context.net.linear ? context.endToEnd : undefined
      return () => {
        const view = new FrameView(context, map)
        try {
          return read(view)
        } finally {
          view.close()
        }
      }
    },
  }
}

class FrameView implements ProbeView {
  readonly step: number | undefined
  readonly time: number | undefined
  readonly sizes: readonly number[]
  readonly #net: Network
  readonly #map: Matrix | undefined
  #open = true
  #weights: readonly MatrixCopy[] | undefined
  #state: Readonly<Record<string, MatrixCopy>> | undefined
  #endToEnd: MatrixCopy | undefined

  constructor({ net, step, time }: ProbeContext, map: Matrix | undefined) {
    this.step = step
    this.time = time
    this.sizes = net.sizes
    this.#net = net
    this.#map = map
    Object.freeze(this)
  }

  get weights(): readonly MatrixCopy[] {
    this.#weights ??= Object.freeze(layersOf(this.#net, "a custom probe's view.weights").map((w) => this.#copy(w)))
    return this.#weights
  }

  get state(): Readonly<Record<string, MatrixCopy>> {
    this.#state ??= Object.freeze(
      Object.fromEntries(this.#net.state.map(({ name, matrix }) => [name, this.#copy(matrix)])),
    )
    return this.#state
  }

  get endToEnd(): MatrixCopy {
    if (this.#map === undefined) {
      throw new OptionError('this network is not linear and has no end-to-end map; use view.weights', {
        argument: 'endToEnd',
      })
    }
    this.#endToEnd ??= this.#copy(this.#map)
    return this.#endToEnd
  }

  close(): void {
    this.#open = false
  }

  #copy(matrix: Matrix): MatrixCopy {
    if (!this.#open) {
      throw new OptionError(
        'the view of a custom probe is over once read has returned; look at what you need in read',
        {
          argument: 'view',
        },
      )
    }
    return Object.freeze({ data: new Float64Array(matrix.view()), shape: matrix.shape })
  }
}

function checkSizes(shape: unknown): readonly number[] {
  if (!Array.isArray(shape)) {
    throw new DTypeError(`shape must be an array of sizes, got ${describe(shape)}`, { argument: 'shape' })
  }
  const checked = shape.map((size, i) => checkInteger(size, `shape[${i}]`, { max: 2 ** 31 - 1 }))
  checkInteger(
    checked.reduce((product, size) => product * size, 1),
    'the number of elements of shape',
    { max: 2 ** 24 },
  )
  return checked
}
