// The document that figures are drawn with where none is given: in a browser the page's own. In the browser's build of `deeplinear/report` this
// file stands for `./figure-document.ts`, and linkedom stays at home.
import { OptionError } from '../errors.js'

export function figureDocument(): Document {
  const { document } = globalThis as { document?: Document }
  if (document !== undefined) return document
  throw new OptionError('there is no document here, as in a worker: draw on the page, or pass options.document', {
    argument: 'document',
  })
}
