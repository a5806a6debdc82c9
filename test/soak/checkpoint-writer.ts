// A process that saves checkpoints over and over until it is killed: `node writer.mjs FOLDER FILES FIRST`, several files at a time. Every number of a
// checkpoint is its step, so that a mixture of two would show; a step is told once its checkpoint is saved.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointData } from '../../src/io/index.js'
import { saveCheckpoint } from '../../src/io/node.js'

const [folder, files, first] = process.argv.slice(2)

async function write(file: number): Promise<never> {
  for (let step = Number(first); ; step++) {
    const checkpoint: CheckpointData = {
      version: 1,
      step,
      time: step / 8,
      arithmetic: 'reproducible',
      configuration: '{}',
      tensors: [{ name: 'W_1', dtype: 'float64', shape: [100, 80], data: new Float64Array(8000).fill(step) }],
    }
    await saveCheckpoint(join(folder, `run-${file}.safetensors`), checkpoint, { keep: 2 })
    writeSync(1, `${file} ${step}\n`)
  }
}

await Promise.all(Array.from({ length: Number(files) }, (_, file) => write(file)))
