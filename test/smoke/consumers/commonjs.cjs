// A program that requires.
const deeplinear = require('deeplinear')
const { sgemm } = require('deeplinear/blas')
const { parseConfig } = require('deeplinear/config')
const { experiments } = require('deeplinear/experiment')
const { parseNpy } = require('deeplinear/io')
const theories = require('deeplinear/theory')

async function main() {
  const { run, theory } = await import('./run.mjs')
  console.log(
    JSON.stringify({
      here: await run(deeplinear),
      reference: await run(deeplinear, { backend: 'typescript' }),
      theory: theory(theories),
      functions: [sgemm, parseConfig, parseNpy].every((value) => typeof value === 'function') && experiments.length > 0,
    }),
  )
}
main()
