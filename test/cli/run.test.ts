// `deeplinear run` as a user meets it: the built file in a process of its own.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRun, parseConfig } from '../../src/config/index.js'
import { createEngineSync, trainSync } from '../../src/index.js'
import { encodeCheckpoint, parseCheckpoint, parseNpz } from '../../src/io/index.js'
import { until } from '../processes.js'
import { commandLine } from './command-line.js'

const { path, run, start } = commandLine(['run'])

/** A run whose rule has a state, whose samples are drawn and whose rate moves: whatever resuming forgot would show. */
const CONFIG = {
  network: { kind: 'layers', sizes: [3, 16, 2], activation: 'tanh', biases: true, seed: 3 },
  task: {
    kind: 'stream',
    teacher: [
      [1, 0, -1],
      [0, 2, 0],
    ],
    batchSize: 4,
    noise: 0.1,
    seed: 5,
  },
  optimizer: { kind: 'adam', learningRate: { kind: 'cosine', rate: 0.01, steps: 900, warmup: 20 } },
  steps: 600,
  record: { every: 50, probes: ['loss', 'weightNorms'] },
}
/** A run without an end. */
const LONG = {
  network: { kind: 'layers', sizes: [8, 64, 8], seed: 1 },
  task: { kind: 'teacher', inputs: 8, outputs: 8, noise: 0.1, seed: 2 },
  optimizer: { kind: 'momentum', learningRate: 1e-4 },
  steps: 1e12,
  record: { every: 1000 },
}

beforeAll(() => {
  writeFileSync(path('run.json'), JSON.stringify(CONFIG))
  writeFileSync(path('long.json'), JSON.stringify(LONG))
  writeFileSync(path('broken.json'), '{"steps": 1')
  writeFileSync(path('faulty.json'), JSON.stringify({ ...CONFIG, network: { kind: 'layer' }, task: undefined }))
  writeFileSync(path('unfit.json'), JSON.stringify({ ...CONFIG, task: { kind: 'tree15' } }))
  const diagonal = { kind: 'diagonal', depths: [1], start: [[1]] }
  writeFileSync(path('diagonal.json'), JSON.stringify({ ...CONFIG, network: diagonal }))
})
const read = (name: string) => readFileSync(path(name))
const strays = () => readdirSync(path()).filter((name) => name.endsWith('.tmp'))

describe('a run to its end', () => {
  test('prints one object with exactly the promised keys, nothing on stderr, and writes what was asked for', () => {
    const result = run('run.json', '--json', '--quiet', '--out', 'history.npz', '--checkpoint', 'end.safetensors')
    expect([result.status, result.stderr]).toEqual([0, ''])
    const report = JSON.parse(result.stdout)
    expect(result.stdout.trim()).not.toContain('\n')
    expect(Object.keys(report).sort()).toEqual(
      [
        'build',
        'checkpoint',
        'divergence',
        'figure',
        'gflops',
        'last',
        'out',
        'seconds',
        'status',
        'steps',
        'stepsPerSecond',
        'time',
      ].sort(),
    )
    expect(report).toMatchObject({
      status: 'completed',
      steps: 600,
      build: 'simd',
      divergence: null,
      checkpoint: 'end.safetensors',
      out: 'history.npz',
    })

    // What the library gives for the same configuration, without the command line.
    const engine = createEngineSync()
    const { net, task, options } = createRun(engine, parseConfig(JSON.stringify(CONFIG)))
    const { columns, checkpoint } = trainSync(net, task, options)
    expect(Buffer.from(encodeCheckpoint(checkpoint())).equals(read('end.safetensors'))).toBe(true)
    const arrays = parseNpz(read('history.npz'))
    expect([...arrays.keys()]).toEqual(['step', 'time', 'loss', 'weightNorms'])
    for (const [name, { shape, data }] of arrays) {
      const column = columns[name]
      expect(shape).toEqual([column.length, ...column.shape])
      expect(data).toEqual(column.data)
    }
    expect(report.last.loss).toBe(columns.loss.data.at(-1))
    expect(report.last.weightNorms).toEqual(Array.from(columns.weightNorms.data.slice(-2)))
    engine.dispose()
  })

  test('prints text, and progress on stderr alone', () => {
    const { status, stdout, stderr } = run('run.json')
    expect(status).toBe(0)
    for (const line of [
      /^network +feedforward 3 -> 16 -> 2$/m,
      /^task +stream$/m,
      /^status +completed$/m,
      /^loss +[\d.e-]+$/m,
    ]) {
      expect(stdout).toMatch(line)
    }
    for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ total: 600 })
  })

  test('flags win over the file', () => {
    const json = (...args: string[]) => JSON.parse(run('run.json', '--json', '--quiet', ...args).stdout)
    const [first, again, other] = [json('--steps', '10'), json('--steps', '10'), json('--steps', '10', '--seed', '9')]
    expect([first.steps, first.last.step]).toEqual([10, 10])
    expect(again.last).toEqual(first.last)
    expect(other.last.loss).not.toBe(first.last.loss)
    expect(json('--steps', '10', '--backend', 'typescript')).toMatchObject({ build: 'typescript', last: first.last })
  })
})

