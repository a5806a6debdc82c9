// Who may import whom. The order is that of the design: a layer imports itself and what lies below it, nothing else.
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** What each layer may import besides itself. Layers with the same line do not see each other. */
const BELOW: Record<string, readonly string[]> = (() => {
  const order: string[][] = [
    ['errors'],
    ['check'],
    ['math'],
    ['random'],
    ['kernels'],
    ['engine'],
    ['plan'],
    ['linalg'],
    ['network', 'task'],
    ['optimizer', 'flow', 'probe'],
    ['train'],
    ['experiment'],
    ['sweep'],
  ]
  const below: Record<string, readonly string[]> = {}
  const seen: string[] = []
  for (const level of order) {
    for (const layer of level) below[layer] = [...seen]
    seen.push(...level)
  }
  const outer = ['io', 'config', 'report', 'theory', 'blas', 'worker', 'server', 'client']
  return {
    ...below,
    // Theory may not see the simulation that it is compared with.
    theory: [...below.linalg, 'linalg'],
    blas: [...below.linalg, 'linalg'],
    // Where a theory is fed the numbers of a run: plain matrices, which is all that theory takes.
    overlay: [...below.experiment, 'theory'],
    experiment: [...below.experiment, 'theory'],
    // Above the order of the design: a sweep is made of configurations and experiments.
    sweep: [...below.sweep, 'theory', 'io', 'index', 'config'],
    io: ['errors', 'check'],
    report: ['errors', 'check'],
    // Values come from the index, so that there is one copy of each class; types from where they are.
    config: [...below.experiment, 'index', 'io'],
    worker: [...seen, 'theory', 'index', 'config'],
    server: [...seen, 'theory', 'worker', 'config', 'io', 'report'],
    client: [...seen, 'theory', 'worker', 'config'],
    cli: [...seen, ...outer],
    // The public face: everything but what only the command line needs.
    index: [...seen, 'theory', 'overlay', 'io'],
    // The same with theory, in one file.
    notebook: ['index', 'theory'],
  }
})()

/**
 * Single files that a layer may import although it may not import their layer. The integrator takes any right-hand side and knows no
 * network (a test below follows its imports), so reduced dynamics integrated with it are still blind to the simulation.
 */
const BORROWED: Record<string, readonly string[]> = { theory: ['flow/integrate'] }

/** npm packages by folder or file; nothing else takes any. */
const PACKAGES: Record<string, readonly string[]> = {
  io: ['csv-parse/sync', 'fflate'],
  config: ['zod'],
  report: ['@observablehq/plot', 'linkedom'],
  server: ['hono', 'hono/body-limit'],
  cli: ['@hono/node-server', 'commander', 'zod'],
  sweep: ['zod'],
  'sweep/pool.ts': ['piscina'],
  'sweep/queue.ts': ['bullmq', 'ioredis'],
  'kernels/wasm.ts': ['@assemblyscript/loader'],
}

/** Where Node's own modules may be used; everything else runs in a page. */
const NODE = [
  ...['cli', 'server', 'sweep'],
  ...['io/node.ts', 'io/node-checkpoint.ts', 'io/node-files.ts', 'worker/threads.ts'],
]

/** Functions of Math that every engine rounds alike. The others differ between engines, so they may not enter a result. */
const EXACT_MATH = ['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc']

interface SourceFile {
  /** Path from the root of the package, with slashes. */
  path: string
  text: string
}

/** Comments and the contents of strings that are no specifiers would be read as code. */
function withoutComments(text: string): string {
  const code = codeOf.get(text) ?? text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/.*$/gm, '')
  codeOf.set(text, code)
  return code
}
/** Every source is asked for several times. */
const codeOf = new Map<string, string>()

/** All module specifiers of a source: static, re-exported, dynamic and type imports. */
function importsOf(text: string): string[] {
  const code = withoutComments(text)
  const patterns = [
    /\b(?:import|export)\s[^'"`;=]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]\s*\)/g,
  ]
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier))
}

/** `engine/core.ts` -> `engine`; `errors.ts` -> `errors`. */
function layerOf(inside: string): string {
  return inside.split('/')[0].replace(/\.[jt]s$/, '')
}

const isNode = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)

