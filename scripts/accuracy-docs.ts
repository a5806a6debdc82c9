// Writes docs/accuracy.md: how far results are from the truth, measured. npx tsx scripts/accuracy-docs.ts
//
// All of it is of the reproducible build, whose bits are the same everywhere: so is the page.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngineSync } from '../src/index.js'
import { exp, log, pow } from '../src/math/elementary.js'
import { log1p, tanh } from '../src/math/hyperbolic.js'
import { linearAlgebra, ORDERS } from './accuracy/linear-algebra.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Points of a function: the nearest float64 to its value, and how far the value is from that in units in the last place. */
interface Table {
  readonly x: readonly number[]
  readonly y?: readonly number[]
  readonly value: readonly number[]
  readonly rest: readonly number[]
}

/** The largest error over the points, in units in the last place of the value. */
function worstUlp({ x, y, value, rest }: Table, f: (x: number, y: number) => number): number {
  return Math.max(
    ...x.map((point, i) => {
      const exponent = Math.floor(Math.log2(Math.abs(value[i])))
      const ulp = 2 ** Math.max(-1074, exponent - 52)
      return Math.abs((f(point, y?.[i] ?? 0) - value[i]) / ulp - rest[i])
    }),
  )
}

/** The page. */
export function accuracyPage(): string {
  const golden = JSON.parse(readFileSync(`${root}test/golden/elementary.json`, 'utf8')) as Record<string, Table>
  const functions = { exp, log, pow, log1p, tanh } as Record<string, (x: number, y: number) => number>
  const elementary = Object.entries(functions).map(
    ([name, f]) => `| \`${name}\` | ${golden[name].x.length} | ${worstUlp(golden[name], f).toFixed(3)} |`,
  )
  const engine = createEngineSync({ reproducible: true })
  const [double, single] = (['float64', 'float32'] as const).map((dtype) => linearAlgebra(engine, dtype))
  engine.dispose()
  const rows = double.map(({ what, measure, values }, i) => {
    const cells = [...values, ...single[i].values].map((value) => value.toFixed(1))
    return `| ${what} | ${measure.replaceAll('|', '\\|')} | ${cells.join(' | ')} |`
  })
  const heads = ['float64', 'float32'].flatMap((dtype) => ORDERS.map((n) => `${dtype}, n = ${n}`))
  return `# Accuracy

Measured, not estimated: \`npx tsx scripts/accuracy-docs.ts\` writes this page, and a test compares it with what the script finds. The figures are those of the reproducible
build, whose bits are the same on every host; the fused build rounds once less in every multiply-add, and its errors are of the same size.

## Elementary functions

The host's \`Math.exp\` may differ from engine to engine in the last digit. Those of the library do not, and are within these bounds of the true value at points from all over the range of
each function, computed by mpmath with 60 digits. Half a unit in the last place (ulp) is the least possible.

| function | points | largest error in ulp |
|---|---|---|
${elementary.join('\n')}

## Linear algebra

Of matrices with standard normal entries, in units of the rounding of the element type (\`2^-53\`, \`2^-24\`): what is put together again from the factors, against what was factorized, by
sums of products to twice the precision. Norms are Frobenius norms. A good algorithm stays at a few units, growing slowly with the order.

| function | measure | ${heads.join(' | ')} |
|---|---|${heads.map(() => '---|').join('')}
${rows.join('\n')}

## Training

- Gradient descent agrees with golden trajectories of independent programs in float64 to a relative 1e-9; in reproducible mode WebAssembly and plain TypeScript give the same bits.
- \`gradientFlow\` and \`integrate\` keep the error that is asked for: at \`rtol\` 1e-12 each of the three methods meets the golden flows to 1e-9.
- Ensembles, threads, chunks of steps, workers and resumed checkpoints give the bits of a single uninterrupted run on one thread.

## Theory

Functions of \`deeplinear/theory\` are tested against golden values of other programs, computed with 30 digits and more where there is a closed form. Their docstrings say which form is evaluated where the textbook's would lose digits.
`
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}docs/accuracy.md`, accuracyPage())
}
