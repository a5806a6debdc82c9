// Running a sweep from the command line, and working for one.
import { join } from 'node:path'
import { checkInteger } from '../check.js'
import { DeepLinearError, FormatError, OptionError } from '../errors.js'
import { readBytes } from '../io/node-files.js'
import { bullmq } from '../sweep/bullmq.js'
import { type Executor, inline } from '../sweep/executor.js'
import { parseManifest } from '../sweep/parse.js'
import { parseShard, shardName } from '../sweep/shard.js'
import { sweep } from '../sweep/sweep.js'
import { threads } from '../sweep/threads.js'
import type { SweepManifest } from '../sweep/types.js'
import { sweepWorker } from '../sweep/worker.js'
import { createProgress, type Progress } from './progress.js'
import { interruptible } from './run-interrupt.js'
import { checkPlaces, type OutputFlags, writeOutputs } from './sweep-output.js'
import { formatStatus, statusOf } from './sweep-status.js'

/** Flags of `sweep run`, as text. */
export interface RunFlags {
  out: string
  executor: 'threads' | 'inline' | 'bullmq'
  workers?: string
  redis?: string
  shard?: string
  shards?: string
  maxCells?: string
  chunkSeconds?: string
  json?: boolean
  quiet?: boolean
}

/** Flags of `sweep worker`. */
export interface WorkerFlags {
  redis: string
  workers?: string
  lockSeconds: string
  quiet?: boolean
}

const MANIFEST_BYTES = 2 ** 22

/** @returns the exit code */
export async function runManifest(path: string, flags: RunFlags & OutputFlags): Promise<number> {
  const manifest = await readManifestFile(path, flags.maxCells)
  await checkPlaces(flags)
  let complete = true
  const code = await interruptible(async (signal) => {
    complete = await runSweep(manifest, flags, signal)
  })
  return code !== 0 ? code : complete ? 0 : 1
}

/** @returns whether all runs of this part are there */
async function runSweep(manifest: SweepManifest, flags: RunFlags & OutputFlags, signal: AbortSignal): Promise<boolean> {
  const count = flags.shards === undefined ? undefined : checkInteger(Number(flags.shards), '--shards', { min: 1 })
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard, { count })
  const store = shard === undefined ? flags.out : join(flags.out, 'shards', shardName(shard))
  const chunkSeconds = flags.chunkSeconds === undefined ? undefined : Number(flags.chunkSeconds)
  let progress: Progress | undefined
  let before = 0
  const outcome = await sweep(manifest, {
    executor: executorOf(flags),
    store,
    shard,
    signal,
    ...(chunkSeconds !== undefined && { chunkSeconds }),
    onProgress({ done, total, failed, diverged, workers }) {
      if (progress === undefined) {
        before = done
        progress = createProgress(total - before, flags.quiet === true, process.stderr, 'run')
      }
      progress.update(done - before, { ...(before > 0 && { before }), workers, diverged, failed })
    },
  }).finally(() => progress?.end())
  const { table, status, done, total, ran, seconds, runsPerSecond, problems } = outcome
  const files = await writeOutputs(table, flags)
  const report = { ...statusOf(table), status, done, total, ran, seconds, runsPerSecond, problems, store, files }
  process.stdout.write(`${flags.json === true ? JSON.stringify(report) : formatStatus(report)}\n`)
  for (const { lo, hi, message } of problems.slice(0, 3)) {
    process.stderr.write(
      `deeplinear: run ${lo}${hi > lo + 1 ? ` to ${hi - 1}` : ''} could not be computed: ${message}\n`,
    )
  }
  return status !== 'incomplete'
}

function executorOf({ executor, workers, redis }: RunFlags): Executor {
  if (executor === 'inline') return inline()
  if (executor === 'threads') return threads(workersOf(workers))
  if (redis === undefined) {
    throw new OptionError('--executor bullmq needs --redis, such as redis://localhost:6379', { argument: '--redis' })
  }
  return bullmq({ redis })
}

function workersOf(text: string | undefined): { workers?: number } {
  return text === undefined ? {} : { workers: checkInteger(Number(text), '--workers', { min: 1, max: 1024 }) }
}

/** Work until `signal` fires. */
export async function startWorker(flags: WorkerFlags, signal: AbortSignal): Promise<void> {
  let [chunks, runs] = [0, 0]
  const start = performance.now()
  if (flags.quiet !== true) process.stderr.write('deeplinear: waiting for chunks; Ctrl-C ends it\n')
  await sweepWorker({
    redis: flags.redis,
    ...workersOf(flags.workers),
    lockSeconds: Number(flags.lockSeconds),
    signal,
    onChunk(count) {
      chunks++
      runs += count
      const facts = { chunks, runs, seconds: Math.round((performance.now() - start) / 1000) }
      if (flags.quiet !== true) process.stderr.write(`${JSON.stringify(facts)}\n`)
    },
  })
}

async function readManifestFile(path: string, maxCells: string | undefined): Promise<SweepManifest> {
  const options = maxCells === undefined ? {} : { maxCells: checkInteger(Number(maxCells), '--max-cells', { min: 1 }) }
  const bytes = await readBytes(path, MANIFEST_BYTES)
  try {
    return parseManifest(new TextDecoder('utf-8', { fatal: true }).decode(bytes), options)
  } catch (error) {
    if (error instanceof TypeError) throw new FormatError(`${path}: the manifest is not UTF-8`, { cause: error })
    if (!(error instanceof DeepLinearError)) throw error
    const { message, argument, data } = error
    const Class = error.constructor as new (message: string, details: object) => DeepLinearError
    throw new Class(`${path}: ${message}`, { argument, data, cause: error })
  }
}
