// What travels between a page and its worker, in either direction, over any port that clones and keeps order.
//
//   { id, method, params }   a call; the object that it gives, if it gives one, is known by `id` from then on
//   { id, credit }           so many more frames of run `id` are welcome
//   { id, cancel }           fires the signal of call `id`, or ends run `id`
//   { release }              objects that nobody holds any longer
//
//   { id, result } | { id, error }    how a call ended
//   { id, frames }                    the next frames of a run, within the credit
//   { id, event }                     a callback of the call, by name, with its arguments
//   { id, done }                      the run is over: its result
//   { id, last }                      no frame is to follow

/** Something that messages go out of and come in by: a Worker, a MessagePort, a worker's own scope, Node's counterparts. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void
  /** Called with the payload of every message that comes in. */
  listen(receive: (message: unknown) => void): void
  close(): void
  /** Whether a process should wait for messages; where there are no processes, nothing. */
  hold?(on: boolean): void
}

/** From the page to the worker. */
export type Request =
  | { readonly id: number; readonly method: string; readonly params: readonly unknown[] }
  | { readonly id: number; readonly credit: number }
  | { readonly id: number; readonly cancel: true }
  | { readonly release: readonly number[] }

/** From the worker to the page. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: WireError }
  | { readonly id: number; readonly frames: readonly unknown[] }
  | { readonly id: number; readonly event: string; readonly params: readonly unknown[] }
  | { readonly id: number; readonly done: unknown }
  | { readonly id: number; readonly last: true }

/** An error on its way. */
export interface WireError {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly argument?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: WireError
}

/** A value that stands for something else. No object of a user's may have a key that begins with '$'. */
export type Token =
  /** The call of a function of the library, to be made on the other side: `gaussian({ gamma: 1.5 })`. */
  | { readonly $recipe: string; readonly arguments: readonly unknown[] }
  /** An object on the other side. */
  | { readonly $object: number }
  /** The signal of this call, which may have fired already. */
  | { readonly $signal: 'open' | 'aborted' }
  /** A callback of this call, by its name. */
  | { readonly $event: string }

/** An object on the worker's side as it is described to the page. */
export interface Description {
  readonly $object: number
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
  readonly methods: readonly string[]
}

/** How many frames a page asks for at a time. */
export const CREDIT = 64
