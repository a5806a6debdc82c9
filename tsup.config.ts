import { copyFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// typescript 6 refuses the baseUrl that tsup's declaration build injects, unless told that it is known to be deprecated.
const dts = { compilerOptions: { ignoreDeprecations: '6.0' } }

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts,
    sourcemap: true,
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
    // Bundled CommonJS modules call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  },
])
