// Frames that are computed one by one and are no training: each when it is asked for.
import type { SceneRun } from './scene.js'

/** A run of `count` frames; nothing is computed ahead, so that there is nothing to pause. */
export function frameRun(count: number, frame: (i: number) => object): SceneRun {
  let aborted = false
  let end: (result: { status: string }) => void = () => {}
  const finished = new Promise<{ status: string }>((resolve) => {
    end = resolve
  })
  return {
    finished,
    pause() {},
    resume() {},
    abort() {
      aborted = true
      end({ status: 'aborted' })
    },
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < count && !aborted; i++) yield frame(i)
      end({ status: 'completed' })
    },
  }
}
