// A contender's thread in a page. Only what needs no package sits here: this library and plain loops.
import { deeplinear } from '../peers/deeplinear.js'
import { naive, tile } from '../peers/plain.js'
import type { SeatTask } from './arrival.js'
import { sit } from './sit.js'

const scope = globalThis as unknown as Worker
const binary = async (name: string) => new Uint8Array(await (await fetch(`/peak.${name}.wasm`)).arrayBuffer())
let measure: Awaited<ReturnType<typeof sit>>['measure'] | undefined
scope.onmessage = async ({ data }) => {
  if (measure !== undefined) return scope.postMessage(await measure())
  // Clocks of pages tick in tenths of a millisecond, or in whole ones.
  const adapters = [...deeplinear, naive, tile]
  const seat = await sit(data as SeatTask, { adapters, sample: 20, installed: () => null, binary })
  measure = seat.measure
  scope.postMessage(seat.arrival)
}
