// Writes dist/THIRD-PARTY-NOTICES.txt: the licences of every package of which some code was bundled, read from the build's own list
// of inputs, so that none can be forgotten.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lists = ['dist', 'dist/cli', 'dist/piscina'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => /^metafile-.*\.json$/.test(name))
    .map((name) => join(root, folder, name)),
)
const SIBLINGS = { '@assemblyscript/loader': 'assemblyscript' }
const packages = new Set()
for (const list of lists) {
  for (const output of Object.values(JSON.parse(readFileSync(list, 'utf8')).outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]
      if (name !== undefined && bytesInOutput > 0) packages.add(name)
    }
  }
}
const notices = [...packages].sort().map((name) => {
  const folder = join(root, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  // Packages of one project may ship its licence in one of them alone.
  const text = [folder, join(root, 'node_modules', SIBLINGS[name] ?? name)].map(licenceIn).find((found) => found)
  if (text === undefined) throw new Error(`${name} ${version} ships no text of its licence, ${license}`)
  return `${name} ${version} (${license})\n\n${text}\n`
})
if (notices.length === 0) throw new Error('no list of inputs says what was bundled')
const head = 'Parts of these packages are bundled in dist/.\n'
writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`))
for (const list of lists) rmSync(list)

function licenceIn(folder) {
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim()
}
