// The documentation as static pages: hand-written guides and the reference of every entry. npm run docs
import { readdirSync } from 'node:fs'
import math from 'markdown-it-math/temml'
import { Converter } from 'typedoc'

/** What a folder of pages is called. */
const GROUPS = { papers: 'Papers', experiments: 'Experiments', adr: 'Decisions' }
const pages = readdirSync('docs', { recursive: true }).filter((name) => name.endsWith('.md'))

/** A page is called what its heading says, and stands with those of its folder. */
function titlesAndGroups(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const heading = /^# (.+)\n/.exec(document.content[0].text)
    document.frontmatter.group = GROUPS[document.name.split('/')[0]] ?? 'Guides'
    if (heading !== null) document.name = heading[1].replace(/ \(.*\)$/, '')
  })
}

export default {
  name: 'deeplinear',
  entryPoints: [
    'src/index.ts',
    'src/blas/index.ts',
    'src/io/index.ts',
    'src/io/node.ts',
    'src/theory/index.ts',
    'src/experiment/index.ts',
    'src/config/index.ts',
    'src/report/index.ts',
    'src/worker/index.ts',
    'src/server/index.ts',
    'src/sweep/index.ts',
    'src/client/index.ts',
  ],
  plugin: [titlesAndGroups],
  readme: 'README.md',
  projectDocuments: pages.map((name) => `docs/${name}`).sort(),
  groupOrder: ['Guides', 'Papers', 'Experiments', 'Modules', '*', 'Decisions'],
  navigation: { includeGroups: true, compactFolders: true },
  out: 'build/docs',
  // The type checker has its own command.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  intentionallyNotExported: [
    'Loaded',
    'METHODS',
    'NetworkBase',
    'NodeEvents',
    'OpFields',
    'Pass',
    'RuleConfig',
    'Running',
    'SlotPool',
    'StartConfig',
    'WithFeature',
  ],
  treatWarningsAsErrors: true,
  highlightLanguages: ['js', 'ts', 'json', 'sh', 'html', 'python', 'bash', 'text'],
  markdownItLoader: (parser) => parser.use(math),
}
