// Loads a peer from the node_modules beside this file, which is why this file is not bundled.
import { readFileSync } from 'node:fs'

/** The version that is installed here, or null. */
export function installed(name) {
  try {
    return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version
  } catch {
    return null
  }
}

/** Import a module of a package that is installed here. */
export function load(specifier) {
  return import(specifier)
}
