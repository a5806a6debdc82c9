// Progress on stderr: a bar that redraws itself on a terminal, one JSON line a second elsewhere. Data never go here.
import { duration, painter } from './style.js'

export interface Progress {
  update(done: number, facts: Record<string, number>): void
  end(): void
}

const WIDTH = 24

/** A progress display for `total` steps, or whatever `unit` says, `percent` being no count; silent when `quiet`. */
export function createProgress(
  total: number,
  quiet: boolean,
  stream: NodeJS.WriteStream = process.stderr,
  unit = 'step',
): Progress {
  if (quiet) return { update() {}, end() {} }
  const start = performance.now()
  const redraws = stream.isTTY && process.env.TERM !== 'dumb'
  const paint = painter(stream)
  const counts = unit !== 'percent'
  const interval = redraws ? 50 : 1000
  let last = Number.NEGATIVE_INFINITY
  let drawn = false
  return {
    update(done, facts) {
      const now = performance.now()
      if (now - last < interval && done < total) return
      last = now
      const seconds = (now - start) / 1000
      const rate = done / Math.max(seconds, 1e-9)
      const left = rate > 0 ? (total - done) / rate : 0
      if (!redraws) {
        const speed = {
          ...(counts ? { [`${unit}sPerSecond`]: rounded(rate) } : {}),
          secondsLeft: Number(left.toFixed(1)),
        }
        stream.write(`${JSON.stringify({ [unit]: done, total, ...speed, ...facts })}\n`)
        return
      }
      const share = total > 0 ? Math.min(1, done / total) : 1
      const filled = Math.round(WIDTH * share)
      const listed = Object.entries(facts).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
      const percent = `${String(Math.floor(100 * share)).padStart(3)} %`
      const count = counts ? [`${unit} ${done}`, ...listed, `${rounded(rate)} ${unit}s/s`] : listed
      const text = [...count, `${duration(left)} left`].join('  ')
      const room = (stream.columns || 80) - WIDTH - percent.length - 6
      const bar = paint('cyan', '#'.repeat(filled)) + paint('dim', '.'.repeat(WIDTH - filled))
      stream.write(`\r\u001b[2K  ${bar} ${percent}  ${text.slice(0, Math.max(0, room))}`)
      drawn = true
    },
    end() {
      if (drawn) stream.write('\r\u001b[2K')
    },
  }
}

/** Steps come by the thousand, runs of a sweep now and then one a second. */
function rounded(rate: number): number {
  return rate < 10 ? Number(rate.toPrecision(3)) : Math.round(rate)
}
