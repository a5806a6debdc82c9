// Names of the limits among the contenders.
export const LIMITS = { muladd: 'limit, multiply and add', madd: 'limit, fused' } as const

export const READS = {
  'first cache': 'reads, first cache',
  'second cache': 'reads, second cache',
  memory: 'reads, memory',
} as const

export function isLimit(name: string): boolean {
  return name.startsWith('limit, ') || name.startsWith('reads, ')
}
