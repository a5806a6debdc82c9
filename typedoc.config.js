// The documentation as static pages: hand-written guides and the reference of every entry. npm run docs
import math from 'markdown-it-math/temml'

export default {
  name: 'deeplinear',
  entryPoints: [
    'src/index.ts',
    'src/blas/index.ts',
    'src/io/index.ts',
    'src/io/node.ts',
    'src/theory/index.ts',
    'src/config/index.ts',
    'src/experiment/index.ts',
    'src/worker/index.ts',
    'src/server/index.ts',
    'src/client/index.ts',
  ],
  readme: 'README.md',
  projectDocuments: ['docs/guide.md', 'docs/embedding.md', 'docs/theory.md'],
  out: 'build/docs',
  skipErrorChecking: true,
  markdownItLoader: (parser) => parser.use(math),
}
