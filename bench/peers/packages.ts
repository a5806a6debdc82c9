// The way from a bundle in build/ to the packages under bench/peers; in a page the server sends load-browser.mjs in the place of load.mjs.
interface Loader {
  installed(name: string): string | null | Promise<string | null>
  load(specifier: string): Promise<unknown>
}

const loader = () => import(new URL('../bench/peers/load.mjs', import.meta.url).href) as Promise<Loader>

/** The version of a peer, or null where it is not installed. */
export async function installed(name: string): Promise<string | null> {
  return (await loader()).installed(name)
}

/**
 * A module of a peer, or null where its package is not installed. Types are what an adapter says they are: the packages are not there when
 * the sources are checked.
 */
export async function load<T>(name: string, specifier = name): Promise<T | null> {
  const { installed, load } = await loader()
  return (await installed(name)) === null ? null : ((await load(specifier)) as T)
}
