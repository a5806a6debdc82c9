// The declarations of the packed package, read by TypeScript in the three ways that it resolves modules today.
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'
import { installPacked } from './packed.js'

let folder: string
beforeAll(() => {
  folder = installPacked()
})

const { Node16, NodeNext, ESNext } = ts.ModuleKind
const RESOLUTIONS: [string, readonly string[], ts.CompilerOptions][] = [
  ['node16', ['types.mts', 'types.cts'], { module: Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }],
  ['nodenext', ['types.mts', 'types.cts'], { module: NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ['bundler', ['types.mts'], { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
]

/** Files that all three programs read are parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>()

test.each(RESOLUTIONS)('%s', (_name, files, resolution) => {
  const options: ts.CompilerOptions = {
    ...resolution,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts', 'lib.esnext.disposable.d.ts'],
    strict: true,
    noEmit: true,
    // No declarations but those of the package: it must not need those of Node.
    types: [],
    skipLibCheck: false,
  }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, version, ...rest) => {
    const format = typeof version === 'object' ? version.impliedNodeFormat : ''
    const key = `${name} ${format}`
    if (!parsed.has(key)) parsed.set(key, read(name, version, ...rest))
    return parsed.get(key)
  }
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    options,
    host,
  )
  const faults = ts.getPreEmitDiagnostics(program)
  expect(ts.formatDiagnostics(faults.slice(0, 10), { ...host, getCanonicalFileName: (name) => name })).toBe('')
})
