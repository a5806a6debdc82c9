// What the core of this process gives: seats wait while another has its turn, and whoever starts the benchmark keeps it all on one core.
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { arithmetic } from '../peak/peak.js'
import type { Core } from './calm.js'

/** Milliseconds of a look. */
const LOOK = 4
/** Milliseconds until the loop is compiled as well as it will be. */
const WARM_UP = 300

let core: Core | undefined

/** GFLOP/s of multiplications and additions in registers, in float32: what every engine can do. */
export function ownCore(): Core {
  if (core === undefined) {
    const { flops, run } = arithmetic('muladd', 'float32', readFileSync(new URL('peak.muladd.wasm', import.meta.url)))!
    const rate = (milliseconds: number) => {
      const start = performance.now()
      let done = 0
      let passed = 0
      for (; passed < milliseconds; passed = performance.now() - start) {
        run()
        done += flops
      }
      return done / passed / 1e6
    }
    rate(WARM_UP)
    core = { rate: () => rate(LOOK), pause, now: () => performance.now() }
  }
  return core
}
