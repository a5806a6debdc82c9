// The golden numbers of the guide on saddle-to-saddle and mixed dynamics, with the fields that the theory is compared with.
import { readFileSync } from 'node:fs'

interface Cases {
  balanced_modes: {
    L: number
    Yd: number[]
    a0: number
    t: number[]
    sv: number[][]
    loss: number[]
    t_half: number[]
    t_90: number[]
  }
  mixed_white: { Yd: number[]; c: number; t: number[]; sv: number[][]; loss: number[]; t_half: number[] }
  mixed_aniso: { Y: number[][]; X: number[][]; c: number; t: number[]; A: number[][]; loss: number[] }
  escape: { L: number; w: number; f: number; Yd: number[]; alpha: number[]; t_half: number[] }
  greedy_MC: {
    Astar: number[][]
    mask: number[][]
    L: number
    eps: number
    C0: number
    phases: { rank: number; s1_escape: number; loss: number; s1_next: number; sv: number[] }[]
  }
}

const all = JSON.parse(readFileSync(new URL('../../golden/saddle-and-mixed.json', import.meta.url), 'utf8')) as {
  kind: string
}[]

export function theoryCases<K extends keyof Cases>(kind: K): Cases[K][] {
  return all.filter((entry) => entry.kind === kind) as unknown as Cases[K][]
}
