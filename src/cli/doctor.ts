// What `deeplinear doctor` finds: what runs here, how fast, and why not faster.
import { cpus } from 'node:os'
import packageJson from '../../package.json' with { type: 'json' }
import { createEngine } from '../linalg/engine.js'

interface Finding {
  readonly what: string
  readonly value: string
  /** How to get more, where more is to be had. */
  readonly cure?: string
}

/** Size of the products that are timed, and for how long. */
const SIZE = 256
const MILLISECONDS = 200

/** The findings, as text or as one JSON object. */
export async function diagnosis(json: boolean): Promise<string> {
  const findings = await examine()
  if (json) return JSON.stringify({ findings })
  const width = Math.max(...findings.map(({ what }) => what.length))
  return findings
    .map(
      ({ what, value, cure }) =>
        `${what.padEnd(width)}  ${value}${cure === undefined ? '' : `\n${' '.repeat(width)}  -> ${cure}`}`,
    )
    .join('\n')
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [
    { what: 'deeplinear', value: packageJson.version },
    { what: 'Node', value: `${process.versions.node}, V8 ${process.versions.v8}` },
    { what: 'processor', value: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores` },
  ]
  using fast = await createEngine()
  using same = await createEngine({ reproducible: true })
  const { build, reason, features } = fast.info
  findings.push({ what: 'fastest build', value: `${build}: ${reason}`, ...cureOf(build) })
  findings.push({ what: 'reproducible', value: `${same.info.build}: ${same.info.reason}` })
  findings.push({
    what: 'features',
    value: Object.entries(features)
      .map(([name, has]) => `${has ? '' : 'no '}${name}`)
      .join(', '),
  })
  findings.push({ what: 'threads', value: await threads() })
  for (const dtype of ['float32', 'float64'] as const) {
    const [quick, strict] = [rate(fast, dtype), rate(same, dtype)]
    findings.push({
      what: `gemm ${SIZE}, ${dtype}`,
      value: `${quick.toFixed(1)} GFLOP/s fastest, ${strict.toFixed(1)} reproducible`,
    })
  }
  return findings
}

/** Whether an engine may have several. */
async function threads(): Promise<string> {
  using engine = await createEngine({ threads: 2 })
  const { used, reason } = engine.info.threads
  return used > 1
    ? `createEngine({ threads: ${cpus().length} }) has large products done by all cores`
    : `one: ${reason}`
}

function cureOf(build: string): { cure?: string } {
  if (build === 'typescript')
    return { cure: 'WebAssembly with SIMD was refused: see the reason, and the page on security policies in the guide' }
  if (build === 'simd') return { cure: 'Node 22 and later have fused multiply-add, a third faster' }
  return {}
}

/** 10^9 floating-point operations a second of square products, the best of many. */
function rate(engine: Awaited<ReturnType<typeof createEngine>>, dtype: 'float32' | 'float64'): number {
  const values = Array.from({ length: SIZE * SIZE }, (_, i) => ((i * 7) % 13) / 13 - 0.5)
  using a = engine.matrix([SIZE, SIZE], values, { dtype })
  using out = engine.matrix([SIZE, SIZE], undefined, { dtype })
  let least = Number.POSITIVE_INFINITY
  for (const until = performance.now() + MILLISECONDS; performance.now() < until; ) {
    const start = performance.now()
    engine.matmul(a, a, { out })
    least = Math.min(least, performance.now() - start)
  }
  return (2 * SIZE ** 3) / (least * 1e6)
}
