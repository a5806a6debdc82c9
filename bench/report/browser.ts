// npm run bench:browser: the same race in a browser of this machine, headless, against plain loops; the run goes beside those of Node.
//
//   --browser chromium|firefox   how to start it; --command PATH where it is
//   --out FILE, --only X,Y, --quick as in run.ts
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { saveRun } from './save.js'

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' },
    command: { type: 'string' },
    out: { type: 'string', default: 'build/peers.json' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
  },
})
const effort = options.quick ? { rounds: 3, time: 60 } : { rounds: 9, time: 200 }
const files: Record<string, [type: string, file: string]> = {
  '/page.js': ['text/javascript', 'bench-browser-page.global.js'],
  '/worker.js': ['text/javascript', 'bench-browser-worker.global.js'],
  '/peak.muladd.wasm': ['application/wasm', 'peak.muladd.wasm'],
  '/peak.madd.wasm': ['application/wasm', 'peak.madd.wasm'],
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
    const [type, file] = files[path] ?? ['text/html', '']
    response.writeHead(200, { 'Content-Type': type, ...isolation })
    response.end(
      file === '' ? '<!doctype html><script src="/page.js"></script>' : readFileSync(new URL(file, import.meta.url)),
    )
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    open(
      `http://127.0.0.1:${port}/?only=${encodeURIComponent(options.only)}&rounds=${effort.rounds}&time=${effort.time}`,
    )
  })
})

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
  const { agent, ...run } = await answer
  const host =
    String(agent)
      .match(/(Firefox|Chrome)\/[\d.]+/)?.[0]
      .replace('/', ' ') ?? String(agent)
  saveRun(options.out, {
    ...(run as object as Pick<Parameters<typeof saveRun>[1], 'rows' | 'failures' | 'effort' | 'build'>),
    date: new Date().toISOString(),
    host,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      platform: process.platform,
      arch: process.arch,
    },
    versions: { deeplinear: packageJson.version },
    absent: [],
    reads: {},
    cold: [],
  })
  console.error(`${options.out}: ${host}`)
} finally {
  if (browser?.pid !== undefined) process.kill(-browser.pid)
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}
