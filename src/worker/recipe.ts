// A call of a library function that is to be made on the other side of a port. Initializers, tasks, update rules and probes hold functions and
// matrices, which cannot travel; how they are made can.

/** The name of a function and what it is to be called with. */
export class Recipe {
  readonly name: string
  readonly arguments: readonly unknown[]

  constructor(name: string, given: readonly unknown[]) {
    this.name = name
    this.arguments = given
  }
}

/** A function of the signature of the library's own that writes its call down instead of making it. */
export function recipe<F>(name: string): F {
  const write = (...given: readonly unknown[]) => new Recipe(name, given)
  return Object.assign(write, { isRecipe: true }) as F
}
