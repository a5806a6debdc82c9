// Separable data and coordinates of different depths: which margin gradient flow makes as large as it can.
import { classification, createDiagonalNetwork, gradientFlow, probes } from 'deeplinear'
import { maxMarginLambdaMax, quasiHomogeneousFlow } from 'deeplinear/theory'
import { picturesOf } from '../pictures.js'
import { type MakeScene, number } from '../scene.js'
import { subscript } from '../words.js'

const X = [
  [1.2, 0.4, 0.9, 0.2],
  [0.3, 1.1, -0.6, 0.9],
  [-0.5, 0.8, 0.7, -0.4],
]
const Y = [1, 1, 1, 1]
const DEPTHS = [1, 1, 2]
const FRAMES = 300

export const marginScene: MakeScene = ({ engine, values }) => {
  const [deep, end] = [number(values, 'deep'), number(values, 'levels')]
  const sign = values.sign === 'fits' ? 1 : -1
  const theta0 = [0.3, 0.2, deep, sign * deep]
  const start = [
    [0.3, 0.2, deep],
    [0, 0, sign * deep],
  ]
  const net = createDiagonalNetwork(engine, { depths: DEPTHS, start })
  const { optimum } = maxMarginLambdaMax({ x: X, y: Y, depths: DEPTHS })
  const l2 = maxMarginLambdaMax({ x: X, y: Y, depths: [1, 1, 1] }).beta
  const best = 1 / Math.sqrt(optimum)
  const marginOf = (beta: ArrayLike<number>) =>
    Math.min(...Y.map((y, p) => y * X.reduce((sum, row, i) => sum + row[p] * beta[i], 0)))
  const normalized = (beta: ArrayLike<number>) => marginOf(beta) / Math.hypot(beta[0], beta[1])
  const least = { value: normalized(l2), label: 'l2' }
  const first = quasiHomogeneousFlow({ x: X, y: Y, depths: DEPTHS, theta0, logInverseLoss: [end] }).start
  const level = probes.custom({
    name: 'level',
    read: ({ endToEnd: { data } }) => {
      const margins = Y.map((y, p) => y * X.reduce((sum, row, i) => sum + row[p] * data[i], 0))
      const low = Math.min(...margins)
      return low - Math.log(margins.reduce((sum, margin) => sum + Math.exp(low - margin), 0))
    },
  })
  const margin = probes.custom({ name: 'margin', read: ({ endToEnd }) => normalized(endToEnd.data) })
  const beta = probes.custom({
    name: 'direction',
    shape: [3],
    read: ({ endToEnd: { data } }) => data.map((entry) => entry / Math.hypot(...data)),
  })
  const pictures = picturesOf(net.factors.map((matrix, l) => ({ label: `theta${subscript(l + 1)}`, matrix })))
  const falls = Float64Array.from({ length: FRAMES + 1 }, (_, i) => ((end - first) * i) / FRAMES)
  const along = { label: 'log(1 / loss)', scale: 'linear', min: Math.floor(first), max: end } as const
  return {
    view: {
      panels: [
        {
          title: 'Margin over the size of the shallow coordinates',
          along: 'level',
          x: along,
          y: { label: 'margin', scale: 'linear', min: Math.min(0.3, normalized(theta0)), max: 1.08 * best },
          series: [{ label: '', column: 'margin', index: 0, color: 0 }],
          levels: [{ value: best, label: 'best' }, least],
        },
        {
          title: 'Direction of the classifier',
          along: 'level',
          x: along,
          y: { label: 'entry', scale: 'linear', min: -1, max: 1 },
          series: DEPTHS.map((depth, i) => ({
            label: `\u03b2${subscript(i + 1)}${depth === 2 ? ' d' : ''}`,
            column: 'direction',
            index: i,
            color: i,
          })),
          levels: [],
        },
      ],
      pictures: pictures.views,
      cells: pictures.cells,
      columns: { time: 1, level: 1, margin: 1, direction: 3 },
      frames: FRAMES,
      every: 1,
      notes: [],
      code: [
        "import { ... } from 'deeplinear'",
        '',
        `const net = createDiagonalNetwork(engine, { depths: [${DEPTHS.join(', ')}], start: ${JSON.stringify(start)} })`,
        `const run = gradientFlow(net, classification(x, y, { loss: 'log-sum-exp' }), { time: ${(end - first).toFixed(3)}, clock: 'loss' })`,
      ].join('\n'),
    },
    run: () =>
      gradientFlow(net, classification(X, Y, { loss: 'log-sum-exp' }), {
        time: falls[FRAMES],
        rtol: 1e-9,
        clock: 'loss',
        maxSteps: 1e6,
        record: { at: falls, probes: [level, margin, beta] },
      }),
    picture: (out) => pictures.read(out),
    theory() {
      // Closer at the start, where most happens.
      const at = Float64Array.from({ length: 241 }, (_, i) => first + (end - first) * (i / 240) ** 2)
      const found = quasiHomogeneousFlow({
        x: X,
        y: Y,
        depths: DEPTHS,
        theta0,
        logInverseLoss: at,
        method: sign === 1 ? 'rosenbrock' : 'dop853',
        rtol: 1e-8,
      })
      const row = (i: number) => found.beta.subarray(3 * i, 3 * i + 3)
      return {
        series: [
          { panel: 0, label: 'theory', color: 0, x: at, y: at.map((_, i) => normalized(row(i))) },
          ...DEPTHS.map((_, c) => ({
            panel: 1,
            label: 'theory',
            color: c,
            x: at,
            y: at.map((_, i) => row(i)[c] / Math.hypot(...row(i))),
          })),
        ],
      }
    },
    dispose: () => net.dispose(),
  }
}
