import { reversedBytes } from './hex-text.ts'

/** Keys that manuals, sample code and test vectors print: whoever knows one can join, read and forge in its place. */
const published: ReadonlySet<string> = new Set([
  '2b7e151628aed2a6abf7158809cf4f3c', // FIPS 197 appendix A; the default of Semtech's stack and of many modules
  '000102030405060708090a0b0c0d0e0f', // FIPS 197 appendix C
  '0102030405060708090a0b0c0d0e0f10',
  '01020304050607080910111213141516',
  '00112233445566778899aabbccddeeff',
  '112233445566778899aabbccddeeff00',
  'ffeeddccbbaa99887766554433221100',
  '0f0e0d0c0b0a09080706050403020100',
  '5572404c696e6b4c6f52613230313823', // Milesight
  '2b84e0b09b68e5cb42176fe753dcee79', // RAKwireless samples
  '88888888888888888888888888888801', // Heltec samples
  '88888888888888888888888888886601',
])

/** Is the key printed somewhere, or so regular that it was typed and never drawn (one to eight bytes again and again)? 32 lower-case digits. */
export function isWellKnownKey(key: string): boolean {
  return published.has(key) || isRepeating(key) || isCounting(key)
}

/** Whatever repeats after one, two or four bytes repeats after eight. */
function isRepeating(key: string): boolean {
  return key.startsWith(key.slice(16))
}

/** Bytes or digits that go up by one all along. */
function isCounting(key: string): boolean {
  return goesUp(key, 2) || goesUp(key, 1)
}

function goesUp(key: string, digits: 1 | 2): boolean {
  const value = (at: number) => Number.parseInt(key.slice(at, at + digits), 16)
  for (let at = digits; at < key.length; at += digits) {
    if (value(at) !== (value(at - digits) + 1) % 16 ** digits) return false
  }
  return true
}

/** Is the key made of the identifiers that everyone sees on the label and in the join request? */
export function isMadeOfEuis(key: string, devEui: string, joinEui: string | null): boolean {
  const pieces = [devEui, reversedBytes(devEui), ...(joinEui === null ? [] : [joinEui])]
  const half = key.slice(0, 16)
  const rest = key.slice(16)
  const nothing = /^0*$/
  const seesDevice = (text: string) => text === devEui || text === reversedBytes(devEui)
  return (seesDevice(half) || seesDevice(rest)) && [half, rest].every((text) => pieces.includes(text) || nothing.test(text))
}
