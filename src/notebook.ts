// Everything that computes, in one file: for notebooks, and for pages without a bundler.
//
//   import { createEngine, train, theory } from 'https://unpkg.com/deeplinear'
export * from './index.js'
/** All of `deeplinear/theory`. */
export * as theory from './theory/index.js'
