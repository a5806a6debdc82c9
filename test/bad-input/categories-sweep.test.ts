// Categories 112 to 117: sweeps, and the names and paths of what is written.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadCheckpoint, saveCheckpoint } from '../../src/io/node.js'
import { openStore, parseManifest } from '../../src/sweep/index.js'
import { smallRun } from '../run-config.js'
import { type Refused, refuses } from './categories.js'

const root = mkdtempSync(join(tmpdir(), 'deeplinear-paths-'))
afterAll(() => rmSync(root, { recursive: true }))

const AXIS = { kind: 'list', path: 'optimizer.learningRate', values: [0.1, 0.2] }
const INPUT = {
  schema: 1,
  base: smallRun(),
  axes: [AXIS],
}
const sweep =
  (...axes: object[]) =>
  () =>
    parseManifest({ ...INPUT, axes: axes.map((axis) => ({ ...AXIS, ...axis })) })
const grid = (path: string) => ({ kind: 'linear', path, from: 1, to: 2, count: 1000, values: undefined })
const without = ({ values: _, ...axis }: { values: unknown }) => axis

/** A folder whose results are a link to a file of somebody else. */
function linked(): string {
  const folder = join(root, 'linked')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(root, 'theirs'), 'not yours')
  rmSync(join(folder, 'results.bin'), { force: true })
  symlinkSync(join(root, 'theirs'), join(folder, 'results.bin'))
  return folder
}

const checkpoint = {
  version: 1,
  step: 1,
  time: 1,
  arithmetic: 'reproducible',
  configuration: '{}',
  tensors: [],
} as const

const ROWS: readonly Refused[] = [
  [
    'B112',
    () =>
      parseManifest({
        ...INPUT,
        axes: ['optimizer.learningRate', 'steps'].map((path) => without({ ...AXIS, ...grid(path) })),
      }),
    'the grid has 1000000 points, more than 100000',
    'raise maxCells',
  ],
  ['B113', sweep({ values: [] }), 'axes[0].values'],
  ['B114', sweep({ kind: 'values', values: [0.1, 'fast'] }), 'axes[0].values', 'all of one type', 'number and string'],
  ['B115', sweep({ name: '../../etc/passwd' }), 'axes[0].name', 'letters, digits'],
  ['B115', sweep({ name: '/etc/passwd' }), 'axes[0].name', 'letters, digits'],
  ['B116', async () => openStore(linked(), parseManifest(INPUT)), 'cannot keep results in', 'symbolic link'],
  ['B117', async () => openStore(join(root, 'a\0b'), parseManifest(INPUT)), 'cannot keep results in'],
  [
    'B117',
    async () => openStore(join(root, 'x'.repeat(300)), parseManifest(INPUT)),
    'cannot keep results in',
    'name too long',
  ],
  ['B117', async () => saveCheckpoint(join(root, 'a\0b'), checkpoint), 'cannot write', 'null bytes'],
  ['B117', async () => loadCheckpoint(join(root, 'x'.repeat(300))), 'cannot read', 'name too long'],
]

refuses('categories 112 to 117', ROWS)

test('a file behind a link is as it was', () => {
  expect(readFileSync(join(root, 'theirs'), 'utf8')).toBe('not yours')
})
