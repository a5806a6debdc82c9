// The command line starts without what its commands need: that is loaded when one runs. Once every `--version` took 0.4 s.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { builtCli } from '../processes.js'

/** A file of the build and all that it imports, but for what is loaded later. */
function loadedWith(entry: string): Map<string, string> {
  const loaded = new Map<string, string>()
  const todo = [entry]
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (loaded.has(file)) continue
    const text = readFileSync(file, 'utf8')
    loaded.set(file, text)
    for (const [, path] of text.matchAll(/^(?:import|export|\})[^'"\n]*['"](\.[^'"]+)['"];$/gm)) {
      todo.push(join(dirname(file), path))
    }
  }
  return loaded
}

const entry = builtCli()

test('help, version and bad usage take the declarations of the commands and no more', () => {
  const loaded = loadedWith(entry)
  const code = [...loaded.values()].join('\n')
  // Bundles that are not minified say in comments which module each part is of.
  const comments = code.matchAll(/^\/\/ (?:.*?\/)??((?:src|node_modules(?:\/@[\w-]+)?)\/[\w.-]+)/gm)
  const parts = new Set([...comments].map(([, name]) => name))
  expect([...parts].sort()).toEqual(['node_modules/commander', 'src/cli', 'src/errors.ts'])
  expect(code.length).toBeLessThan(250e3)
})

test('what is loaded later is there', () => {
  const later = [...loadedWith(entry)].flatMap(([file, text]) =>
    [...text.matchAll(/\bimport\("(\.[^"]+)"\)/g)].map(([, path]) => join(dirname(file), path)),
  )
  expect(later.length).toBeGreaterThan(5)
  for (const file of later) expect(loadedWith(file).size).toBeGreaterThan(1)
})
