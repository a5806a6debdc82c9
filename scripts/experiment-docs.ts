// Writes docs/experiments: a page and a figure for every experiment of the registry, from what it says of itself and from a run with its defaults, and an
// index by paper. A run is kept in build/experiments, from which `--stored` draws again without running.
//
//   npx tsx scripts/experiment-docs.ts [--stored] [ID ...]
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Experiment, ParameterSpec } from '../src/experiment/experiment.js'
import type { FigureData, Series } from '../src/experiment/figure.js'
import { experiments } from '../src/experiment/registry.js'
import { type Reproduction, reproduce } from '../src/experiment/reproduce.js'
import { curvesFigure, stackFigures } from '../src/report/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const PAGES = `${root}docs/experiments`
const RUNS = `${root}build/experiments`
/** Bytes of a figure. */
export const LARGEST_FIGURE = 100_000

const MADE = '<!-- Made by scripts/experiment-docs.ts -->'

/** The top of a page: what the experiment is called and where it comes from. */
export function headOf({ id, title, paper }: Experiment): string {
  return `# ${title}\n\n${MADE}\n\n${paper}.\n\n    npx deeplinear reproduce ${id} --html ${id}.html\n`
}

/** What is compared, and what can be set. */
export function settingsOf({ id, formulas, parameters }: Experiment): string {
  const rows = Object.entries(parameters).map(([name, spec]) =>
    row([`\`${name}\``, spec.description, `\`${list(spec.default)}\``, rangeOf(spec)]),
  )
  const [name, spec] = Object.entries(parameters)[0]
  return [
    '## Formulas\n',
    '```text',
    ...formulas,
    '```\n',
    '## Parameters\n',
    row(['name', 'what', 'default', 'range']),
    row(['---', '---', '---', '---']),
    ...rows,
    `\nSet by \`--set ${name}=${list(spec.default)}\`, \`--seed 2\`, or in code:\n`,
    '```js',
    "import { reproduce } from 'deeplinear/experiment'\n",
    `const { pass, checks, figures } = await reproduce('${id}', { set: { ${name}: ${literal(spec.default)} }, seed: 2 })`,
    '```\n',
  ].join('\n')
}

/** The page of an experiment: its head, figure, settings, and the checks of a run. */
export function pageOf(experiment: Experiment, result: Reproduction): string {
  const { figures, checks, notes = [] } = result
  const shown = figures.map(({ title, description }) => (figures.length > 1 ? `${title}. ${description}` : description))
  const rows = checks.map(({ name, measured, relation, expected, tolerance }) => {
    const wanted = relation === 'within' ? `${short(expected)} ± ${short(tolerance)}` : `${relation} ${short(expected)}`
    return row([name, short(measured), wanted])
  })
  return [
    headOf(experiment),
    `![${figures[0].title}](${experiment.id}.svg)\n`,
    `${shown.join('\n\n')} Simulation is drawn broad and pale, or as dots, theory dashed.\n`,
    settingsOf(experiment),
    `## Checks\n`,
    `With the defaults and seed ${result.seed}:\n`,
    row(['check', 'measured', 'wanted']),
    row(['---', '---', '---']),
    ...rows,
    ...(notes.length === 0 ? [] : ['', notes.join(' ')]),
    '',
  ].join('\n')
}

/** Names of the checks of a page. */
export function checksOf(page: string): string[] {
  const table = page.slice(page.indexOf('\n## Checks\n'))
  return [...table.matchAll(/^\| (.+?) \| [^|]+ \| [^|]+ \|$/gm)]
    .map(([, name]) => name.replaceAll('\\|', '|'))
    .filter((name) => name !== 'check' && name !== '---')
}

