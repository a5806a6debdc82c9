// What somebody gets who trusts this package: binaries that anybody can build again, that can reach nothing; licences of all that is bundled;
// lockfiles that pin every byte of what builds it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('binaries', () => {
  const names = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.wasm'))

  test('there are four, and kernels.sha256 has their hashes', () => {
    expect(names.sort()).toEqual(
      ['relaxed.threads', 'relaxed', 'simd.threads', 'simd'].map((name) => `kernels.${name}.wasm`),
    )
    const listed = names.map((name) => `${sha256(read(`dist/${name}`))}  ${name}\n`).join('')
    expect(read('dist/kernels.sha256').toString()).toBe(listed)
  })

  // Both in this process: half of the time of the compiler is to load and to warm up.
  test.each(['simd', 'relaxed'])('another compilation of %s gives the same bytes', async (target) => {
    let binary = new Uint8Array()
    const { error } = await asc.main(['--target', target, '--baseDir', root], {
      writeFile(name, contents) {
        if (name.endsWith('.wasm')) binary = new Uint8Array(contents as Uint8Array)
      },
    })
    expect(error).toBe(null)
    expect(sha256(binary)).toBe(sha256(read(`dist/kernels.${target}.wasm`)))
  })

  test.each(names)('%s imports env.memory and nothing else', (name) => {
    expect(importsOf(read(`dist/${name}`))).toEqual([['env', 'memory', 2]])
  })
})

/** The import section by hand, since not every engine takes every binary: module, name and kind, of which 2 is a memory. */
function importsOf(bytes: Uint8Array): [string, string, number][] {
  let at = 8
  const number = () => {
    let [value, shift, byte] = [0, 0, 0x80]
    for (; byte & 0x80; shift += 7) {
      byte = bytes[at++]
      value += (byte & 0x7f) * 2 ** shift
    }
    return value
  }
  const text = () => {
    const length = number()
    at += length
    return new TextDecoder().decode(bytes.subarray(at - length, at))
  }
  while (at < bytes.length) {
    const [id, size] = [bytes[at++], number()]
    if (id !== 2) {
      at += size
      continue
    }
    return Array.from({ length: number() }, (): [string, string, number] => {
      const [module, name, kind] = [text(), text(), bytes[at++]]
      if (kind !== 2) throw new Error(`${module}.${name} is no memory but of kind ${kind}`)
      // Limits: flags, least, and most where the flags say so.
      const flags = number()
      number()
      if (flags & 1) number()
      return [module, name, kind]
    })
  }
  return []
}

describe('licences', () => {
  test('everything that is bundled is named, with the whole text of its licence', () => {
    const parts = read('dist/THIRD-PARTY-NOTICES.txt')
      .toString()
      .split(`\n${'-'.repeat(80)}\n\n`)
      .slice(1)
    expect(parts.length).toBeGreaterThan(20)
    for (const part of parts) {
      expect(part).toMatch(/^\S+ \d+\.\d+\.\d+\S* \((MIT|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD)\)\n/)
      expect(part.length, part.slice(0, 60)).toBeGreaterThan(500)
    }
    // Bundles that are not minified say in comments which file each part is of.
    const bundled = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => [
        ...read(`dist/${name}`)
          .toString()
          .matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm),
      ])
      .map(([, name]) => name)
    const named = parts.map((part) => part.slice(0, part.indexOf(' ')))
    expect(new Set(bundled).size).toBeGreaterThan(20)
    expect([...new Set(bundled)].filter((name) => !named.includes(name))).toEqual([])
    for (const name of ['@assemblyscript/loader', 'hono', 'zod', 'piscina', '@observablehq/plot']) {
      expect(
        parts.some((part) => part.startsWith(`${name} `)),
        name,
      ).toBe(true)
    }
  })
})

describe.each(['package-lock.json', 'test/smoke/package-lock.json'])('%s', (path) => {
  const packages: [string, Record<string, unknown>][] = Object.entries(JSON.parse(read(path).toString()).packages)

  test('pins every package by its hash, from the registry and from nowhere else', () => {
    for (const [name, { integrity, resolved, link }] of packages) {
      if (name === '') continue
      expect(integrity, name).toMatch(/^sha512-/)
      expect(link, name).toBeUndefined()
      if (resolved !== undefined) expect(resolved, name).toMatch(/^https:\/\/registry\.npmjs\.org\//)
    }
  })

  test('has no install scripts but those that are known, and not needed', () => {
    const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name)
    expect(scripts.filter((name) => !/(^|\/)node_modules\/(esbuild|msgpackr-extract|fsevents)$/.test(name))).toEqual([])
  })
})

test('SECURITY.md names what is tested here', () => {
  const text = read('SECURITY.md').toString()
  for (const word of ['env.memory', 'kernels.sha256', 'THIRD-PARTY-NOTICES.txt', 'wasm-unsafe-eval', '127.0.0.1']) {
    expect(text).toContain(word)
  }
})
