// Every public export says what it is. (That its example runs, examples.test.ts sees to.)
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const ENTRIES = ['index', 'blas/index', 'io/index', 'io/node', 'theory/index', 'experiment/index', 'config/index']
const SERVICES = ['report/index', 'worker/index', 'server/index', 'sweep/index', 'client/index', 'notebook']
const paths = [...ENTRIES, ...SERVICES].map((entry) => `${root}src/${entry}.ts`)

const program = ts.createProgram(paths, {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noLib: true,
  types: [],
})
const checker = program.getTypeChecker()

interface Export {
  readonly name: string
  readonly text: string
}

/** What a module exports, with the docstring at its declaration; of a namespace, what is in it. */
function exportsOf(module: ts.Symbol): Export[] {
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    if (target.flags & ts.SymbolFlags.ValueModule) return exportsOf(target)
    const text = ts.displayPartsToString(target.getDocumentationComment(checker)).trim()
    return { name: symbol.name, text }
  })
}

describe.each(paths)('%s', (path) => {
  const found = exportsOf(checker.getSymbolAtLocation(program.getSourceFile(path)!)!)

  test('every export has a docstring', () => {
    expect(found.length).toBeGreaterThan(0)
    expect(found.filter(({ text }) => text.length < 12).map(({ name }) => name)).toEqual([])
  })
})
