// The handwritten digits, fetched once from beside the page when they are first asked for.
import url from '../../data/digits.csv.gz?url'

let loaded: Promise<ArrayBuffer> | undefined

export function fetchDigits(): Promise<ArrayBuffer> {
  loaded ??= fetch(url).then((response) => {
    if (!response.ok) throw new Error(`the digits could not be fetched (${response.status})`)
    return response.arrayBuffer()
  })
  // A failure is not kept: the next attempt asks again.
  loaded.catch(() => {
    loaded = undefined
  })
  return loaded
}
