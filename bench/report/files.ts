// Where figures lie and where their pages are written, one set a machine. A run cannot be repeated on another machine, so that what was measured there
// stays beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Measurement, TeamMeasurement } from './results.js'

/** Paths from the root of the project; `roofline` from the page. */
export interface MachineFiles {
  readonly peers: string
  readonly threads: string
  readonly page: string
  readonly roofline: string
}

/** A machine: its runs, the first in full on the page, and its two threads. */
export interface MachineRecord {
  readonly files: MachineFiles
  readonly runs: readonly Measurement[]
  readonly teams?: TeamMeasurement
}

const MACHINES = 'bench/machines'

/** The machine of docs/performance.md, and then those of `bench/machines`, a folder each. */
export function machineRecords(root: URL): MachineRecord[] {
  const folder = new URL(`${MACHINES}/`, root)
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  return [filesOf(), ...names.map((name) => filesOf(name))].map((files) => recordOf(root, files))
}

function filesOf(name?: string): MachineFiles {
  const [folder, suffix] = name === undefined ? ['bench', ''] : [`${MACHINES}/${name}`, `-${name}`]
  return {
    peers: `${folder}/peers.json`,
    threads: `${folder}/threads.json`,
    page: `docs/performance${suffix}.md`,
    roofline: `roofline${suffix}.svg`,
  }
}

function recordOf(root: URL, files: MachineFiles): MachineRecord {
  const read = (name: string) => {
    const file = new URL(name, root)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }
  const peers = read(files.peers) as { runs: Measurement[] } | undefined
  if (peers === undefined)
    throw new Error(`there is no ${files.peers}; measure first: npm run bench:peers -- --out ${files.peers}`)
  return { files, runs: peers.runs, teams: read(files.threads) as TeamMeasurement | undefined }
}
