// What is published: no dependencies, no scripts at install time, exports that exist, and no sources.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Every file that a conditional exports map names. */
function targetsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  return Object.values(entry as Record<string, unknown>).flatMap(targetsOf)
}

const named = [
  ...new Set([
    ...targetsOf(manifest.exports),
    manifest.main,
    manifest.module,
    manifest.types,
    ...targetsOf(manifest.bin),
  ] as string[]),
].map((path) => path.replace(/^\.\//, ''))

test('there is a build: run `npm run build` first if this fails', () => {
  expect(existsSync(join(root, 'dist')), 'dist is missing: run `npm run build`').toBe(true)
})

describe('package.json', () => {
  test('asks for nothing at run time', () => {
    for (const field of ['dependencies', 'optionalDependencies', 'bundleDependencies']) {
      expect(manifest[field], field).toBeUndefined()
    }
    // Sweeps over several machines take a queue that who wants it installs; nobody is asked to.
    for (const name of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true })
    }
  })

  test('runs nothing when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare']) {
      expect(manifest.scripts[script], script).toBeUndefined()
    }
    expect(existsSync(join(root, 'binding.gyp'))).toBe(false)
  })

  test('says what bundlers and Node need to know', () => {
    expect(manifest).toMatchObject({ sideEffects: false, type: 'module', license: 'MIT', engines: { node: '>=20.19' } })
    for (const [condition, entry] of Object.entries(manifest.exports['.'] as Record<string, object>)) {
      expect(Object.keys(entry)[0], `types come first under ${condition}`).toBe('types')
    }
  })

  test.each(named)('%s is made by the build', (path) => {
    const file = join(root, path)
    expect(existsSync(file), `${path} is missing: run \`npm run build\``).toBe(true)
    expect(statSync(file).size).toBeGreaterThan(0)
  })
})

