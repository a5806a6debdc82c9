// A process that saves checkpoints over and over until it is killed: `node writer.mjs FOLDER FILES FIRST [ROWS COLUMNS KEEP]`, several files at a time.
// Every number of a checkpoint is its step, so that a mixture of two would show; a step is told once its checkpoint is saved.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointData } from '../../src/io/index.js'
import { saveCheckpoint } from '../../src/io/node.js'

const [folder, files, first, rows = '100', columns = '80', keep = '2'] = process.argv.slice(2)
const shape = [Number(rows), Number(columns)]

async function write(file: number): Promise<never> {
  for (let step = Number(first); ; step++) {
    const checkpoint: CheckpointData = {
      version: 1,
      step,
      time: step / 8,
      arithmetic: 'reproducible',
      configuration: '{}',
      tensors: [{ name: 'W_1', dtype: 'float64', shape, data: new Float64Array(shape[0] * shape[1]).fill(step) }],
    }
    await saveCheckpoint(join(folder, `run-${file}.safetensors`), checkpoint, { keep: keep === '1' ? 1 : 2 })
    writeSync(1, `${file} ${step}\n`)
  }
}

await Promise.all(Array.from({ length: Number(files) }, (_, file) => write(file)))