describe('resuming', () => {
  test('figures: SVG, and a page with the data inside; other endings are refused before training', () => {
    expect(JSON.parse(run('run.json', '--json', '--quiet', '--figure', 'run.svg').stdout).figure).toBe('run.svg')
    expect(read('run.svg').toString()).toMatch(/^<svg [\s\S]*>loss</)
    expect(run('run.json', '--quiet', '--figure', 'run.html').stdout).toMatch(/figure +run\.html/)
    expect(read('run.html').toString()).toMatch(/<script type="application\/json" id="data">\{"step"/)
    const refused = run('run.json', '--figure', 'run.pdf')
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('.svg or .html')])
  })

  test('continues bit for bit, over any cut', () => {
    expect(run('run.json', '--quiet', '--checkpoint', 'whole.safetensors').status).toBe(0)
    expect(run('run.json', '--quiet', '--steps', '217', '--checkpoint', 'part.safetensors').status).toBe(0)
    expect(parseCheckpoint(read('part.safetensors')).step).toBe(217)
    const rest = run(
      'run.json',
      '--json',
      '--resume',
      'part.safetensors',
      '--checkpoint',
      'part.safetensors',
      '--out',
      'rest.npz',
    )
    expect(rest.status).toBe(0)
    expect(JSON.parse(rest.stdout).steps).toBe(600)
    expect(read('part.safetensors').equals(read('whole.safetensors'))).toBe(true)
    expect(Array.from(parseNpz(read('rest.npz')).get('step')!.data.slice(0, 3))).toEqual([217, 250, 300])
    for (const line of rest.stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ total: 383, from: 217 })
  })

  test('another configuration, a damaged and a missing checkpoint are refused', () => {
    run('run.json', '--quiet', '--steps', '5', '--checkpoint', 'five.safetensors')
    writeFileSync(path('other.json'), JSON.stringify({ ...CONFIG, optimizer: { kind: 'sgd', learningRate: 0.1 } }))
    const other = run('other.json', '--resume', 'five.safetensors')
    expect([other.status, other.stdout]).toEqual([2, ''])
    expect(other.stderr).toMatch(/^deeplinear: the checkpoint is of another run/m)
    const bytes = read('five.safetensors')
    bytes[bytes.length - 3] ^= 4
    writeFileSync(path('damaged.safetensors'), bytes)
    const damaged = run('run.json', '--resume', 'damaged.safetensors')
    expect([damaged.status, damaged.stdout]).toEqual([1, ''])
    expect(damaged.stderr).toMatch(/^deeplinear: damaged.safetensors: the checkpoint is damaged/m)
    writeFileSync(path('damaged.safetensors.previous'), read('five.safetensors'))
    const recovered = run('run.json', '--resume', 'damaged.safetensors')
    expect(recovered.status).toBe(0)
    expect(recovered.stderr).toMatch(
      /^deeplinear: damaged.safetensors: .*damaged.*; going on from the checkpoint before it$/m,
    )
    expect(run('run.json', '--resume', 'missing.safetensors')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no such file/),
    })
  })
})

