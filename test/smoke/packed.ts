// The package as somebody gets it: packed, and installed into an empty directory, once for every build.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const consumers = fileURLToPath(new URL('./consumers/', import.meta.url))
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

/**
 * A project that has the packed package, and the consumers beside its package.json. It is outside the repository, where nothing is found that
 * the package does not bring.
 * @throws {Error} there is no build
 */
export function installPacked(): string {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('dist is missing: run `npm run build`')
  const prefix = `deeplinear-smoke-${hash(root)}-`
  const folder = join(tmpdir(), prefix + hash(stateOf('package.json') + stateOf('dist')))
  if (!existsSync(folder)) {
    for (const old of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
      rmSync(join(tmpdir(), old), { recursive: true, force: true })
    }
    install(folder)
  }
  cpSync(consumers, folder, { recursive: true })
  return folder
}

/** Sizes and times of what is packed. */
function stateOf(path: string): string {
  const { size, mtimeMs } = statSync(join(root, path))
  const inside = path === 'dist' ? readdirSync(join(root, path)).map((name) => stateOf(`dist/${name}`)) : []
  return `${path} ${size} ${mtimeMs} ${inside.join(' ')}`
}

/** Without a network. */
function install(folder: string): void {
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...args, '--offline', '--silent'], {
      cwd,
      encoding: 'utf8',
    })
  const scratch = mkdtempSync(`${tmpdir()}/deeplinear-pack-`)
  try {
    const tarball = npm(['pack', '--ignore-scripts', '--pack-destination', scratch], root).trim().split('\n').at(-1)!
    const project = join(scratch, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
    npm(['install', '--no-audit', '--no-fund', join(scratch, tarball)], project)
    renameSync(project, folder)
  } catch (error) {
    // Another test file was quicker.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
