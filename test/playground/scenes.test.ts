// What the playground computes, without a browser: every preset against the theory that it draws, and states against their addresses.
import { readFileSync } from 'node:fs'
import { createEngineSync, type Engine } from 'deeplinear'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { ticks } from '../../playground/draw/axis.js'
import type { Scene, Theory } from '../../playground/sim/scene.js'
import { scenes } from '../../playground/sim/scenes/index.js'
import type { Values } from '../../playground/state/controls.js'
import { fromSlider, toSlider } from '../../playground/state/controls.js'
import { decodeState, encodeState } from '../../playground/state/hash.js'
import { presets, startOf } from '../../playground/state/state.js'

const engine: Engine = createEngineSync({ reproducible: true })
afterAll(() => engine.dispose())

const file = readFileSync(new URL('../../data/digits.csv.gz', import.meta.url))
const digits = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)

const DATA: Readonly<Record<string, ArrayBuffer | string>> = { digits, csv: '1,2,0\n2,1,1\n3,1,0\n1,3,1\n' }

type Frame = Record<string, number | Float64Array>

function sceneOf(id: string, changes: Values = {}, seed = 1): Scene {
  const { family } = presets.find((preset) => preset.id === id)!
  const values = { ...startOf(id).values, ...changes }
  return scenes[family.id]({ engine, values, seed, data: DATA[values.task] })
}

/** The frames of a run, up to so many. */
async function framesOf(scene: Scene, most = Number.POSITIVE_INFINITY): Promise<Frame[]> {
  const run = scene.run()
  const found: Frame[] = []
  for await (const frame of run) {
    found.push(frame as Frame)
    if (found.length >= most) break
  }
  run.abort()
  await run.finished
  return found
}

const entry = (frame: Frame, column: string, index: number) => {
  const value = frame[column]
  return typeof value === 'number' ? value : value[index]
}

/** The largest distance of a curve from its theory, in heights of its chart. */
function apart(scene: Scene, theory: Theory, frames: readonly Frame[]): number {
  let most = 0
  let compared = 0
  for (const { panel, color, x, y } of theory.series) {
    const { along, series, square, y: axis } = scene.view.panels[panel]
    const own = series.find((each) => each.color === color)
    // Upright lines and means are no paths.
    if (own === undefined || square === true || x.length < 3) continue
    const height = axis.scale === 'log' ? Math.log(axis.max / axis.min) : axis.max - axis.min
    const scaled = (value: number) => (axis.scale === 'log' ? Math.log(value) : value)
    for (const frame of frames) {
      const at = entry(frame, along, own.index)
      const i = x.findIndex((value) => value > at)
      if (i < 1) continue
      const expected = scaled(y[i - 1]) + ((at - x[i - 1]) / (x[i] - x[i - 1])) * (scaled(y[i]) - scaled(y[i - 1]))
      most = Math.max(most, Math.abs(scaled(entry(frame, own.column, own.index)) - expected) / height)
      compared++
    }
  }
  return compared === 0 ? Number.NaN : most
}

/**
 * Bounds in heights of the chart. Gradient descent is O(learning rate) from the flow; Gaussian layers O(sqrt(d / w)) from mixed dynamics; one network of
 * width 32 fluctuates; 48 walkers of 40 modes scatter by a seventh of their mean square.
 */
const BOUNDS: Readonly<Record<string, number>> = {
  staircase: 0.05,
  mixed: 0.06,
  reversal: 0.03,
  semantic: 0.03,
  digits: 0.02,
  neuron: 0.01,
  autoencoder: 0.03,
  symmetry: 0.05,
  margin: 0.01,
  alignment: 0.01,
  width: 0.1,
  diffusion: 0.15,
}

describe('every preset follows the theory that is drawn over it', () => {
  test.each(Object.entries(BOUNDS))('%s', async (id, bound) => {
    const scene = sceneOf(id)
    try {
      const theory = scene.theory()
      const frames = await framesOf(scene, id === 'digits' ? 60 : 700)
      expect(frames.length).toBeGreaterThan(39)
      for (const name of Object.keys(scene.view.columns)) expect(frames[1], name).toHaveProperty(name)
      expect(apart(scene, theory, frames)).toBeLessThan(bound)
      const picture = new Float32Array(scene.view.cells)
      scene.picture(picture)
      expect(picture.some((cell) => cell !== 0)).toBe(true)
    } finally {
      scene.dispose()
    }
  })

  test('the distance is that of the steps: half the learning rate, half the distance', async () => {
    const [coarse, fine] = await Promise.all(
      [8e-3, 4e-3].map(async (rate) => {
        const scene = sceneOf('staircase', { rate, depth: 2, modes: 3 })
        const theory = scene.theory()
        const far = apart(scene, theory, await framesOf(scene))
        scene.dispose()
        return far
      }),
    )
    expect(coarse / fine).toBeGreaterThan(1.6)
    expect(coarse / fine).toBeLessThan(2.4)
  })

  test('collapse: means settle on soft-thresholded values, weak modes die out', async () => {
    const scene = sceneOf('collapse')
    const frames = await framesOf(scene)
    const late = frames.slice(frames.length / 2)
    for (const { color, y } of scene.theory().series) {
      const mean = late.reduce((sum, frame) => sum + entry(frame, 'modes', color), 0) / late.length
      expect(Math.abs(mean - y[0]), `mode ${color + 1}`).toBeLessThan(0.06)
    }
    expect(entry(frames.at(-1)!, 'collapsed', 4)).toBeGreaterThan(0.9)
    expect(entry(frames.at(-1)!, 'collapsed', 0)).toBeLessThan(0.1)
    scene.dispose()
  })

  test('pruning: iterated SynFlow keeps every layer alive up to its bound, chance does not', async () => {
    const scene = sceneOf('pruning', { scale: 0.5 })
    const frames = await framesOf(scene)
    const [most] = scene.theory().series
    const before = frames.filter((frame) => entry(frame, 'compression', 0) < 0.9 * most.x[0])
    expect(before.every((frame) => entry(frame, 'left', 0) >= 1)).toBe(true)
    for (const other of [1, 2, 3]) expect(frames.some((frame) => entry(frame, 'left', other) < 1)).toBe(true)
    scene.dispose()
  })

  test('all presets are among these', () => {
    expect(presets.map(({ id }) => id).sort()).toEqual([...Object.keys(BOUNDS), 'collapse', 'pruning'].sort())
  })
})

