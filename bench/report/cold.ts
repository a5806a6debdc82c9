// node build/bench-cold.js NAME: milliseconds from the start of the script to the first product read back, in a process that did nothing
// before; prints one line of JSON. With --warm, a contender that can warm up does so before its first product.
import { adapters } from '../peers/all.js'
import { gemmInputs } from './inputs.js'
import type { GemmWork } from './problems.js'

const start = performance.now()
const work: GemmWork = { kind: 'gemm', m: 16, n: 16, k: 16, transposeA: false, transposeB: false }
const inputs = gemmInputs(work, 'float32')
const made = performance.now()
const bench = await adapters.find(({ name }) => name === process.argv[2])!.open()
const warm = process.argv.includes('--warm')
if (warm) await bench?.warmup?.('float32')
const operation = await bench?.gemm?.(work, inputs, 'float32')
if (operation == null || (warm && bench?.warmup === undefined)) console.log(JSON.stringify({ state: 'absent' }))
else {
  const opened = performance.now()
  await operation.run(1)
  await operation.result()
  const end = performance.now()
  console.log(
    JSON.stringify({ state: 'ready', open: opened - made, first: end - opened, process: end - (made - start) }),
  )
}
process.exit(0)
