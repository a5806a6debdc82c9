// The TypeScript of docs/embedding.md runs as it stands: in a worker of this thread, against a server of this process.
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import * as client from '../src/client/index.js'
import * as server from '../src/server/index.js'
import * as worker from '../src/worker/index.js'
import { treeRun } from './run-config.js'

const page = readFileSync(new URL('../docs/embedding.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)

/** Runs a block, its imports replaced by `scope`; gives what it declares under `wanted`. */
async function run(
  code: string,
  scope: Record<string, unknown>,
  wanted: readonly string[],
): Promise<Record<string, unknown>> {
  const names = Object.keys(scope)
  const body = ts.transpileModule(`{\n${code.replaceAll(/^import .*$/gm, '')}\nreturn { ${wanted.join(', ')} }\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  }).outputText
  const AsyncFunction = (async () => {}).constructor as new (
    ...parameters: string[]
  ) => (...values: unknown[]) => Promise<Record<string, unknown>>
  return await new AsyncFunction(...names, body)(...names.map((name) => scope[name]))
}

test('every block of TypeScript is among these', () => {
  expect(blocks).toHaveLength(3)
})

test('the same program in a worker', async () => {
  const sigma = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => Number(i === j) * (i + 1)))
  const frames: { step: number; singularValues: Float64Array }[] = []
  const { weights } = await run(
    blocks[0],
    {
      ...worker,
      createEngine: () => worker.createEngine({ worker: 'inline' }),
      sigma,
      draw: (frame: (typeof frames)[number]) => frames.push(frame),
    },
    ['weights'],
  )
  expect(frames).toHaveLength(1001)
  const learned = frames[1000].singularValues
  for (const [i, value] of [8, 7, 6, 5].entries()) expect(learned[i]).toBeCloseTo(value, 6)
  expect(weights).toHaveLength(2)
})

test('a server mounted in another', async () => {
  let handler: ((request: Request) => Promise<Response>) | undefined
  const Deno = {
    serve(given: typeof handler) {
      handler = given
    },
  }
  const { close } = await run(blocks[1], { ...server, Deno, process: { env: { TOKEN: 'secret' } } }, ['close'])
  const answer = (path: string, token: string) =>
    handler!(new Request(`https://lab.example${path}`, { headers: { authorization: `Bearer ${token}` } }))
  expect((await answer('/api/deeplinear/experiments', 'secret')).status).toBe(200)
  expect((await answer('/api/deeplinear/experiments', 'guessed')).status).toBe(401)
  ;(close as () => void)()
})

test('a run through the client', async () => {
  const { fetch, close } = server.createServer({ token: 'secret' })
  const connect = (url: string, options: client.ClientOptions) =>
    client.connect(url, { ...options, fetch: async (target, init) => fetch(new Request(target, init)) })
  const lines: unknown[] = []
  const console = { log: (...values: unknown[]) => lines.push(values) }
  const found = await run(blocks[2], { connect, token: 'secret', config: treeRun(), console }, [
    'columns',
    'weights',
    'bytes',
  ])
  expect(lines).toHaveLength(101)
  expect((found.columns as Record<string, { length: number }>).loss.length).toBe(101)
  expect(found.weights).toHaveLength(2)
  expect((found.bytes as Uint8Array).subarray(0, 2)).toEqual(new TextEncoder().encode('PK'))
  close()
})
