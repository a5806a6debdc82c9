// npm run bench:browser: the same race in a browser of this machine, headless, against those peers that run in pages; the run goes beside those of
// Node.
//
//   --browser chromium|firefox   how to start it; --command PATH where it is
//   --out FILE, --only X,Y, --quick as in run.ts
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { thisMachine } from './machine.js'
import { checkMachine, saveRun } from './save.js'

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' },
    command: { type: 'string' },
    out: { type: 'string', default: 'build/peers.json' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
  },
})
const machine = thisMachine()
checkMachine(options.out, machine)
const effort = options.quick ? { rounds: 3, time: 60 } : { rounds: 9, time: 200 }
const files: Record<string, [type: string, file: string]> = {
  '/page.js': ['text/javascript', 'bench-browser-page.page.js'],
  '/worker.js': ['text/javascript', 'bench-browser-worker.page.js'],
  '/peer-tfjs.cjs': ['text/javascript', 'peer-tfjs.page.js'],
  '/bench/peers/load.mjs': ['text/javascript', '../bench/peers/load-browser.mjs'],
  '/peak.muladd.wasm': ['application/wasm', 'peak.muladd.wasm'],
  '/peak.madd.wasm': ['application/wasm', 'peak.madd.wasm'],
}
const PACKAGES = '/bench/peers/node_modules/'
const TYPES: Record<string, string> = {
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  wasm: 'application/wasm',
}
// A page isolated from others has the finer clock.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const answer = new Promise<Record<string, never>>((resolve, reject) => {
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    if (request.method === 'POST') {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        response.end()
        server.close()
        if (path === '/done') resolve(JSON.parse(body))
        else reject(new Error(body))
      })
      return
    }
    const [type, file] = files[path] ?? fromPackages(path)
    const known = file === '' ? undefined : new URL(file, import.meta.url)
    const missing = known !== undefined && !existsSync(known)
    response.writeHead(missing ? 404 : 200, { 'Content-Type': type, ...isolation })
    if (missing) response.end()
    else response.end(known ? readFileSync(known) : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    open(
      `http://127.0.0.1:${port}/?only=${encodeURIComponent(options.only)}&rounds=${effort.rounds}&time=${effort.time}`,
    )
  })
})

/** A file of a peer; URLs have no way up. */
function fromPackages(path: string): [type: string, file: string] {
  const type = path.startsWith(PACKAGES) ? TYPES[path.split('.').at(-1)!] : undefined
  return type === undefined ? ['text/html', ''] : [type, `..${path}`]
}

const profile = mkdtempSync(join(tmpdir(), 'bench-browser-'))
let browser: ReturnType<typeof spawn> | undefined

function open(url: string): void {
  const firefox = options.browser === 'firefox'
  const flags = firefox
    ? ['--headless', '--no-remote', '--profile', profile]
    : ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`]
  // A group of its own, because the command may be a script that starts the browser.
  browser = spawn(options.command ?? options.browser, [...flags, url], { stdio: 'ignore', detached: true })
  browser.once('error', (error) => {
    throw error
  })
}

try {
  const { agent, versions, ...run } = await answer
  const host =
    String(agent)
      .match(/(Firefox|Chrome)\/[\d.]+/)?.[0]
      .replace('/', ' ') ?? String(agent)
  saveRun(options.out, {
    ...(run as object as Pick<Parameters<typeof saveRun>[1], 'rows' | 'failures' | 'effort' | 'build'>),
    date: new Date().toISOString(),
    host,
    machine,
    versions: { deeplinear: packageJson.version, ...(versions as Record<string, string>) },
    absent: [],
    reads: {},
    cold: [],
  })
  console.error(`${options.out}: ${host}`)
} finally {
  if (browser?.pid !== undefined) {
    const ended = once(browser, 'exit')
    process.kill(-browser.pid)
    await ended
  }
  // What it started may still be writing.
  await new Promise((resolve) => setTimeout(resolve, 500))
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}
