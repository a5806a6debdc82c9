// The golden cases that are flows, through the public face, with every method: end-to-end maps and losses at the given times, and half times by events.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  type FlowOptions,
  type FlowResult,
  gradientFlowSync,
  type Network,
  type Probe,
  probes,
  regression,
  type Task,
  whitened,
} from '../../src/index.js'
import { golden } from '../golden.js'

const TOLERANCE = 1e-9
const engine = createEngineSync()

/** Methods with tolerances at which each should meet the golden digits. */
const METHODS = [
  { method: 'dop853', rtol: 1e-12 },
  { method: 'tsit5', rtol: 1e-12 },
  { method: 'rosenbrock', rtol: 1e-12 },
] as const

interface EscapeCase {
  kind: string
  L: number
  w: number
  f: number
  Yd: number[]
  alpha: number[]
  t_half: number[]
}

const raw = JSON.parse(
  readFileSync(new URL('../golden/saddle-and-mixed.json', import.meta.url), 'utf8'),
) as (EscapeCase & {
  t_90?: number[]
})[]
const escapes = raw.filter(({ kind }) => kind === 'escape')
/** Half times (and 90 % times) of the n-th case of a kind. */
const timesOf = (kind: string, n: number) => raw.filter((entry) => entry.kind === kind)[n]

const diagonal = (values: readonly number[]) => values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))

/** W_2 = sqrt(c) [I_m 0], W_1 = sqrt(c) [0; I_n]. */
function mixedStart(m: number, n: number, c: number) {
  const root = Math.sqrt(c)
  const w2 = Array.from({ length: m }, (_, i) => Array.from({ length: m + n }, (_, j) => (i === j ? root : 0)))
  const w1 = Array.from({ length: m + n }, (_, i) => Array.from({ length: n }, (_, j) => (i === m + j ? root : 0)))
  return explicit([w1, w2])
}

/** The end-to-end map. */
const map: Probe<'map', Float64Array> = {
  name: 'map',
  shape: ({ sizes }) => [sizes[sizes.length - 1], sizes[0]],
  emit(_p, context) {
    const w = context.endToEnd
    return () => Float64Array.from(w.view())
  },
}

/** Run to the last time; the state at the times, and whether the losses meet the golden ones. */
function run(
  make: () => Network,
  task: Task,
  entry: { t: number[]; loss: number[] },
  options: Partial<FlowOptions<readonly [Probe<'map', Float64Array>, Probe<'loss', number>]>>,
): FlowResult<readonly [Probe<'map', Float64Array>, Probe<'loss', number>]> & { maps: Float64Array[] } {
  using net = make()
  const result = gradientFlowSync(net, task, {
    time: entry.t[entry.t.length - 1],
    record: { at: entry.t, probes: [map, probes.loss()] },
    ...options,
  })
  expect(result.status).toBe('completed')
  expect([...result.columns.time.data]).toEqual(entry.t)
  expectClose(result.columns.loss.data, entry.loss)
  const size = result.columns.map.data.length / entry.t.length
  return { ...result, maps: entry.t.map((_, i) => result.columns.map.data.subarray(i * size, (i + 1) * size)) }
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = TOLERANCE): void {
  expect(actual.length).toBe(expected.length)
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value))))
  expect(worst).toBeLessThan(tolerance)
}

/** Events at fractions of the modes on the diagonal of an n x n map, with their golden times. */
function crossings(values: readonly number[], wanted: Record<number, readonly number[]>) {
  const n = values.length
  const list = Object.entries(wanted).flatMap(([fraction, times]) =>
    values.map((value, i) => ({
      name: `${i} at ${fraction}`,
      at: i * (n + 1),
      level: Number(fraction) * value,
      time: times[i],
    })),
  )
  return {
    events: list.map(({ name, at, level }) => ({
      name,
      when: ({ endToEnd }: { endToEnd: Float64Array }) => endToEnd[at] - level,
    })),
    expectTimes(found: FlowResult['events']) {
      expect(found).toHaveLength(list.length)
      for (const { name, time } of list) {
        const event = found.find((candidate) => candidate.name === name)!
        expect(Math.abs(event.time / time - 1), name).toBeLessThan(TOLERANCE)
      }
    },
  }
}

