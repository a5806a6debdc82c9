// Every @example of a docstring, and the code of the guide, runs as it stands: with the exports of its package entry, an engine, and a few things that examples talk
// about. A line `expression // -> value` is asserted.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import * as blas from '../src/blas/index.js'
import * as client from '../src/client/index.js'
import * as config from '../src/config/index.js'
import * as experiment from '../src/experiment/index.js'
import * as deeplinear from '../src/index.js'
import * as io from '../src/io/index.js'
import * as node from '../src/io/node.js'
import * as server from '../src/server/index.js'
import * as sweep from '../src/sweep/index.js'
import * as theory from '../src/theory/index.js'
import * as worker from '../src/worker/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Example {
  readonly file: string
  readonly of: string
  readonly code: string
  readonly line: number
}

/** A run that sweeps are made of. */
const BASE = {
  network: { kind: 'layers', sizes: [2, 4, 2] },
  task: {
    kind: 'whitened',
    sigmaYX: [
      [3, 0],
      [0, 1],
    ],
  },
  optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
  steps: 100,
}

/** Folders whose functions are public, and what their examples may name besides the library itself. */
const ENTRIES: Record<string, object> = {
  blas,
  io: { ...io, ...node },
  theory,
  experiment,
  worker,
  server,
  client: { ...client, ...server },
  sweep: { ...sweep, ...io, base: BASE, folder: mkdtempSync(join(tmpdir(), 'deeplinear-examples-')) },
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
  .map((name) => join(root, 'src', name))

function examplesOf(path: string): Example[] {
  const text = readFileSync(path, 'utf8')
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
  const found: Example[] = []
  const visit = (node: ts.Node) => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text !== 'example' || tag.parent.parent !== node) continue
      const code = ts.getTextOfJSDocComment(tag.comment) ?? ''
      const name = (node as { name?: { getText(): string } }).name?.getText() ?? 'a declaration'
      const line = source.getLineAndCharacterOfPosition(tag.getStart()).line + 1
      found.push({ file: relative(root, path), of: name, code, line })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const examples = files.flatMap(examplesOf)

/** `expression // -> value` becomes an assertion; `// -> ` at the end of a declaration asserts what was declared. */
function withAssertions(code: string): string {
  return code
    .split('\n')
    .map((line) => {
      const match = /^(?!\s*\/\/)(.*?)\s*\/\/ -> (.*)$/.exec(line)
      if (match === null) return line
      const [, statement, value] = match
      const declared = /^const (\w+) = /.exec(statement)
      return declared === null
        ? `$check(${statement.replace(/;$/, '')}, ${value})`
        : `${statement}\n$check(${declared[1]}, ${value})`
    })
    .join('\n')
}

const WEIGHTS = { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) }
const DISK: Record<string, Uint8Array> = {
  'weights.npy': io.encodeNpy(WEIGHTS),
  'weights.npz': io.encodeNpz({ W1: WEIGHTS }),
  'model.safetensors': io.encodeSafetensors({ W1: WEIGHTS }),
}

/** Files that examples read, and a place for those that they write. */
const FILES = {
  readFile: async (name: string) => DISK[name],
  writeFile: async (_name: string, content: unknown) => expect(content).toBeDefined(),
}

/** Numbers to rounding, typed arrays as plain ones, everything else as it is. */
function expectClose(value: unknown, wanted: unknown): void {
  if (typeof value === 'number' && typeof wanted === 'number') {
    if (!Object.is(value, wanted))
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(wanted)))
  } else if (Array.isArray(wanted) || ArrayBuffer.isView(wanted)) {
    const [found, list] = [value, wanted].map((array) => Array.from(array as ArrayLike<unknown>))
    expect(found).toHaveLength(list.length)
    for (const [i, element] of list.entries()) expectClose(found[i], element)
  } else if (typeof wanted === 'object' && wanted !== null) {
    expect(Object.keys(value as object).sort()).toEqual(Object.keys(wanted).sort())
    for (const [name, element] of Object.entries(wanted)) expectClose((value as Record<string, unknown>)[name], element)
  } else expect(value).toEqual(wanted)
}

async function run({ file, code }: Example): Promise<void> {
  const [, folder] = file.split('/')
  await execute(code, { ...((await import(join(root, file))) as object), ...ENTRIES[folder] })
}

/** Run code with the library, what is given, and what examples talk about. */
async function execute(code: string, given: object): Promise<void> {
  const engine = deeplinear.createEngineSync()
  const weights = deeplinear.gaussian({ variance: 1e-2 })
  const scope: Record<string, unknown> = {
    ...deeplinear,
    engine,
    A: engine.matrix([
      [2, 1],
      [1, 3],
    ]),
    B: engine.matrix([
      [1, 0],
      [2, 1],
    ]),
    net: deeplinear.createNetwork(engine, { sizes: [2, 8, 2], init: weights, seed: 1 }),
    task: deeplinear.whitened([
      [3, 0],
      [0, 1],
    ]),
    optimizer: deeplinear.gradientDescent({ learningRate: 0.05 }),
    ...FILES,
    ...given,
    $check: (value: unknown, wanted: unknown) => expectClose(value, wanted),
  }
  // An example may declare what the scope also has.
  const names = Object.keys(scope).filter((name) => name !== 'default')
  const AsyncFunction = (async () => {}).constructor as new (
    ...parameters: string[]
  ) => (...values: unknown[]) => Promise<void>
  const body = ts.transpileModule(`{\n${withAssertions(code)}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  }).outputText
  await new AsyncFunction(...names, body)(...names.map((name) => scope[name]))
}

describe('examples run as they stand', () => {
  test.each(examples)('$file:$line $of', async (example) => {
    await run(example)
  })
})

describe.each(['guide', 'concepts', 'extending'])('the code of docs/%s.md runs as it stands', (page) => {
  const text = readFileSync(join(root, `docs/${page}.md`), 'utf8')
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code)
  const snippets = blocks('js').map((code) => ({ code, title: code.split('\n')[0] }))

  test.each(snippets)('$title', async ({ code }) => {
    const engine = deeplinear.createEngineSync()
    const inited = { sizes: [8, 16, 8], init: deeplinear.gaussian({ variance: 1e-3 }), seed: 1 }
    await execute(code.replaceAll(/^import .*$/gm, ''), {
      ...theory,
      ...blas,
      ...io,
      ...config,
      ...experiment,
      engine,
      net: deeplinear.createNetwork(engine, inited),
      task: deeplinear.teacher({ inputs: 8, outputs: 8, singularValues: [4, 3, 2, 1] }),
      controller: new AbortController(),
      draw: () => {},
      text: blocks('json').at(-1),
    })
  })
})

describe('every public function has an example', () => {
  const documented = new Set(examples.map(({ of }) => of))
  const named = (exports: object) =>
    Object.entries(exports)
      .filter(([, value]) => typeof value === 'function' && !/^class /.test(String(value)))
      .map(([name]) => name)
  test.each([
    ['deeplinear', named(deeplinear)],
    ['probes', named(deeplinear.probes)],
    ['deeplinear/io', named(ENTRIES.io)],
    ['deeplinear/config', named(config)],
    ['deeplinear/theory', named(theory)],
    ['deeplinear/experiment', named(experiment)],
    ['deeplinear/server', named(server)],
    ['deeplinear/client', named(client)],
    [
      'deeplinear/worker',
      named(Object.fromEntries(Object.entries(worker).filter(([, value]) => !('isRecipe' in value)))),
    ],
  ])('%s', (_entry, names) => {
    expect(names.filter((name) => !documented.has(name))).toEqual([])
  })
})