/** Every breach of the order, as sentences. */
function breaches(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const { path, text } of files) {
    const report = (what: string) => found.push(`${path} ${what}`)
    const root = path.split('/')[0]
    const inside = path.slice(root.length + 1)
    const layer = layerOf(inside)
    const code = withoutComments(text)
    for (const specifier of importsOf(text)) {
      if (!specifier.startsWith('.')) {
        const allowed =
          root === 'src' &&
          (isNode(specifier)
            ? NODE.includes(layer) || NODE.includes(inside)
            : [...(PACKAGES[layer] ?? []), ...(PACKAGES[inside] ?? [])].includes(specifier))
        if (!allowed) report(`imports ${specifier}`)
        continue
      }
      const target = normalize(join(dirname(path), specifier))
      if (target === 'package.json' && (layer === 'cli' || inside === 'sweep/code.ts')) continue
      if (!target.startsWith(`${root}/`)) {
        report(`imports ${target}, outside ${root}/`)
        continue
      }
      if (root === 'assembly') continue
      const targetInside = target.slice(root.length + 1)
      const other = layerOf(targetInside)
      if (BELOW[layer] === undefined) report('belongs to no layer')
      else if (
        other !== layer &&
        !BELOW[layer].includes(other) &&
        !BORROWED[layer]?.includes(targetInside.replace(/\.[jt]s$/, ''))
      )
        report(`imports ${target}: ${layer} is not above ${other}`)
      const reference = (name: string) => name.startsWith('kernels/reference/')
      const wasm = (name: string) => /^kernels\/wasm\.[jt]s$/.test(name)
      if ((reference(inside) && wasm(targetInside)) || (wasm(inside) && reference(targetInside))) {
        report(`imports ${target}: the two executors share no code`)
      }
    }
    if (root === 'src' && layer !== 'cli' && layer !== 'report') {
      for (const [, name] of code.matchAll(/\bMath\s*\.\s*([a-z]\w*)/g)) {
        if (!EXACT_MATH.includes(name)) report(`uses Math.${name}`)
      }
      if (/\bMath\s*\[|[{,]\s*\w+\s*\}\s*=\s*Math\b/.test(code)) report('takes Math apart')
      if (/\bcrypto\s*\.\s*getRandomValues\b|\bDate\s*\.\s*now\b/.test(code)) report('is not reproducible')
    } else if (/\bMath\s*\.\s*random\b/.test(code)) report('uses Math.random')
  }
  return found
}

function sourcesOf(root: string): SourceFile[] {
  const folder = fileURLToPath(new URL(`../${root}/`, import.meta.url))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
    .map((name) => ({ path: `${root}/${name}`, text: readFileSync(join(folder, name), 'utf8') }))
}

const sources = [...sourcesOf('src'), ...sourcesOf('assembly')]

test('every source is seen, and its imports are read', () => {
  expect(sources.length).toBeGreaterThan(90)
  const count = sources.reduce((sum, { text }) => sum + importsOf(text).length, 0)
  // As many as there are lines that end an import or a re-export, counted by other means.
  const lines = sources
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^(import|export|\}) .*from '/.test(line))
  const others = sources.flatMap(({ text }) => [...withoutComments(text).matchAll(/\bimport\(/g)])
  expect(count).toBe(lines.length + others.length)
})

test('src and assembly keep the order', () => {
  expect(breaches(sources)).toEqual([])
})

