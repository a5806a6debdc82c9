// Progress on stderr: a bar that redraws itself on a terminal, one JSON line a second elsewhere. Data never go here.

export interface Progress {
  update(done: number, facts: Record<string, number>): void
  end(): void
}

const WIDTH = 24

/** A progress display for `total` steps, or whatever `unit` says; silent when `quiet`. */
export function createProgress(
  total: number,
  quiet: boolean,
  stream: NodeJS.WriteStream = process.stderr,
  unit = 'step',
): Progress {
  if (quiet) return { update() {}, end() {} }
  const start = performance.now()
  const redraws = stream.isTTY && process.env.TERM !== 'dumb'
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
      if (!redraws) {
        stream.write(`${JSON.stringify({ [unit]: done, total, [`${unit}sPerSecond`]: rounded(rate), ...facts })}\n`)
        return
      }
      const filled = Math.round((WIDTH * done) / total)
      const left = rate > 0 ? (total - done) / rate : 0
      const listed = Object.entries(facts).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
      const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`
      const text = `  ${bar} ${String(Math.floor((100 * done) / total)).padStart(3)} %  ${unit} ${done}  ${listed.join('  ')}  ${left.toFixed(1)} s left`
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`)
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
