import { createHash } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defineConfig, type Options } from 'tsup'
import { writeCommonJs } from './scripts/commonjs.js'
import { pureNamespaces } from './scripts/pure-namespaces.js'
import { withSharedMemory } from './src/engine/threads/shared-memory.js'

/** What is published as CommonJS too. */
const both = {
  index: 'src/index.ts',
  blas: 'src/blas/index.ts',
  io: 'src/io/index.ts',
  'io/node': 'src/io/node.ts',
  theory: 'src/theory/index.ts',
  config: 'src/config/index.ts',
  experiment: 'src/experiment/index.ts',
  report: 'src/report/index.ts',
  client: 'src/client/index.ts',
}
/** What finds its neighbours by import.meta, and is published as modules alone. */
const modules = {
  worker: 'src/worker/index.ts',
  server: 'src/server/index.ts',
  sweep: 'src/sweep/index.ts',
}
/** What starts in threads. */
const hosts = { 'sweep-host': 'src/sweep/sweep-host.ts', 'worker-host': 'src/worker/worker-host.ts' }
/** One file of all that computes, for notebooks and for pages without a bundler. */
const notebook = { notebook: 'src/notebook.ts' }
/** What is published for Cloudflare's runtime too: all that computes. */
const { report: _report, 'io/node': _node, ...onWorkerd } = both

/** csv-parse for Node takes the global Buffer, which pages do not have; its other build brings what it needs. */
const forPages: Options['esbuildOptions'] = (options) => {
  options.alias = { 'csv-parse/sync': 'csv-parse/browser/esm/sync' }
}

/** Cloudflare's runtime compiles no bytes: there the binary is a module that is imported. */
const importedBinaries: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'imported-binaries',
  setup({ onResolve }) {
    onResolve({ filter: /\/inlined(-sync)?\.js$/ }, ({ path }) => ({
      path: resolve('src/engine', path.includes('-sync') ? 'inlined-sync.workerd.ts' : 'inlined.workerd.ts'),
    }))
    onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: path.replace('./', '../'), external: true }))
  },
}

/** Piscina is built apart, beside the file that its workers start from, and loaded when threads are asked for. */
const piscinaFrom = (path: string): NonNullable<Options['esbuildPlugins']>[number] => ({
  name: 'piscina',
  setup({ onResolve }) {
    onResolve({ filter: /^piscina$/ }, () => ({ path, external: true }))
  },
})

/** Bundled CommonJS modules call require for Node's own modules. */
const NODE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/**
 * Declarations are bundled from those that the compiler has written (`npm run build:types`): from the sources it would take five times as long.
 * typescript 6 refuses the baseUrl that tsup's declaration build injects, unless told that it is known to be deprecated.
 */
const declarations = (entry: Record<string, string>, format: 'esm' | 'cjs'): Options => ({
  entry,
  format,
  dts: {
    only: true,
    entry: Object.fromEntries(
      Object.entries(entry).map(([name, path]) => [
        name,
        path.replace('src/', 'build/types/').replace(/\.ts$/, '.d.ts'),
      ]),
    ),
    compilerOptions: { ignoreDeprecations: '6.0' },
  },
})

export default defineConfig([
  {
    entry: { ...both, ...modules, ...hosts },
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    sourcemap: true,
    metafile: true,
    esbuildPlugins: [piscinaFrom('./piscina/index.js')],
    external: ['bullmq', 'ioredis'],
    plugins: [{ name: 'pure-namespaces', renderChunk: (code) => ({ code: pureNamespaces(code) }) }],
    esbuildOptions: forPages,
    async onSuccess() {
      await writeCommonJs('dist', Object.keys(both))
      for (const build of ['simd', 'relaxed']) {
        copyFileSync(`build/kernels.${build}.wasm`, `dist/kernels.${build}.wasm`)
        const shared = withSharedMemory(readFileSync(`build/kernels.${build}.wasm`), true)
        writeFileSync(`dist/kernels.${build}.threads.wasm`, shared)
      }
      // As `sha256sum -c` reads them: whoever builds the same commit can see that these are its binaries.
      const binaries = readdirSync('dist').filter((name) => name.endsWith('.wasm'))
      const hashes = binaries.sort().map((name) => {
        const hash = createHash('sha256')
          .update(readFileSync(`dist/${name}`))
          .digest('hex')
        return `${hash}  ${name}\n`
      })
      writeFileSync('dist/kernels.sha256', hashes.join(''))
      const { jsonSchema } = await import(pathToFileURL(resolve('dist/config.js')).href)
      writeFileSync('dist/schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`)
    },
  },
  {
    // The same for the condition `workerd`.
    entry: onWorkerd,
    outDir: 'dist/workerd',
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    minify: true,
    esbuildOptions: forPages,
    esbuildPlugins: [importedBinaries],
  },
  {
    // One file, for notebooks and pages without a bundler.
    entry: notebook,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    splitting: false,
    minify: true,
    banner: { js: '/* deeplinear, MIT licence; what is bundled: THIRD-PARTY-NOTICES.txt */' },
    // Tools that look for modules expect an export at the beginning of a line.
    plugins: [
      {
        name: 'export-line',
        renderChunk: (code) => ({ code: code.replace(/\bexport\{(?=[^{}]*\};?\s*$)/, '\nexport{') }),
      },
    ],
  },
  declarations({ ...both, ...modules, ...notebook }, 'esm'),
  declarations(both, 'cjs'),
  {
    // Pages draw with their own document: no linkedom.
    entry: { 'report.browser': 'src/report/index.ts' },
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    minify: true,
    esbuildPlugins: [
      {
        name: 'document-of-the-page',
        setup({ onResolve }) {
          onResolve({ filter: /figure-document\.js$/ }, () => ({
            path: resolve('src/report/figure-document.browser.ts'),
          }))
        },
      },
    ],
  },
  {
    // The command line bundles what it uses, so that the package needs nothing at run time.
    entry: {
      deeplinear: 'src/cli/bin.ts',
      'worker-host': 'src/worker/worker-host.ts',
      'sweep-host': 'src/sweep/sweep-host.ts',
    },
    outDir: 'dist/cli',
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    // All but the queue, which is the user's to install.
    noExternal: [/^(?!(bullmq|ioredis)$)/],
    external: ['bullmq', 'ioredis'],
    metafile: true,
    esbuildPlugins: [piscinaFrom('../piscina/index.js')],
    banner: { js: NODE_BANNER },
  },
  {
    entry: { index: 'node_modules/piscina/dist/esm-wrapper.mjs', worker: 'node_modules/piscina/dist/worker.js' },
    outDir: 'dist/piscina',
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    noExternal: [/^(?!@napi-rs)/],
    external: ['@napi-rs/nice'],
    metafile: true,
    shims: true,
    banner: { js: NODE_BANNER },
  },
])
