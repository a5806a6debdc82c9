// Pruning before training: how many weights the emptiest layer keeps as ever more are cut, by score.
import { createNetwork, pruneAtInit, type SaliencyKind } from 'deeplinear'
import { maximalCompression, randomCriticalCompression } from 'deeplinear/theory'
import { frameRun } from '../frame-run.js'
import { shade } from '../pictures.js'
import type { PictureView } from '../protocol.js'
import { logGrid, type MakeScene, number } from '../scene.js'
import { subscript } from '../words.js'

const METHODS: readonly (readonly [label: string, score: SaliencyKind, iterations: number])[] = [
  ['SynFlow', 'synflow', 30],
  ['SynFlow once', 'synflow', 1],
  ['magnitude', 'magnitude', 1],
  ['random', 'random', 1],
]
const FRAMES = 100
/** What stands for an empty layer on a logarithmic axis. */
const GONE = 0.5

export const pruningScene: MakeScene = ({ engine, values, seed }) => {
  const scale = number(values, 'scale')
  const sizes = [20, 30, 25, 15].map((size) => Math.round(scale * size)).concat(10)
  const counts = sizes.slice(1).map((rows, l) => rows * sizes[l])
  const total = counts.reduce((sum, size) => sum + size, 0)
  const net = createNetwork(engine, { sizes, activation: 'relu', seed })
  const most = maximalCompression(counts)
  const rho = logGrid(1, 1.6 * most, FRAMES)
  const shown = (values.shown as string) ?? 'SynFlow'
  let masks: readonly { data: Float64Array }[] = []
  let cells = 0
  const pictures = counts.map((_, l): PictureView => {
    const [rows, cols] = [sizes[l + 1], sizes[l]]
    const [height, width] = [Math.min(rows, 40), Math.min(cols, 40)]
    const view = { label: `W${subscript(l + 1)}`, rows: height, columns: width, offset: cells, limit: 1, signed: false }
    cells += height * width
    return height === rows && width === cols ? view : { ...view, of: [rows, cols] }
  })
  const frame = (i: number) => {
    const left = METHODS.map(([label, score, iterations]) => {
      const pruned = pruneAtInit(net, {
        score,
        iterations,
        compression: Math.min(rho[i], total),
        ...(score === 'random' ? { seed } : {}),
      })
      if (label === shown) masks = pruned.masks
      return Math.min(...pruned.layers.map(({ kept }) => kept)) || GONE
    })
    return { step: i, time: i, compression: rho[i], left: Float64Array.from(left) }
  }
  return {
    view: {
      panels: [
        {
          title: 'Weights left in the emptiest layer (the lowest line: a layer is gone, nothing flows)',
          along: 'compression',
          x: { label: 'compression: weights before / after', scale: 'log', min: 1, max: 1.6 * most },
          y: { label: 'weights', scale: 'log', min: 0.4, max: 1.3 * Math.min(...counts) },
          series: METHODS.map(([label], m) => ({ label, column: 'left', index: m, color: m })),
          levels: [{ value: GONE, label: 'gone' }],
          legend: 'left',
        },
      ],
      pictures,
      cells,
      columns: { step: 1, time: 1, compression: 1, left: METHODS.length },
      frames: FRAMES,
      every: 1,
      pace: 20,
      notes: [],
      code: [
        "import { ... } from 'deeplinear'",
        '',
        `const net = createNetwork(engine, { sizes: [${sizes.join(', ')}], activation: 'relu', seed: ${seed} })`,
        'const { masks, emptyLayers } = pruneAtInit(net, { compression: 100, iterations: 30 })',
      ].join('\n'),
    },
    run: () => frameRun(FRAMES, frame),
    picture(out) {
      for (const [l, view] of pictures.entries())
        if (masks[l] !== undefined) shade(masks[l].data, sizes[l + 1], sizes[l], view, out)
    },
    theory() {
      const upright = (at: number) => Float64Array.of(at, at)
      const y = Float64Array.of(0.4, 1.3 * Math.min(...counts))
      return {
        series: [
          { panel: 0, label: 'N / L, as far as anything can go', color: 0, x: upright(most), y },
          { panel: 0, label: 'random, on average', color: 3, x: upright(randomCriticalCompression(counts)), y },
        ],
        why: `Upright lines: no score can prune beyond ${most.toFixed(0)}, one weight a layer; chance fails at ${randomCriticalCompression(counts).toFixed(0)} on average. Shades: what ${shown} keeps.`,
      }
    },
    dispose: () => net.dispose(),
  }
}
