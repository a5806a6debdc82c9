// The packed package in Cloudflare's runtime, which compiles no bytes: under the condition `workerd` the binary is a module that is imported.
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import * as library from '../../src/index.js'
import * as theories from '../../src/theory/index.js'
import { run, theory } from './consumers/run.mjs'
import { installPacked } from './packed.js'
import { workerd } from './runtimes.js'

let folder: string
beforeAll(() => {
  folder = installPacked()
})

/** Bundle as wrangler does, with binaries beside the program. */
async function bundle(conditions: string[]): Promise<string> {
  const outdir = join(folder, conditions.join('-') || 'plain')
  mkdirSync(outdir, { recursive: true })
  await build({
    absWorkingDir: folder,
    entryPoints: ['workerd.mjs'],
    bundle: true,
    format: 'esm',
    conditions,
    outdir,
    logLevel: 'silent',
    plugins: [
      {
        name: 'binaries',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
            copyFileSync(join(resolveDir, path), join(outdir, 'kernels.wasm'))
            return { path: './kernels.wasm', external: true }
          }),
      },
    ],
  })
  return outdir
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What the program answers. */
async function answerOf(program: string, compatibilityDate: string, binary: boolean): Promise<Record<string, unknown>> {
  const port = await freePort()
  const modules = [
    '(name = "worker.js", esModule = embed "workerd.js")',
    ...(binary ? ['(name = "kernels.wasm", wasm = embed "kernels.wasm")'] : []),
  ]
  writeFileSync(
    join(program, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .program)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const program :Workerd.Worker = (modules = [${modules.join(', ')}], compatibilityDate = "${compatibilityDate}");\n`,
  )
  const child = spawn(workerd(), ['serve', 'config.capnp'], { cwd: program, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  try {
    return (await (await answered(`http://127.0.0.1:${port}/`, child)).json()) as Record<string, unknown>
  } catch (error) {
    throw new Error(`workerd gave no answer: ${said || error}`)
  } finally {
    child.kill()
  }
}

/** The first answer of a server that is about to start. */
async function answered(url: string, child: ChildProcess): Promise<Response> {
  for (const until = Date.now() + 60_000; ; ) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(60_000) })
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

test.each(['2024-01-01', '2026-01-01'])(
  'the binary is imported, and gives the bits of Node; compatibility %s',
  async (date) => {
    const here = await run(library)
    expect(await answerOf(await bundle(['workerd', 'worker']), date, true)).toEqual({
      here,
      theory: theory(theories),
      sync: 'simd',
      plain: 'simd',
      threads: 1,
    })
  },
)

test('without the condition it runs as well, in TypeScript', async () => {
  const { losses, weights } = await run(library)
  const here = { losses, weights, backend: 'typescript', build: 'typescript' }
  expect(await answerOf(await bundle([]), '2026-01-01', false)).toMatchObject({ here, plain: 'typescript' })
})
