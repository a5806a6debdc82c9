// A contender's thread in a page.
import { inPages } from '../peers/all.js'
import { installed } from '../peers/packages.js'
import type { SeatTask } from './arrival.js'
import { sit } from './sit.js'

const scope = globalThis as unknown as Worker
const binary = async (name: string) => new Uint8Array(await (await fetch(`/peak.${name}.wasm`)).arrayBuffer())
let measure: Awaited<ReturnType<typeof sit>>['measure'] | undefined
scope.onmessage = async ({ data }) => {
  if (measure !== undefined) return scope.postMessage(await measure())
  // Clocks of pages tick in tenths of a millisecond, or in whole ones.
  const seat = await sit(data as SeatTask, { adapters: inPages, sample: 20, installed, binary })
  measure = seat.measure
  scope.postMessage(seat.arrival)
}
