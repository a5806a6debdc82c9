// The document that figures are drawn with where none is given: outside a browser one of linkedom's.
import { parseHTML } from 'linkedom'

export function figureDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
}
