// Processes that tests start: the built command line and others. What they print is kept, and nobody is left behind by a test that fails.
import { type ChildProcess, type SpawnOptions, type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const CLI = fileURLToPath(new URL('../dist/cli/deeplinear.js', import.meta.url))

/** How a process ended. */
export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string }
  readonly ended: Promise<Outcome>
}

/** Where the built command line is. */
export function builtCli(): string {
  expect(existsSync(CLI), 'dist is missing: run `npm run build`').toBe(true)
  return CLI
}

/** `deeplinear ...`, to its end. */
export function runCli(args: readonly string[], options: SpawnSyncOptions = {}): Outcome {
  return outcomeOf(process.execPath, [builtCli(), ...args], options)
}

/** `deeplinear ...` within a line of bash, where a pipe fails as any part of it does. */
export function runCliInBash(command: string, options: SpawnSyncOptions = {}): Outcome {
  const line = `"${process.execPath}" "${builtCli()}" ${command}`
  return outcomeOf('bash', ['-o', 'pipefail', '-c', line], options)
}

/** `deeplinear ...`, at work while the test goes on. */
export function startCli(args: readonly string[], options: SpawnOptions = {}): Started {
  return watch(spawn(process.execPath, [builtCli(), ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options }))
}

const running = new Set<ChildProcess>()

/** Keep what a process prints. */
export function watch(child: ChildProcess): Started {
  running.add(child)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (text) => {
      printed[name] += text
    })
  }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => {
      running.delete(child)
      resolve({ status, signal, ...printed })
    })
  })
  return { child, printed, ended }
}

/** End what still runs. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const start = performance.now()
  while (!condition()) {
    if (performance.now() - start > 60_000) throw new Error(`waited a minute for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function outcomeOf(command: string, args: readonly string[], options: SpawnSyncOptions): Outcome {
  const { status, signal, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  return { status, signal, stdout, stderr }
}