/** The index: experiments by paper, in the order of the registry. */
export function indexPage(): string {
  const papers = new Map<string, { paper: string; lines: string[] }>()
  for (const { id, title, paper } of experiments) {
    const key = /arXiv:[\d.]*\d/.exec(paper)?.[0] ?? paper
    const cited = paper.slice(0, paper.indexOf(key) + key.length)
    const group = papers.get(key) ?? { paper: cited, lines: [] }
    papers.set(key, group)
    group.lines.push(`- [\`${id}\`](${id}.md): ${title.charAt(0).toLowerCase()}${title.slice(1)}`)
  }
  return [
    '# Experiments\n',
    `${MADE}\n`,
    `${experiments.length} experiments of ${papers.size} papers, each simulated through the public functions of the library, with the theory computed beside it, checks of the one`,
    'against the other, and the figure. `npx deeplinear reproduce ID` runs one, `--list` names them, `--html FILE` writes a page, `--svg FILE` the figure, `--set name=value` changes a',
    'parameter, `--seed` everything random. The exit code is 0 only if every check holds. What of each paper is here and what is not: [paper by paper](../papers/README.md).\n',
    ...[...papers.values()].flatMap(({ paper, lines }) => [`## ${paper}\n`, ...lines, '']),
  ].join('\n')
}

/** The figure, of at most so many bytes: where it has more, every second point of long curves is left out, and again. */
export function figureOf(figures: readonly FigureData[]): string {
  for (let most = Infinity; ; most = Math.min(most, 4000) / 2) {
    const svg = stackFigures(figures.map((figure) => curvesFigure(thinned(figure, most))))
    if (Buffer.byteLength(svg) <= LARGEST_FIGURE || most < 50) return svg
  }
}

function thinned(figure: FigureData, most: number): FigureData {
  const thin = (series: Series): Series => {
    const every = Math.ceil(series.x.length / most)
    if (!(every > 1)) return series
    const last = series.x.length - 1
    const keeps = (i: number) => i % every === 0 || i === last || !Number.isFinite(series.y[i])
    const pick = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => keeps(i))
    return { ...series, x: pick(series.x), y: pick(series.y) }
  }
  return { ...figure, panels: figure.panels.map((panel) => ({ ...panel, series: panel.series.map(thin) })) }
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function list(value: ParameterSpec['default']): string {
  return typeof value === 'number' ? String(value) : value.join(',')
}

function literal(value: ParameterSpec['default']): string {
  return typeof value === 'number' ? String(value) : `[${value.join(', ')}]`
}

function rangeOf({ default: value, min, max, integer = false }: ParameterSpec): string {
  const kind = `${integer ? 'integer' : 'number'}${typeof value === 'number' ? '' : 's'}`
  if (min === undefined && max === undefined) return kind
  if (max === undefined) return `${kind}, from ${min}`
  return min === undefined ? `${kind}, to ${max}` : `${kind}, ${min} .. ${max}`
}

/** Four digits: enough to compare, and the same on every host. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

async function main(args: readonly string[]): Promise<void> {
  const stored = args.includes('--stored')
  const ids = args.filter((arg) => !arg.startsWith('--'))
  mkdirSync(PAGES, { recursive: true })
  mkdirSync(RUNS, { recursive: true })
  for (const experiment of experiments) {
    const { id } = experiment
    if (ids.length > 0 && !ids.includes(id)) continue
    const path = `${RUNS}/${id}.json`
    if (!stored) {
      const result = await reproduce(id)
      if (!result.pass)
        throw new Error(`${id} does not hold: ${result.checks.filter(({ pass }) => !pass).map(({ name }) => name)}`)
      // What is not finite is a gap.
      const plain = (_: string, value: unknown) =>
        ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value
      writeFileSync(path, JSON.stringify(result, plain))
    }
    const result = JSON.parse(readFileSync(path, 'utf8'), (_, value) => value ?? Number.NaN) as Reproduction
    writeFileSync(`${PAGES}/${id}.md`, pageOf(experiment, result))
    const svg = figureOf(result.figures)
    writeFileSync(`${PAGES}/${id}.svg`, svg)
    process.stderr.write(`${id}: ${Math.round(svg.length / 1000)} kB\n`)
  }
  writeFileSync(`${PAGES}/README.md`, indexPage())
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2))
}