describe('interruption', () => {
  /** Start the long run, wait until it is at work, do something to it. */
  async function disturb(signal: NodeJS.Signals, ready: () => boolean, args: string[]) {
    const { child, printed, ended } = start('long.json', ...args)
    await until(() => printed.stderr.includes('\n') && ready(), 'progress')
    child.kill(signal)
    return ended
  }

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s saves, reports and exits with %i; the run goes on from there bit for bit', async (signal, code) => {
    const result = await disturb(signal, () => true, ['--json', '--checkpoint', 'cut.safetensors', '--out', 'cut.npz'])
    expect([result.status, result.signal]).toEqual([code, null])
    const report = JSON.parse(result.stdout)
    expect(report).toMatchObject({ status: 'aborted', checkpoint: 'cut.safetensors', out: 'cut.npz' })
    const { step } = parseCheckpoint(read('cut.safetensors'))
    expect(step).toBe(report.steps)
    const steps = ['--quiet', '--steps', String(step + 777), '--checkpoint']
    expect(run('long.json', ...steps, 'resumed.safetensors', '--resume', 'cut.safetensors').status).toBe(0)
    expect(run('long.json', ...steps, 'straight.safetensors').status).toBe(0)
    expect(read('resumed.safetensors').equals(read('straight.safetensors'))).toBe(true)
    expect(strays()).toEqual([])
  })

  test('SIGKILL leaves the last checkpoint, which is whole', async () => {
    const args = ['--checkpoint', 'killed.safetensors', '--checkpoint-every', '0.02']
    // A slow machine saves before its first step is done.
    const ready = () => existsSync(path('killed.safetensors')) && parseCheckpoint(read('killed.safetensors')).step > 0
    const result = await disturb('SIGKILL', ready, args)
    expect([result.signal, result.stdout]).toEqual(['SIGKILL', ''])
    const { step } = parseCheckpoint(read('killed.safetensors'))
    expect(step).toBeGreaterThan(0)
    const steps = ['--quiet', '--steps', String(step + 77), '--checkpoint']
    expect(run('long.json', ...steps, 'resumed.safetensors', '--resume', 'killed.safetensors').status).toBe(0)
    expect(run('long.json', ...steps, 'straight.safetensors').status).toBe(0)
    expect(read('resumed.safetensors').equals(read('straight.safetensors'))).toBe(true)
  })

  test('a checkpoint that cannot be saved meanwhile is reported, and the run goes on; at the end it is an error', async () => {
    mkdirSync(path('taken'))
    writeFileSync(path('taken/x'), '')
    const args = ['--json', '--checkpoint', 'taken', '--checkpoint-every', '0.02']
    const { child, printed, ended } = start('long.json', ...args)
    await until(() => printed.stderr.includes('goes on'), 'the report')
    child.kill('SIGINT')
    const { status, stdout, stderr } = await ended
    expect(stderr).toMatch(/cannot write taken: not a regular file; the run goes on/)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'aborted', checkpoint: null })
    expect(status).toBe(1)
  })
})

describe('what cannot be run', () => {
  test('divergence: the report, the reason and exit 1; the checkpoint is of the last finite weights', () => {
    const diverging = { ...LONG, optimizer: { kind: 'gradientDescent', learningRate: 10 }, steps: 1000 }
    writeFileSync(path('diverging.json'), JSON.stringify(diverging))
    const { status, stdout, stderr } = run('diverging.json', '--json', '--quiet', '--checkpoint', 'last.safetensors')
    expect(status).toBe(1)
    const report = JSON.parse(stdout)
    expect(report.status).toBe('diverged')
    expect(report.divergence).toMatch(/learning rate 10/)
    expect(stderr).toMatch(/^deeplinear: diverged: /)
    const { tensors, step } = parseCheckpoint(read('last.safetensors'))
    expect(step).toBe(report.steps)
    for (const { data } of tensors) expect(data.every(Number.isFinite)).toBe(true)
  })

  test.concurrent.each<[string, string[], number, RegExp]>([
    ['no configuration', [], 2, /missing required argument 'config'/],
    ['an unknown flag', ['run.json', '--chekpoint', 'x'], 2, /unknown option/],
    ['a flag without its value', ['run.json', '--resume'], 2, /argument missing/],
    ['a missing file', ['missing.json'], 1, /cannot read missing.json: no such file/],
    ['no JSON', ['broken.json'], 1, /broken.json: the configuration is not JSON/],
    [
      'faults',
      ['faulty.json'],
      2,
      /faulty.json: bad configuration: network.kind: .*did you mean 'layers'.*; task: is missing/,
    ],
    ['parts that do not fit', ['unfit.json'], 2, /the network maps 3 inputs to 2 outputs, the task 8 to 15/],
    ['steps that are none', ['run.json', '--steps', 'many'], 2, /--steps must be an integer/],
    ['no steps', ['run.json', '--steps', ''], 2, /--steps must be an integer/],
    ['every 0', ['run.json', '--every', '0'], 2, /--every must be an integer at least 1/],
    ['a seed for what has none', ['diagonal.json', '--seed', '1'], 2, /--seed: a diagonal network/],
    [
      'checkpoints without end',
      ['run.json', '--checkpoint', 'a', '--checkpoint-every', '0'],
      2,
      /--checkpoint-every must be/,
    ],
    ['a checkpoint in no folder', ['run.json', '--checkpoint', 'none/a'], 1, /cannot write to none\/a \(ENOENT\)/],
  ])('%s', async (_name, args, status, message) => {
    const result = await start(...args).ended
    expect([result.status, result.stdout]).toEqual([status, ''])
    expect(result.stderr).toMatch(message)
    expect(result.stderr).not.toMatch(/^ {4}at /m)
  })
})
