// The order in which the records of an ensemble run. Members do not see each other, so that all ops may run for some groups of members
// before they run for the next: what they work on then stays in the nearest cache. A record that serves all members, such as a row of a table,
// stands between parts that are cut up on their own. The order changes no bit. A copy of a shared matrix says the same in every group: all parts
// read its first groups, which stay in the cache.
import { OP_WORDS, OpCode, Word } from '../kernels/ops.js'

/** Bytes that a part of the members should work on: they fit a second-level cache of ordinary size. */
const PART_BYTES = 2 ** 17
/** Records that a plan may become. */
const MOST_RECORDS = 4096

const POINTERS = [Word.a, Word.b, Word.c, Word.alpha, Word.beta, Word.out] as const

/** Ops whose word m, lda or n counts groups or members. */
const GROUPS_IN: Readonly<Record<number, number>> = {
  [OpCode.ensembleGemm]: Word.lda,
  [OpCode.ensembleDot]: Word.m,
  [OpCode.ensembleAxpy]: Word.m,
  [OpCode.ensembleScal]: Word.m,
  [OpCode.ensembleBroadcast]: Word.m,
}

/** What the pointers of an ensemble plan mean: bytes of a group at a pointer to what differs from member to member. */
export interface EnsembleLayout {
  readonly groups: number
  readonly groupBytes: ReadonlyMap<number, number>
}

/** The words of a record that grow with the number of groups, or undefined where the record serves all members at once. */
function countsOf(record: readonly number[], { groups, groupBytes }: EnsembleLayout): number | undefined {
  const code = record[Word.code] >> 1
  if (GROUPS_IN[code] !== undefined) return GROUPS_IN[code]
  if (code === OpCode.ensembleSlotAxpy) return Word.n
  const bytes = groupBytes.get(record[Word.c])
  const size = record[Word.code] & 1 ? 8 : 4
  // An op on single elements, over a whole block.
  return bytes !== undefined && record[Word.n] * size === bytes * groups ? Word.n : undefined
}

/** Cut `words` up. */
export function arrangeEnsemble(words: readonly number[], layout: EnsembleLayout): readonly number[] {
  const { groups, groupBytes } = layout
  const records = Array.from({ length: words.length / OP_WORDS }, (_, i) =>
    words.slice(i * OP_WORDS, (i + 1) * OP_WORDS),
  )
  const used = new Set(records.flatMap((record) => POINTERS.map((word) => record[word])))
  let bytes = 0
  for (const pointer of used) bytes += groupBytes.get(pointer) ?? 0
  const smallest = Math.ceil((groups * records.length) / MOST_RECORDS)
  const part = Math.max(1, smallest, Math.floor(PART_BYTES / Math.max(1, bytes)))
  const out: number[] = []
  let run: { record: readonly number[]; count: number }[] = []
  const flush = () => {
    for (let from = 0; run.length > 0 && from < groups; from += part) {
      const size = Math.min(part, groups - from)
      for (const { record, count } of run) {
        const piece = record.slice()
        for (const word of POINTERS) piece[word] += from * (groupBytes.get(record[word]) ?? 0)
        piece[count] = (record[count] / groups) * size
        out.push(...piece)
      }
    }
    run = []
  }
  for (const record of records) {
    const count = countsOf(record, layout)
    if (count !== undefined) run.push({ record, count })
    else {
      flush()
      out.push(...record)
    }
  }
  flush()
  return out
}
