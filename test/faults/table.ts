// Faults, numbered: what happens, and what must come of it. A row of the tests beside this file takes its name from here; the others name the test
// elsewhere that covers them. complete.test.ts counts both.
import { test } from 'vitest'

export const FAULTS = {
  F1: 'memory that does not grow: MemoryError with what was asked and what there is, and marks hold',
  F2: 'the host throws when memory is to grow: MemoryError with that as its cause',
  F3: 'no memory at the start: MemoryError, and TypeScript still runs',
  F4: 'sizes whose product passes 2^32: MemoryError before anything is allocated',
  F5: 'growth detaches views that the caller holds: new ones have the data',
  F6: 'the budget is spent: MemoryError that names it, nothing grown',
  F7: 'a trap by a wild pointer: TrapError, the engine poisoned until reset',
  F8: 'an unreachable instruction: TrapError, the engine poisoned until reset',
  F9: 'a binary cut short, foreign, or with a bit flipped: refused, or contained',
  F10: 'no WebAssembly: TypeScript with a reason, or UnsupportedError',
  F11: 'no SIMD: the same',
  F12: 'no relaxed SIMD: the simd build, and info says so',
  F13: 'a policy without wasm-unsafe-eval: TypeScript or UnsupportedError, with the directive',
  F14: 'a binary that cannot be fetched: nothing is fetched, the binary is inlined',
  F15: 'disposed twice: nothing happens',
  F16: 'used after dispose: DisposedError',
  F17: 'never disposed: freed when collected, counted, and told once',
  F18: 'a worker throws: WorkerError with the cause',
  F19: 'a worker ends before it is done, with 0 too: WorkerError',
  F20: 'a worker runs out of memory: MemoryError',
  F21: 'a worker hangs: it is ended after its time, and the job fails',
  F22: 'no worker can be made: the work is done inline, with a reason',
  F23: 'what cannot be cloned: OptionError before anything is sent',
  F24: 'no shared memory: one thread, with a reason and the same bits',
  F25: 'a signal before, during, or while a checkpoint is saved: aborted within a slice, the checkpoint whole',
  F26: 'kill -9 at any moment: the old checkpoint or the new one',
  F27: 'a full disk: IoError, the old checkpoint stays, the run may go on',
  F28: 'no folder, no permission, a name too long: IoError with path and errno',
  F29: 'a write that stops halfway: IoError, nothing torn',
  F30: 'a rename across devices: never tried, the temporary file is beside the target',
  F31: 'temporary files of dead processes: gone after an hour',
  F32: 'two processes on one sweep: the second is refused with the pid',
  F33: 'a checkpoint cut, flipped or newer: FormatError, or the one before it and a warning',
  F34: 'results with a torn last line: the line is dropped, its cell runs again',
  F35: 'a clock that stands still or goes back: no result changes',
  F36: 'a loss that is not finite: diverged, with step and layer, and the last finite weights',
  F37: 'NaN for a decomposition: RangeArgError before anything is computed',
  F38: 'a cap on iterations is reached: ConvergenceError with what was left',
  F39: 'a learning rate far beyond the bound: diverged in bounded time',
  F40: 'a probe throws: ProbeError with the cause, whole steps done, memory back',
  F41: 'a callback that gives a promise or NaN: refused, or recorded without touching the run',
  F42: 'a callback trains or disposes the network of its run: OptionError, DisposedError',
  F43: 'SIGINT, SIGTERM: a checkpoint, exit 130 or 143',
  F44: 'timers that are throttled: training waits for none',
  F45: 'no room in the storage of a browser: nothing is stored there',
  F46: 'the library twice on a page: handles of the other copy are refused',
  F47: 'a polluted Object.prototype: no result changes',
  F48: 'options that are frozen, proxies, or throw: read once, errors wrapped',
  F49: 'an array in shared memory that changes: copied at entry, or refused',
  F50: 'a detached buffer, or one that was resized: DTypeError, or read at its length',
} as const

export type Fault = keyof typeof FAULTS

