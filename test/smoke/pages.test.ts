// The packed package in pages, as each bundler makes them: they load in Chromium, train, and give the bits that Node gives.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import type { Browser } from 'playwright-core'
import { build as viteBuild } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import webpackOf from 'webpack'
import * as library from '../../src/index.js'
import * as theories from '../../src/theory/index.js'
import { filesOf, launch, servePages } from '../browser/chromium.js'
import { whileDeveloped } from '../browser/vite.js'
import { run, theory } from './consumers/run.mjs'
import { installPacked } from './packed.js'
import { resultOf } from './pages.js'

let folder: string
let browser: Browser
let expected: Record<string, unknown>
beforeAll(async () => {
  folder = installPacked()
  browser = await launch()
  const here = await run(library)
  expected = { here, inWorker: { ...here, worker: 'thread' }, theory: theory(theories) }
})
afterAll(async () => {
  await browser?.close()
})

async function load(site: string, page = ''): Promise<Record<string, unknown>> {
  const server = await servePages(filesOf(site))
  try {
    return await resultOf(browser, `${server.url}${page}`)
  } finally {
    server.close()
  }
}

test('Vite builds a page', async () => {
  const root = folder
  await viteBuild({ root, configFile: false, logLevel: 'silent', build: { outDir: 'vite' }, worker: { format: 'es' } })
  expect(await load(join(root, 'vite'))).toEqual(expected)
})

test('Vite serves a page while it is written', async () => {
  const visit = (url: string) => resultOf(browser, url)
  expect(await whileDeveloped(folder, visit, { watch: null, hmr: false })).toEqual(expected)
})

test('webpack builds a page', async () => {
  const path = join(folder, 'webpack')
  const compiler = webpackOf({
    mode: 'development',
    devtool: false,
    context: folder,
    entry: './page.mjs',
    output: { path, filename: 'page.mjs', publicPath: '/' },
  })!
  const stats = await new Promise<webpackOf.Stats>((done, fail) =>
    compiler.run((error, result) => (error ? fail(error) : done(result!))),
  )
  expect(stats.compilation.errors).toEqual([])
  expect(stats.compilation.warnings).toEqual([])
  copyFileSync(join(folder, 'index.html'), join(path, 'index.html'))
  expect(await load(path)).toEqual(expected)
})

test('esbuild bundles a page; it leaves the file of the worker behind, and the work is done in the page', async () => {
  const outdir = join(folder, 'esbuild')
  const { warnings } = await esbuild({
    absWorkingDir: folder,
    entryPoints: ['page.mjs'],
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    outdir,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  writeFileSync(join(outdir, 'index.html'), '<!doctype html><script type="module" src="./page.mjs"></script>')
  const { here } = expected
  expect(await load(outdir)).toEqual({ ...expected, inWorker: { ...(here as object), worker: 'inline' } })
})

test('the one file loads without a bundler, from a server and from a blob', async () => {
  const { here, theory } = expected
  expect(await load(folder, 'notebook.html')).toEqual({ served: here, blob: here, theory })
})
