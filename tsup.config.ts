import { copyFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

// typescript 6 refuses the baseUrl that tsup's declaration build injects, unless told that it is known to be deprecated.
const dts = { compilerOptions: { ignoreDeprecations: '6.0' } }

/** `deeplinear/io/node` takes the parsers from `deeplinear/io`: one copy of them, and no chunk that both share. */
const parsersFromIo: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'parsers-from-io',
  setup({ onResolve, initialOptions }) {
    const path = initialOptions.format === 'cjs' ? '../io.cjs' : '../io.js'
    onResolve({ filter: /^\.\/index\.js$/ }, ({ importer }) =>
      /[\\/]io[\\/]node\.ts$/.test(importer) ? { path, external: true } : undefined,
    )
  },
}

export default defineConfig([
  {
    entry: {
      index: 'src/index.ts',
      blas: 'src/blas/index.ts',
      io: 'src/io/index.ts',
      'io/node': 'src/io/node.ts',
    },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts,
    sourcemap: true,
    metafile: true,
    esbuildPlugins: [parsersFromIo],
    // csv-parse for Node takes the global Buffer, which pages do not have; its other build brings what it needs.
    esbuildOptions(options) {
      options.alias = { 'csv-parse/sync': 'csv-parse/browser/esm/sync' }
    },
    async onSuccess() {
      for (const build of ['simd', 'relaxed']) copyFileSync(`build/kernels.${build}.wasm`, `dist/kernels.${build}.wasm`)
    },
  },
  {
    // The command line bundles what it uses, so that the package needs nothing at run time.
    entry: { deeplinear: 'src/cli/bin.ts' },
    outDir: 'dist/cli',
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    noExternal: [/.*/],
    metafile: true,
    // Bundled CommonJS modules call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  },
])
