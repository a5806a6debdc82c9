// docs/experiments says what the registry says: titles, sources, formulas, parameters, the index; every figure is there; and the checks of a page are those that a run has.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checksOf, headOf, indexPage, LARGEST_FIGURE, settingsOf } from '../../scripts/experiment-docs.js'
import { experiments } from '../../src/experiment/registry.js'
import { reproduce } from '../../src/experiment/reproduce.js'

const folder = new URL('../../docs/experiments/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const how = 'docs/experiments is out of date: run  npx tsx scripts/experiment-docs.ts'

test('a page and a figure for every experiment, and the index', () => {
  const files = experiments.flatMap(({ id }) => [`${id}.md`, `${id}.svg`])
  expect(readdirSync(folder).sort()).toEqual([...files, 'README.md'].sort())
  expect(read('README.md') === indexPage(), how).toBe(true)
})

test.each(experiments.map((experiment) => [experiment.id, experiment] as const))('%s', (id, experiment) => {
  const page = read(`${id}.md`)
  expect(page.startsWith(headOf(experiment)), `${how} ${id}`).toBe(true)
  expect(page.includes(settingsOf(experiment)), `${how} ${id}`).toBe(true)
  expect(checksOf(page).length).toBeGreaterThan(0)
  const figure = read(`${id}.svg`)
  expect(Buffer.byteLength(figure)).toBeLessThanOrEqual(LARGEST_FIGURE)
  expect(figure).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
  expect(figure).not.toMatch(/NaN|Infinity|undefined/)
})

// Those that take less than half a second.
test.each(['escape-time', 'plateaus', 'lambda-flow', 'reversal-learning', 'semantic-development', 'unbalanced-bias'])(
  'the checks of %s are those of its page',
  async (id) => {
    const { checks } = await reproduce(id)
    expect(checksOf(read(`${id}.md`))).toEqual(checks.map(({ name }) => name))
  },
)
