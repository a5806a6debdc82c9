// What runs in a thread of a sweep: one runner, and the sweep that it worked on last.
import type { ChunkResult } from './chunk.js'
import { parseManifest } from './parse.js'
import type { ThreadTask } from './pool.js'
import { ChunkRunner } from './runner.js'
import type { SweepManifest } from './types.js'

const runner = new ChunkRunner()
let known: { readonly text: string; readonly manifest: SweepManifest } | undefined

export default async function work({ manifest: text, lo, hi }: ThreadTask): Promise<ChunkResult> {
  if (known?.text !== text) known = { text, manifest: parseManifest(JSON.parse(text), { maxCells: 1e9 }) }
  return await runner.run(known.manifest, { lo, hi })
}
