// The command line as a user meets it, in a folder of its own: made before the tests of a file, gone after them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { killAll, type Outcome, runCli, runCliInBash, type Started, startCli } from '../processes.js'

export interface CommandLine {
  /** A place in the folder; without a name, the folder. */
  path(name?: string): string
  /** Run to the end. */
  run(...args: string[]): Outcome
  /** At work while the test goes on. */
  start(...args: string[]): Started
  /** As part of a line of bash. */
  bash(command: string): Outcome
}

/** `deeplinear first ...` @param env of its processes, in place of that of the tests */
export function commandLine(first: readonly string[] = [], env?: NodeJS.ProcessEnv): CommandLine {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'deeplinear-cli-'))
  })
  afterAll(() => {
    killAll()
    rmSync(folder, { recursive: true })
  })
  return {
    path: (name = '') => join(folder, name),
    run: (...args) => runCli([...first, ...args], { cwd: folder, env }),
    start: (...args) => startCli([...first, ...args], { cwd: folder, env }),
    bash: (command) => runCliInBash([...first, command].join(' '), { cwd: folder, env }),
  }
}
