// Categories 101 to 111 and 118: configurations and the command line. Those of sweeps are with the tests of sweeps.
import { afterEach, expect, test, vi } from 'vitest'
import { main } from '../../src/cli/main.js'
import { checkTrainConfig } from '../../src/cli/train-config.js'
import { parseConfig } from '../../src/config/index.js'
import { smallRun } from '../run-config.js'
import { type Refused, refuses } from './categories.js'

const JSON_TEXT = JSON.stringify(smallRun())
const parsing = (text: string) => () => parseConfig(text)

const ROWS: readonly Refused[] = [
  ['B101', parsing('steps: 10'), 'the configuration is not JSON'],
  ['B102', parsing(Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le').toString('utf8')), 'the configuration is not JSON'],
  ['B103', parsing('[]'), 'configuration', 'expected object', 'got Array(0)'],
  ['B104', parsing(JSON_TEXT.replace('{', '{"__proto__":{"steps":1},')), '__proto__', 'no such setting'],
  ['B105', parsing(JSON_TEXT.replace('{', '{"constructor":{"prototype":{}},')), 'constructor', 'no such setting'],
  ['B106', parsing(JSON_TEXT.replace('"steps":10', '"steps":10,"steps":11')), 'the key "steps" twice'],
  ['B107', parsing(JSON_TEXT.replace('0.1', '1e400')), 'optimizer.learningRate', 'expected', 'Infinity'],
  ['B108', parsing(`${'['.repeat(33)}${']'.repeat(33)}`), 'nested more than 32 levels deep'],
  ['B109', parsing(`"${'x'.repeat(2 ** 20)}"`), 'the configuration has 1048578 characters', 'at most 1048576'],
  [
    'B110',
    parsing(JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, 0])))),
    'more than 10000 keys',
  ],
  ['B111', parsing(JSON.stringify({ a: 'x'.repeat(2 ** 16) })), 'a string of 65538 characters'],
  ['B118', () => checkTrainConfig(undefined, { dept: 4 }), 'dept'],
]

refuses('categories 101 to 118', ROWS)

test('a byte order mark is no fault', () => {
  expect(parseConfig(`\ufeff${JSON_TEXT}`).steps).toBe(10)
})

afterEach(() => vi.restoreAllMocks())

test.each([
  ['a flag that does not exist', ['train', '--dept', '4'], /unknown option '--dept'.*--depth/s],
  ['a flag without its value', ['train', '--depth'], /argument missing/],
  ['a value out of range', ['train', '--depth', '0'], /--depth \(depth\).*got 0/],
  ['a command that does not exist', ['tran'], /unknown command 'tran'.*train/s],
  ['an experiment that does not exist', ['reproduce', 'plateus'], /plateus/],
])('B118 on the command line: %s is exit 2, said on stderr', async (_, args, says) => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  expect(await main(args)).toBe(2)
  expect(said.join('')).toMatch(says)
  expect(out).not.toHaveBeenCalled()
})