test('scenes give back all memory', async () => {
  for (const id of ['staircase', 'neuron', 'margin', 'alignment', 'collapse']) {
    const before = engine.memory.liveBytes
    const scene = sceneOf(id)
    await framesOf(scene, 5)
    scene.theory()
    scene.dispose()
    expect(engine.memory.liveBytes, id).toBe(before)
  }
})

test('starts without a theory say why, and their saddles are drawn all the same', () => {
  const scene = sceneOf('staircase', { start: 'gaussian', depth: 4 })
  expect(scene.theory()).toMatchObject({ series: [], why: expect.stringContaining('two layers') })
  expect(scene.view.panels[0].levels.length).toBe(5)
  scene.dispose()
})

describe('the opposite of a task', () => {
  const reversal = presets.find(({ id }) => id === 'reversal')!
  const offered = (changes: Values) =>
    reversal.family.controls.find(({ key }) => key === 'before')!.when!({ ...startOf('reversal').values, ...changes })

  test.each(['digits', 'csv'])('is not to be had of %s, whose inputs are not white', (task) => {
    expect(offered({ task })).toBe(false)
  })

  test('a link that asks for it on digits gets a run from a small start', async () => {
    const scene = sceneOf('reversal', { task: 'digits' })
    const [first] = await framesOf(scene, 1)
    expect(entry(first, 'singularValues', 0)).toBeLessThan(1e-3)
    scene.dispose()
  })

  test.each([
    ['teacher', 1, 5],
    ['things', 3, 4],
    ['tree', 5, 8],
  ])('of %s is had at a width of %d too: it is raised to %d, and that is said', async (task, width, rank) => {
    expect(offered({ task })).toBe(true)
    const scene = sceneOf('reversal', { task, width })
    expect(scene.view.notes).toContainEqual(expect.stringContaining(`at least ${rank}`))
    const target = scene.view.panels[1].series[0].end
    const [first] = await framesOf(scene, 1)
    expect(entry(first, 'singularValues', 0)).toBeCloseTo(target!, 9)
    scene.dispose()
  })

  test('of all tasks, widths and balances: whatever is asked for, there is a scene', () => {
    const tasks = reversal.family.controls.find(({ key }) => key === 'task')!
    for (const { value: task } of tasks.kind === 'choice' ? tasks.options : []) {
      for (const width of [1, 4, 9, 256]) {
        for (const lambda of [-10, 0, 10]) sceneOf('reversal', { task, width, lambda, modes: 7 }).dispose()
      }
    }
  })
})

describe('addresses', () => {
  test('a state survives its address', () => {
    for (const { id } of presets) {
      const state = { ...startOf(id), seed: 12, speed: 4, frame: 33, y: 'log' as const }
      expect(decodeState(encodeState(state))).toEqual(state)
    }
  })

  test('whatever an address says, the state is within the bounds of its controls', () => {
    const keys = [
      'preset',
      'scale',
      'depth',
      'width',
      'rate',
      'task',
      'start',
      'seed',
      'speed',
      'frame',
      'y',
      'lambda',
      '__proto__',
    ]
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom('', ' ', 'NaN', '-0', '1e999', 'null', ...presets.map(({ id }) => id)),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), text)), (pairs) => {
        const state = decodeState(`#${new URLSearchParams(pairs)}`)
        const { family } = presets.find(({ id }) => id === state.preset)!
        for (const control of family.controls) {
          const value = state.values[control.key]
          if (control.kind === 'choice') expect(control.options.map((option) => option.value)).toContain(value)
          else {
            expect(value).toBeGreaterThanOrEqual(control.min)
            expect(value).toBeLessThanOrEqual(control.max)
          }
        }
        expect(Number.isSafeInteger(state.seed)).toBe(true)
        expect(decodeState(encodeState(state))).toEqual(state)
      }),
    )
  })

  test('broken escapes are no reason to fail', () => {
    expect(decodeState('#preset=%E0%A4%A&seed=%').preset).toBe('staircase')
  })
})

test('sliders reach their ends and come back to where they were', () => {
  for (const { family } of presets) {
    for (const control of family.controls) {
      if (control.kind !== 'range') continue
      expect(fromSlider(control, 0)).toBeCloseTo(control.min, 9)
      expect(fromSlider(control, 1000)).toBeCloseTo(control.max, 9)
      const position = toSlider(control, control.initial)
      expect(Math.abs(toSlider(control, fromSlider(control, position)) - position), control.key).toBeLessThanOrEqual(12)
    }
  }
})

test('ticks stand at round numbers within the axis', () => {
  const axis = (scale: 'linear' | 'log', min: number, max: number) =>
    ticks({ label: '', scale, min, max }, 5).map(({ label }) => label)
  expect(axis('linear', 0, 10.4)).toEqual(['0', '5', '10'])
  expect(axis('linear', -0.9, 1.1)).toEqual(['\u22120.5', '0.0', '0.5', '1.0'])
  expect(axis('log', 1e-4, 10)).toEqual(['10\u207b\u2074', '0.01', '1'])
})
