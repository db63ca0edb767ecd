import fc from 'fast-check'

const integer = (min: number, max: number) => fc.integer({ min, max })

const phases = (name: string, unit: string) => ['L1', 'L2', 'L3'].map((phase) => `${name}${phase}${unit}`)
const measurements = [
  ...['energyImport', 'energyExport'].flatMap((name) => [`${name}T1_Wh`, `${name}T2_Wh`]),
  ...['reactiveImport', 'reactiveExport'].flatMap((name) => [`${name}T1_varh`, `${name}T2_varh`]),
  'current_A',
  'power_W',
  'powerMean_W',
  'frequency_Hz',
  ...phases('voltage', '_V'),
  ...phases('current', '_A'),
  ...phases('currentMax', '_A'),
  ...phases('power', '_W'),
  ...phases('reactivePower', '_var'),
  ...phases('apparentPower', '_VA'),
  ...phases('powerFactor', ''),
  ...phases('phaseAngle', '_deg'),
]

export const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'yobiiq/em4301': fc.oneof(
    fc.constant({ type: 'reboot' }),
    fc.record({ type: fc.constant('set-ct-primary'), primary_A: integer(0, 9999) }),
    // interval_s is read back as interval_min; a packet may change any of its parts alone
    fc
      .record(
        {
          type: fc.constant('set-periodic'),
          packet: integer(1, 10),
          interval_min: integer(1, 255),
          mode: fc.constantFrom('periodic', 'on-change'),
          enabled: fc.boolean(),
          measurements: fc.shuffledSubarray(measurements, { minLength: 1, maxLength: 10 }),
        },
        { requiredKeys: ['type', 'packet'] },
      )
      .filter((command) => Object.keys(command).length > 2),
  ),
}