/** A fault's test, under its number and words. */
export function fault(id: Fault, run: () => unknown): void {
  test(`${id} ${FAULTS[id]}`, async () => {
    await run()
  })
}

/** Faults whose test is with what it is about: the file, and the beginning of the test's name there. */
export const ELSEWHERE: Readonly<Partial<Record<Fault, readonly (readonly [file: string, test: string])[]>>> = {
  F3: [['engine/engine.test.ts', 'a host without room for a memory: MemoryError, and TypeScript still runs']],
  F5: [['engine/engine.test.ts', 'grows under live handles: a new view has the same data']],
  F6: [['engine/engine.test.ts', 'a request over the budget changes nothing, and the engine goes on']],
  F7: [['engine/engine.test.ts', 'poison the engine until reset, which forgets the old handles']],
  F10: [['engine/engine.test.ts', 'no WebAssembly at all']],
  F11: [['engine/engine.test.ts', 'NO_SIMD']],
  F13: [['engine/engine.test.ts', 'wasm-unsafe-eval']],
  F15: [['engine/engine.test.ts', 'dispose gives back, twice is harmless, and use afterwards is an error']],
  F16: [['engine/engine.test.ts', 'dispose gives back, twice is harmless, and use afterwards is an error']],
  F17: [
    ['engine/engine.test.ts', 'are collected, counted and told; their memory is free again'],
    ['engine/engine.test.ts', 'warn once'],
  ],
  F18: [['worker/gone.test.ts', "['throws'"]],
  F19: [['worker/gone.test.ts', "'exits with 0'"]],
  F20: [['worker/gone.test.ts', "['runs out of memory'"]],
  F22: [['worker/thread.test.ts', 'without a thread says why, and computes all the same']],
  F23: [['worker/gone.test.ts', 'is an OptionError before anything is under way, and the engine goes on']],
  F24: [['engine/threads/threads.test.ts', 'no shared memory']],
  F25: [['bad-input/faults.test.ts', 'aborted %s: a result within a step, and no memory kept']],
  F26: [['soak/kill.test.ts', 'kills of a process that saves checkpoints']],
  F27: [
    ['io/checkpoint-node.test.ts', 'a full disk: the old checkpoint stays, the temporary file goes'],
    ['cli/run.test.ts', 'a checkpoint that cannot be saved meanwhile is reported, and the run goes on'],
  ],
  F28: [
    ['io/checkpoint-node.test.ts', 'no such folder'],
    ['io/checkpoint-node.test.ts', 'a folder that may not be written to: the old checkpoint stays'],
    ['io/checkpoint-node.test.ts', 'a name that is too long'],
  ],
  F29: [['io/checkpoint-node.test.ts', 'a full disk: the old checkpoint stays, the temporary file goes']],
  F30: [['io/checkpoint-node.test.ts', 'a symbolic link stays one']],
  F31: [['io/checkpoint-node.test.ts', 'what a killed process left behind goes after an hour']],
  F33: [
    ['io/checkpoint.test.ts', 'every single flipped bit is noticed'],
    ['io/checkpoint.test.ts', 'every cut is noticed'],
    ['io/checkpoint-node.test.ts', 'the one before stays, and is loaded where the last is damaged'],
  ],
  F36: [['bad-input/faults.test.ts', 'that diverges is a result, with the last finite weights']],
  F39: [['train/train.test.ts', 'a learning rate far beyond the bound ends in bounded time']],
  F40: [['bad-input/faults.test.ts', 'whose probe throws is a ProbeError: whole steps are done, memory is given back']],
  F43: [['cli/train.test.ts', 'SIGINT']],
  F46: [['bad-input/hostile.test.ts', 'a second copy of the library: its handles are refused']],
  F47: [['bad-input/hostile.test.ts', 'changes no result']],
  F48: [
    ['bad-input/hostile.test.ts', 'a getter that throws is an OptionError with its cause'],
    ['bad-input/hostile.test.ts', 'frozen, sealed, without prototype, class instances and proxies'],
  ],
}
