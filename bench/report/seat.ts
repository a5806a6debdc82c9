// Where a contender sits when Node is the host: a thread of its own, or a Python process.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import type { Arrival, Seat, SeatTask, Times } from './arrival.js'
import { check, checkedRuns } from './check.js'
import { inputsOf } from './inputs.js'
import { NATIVE } from './native.js'

/** Milliseconds after which a contender that does not answer is given up. */
const PATIENCE = 180_000

/** A contender in a worker thread. */
export async function threadSeat(task: SeatTask): Promise<Seat> {
  const worker = new Worker(new URL('./bench-report-worker.js', import.meta.url), {
    workerData: task,
    // What a peer prints is not ours to print.
    stdout: true,
    stderr: true,
  })
  const answer = <T>() =>
    patient<T>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (value) => {
        worker.off('error', reject)
        resolve(value)
      })
    })
  const leave = () => worker.terminate()
  const arrival = await answer<Arrival>().catch((error): Arrival => ({ state: 'wrong', reason: String(error) }))
  if (arrival.state !== 'ready') await leave()
  return {
    arrival,
    leave,
    measure() {
      worker.postMessage('measure')
      return answer<Times>()
    },
  }
}

/** A library in a Python process; absent where there is no Python or no such library. */
export async function processSeat({ contender, problem, time }: SeatTask, python: string): Promise<Seat> {
  const { library, environment } = NATIVE[contender as keyof typeof NATIVE]
  const script = new URL('../bench/peers/native.py', import.meta.url)
  const process_ = spawn(python, [script.pathname], {
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: process_.stdout! })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await patient<IteratorResult<string>>((resolve, reject) => {
      process_.once('error', reject)
      const settled = lines.next().finally(() => process_.off('error', reject))
      settled.then(resolve, reject)
    })
    if (done) throw new Error(`${contender} ended`)
    return JSON.parse(value) as T
  }
  const leave = () => ended(process_)
  const inputs = inputsOf(problem)
  process_.stdin!.on('error', () => {})
  process_.stdin!.write(
    `${JSON.stringify({ library, work: problem.work, dtype: problem.dtype, time, runs: checkedRuns(problem), inputs: encoded(inputs) })}\n`,
  )
  const arrival = await next<Arrival & { result?: string }>().then(
    ({ result, ...arrived }): Arrival => {
      if (arrived.state !== 'ready') return arrived
      const bytes = Uint8Array.from(Buffer.from(result!, 'base64'))
      try {
        check(problem, inputs, new Float64Array(bytes.buffer))
        return arrived
      } catch (error) {
        return { state: 'wrong', reason: String(error) }
      }
    },
    (): Arrival => ({ state: 'absent' }),
  )
  if (arrival.state !== 'ready') await leave()
  return {
    arrival,
    leave,
    measure() {
      process_.stdin!.write('measure\n')
      return next<Times>()
    },
  }
}

/** Typed arrays as base64, in objects and lists. */
function encoded(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (Array.isArray(value)) return value.map(encoded)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encoded(part)]))
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill()
  })
}

function patient<T>(wait: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE)
    const done =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer)
        settle(value)
      }
    wait(done(resolve), done(reject))
  })
}
