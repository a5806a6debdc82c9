// The README is true: its example prints what it says, its commands exist, its links resolve.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, text]) => ({ language, text }))

describe('README', () => {
  test('the library example prints what stands below it', () => {
    const at = blocks.findIndex(({ language }) => language === 'js')
    // Inside the package, so that the import of `deeplinear` means the built package itself.
    mkdirSync(`${root}build`, { recursive: true })
    writeFileSync(`${root}build/readme-example.mjs`, blocks[at].text)
    const { stdout, stderr } = spawnSync(process.execPath, ['build/readme-example.mjs'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toBe(blocks[at + 1].text)
  })

  test('the commands of the first two blocks are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    const commands = blocks.filter(({ language }) => language === 'sh').slice(0, 2)
    expect(commands).toHaveLength(2)
    for (const { text } of commands) {
      for (const part of text.trim().split(' && ')) {
        const script = part.replace(/^npm (run )?/, '')
        expect(script === 'ci' || script in scripts, part).toBe(true)
      }
    }
  })

  test('the speed table is of bench/peers.json', () => {
    const { runs } = JSON.parse(readFileSync(`${root}bench/peers.json`, 'utf8'))
    const table = readme.split('<!-- bench:begin -->')[1].split('<!-- bench:end -->')[0]
    const rows = [...table.matchAll(/^\| (\w[\w :]+?) \| (float\d\d) \| .* \| ([\d.]*) \|$/gm)]
    expect(rows.length).toBeGreaterThan(8)
    expect(table).toContain(runs[0].host)
    for (const [, name, dtype, last] of rows) {
      const row = runs[0].rows.find(
        (each: { name: string; dtype: string }) => each.name === name && each.dtype === dtype,
      )
      const peer = row.entries.find((each: { name: string }) => each.name === 'ml-matrix')
      if (peer === undefined) expect(last).toBe('')
      else expect(Math.abs(Number(last) / peer.ratio[0] - 1)).toBeLessThan(0.05)
    }
  })

  test('links to files of the repository resolve', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path)
    expect(links.length).toBeGreaterThan(3)
    for (const path of links) expect(existsSync(`${root}${path}`), path).toBe(true)
  })
})
