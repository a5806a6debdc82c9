#!/usr/bin/env node
import { main } from './main.js'

// A reader that leaves (`| head`) ends the program quietly; a progress display that nobody sees must not.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`deeplinear: cannot write to stdout (${error.code ?? error.message})\n`)
  process.exit(1)
})
process.stderr.on('error', () => {})

process.exitCode = await main(process.argv.slice(2))