describe('what is built', () => {
  test.each(['dist/kernels.simd.wasm', 'dist/kernels.relaxed.wasm'])(
    '%s imports env.memory and nothing else',
    (path) => {
      const bytes = readFileSync(join(root, path))
      if (path.includes('relaxed') && !WebAssembly.validate(bytes)) {
        // This engine has no relaxed SIMD; the import section is read by hand: one import, "env" "memory", kind 2.
        const text = bytes.toString('latin1')
        const at = text.indexOf('\x01\x03env\x06memory\x02')
        expect(text[at - 2]).toBe('\x02')
        return
      }
      const module = new WebAssembly.Module(bytes)
      expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
    },
  )

  test('the binaries are those of build/', () => {
    for (const build of ['simd', 'relaxed']) {
      const [built, published] = [`build/kernels.${build}.wasm`, `dist/kernels.${build}.wasm`].map((path) =>
        readFileSync(join(root, path)),
      )
      expect(published.equals(built), `dist is older than build: run \`npm run build\``).toBe(true)
    }
  })

  test('ESM and CommonJS have the same names, and both multiply', async () => {
    const esm = await import(/* @vite-ignore */ pathToFileURL(join(root, manifest.exports['.'].import.default)).href)
    const cjs = createRequire(import.meta.url)(join(root, manifest.exports['.'].require.default))
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort())
    for (const library of [esm, cjs]) {
      const engine = await library.createEngine()
      expect(engine.info.backend).toBe('wasm')
      const a = engine.matrix([[2]])
      expect(engine.matmul(a, a).get(0, 0)).toBe(4)
      engine.dispose()
    }
  })

  test('errors of one entry are those of another, in ESM and in CommonJS', async () => {
    const url = (entry: string) => pathToFileURL(join(root, manifest.exports[entry].import.default)).href
    const require = createRequire(import.meta.url)
    const load = (entry: string) => require(join(root, manifest.exports[entry].require.default))
    for (const [library, theory, io] of [
      [await import(/* @vite-ignore */ url('.')), await import(url('./theory')), await import(url('./io'))],
      [load('.'), load('./theory'), load('./io')],
    ]) {
      expect(() => theory.balancedModes([Number.NaN], 1, 2, [0])).toThrow(library.RangeArgError)
      expect(() => io.parseNpy(new Uint8Array(3))).toThrow(library.FormatError)
    }
  })

  test('configurations are made with the classes of the library, in ESM and in CommonJS, and the schema is theirs', async () => {
    const url = (entry: string) => pathToFileURL(join(root, manifest.exports[entry].import.default)).href
    const require = createRequire(import.meta.url)
    const load = (entry: string) => require(join(root, manifest.exports[entry].require.default))
    const schema = JSON.parse(readFileSync(join(root, manifest.exports['./schema.json']), 'utf8'))
    for (const [library, config] of [
      [await import(/* @vite-ignore */ url('.')), await import(/* @vite-ignore */ url('./config'))],
      [load('.'), load('./config')],
    ]) {
      expect(config.jsonSchema()).toEqual(schema)
      const engine = library.createEngineSync()
      const { net, task, options } = config.createRun(engine, schema.examples[0])
      expect(library.trainSync(net, task, options).status).toBe('completed')
      expect(() => config.parseConfig({})).toThrow(library.OptionError)
      engine.dispose()
    }
  })

  test('sweeps and files on disk throw the errors of the library', async () => {
    const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(root, 'dist', file)).href)
    const [library, io, sweep] = await Promise.all(['index.js', 'io/node.js', 'sweep.js'].map(load))
    await expect(io.readTable(join(root, 'nothing.csv'))).rejects.toThrow(library.IoError)
    expect(() => sweep.parseManifest({})).toThrow(library.OptionError)
  })

  test('imports nothing that is not there', () => {
    const entries = ['index', 'io', 'theory', 'config'].flatMap((name) => [`dist/${name}.js`, `dist/${name}.cjs`])
    for (const path of entries) {
      const text = readFileSync(join(root, path), 'utf8')
      expect(text).not.toMatch(/^(?:(?:import|export)\b[^"'\n]*|\}?\s*from\s*|.*\brequire\()["'](?!\.)/m)
      // Node's own modules are asked for where there is Node.
      expect(text).not.toMatch(/\bimport\s*\(\s*["'](?!\.|node:)/)
      expect(text).not.toMatch(/\beval\s*\(|new Function\b/)
    }
  })
})

describe('npm pack', () => {
  let files: string[] = []
  let size = { packed: 0, unpacked: 0 }
  beforeAll(() => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const answer = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [packed] = JSON.parse(answer)
    files = packed.files.map(({ path }: { path: string }) => path)
    size = { packed: packed.size, unpacked: packed.unpackedSize }
  })

  test('holds what package.json names', () => {
    for (const path of ['package.json', ...named]) expect(files).toContain(path)
  })

  test('holds of dist what is meant to be there, and no more than is worth its weight', () => {
    const entries = named.flatMap((path) => /^dist\/((?:io\/)?[\w.-]+?)(?:\.d)?\.[cm]?[jt]s$/.exec(path)?.[1] ?? [])
    const allowed = [
      new RegExp(`^dist/(${[...entries, 'sweep-host'].join('|')})\\.(js|js\\.map|cjs|d\\.ts|d\\.cts)$`),
      // Chunks that entries share, by their hash.
      /^dist\/[\w.-]+-[\w-]{8}\.(js|js\.map|cjs|d\.ts|d\.cts)$/,
      /^dist\/(cli|workerd|piscina)\/[\w.-]+\.js$/,
      /^dist\/kernels\.(simd|relaxed)(\.threads)?\.wasm$/,
      /^dist\/(kernels\.sha256|schema\.json|THIRD-PARTY-NOTICES\.txt)$/,
    ]
    const inDist = files.filter((path) => path.startsWith('dist/'))
    expect(inDist.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([])
    for (const path of ['dist/kernels.sha256', 'dist/THIRD-PARTY-NOTICES.txt']) expect(inDist).toContain(path)
    expect(size.packed).toBeLessThan(6.5e6)
    expect(size.unpacked).toBeLessThan(25e6)
  })

  test('holds no sources, tests, tools or secrets', () => {
    const stray = files.filter(
      (path) => !/^(dist|data|docs)\/|^(package\.json|README\.md|SECURITY\.md|LICENSE|CHANGELOG\.md)$/.test(path),
    )
    expect(stray).toEqual([])
    expect(files.filter((path) => /(^|\/)(src|test|assembly|bench)\/|\.test\.|(^|\/)\.env/.test(path))).toEqual([])
  })

  test.each(['LICENSE', 'CHANGELOG.md', 'README.md', 'SECURITY.md'])('holds %s', (name) => {
    expect(files).toContain(name)
  })
})
