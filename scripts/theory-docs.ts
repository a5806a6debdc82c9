// Writes docs/theory.md from the docstrings of `deeplinear/theory`: signature, what it is, formula, source, and the example with what it gives when it
// is run. npx tsx scripts/theory-docs.ts
import { realpathSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import * as deeplinear from '../src/index.js'
import * as theory from '../src/theory/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Digits of a number that is shown: what every engine and build agrees on. */
const DIGITS = 8
const LONGEST = 100

interface Entry {
  readonly name: string
  readonly group: string
  readonly declaration: ts.FunctionDeclaration
}

/** The functions of the entry, in the order of its groups, by name within them. */
function entries(): { entries: Entry[]; heads: Map<string, string> } {
  const options = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  }
  const program = ts.createProgram([`${root}src/theory/index.ts`], { ...options, noLib: true, types: [] })
  const checker = program.getTypeChecker()
  const index = program.getSourceFile(`${root}src/theory/index.ts`)!
  const found: Entry[] = []
  const heads = new Map<string, string>()
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(index)!)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const declaration = target.declarations?.find(
      (each): each is ts.FunctionDeclaration => ts.isFunctionDeclaration(each) && each.body !== undefined,
    )
    if (declaration === undefined) continue
    const path = relative(`${root}src/theory`, declaration.getSourceFile().fileName).replaceAll('\\', '/')
    const group = path.includes('/') ? path.slice(0, path.indexOf('/')) : 'losses'
    found.push({ name: symbol.name, group, declaration })
    const head = program.getSourceFile(`${root}src/theory/${group}/index.ts`)?.getFullText()
    if (!heads.has(group)) heads.set(group, head === undefined ? 'Losses of the end-to-end map.' : leadingComment(head))
  }
  const byGroup = (entry: Entry) => entry.group
  found.sort((a, b) => compareText(byGroup(a), byGroup(b)) || compareText(a.name, b.name))
  return { entries: found, heads }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function leadingComment(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ')
    .trim()
}

/** name(parameters): result, on one line. */
function signature({ name, declaration }: Entry): string {
  const parameters = declaration.parameters.map((parameter) => parameter.getText()).join(', ')
  const result = declaration.type === undefined ? '' : `: ${declaration.type.getText()}`
  return `${name}(${parameters})${result}`.replace(/\/\*\*.*?\*\/\s*/gs, '').replace(/\s+/g, ' ')
}

/** The first paragraph of a docstring, and its indented lines. */
function described(declaration: ts.FunctionDeclaration): {
  text: string
  formula: string[]
  see: string[]
  examples: string[]
} {
  const docs = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc)
  const lines = docs.flatMap((doc) => (ts.getTextOfJSDocComment(doc.comment) ?? '').split('\n'))
  const text: string[] = []
  const formula: string[] = []
  let first = true
  for (const line of lines) {
    if (/^ {2,}\S/.test(line)) formula.push(line.trim())
    else if (line.trim() === '') first = text.length === 0
    else if (first) text.push(line.trim())
  }
  const tags = ts.getJSDocTags(declaration)
  const of = (name: string) =>
    tags
      .filter(({ tagName }) => tagName.text === name)
      // The parser takes the beginning of some references for a name.
      .map((tag) =>
        tag
          .getText()
          .replace(/^@\w+\s*/, '')
          .replace(/^\s*\*(?: |$)/gm, '')
          .trim(),
      )
  return {
    text: text.join(' '),
    formula,
    see: of('see').map((line) => line.replace(/\s+/g, ' ')),
    examples: of('example'),
  }
}

/** A value as code, rounded and cut. */
function shown(value: unknown): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS)) + 0) : String(value)
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = Array.from(value as ArrayLike<unknown>)
    const some = list.slice(0, 6).map(shown).join(', ')
    return list.length > 6 ? `[${some}, ... ${list.length} in all]` : `[${some}]`
  }
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inside]) => `${key}: ${shown(inside)}`)
      .join(', ')} }`
  }
  return String(value)
}

/** The lines of an example, each expression with what it gives. */
async function executed(code: string): Promise<string> {
  const plain = code.replace(/\s*\/\/ -> .*$/gm, '')
  const source = ts.createSourceFile('example.ts', plain, ts.ScriptTarget.ESNext, true)
  const values: unknown[] = []
  const parts = source.statements.map((statement, i) =>
    ts.isExpressionStatement(statement) ? `$show(${i}, ${statement.expression.getText()})` : statement.getText(),
  )
  const engine = deeplinear.createEngineSync({ reproducible: true })
  try {
    const scope: Record<string, unknown> = {
      ...deeplinear,
      ...theory,
      engine,
      $show: (i: number, value: unknown) => {
        values[i] = value
      },
    }
    const names = Object.keys(scope).filter((name) => name !== 'default')
    const body = ts.transpileModule(`{\n${parts.join('\n')}\n}`, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    const AsyncFunction = (async () => {}).constructor as new (
      ...parameters: string[]
    ) => (...given: unknown[]) => Promise<void>
    await new AsyncFunction(...names, body.outputText)(...names.map((name) => scope[name]))
  } finally {
    engine.dispose()
  }
  return source.statements
    .map((statement, i) => {
      if (values[i] === undefined) return statement.getText()
      const text = shown(values[i])
      return `${statement.getText()}\n// -> ${text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text}`
    })
    .join('\n')
}

/** The page. */
export async function theoryPage(): Promise<string> {
  const { entries: found, heads } = entries()
  const page = [
    '# Theory',
    '',
    'Every function of `deeplinear/theory`. Made from the docstrings by `npx tsx scripts/theory-docs.ts`; the results below the examples are those of running them,',
    `numbers to ${DIGITS} digits. Arguments, ranges, accuracy and errors are in the docstrings.`,
  ]
  let group = ''
  for (const entry of found) {
    if (entry.group !== group) {
      group = entry.group
      page.push('', `## ${group.replaceAll('-', ' ')}`, '', heads.get(group)!)
    }
    const { text, formula, see, examples } = described(entry.declaration)
    page.push('', `### \`${entry.name}\``, '', '```ts', signature(entry), '```', '', text)
    if (formula.length > 0) page.push('', '```text', ...formula, '```')
    if (see.length > 0) page.push('', `Source: ${see.join('; ')}`)
    for (const example of examples) page.push('', '```js', await executed(example), '```')
  }
  return `${page.join('\n')}\n`
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}docs/theory.md`, await theoryPage())
}
