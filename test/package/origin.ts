// Where bundled code came from: the strings of the sources, which minifiers keep. A string that is written in one folder of src/ alone tells that
// code of that folder is there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const source = fileURLToPath(new URL('../../src/', import.meta.url))
/** Shorter ones may stand anywhere. */
const SHORTEST = 16

/** For each folder of src/, the strings that stand in it alone, also as parts of longer ones, with a file that each stands in. */
function read(): Map<string, Map<string, string>> {
  const folders = new Map<string, Map<string, string>>()
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.generated.ts')) continue
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
    if (!folders.has(folder)) folders.set(folder, new Map())
    for (const text of stringsOf(readFileSync(join(source, path), 'utf8'))) folders.get(folder)!.set(text, path)
  }
  for (const [folder, texts] of folders) {
    const elsewhere = [...folders].filter(([name]) => name !== folder).flatMap(([, others]) => [...others.keys()])
    const all = elsewhere.join('\n')
    for (const text of texts.keys()) if (all.includes(text)) texts.delete(text)
  }
  return folders
}

function stringsOf(code: string): Set<string> {
  const strings = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return
    // Escapes and quotes are written in several ways; texts without them in one.
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (node.text.length >= SHORTEST && /^[\w .,:;()[\]/*+-]*$/.test(node.text)) strings.add(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', code, ts.ScriptTarget.ES2022))
  return strings
}

let known: ReturnType<typeof read> | undefined

/** The files of src/, by folder, that `bundle` has code of: those of which at least two strings, and half of all, are there. */
export function originsOf(bundle: string): Map<string, string[]> {
  known ??= read()
  const origins = new Map<string, string[]>()
  for (const [folder, texts] of known) {
    const files = new Map<string, { found: number; all: number }>()
    for (const [text, file] of texts) {
      const count = files.get(file) ?? { found: 0, all: 0 }
      files.set(file, { found: count.found + (bundle.includes(text) ? 1 : 0), all: count.all + 1 })
    }
    const there = [...files].filter(([, { found, all }]) => found >= 2 && found >= all / 2).map(([file]) => file)
    if (there.length > 0) origins.set(folder, there)
  }
  return origins
}
