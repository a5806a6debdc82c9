// The playground as static files: relative addresses, nothing inlined that a strict policy would refuse.
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** What the built page may do, also where its host sends no such header. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'"

/** In development Vite writes styles into the page, which the policy would refuse. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  cacheDir: fileURLToPath(new URL('../build/vite', import.meta.url)),
  plugins: [policy],
  resolve: {
    alias: [
      { find: /^deeplinear$/, replacement: source('index.ts') },
      { find: /^deeplinear\/(\w+)$/, replacement: source('$1/index.ts') },
      // csv-parse for Node takes the global Buffer, which pages do not have.
      { find: 'csv-parse/sync', replacement: 'csv-parse/browser/esm/sync' },
    ],
  },
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../build/playground', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Those that know light-dark(): with older ones in mind the colours would be spelled out in a way that scripts cannot read.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
