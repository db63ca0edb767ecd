import { describe, expect, test } from 'vitest'
import { euiSchema } from '../../src/lorawan/eui.ts'

describe('a devEui', () => {
  test.for(['02df62530a0b0c0d', '02DF62530A0B0C0D', '02:df:62:53:0a:0b:0c:0d', '02-DF-62-53-0A-0B-0C-0D'])('%s is taken', (text) => {
    expect(euiSchema.parse(text)).toBe('02df62530a0b0c0d')
  })

  test.for([
    '',
    '02df62530a0b0c0',
    '02df62530a0b0c0d0',
    '02df62530a0b0c0g',
    '02:df:62:53:0a:0b:0c',
    '02:df:62:53:0a:0b:0c:0d:',
    '02:df-62:53:0a:0b:0c:0d',
    '02:df62530a0b0c0d',
    '02df:6253:0a0b:0c0d',
    '02 df 62 53 0a 0b 0c 0d',
    '0x02df62530a0b0c0d',
    ' 02df62530a0b0c0d',
    '02df62530a0b0c0d\n',
  ])('%j is refused', (text) => {
    expect(euiSchema.safeParse(text).success).toBe(false)
  })
})
