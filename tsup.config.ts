import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defineConfig, type Options } from 'tsup'
import { pureNamespaces } from './scripts/pure-namespaces.js'
import { withSharedMemory } from './src/engine/threads/shared-memory.js'

/**
 * `deeplinear/io/node` takes the parsers from `deeplinear/io`, and `deeplinear/config` everything from `deeplinear`: one copy of each class, also
 * in CommonJS, and no chunk that they share.
 */
const entriesFromEntries: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'entries-from-entries',
  setup({ onResolve, initialOptions }) {
    const extension = initialOptions.format === 'cjs' ? 'cjs' : 'js'
    const external = (filter: RegExp, importers: RegExp, entry: string) =>
      onResolve({ filter }, ({ importer }) =>
        importers.test(importer) ? { path: `${entry}.${extension}`, external: true } : undefined,
      )
    // What ESM shares are chunks, which lie beside the entries: seen from there, no entry is above.
    if (initialOptions.format !== 'esm') external(/^\.\/index\.js$/, /[\\/]io[\\/]node(-\w+)?\.ts$/, '../io')
    external(/^\.\.\/index\.js$/, /[\\/]src[\\/]config[\\/]\w/, './index')
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

const entry = {
  index: 'src/index.ts',
  blas: 'src/blas/index.ts',
  io: 'src/io/index.ts',
  'io/node': 'src/io/node.ts',
  theory: 'src/theory/index.ts',
  config: 'src/config/index.ts',
  experiment: 'src/experiment/index.ts',
  worker: 'src/worker/index.ts',
  report: 'src/report/index.ts',
  server: 'src/server/index.ts',
  sweep: 'src/sweep/index.ts',
  'sweep-host': 'src/sweep/sweep-host.ts',
  client: 'src/client/index.ts',
  'worker-host': 'src/worker/worker-host.ts',
}

/**
 * Declarations are bundled from those that the compiler has written (`npm run build:types`): from the sources it would take five times as long.
 * typescript 6 refuses the baseUrl that tsup's declaration build injects, unless told that it is known to be deprecated.
 */
const dts = {
  entry: Object.fromEntries(
    Object.entries(entry)
      .filter(([name]) => !name.endsWith('-host'))
      .map(([name, path]) => [name, path.replace('src/', 'build/types/').replace(/\.ts$/, '.d.ts')]),
  ),
  compilerOptions: { ignoreDeprecations: '6.0' },
}

export default defineConfig([
  {
    entry,
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    // In CommonJS a file finds its neighbours without import.meta; the worker is not published in that form.
    shims: true,
    dts,
    sourcemap: true,
    metafile: true,
    esbuildPlugins: [entriesFromEntries, piscinaFrom('./piscina/index.js')],
    external: ['bullmq', 'ioredis'],
    plugins: [
      {
        name: 'pure-namespaces',
        renderChunk(code) {
          return this.format === 'esm' ? { code: pureNamespaces(code) } : undefined
        },
      },
    ],
    // csv-parse for Node takes the global Buffer, which pages do not have; its other build brings what it needs.
    esbuildOptions(options, { format }) {
      // Maps are for those who step through modules; in CommonJS every entry would carry its own of everything.
      if (format === 'cjs') options.sourcemap = false
      options.alias = { 'csv-parse/sync': 'csv-parse/browser/esm/sync' }
    },
    async onSuccess() {
      for (const build of ['simd', 'relaxed']) {
        copyFileSync(`build/kernels.${build}.wasm`, `dist/kernels.${build}.wasm`)
        const shared = withSharedMemory(readFileSync(`build/kernels.${build}.wasm`), true)
        writeFileSync(`dist/kernels.${build}.threads.wasm`, shared)
      }
      const { jsonSchema } = await import(pathToFileURL(resolve('dist/config.js')).href)
      writeFileSync('dist/schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`)
    },
  },
  {
    // Pages draw with their own document: no linkedom.
    entry: { 'report.browser': 'src/report/index.ts' },
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    metafile: true,
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
