// Decoding the inlined binaries. `Uint8Array.fromBase64` is some 15 times faster than atob and a loop; Node has Buffer.

type Base64Decoder = { fromBase64?: (text: string) => Uint8Array }

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as Base64Decoder).fromBase64
  if (native !== undefined) return native.call(Uint8Array, text) as Uint8Array<ArrayBuffer>
  const buffer = (globalThis as { Buffer?: { from(text: string, encoding: 'base64'): Uint8Array } }).Buffer
  if (buffer !== undefined) return new Uint8Array(buffer.from(text, 'base64'))
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