test('what is borrowed knows no network: its imports, followed to the end, are numerics', () => {
  const text = new Map(sources.map((source) => [source.path, source.text]))
  for (const [layer, files] of Object.entries(BORROWED)) {
    const reached = new Set(files.map((file) => `src/${file}.ts`))
    for (const path of reached) {
      for (const specifier of importsOf(text.get(path)!)) {
        reached.add(normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts'))
      }
    }
    const layers = [...reached].map((path) => layerOf(path.slice('src/'.length)))
    expect(layers.filter((name) => name !== 'flow' && !BELOW[layer].includes(name))).toEqual([])
    // Of the flow folder: none of the files that know layers, gradients of networks or tasks.
    expect([...reached].filter((path) => /field|layers|gradient/.test(path))).toEqual([])
    expect(reached.size).toBeGreaterThan(10)
  }
})

test('no two modules import each other at run time', () => {
  // Types may go round in a circle; values may not, or the order of evaluation decides.
  const edges = new Map<string, string[]>()
  for (const { path, text } of sources) {
    const code = withoutComments(text)
    const values = [...code.matchAll(/\b(?:import|export)\s(?!type\b)([^'"`;=]*?)\bfrom\s*['"](\.[^'"]+)['"]/g)]
      .filter(([, names]) => !/^\{(\s*type\s[^,}]+,?)*\s*\}\s*$/.test(names))
      .map(([, , specifier]) => normalize(join(dirname(path), specifier)).replace(/\.js$|(?<!\.ts)$/, '.ts'))
    edges.set(path, values)
  }
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    else if (!done.has(path)) {
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
  }
  for (const path of edges.keys()) visit(path, [])
  // The one circle: a handle reads what it is given, and what it is given may be a handle. Neither runs code of the other when loaded.
  expect(circles).toEqual(['src/engine/matrix.ts -> src/engine/coerce.ts -> src/engine/matrix.ts'])
})

describe('the checker sees a breach', () => {
  test.each([
    ['src/errors.ts', "import { checkNumber } from './check.js'", 'errors is not above check'],
    ['src/check.ts', "import { Matrix } from './engine/matrix.js'", 'check is not above engine'],
    ['src/engine/x.ts', "import type { Plan } from '../plan/plan.js'", 'engine is not above plan'],
    ['src/engine/x.ts', "export { svd } from '../linalg/svd.js'", 'engine is not above linalg'],
    ['src/engine/x.ts', "const { svd } = await import('../linalg/svd.js')", 'engine is not above linalg'],
    ['src/plan/x.ts', "type M = import('../network/gram.js').GramNetwork", 'plan is not above network'],
    ['src/network/x.ts', "import { whitened } from '../task/whitened.js'", 'network is not above task'],
    ['src/task/x.ts', "import { chain } from '../network/chain.js'", 'task is not above network'],
    ['src/optimizer/x.ts', "import {\n  loss,\n} from '../probe/loss.js'", 'optimizer is not above probe'],
    ['src/probe/x.ts', "import { train } from '../train/train.js'", 'probe is not above train'],
    ['src/theory/x.ts', "import { train } from '../train/train.js'", 'theory is not above train'],
    ['src/theory/x.ts', "import { gaussian } from '../network/initializer.js'", 'theory is not above network'],
    ['src/theory/x.ts', "import { gramField } from '../flow/gram-field.js'", 'theory is not above flow'],
    ['src/linalg/x.ts', "import { integrate } from '../flow/integrate.js'", 'linalg is not above flow'],
    ['src/train/x.ts', "import '../cli/main.js'", 'train is not above cli'],
    ['src/index.ts', "export { main } from './cli/main.js'", 'index is not above cli'],
    ['src/index.ts', "export { html } from './report/html.js'", 'index is not above report'],
    ['src/io/x.ts', "import { Matrix } from '../engine/matrix.js'", 'io is not above engine'],
    ['src/config/x.ts', "import { main } from '../cli/main.js'", 'config is not above cli'],
    ['src/index.ts', "export { parseConfig } from './config/parse.js'", 'index is not above config'],
    ['src/report/x.ts', "import { key } from '../random/key.js'", 'report is not above random'],
    ['src/math/x.ts', "import { key } from '../random/key.js'", 'math is not above random'],
    ['src/odd/x.ts', "import { pow } from '../math/elementary.js'", 'belongs to no layer'],
    ['src/kernels/reference/x.ts', "import { wasmMemory } from '../wasm.js'", 'share no code'],
    ['src/kernels/wasm.ts', "import { makePlan } from './reference/plan.js'", 'share no code'],
    ['src/train/x.ts', "import { z } from 'zod'", 'imports zod'],
    ['src/kernels/x.ts', "import { instantiate } from '@assemblyscript/loader'", 'imports @assemblyscript/loader'],
    ['src/engine/x.ts', "import { readFileSync } from 'node:fs'", 'imports node:fs'],
    ['src/io/x.ts', "import fs from 'fs'", 'imports fs'],
    ['src/engine/x.ts', "import x from '../../package.json'", 'outside src/'],
    ['assembly/x.ts', "import { OpCode } from '../src/kernels/ops'", 'outside assembly/'],
    ['assembly/x.ts', "import { x } from 'left-pad'", 'imports left-pad'],
    ['src/network/x.ts', 'const x = Math.random()', 'uses Math.random'],
    ['src/cli/x.ts', 'const x = Math.random()', 'uses Math.random'],
    ['src/task/x.ts', 'const y = Math.exp(x)', 'uses Math.exp'],
    ['src/task/x.ts', 'const y = Math.hypot(x, 1)', 'uses Math.hypot'],
    ['src/task/x.ts', 'const { log } = Math', 'takes Math apart'],
    ['src/task/x.ts', "const y = Math['tanh'](x)", 'takes Math apart'],
    ['src/random/x.ts', 'const seed = Date.now()', 'is not reproducible'],
  ])('%s: %s', (path, text, what) => {
    expect(breaches([...sources, { path, text }])).toEqual([expect.stringContaining(what)])
    expect(breaches([{ path, text }])[0]).toContain(path)
  })

  test('and none in comments and in what is allowed', () => {
    expect(
      breaches([
        {
          path: 'src/task/x.ts',
          text: "// import { x } from '../network/chain.js'\n/* Math.exp */ const y = Math.sqrt(2)",
        },
        { path: 'src/report/x.ts', text: 'const y = Math.log10(2)' },
        {
          path: 'src/cli/x.ts',
          text: "import p from '../../package.json' with { type: 'json' }\nimport { x } from 'node:fs'",
        },
        { path: 'src/random/x.ts', text: "import { pow } from '../math/elementary.js'" },
        {
          path: 'src/experiment/x.ts',
          text: "import { x } from '../theory/x.js'\nimport { y } from '../train/train.js'",
        },
      ]),
    ).toEqual([])
  })
})
