// What a core gives right now, by a loop in registers. Seats wait while another has its turn, so the core of a benchmark that is kept on one is
// that of the looking thread; where two threads are timed, a second one looks beside it.
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, Worker } from 'node:worker_threads'
import { arithmetic } from '../peak/peak.js'
import type { Core } from './calm.js'

/** Milliseconds of a look. */
const LOOK = 4
/** Milliseconds until the loop is compiled as well as it will be. */
const WARM_UP = 300

const now = () => performance.now()

/** GFLOP/s of multiplications and additions in registers, in float32: what every engine can do. */
export function ownCore(): Core {
  const { flops, run } = arithmetic('muladd', 'float32', readFileSync(new URL('peak.muladd.wasm', import.meta.url)))!
  const rate = (milliseconds: number) => {
    const start = now()
    let done = 0
    let passed = 0
    for (; passed < milliseconds; passed = now() - start) {
      run()
      done += flops
    }
    return done / passed / 1e6
  }
  rate(WARM_UP)
  return { rate: () => rate(LOOK), pause, now }
}

/** The slower of two cores while both are busy. `leave` lets the second thread go. */
export function bothCores(): { core: Core; leave(): Promise<unknown> } {
  const worker = new Worker(new URL('bench-core.js', import.meta.url))
  const own = ownCore()
  const look = () =>
    new Promise<number>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (rate) => {
        worker.off('error', reject)
        resolve(rate)
      })
      worker.postMessage('look')
    })
  const rate = async () => {
    const other = look()
    return Math.min(await own.rate(), await other)
  }
  return { core: { rate, pause, now }, leave: () => worker.terminate() }
}

/** The second thread: looks whenever asked. */
export function lookWhenAsked(): void {
  const { rate } = ownCore()
  parentPort!.on('message', () => parentPort!.postMessage(rate()))
}
