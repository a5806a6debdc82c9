// The runtimes that the package is tried in. Those that are not the one at work come from test/smoke/package.json, an install of its own.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const modules = fileURLToPath(new URL('./node_modules/', import.meta.url))

/** What to say when a runtime is not there: tests fail with it, they are not skipped. */
function binary(name: string, path: string): string {
  const file = join(modules, path)
  if (existsSync(file)) return file
  throw new Error(`${name} is not installed: run \`npm ci --prefix test/smoke\` (x64 Linux; some 700 MB)`)
}

interface Runtime {
  /** The command that runs a file. */
  command(): readonly [string, ...string[]]
  /** Where the worker of `deeplinear/worker` runs. */
  readonly worker: 'thread' | 'inline'
}

export const RUNTIMES: Readonly<Record<string, Runtime>> = {
  'this Node': { command: () => [process.execPath], worker: 'thread' },
  'Node 22': { command: () => [binary('Node 22', 'node22/bin/node')], worker: 'thread' },
  'Node 24': { command: () => [binary('Node 24', 'node24/bin/node')], worker: 'thread' },
  Bun: { command: () => [binary('Bun', '@oven/bun-linux-x64/bin/bun'), 'run'], worker: 'thread' },
  Deno: {
    command: () => [binary('Deno', '@deno/linux-x64-glibc/deno'), 'run', '--allow-read', '--cached-only'],
    worker: 'thread',
  },
}

/** The path of workerd. @throws {Error} it is not installed */
export const workerd = () => binary('workerd', '@cloudflare/workerd-linux-64/bin/workerd')

/** Run a file, and read the one line that it prints. */
export async function runIn(name: string, folder: string, file: string): Promise<Record<string, unknown>> {
  const [command, ...args] = RUNTIMES[name].command()
  const { stdout } = await promisify(execFile)(command, [...args, file], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' },
    timeout: 100_000,
  })
  return JSON.parse(stdout.trim())
}
