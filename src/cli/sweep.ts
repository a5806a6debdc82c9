// What the commands of `deeplinear sweep` do, loaded in one: nearly all of what they need is the same.
export { mergeFolders, plotFolders } from './sweep-merge.js'
export { runManifest, startWorker } from './sweep-run.js'
