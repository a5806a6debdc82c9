// Soaks and kills in the long form: `npm run soak -- [--times 50] [--kills 2000]`. The tests of test/soak, longer, with a collector that comes when called.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { times: { type: 'string', default: '50' }, kills: { type: 'string', default: '2000' } },
})
const [times, kills] = [Number(values.times), Number(values.kills)]
if (![times, kills].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error('usage: npm run soak -- [--times N] [--kills N]')
  process.exit(2)
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/soak', '--execArgv=--expose-gc'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, SOAK: String(times), KILLS: String(kills) },
    stdio: 'inherit',
  },
)
process.exit(status ?? 1)