describe.each(METHODS)('$method at rtol $rtol', (accuracy) => {
  test.each(golden('general').map((entry, i) => ({ entry, i })))('general start $i', ({ entry }) => {
    const sizes = [entry.W[0][0].length, ...entry.W.map((layer) => layer.length)]
    const make = () => createNetwork(engine, { sizes, init: explicit(entry.W) })
    const { maps } = run(make, whitened(entry.Y), entry, accuracy)
    entry.A.forEach((expected, i) => {
      expectClose(maps[i], expected)
    })
  })

  test.each(golden('balanced_modes').map((entry, i) => ({ entry, i, L: entry.L })))(
    'balanced, depth $L',
    ({ entry, i }) => {
      const layer = diagonal(entry.Yd.map(() => entry.a0 ** (1 / entry.L)))
      const init = explicit(Array.from({ length: entry.L }, () => layer))
      const make = () => createNetwork(engine, { sizes: new Array(entry.L + 1).fill(entry.Yd.length), init })
      const golden = timesOf('balanced_modes', i)
      const { events, expectTimes } = crossings(entry.Yd, { 0.5: golden.t_half, 0.9: golden.t_90! })
      const result = run(make, whitened(diagonal(entry.Yd)), entry, { ...accuracy, events })
      entry.sv.forEach((expected, k) => {
        expectClose([result.maps[k][0], result.maps[k][3]], expected)
      })
      expectTimes(result.events)
    },
  )

  test.each(
    golden('mixed_white').flatMap((entry, i) =>
      (['layers', 'gram'] as const).map((kind) => ({ entry, i, kind, c: entry.c })),
    ),
  )('mixed, whitened, c = $c, $kind', ({ entry, i, kind }) => {
    const n = entry.Yd.length
    const create = kind === 'gram' ? createGramNetwork : createNetwork
    const make = () => create(engine, { sizes: [n, 2 * n, n], init: mixedStart(n, n, entry.c) })
    const { events, expectTimes } = crossings(entry.Yd, { 0.5: timesOf('mixed_white', i).t_half })
    const result = run(make, whitened(diagonal(entry.Yd)), entry, { ...accuracy, events })
    entry.sv.forEach((expected, k) => {
      const found = entry.Yd.map((_, mode) => result.maps[k][mode * (n + 1)])
      expectClose(found, expected)
    })
    expectTimes(result.events)
  })

  test.each(golden('mixed_aniso').flatMap((entry) => (['layers', 'gram'] as const).map((kind) => ({ entry, kind }))))(
    'mixed, data, $kind',
    ({ entry, kind }) => {
      const [m, n] = [entry.Y.length, entry.Y[0].length]
      const targets = entry.Y.map((row) =>
        entry.X[0].map((_, p) => row.reduce((sum, y, j) => sum + y * entry.X[j][p], 0)),
      )
      const create = kind === 'gram' ? createGramNetwork : createNetwork
      const make = () => create(engine, { sizes: [n, m + n, m], init: mixedStart(m, n, entry.c) })
      const { maps } = run(make, regression(entry.X, targets), entry, accuracy)
      entry.A.forEach((expected, i) => {
        expectClose(maps[i], expected)
      })
    },
  )

  describe.each(escapes)('escape, depth $L', ({ L, w, f, Yd, alpha, t_half }) => {
    test.each(alpha.map((scale, i) => ({ scale, expected: t_half[i] })))('alpha = $scale', ({ scale, expected }) => {
      const sizes = [2, ...new Array(L - 1).fill(w), 2]
      const layers = Array.from({ length: L }, (_, l) =>
        Array.from({ length: sizes[l + 1] }, (_, i) =>
          Array.from({ length: sizes[l] }, (_, j) => scale * Math.cos(1 + i + 2 * j + 3 * l + f * i * j)),
        ),
      )
      using net = createNetwork(engine, { sizes, init: explicit(layers) })
      const { status, time } = gradientFlowSync(net, whitened(diagonal(Yd)), {
        ...accuracy,
        time: 2 * expected,
        record: { at: [], probes: [] },
        events: [
          { name: 'half', when: ({ endToEnd }) => endToEnd[0] - Yd[0] / 2, terminal: true, direction: 'rising' },
        ],
      })
      expect(status).toBe('event')
      expect(Math.abs(time / expected - 1)).toBeLessThan(TOLERANCE)
      // The network is left at the event.
      using end = net.endToEnd()
      expect(Math.abs(end.get(0, 0) - Yd[0] / 2)).toBeLessThan(1e-10)
    })
  })
})
