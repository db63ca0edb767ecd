import type { Measurement } from '../measurement.ts'

export type Table = Readonly<Record<string, Measurement>>

type Options = Partial<Pick<Measurement, 'range' | 'lwm2m' | 'over' | 'latches'>>

/** Declares an instantaneous value; over time the mean unless said otherwise. */
export const gauge = (unit: string, en: string, fr: string, options: Options = {}): Measurement => ({
  unit,
  kind: 'gauge',
  over: 'mean',
  label: { en, fr },
  ...options,
})

export const counter = (unit: string, en: string, fr: string, options: Options = {}): Measurement => ({
  unit,
  kind: 'counter',
  over: 'difference',
  label: { en, fr },
  ...options,
})

export const alarm = (en: string, fr: string, options: Options = {}): Measurement => ({
  unit: null,
  kind: 'alarm',
  over: 'max',
  label: { en, fr },
  ...options,
})

/** Declares what happens at an instant and has no end; over time how often. */
export const event = (en: string, fr: string, options: Options = {}): Measurement => ({
  unit: null,
  kind: 'event',
  over: 'sum',
  label: { en, fr },
  ...options,
})

export const state = (states: readonly string[], en: string, fr: string): Measurement => ({
  unit: null,
  kind: 'state',
  states,
  over: 'last',
  label: { en, fr },
})

export const yesNo = (en: string, fr: string, options: Options = {}): Measurement => ({
  unit: null,
  kind: 'state',
  over: 'last',
  label: { en, fr },
  ...options,
})

/** An object of the LwM2M registry and a resource of it; 5700 is the sensor value of IPSO objects. */
export const lwm2m = (object: number, resource = 5700) => ({ lwm2m: { object, resource } })
export const latching = { latches: true } as const
export const upTo = (max: number) => ({ range: [0, max] as const })
export const between = (min: number, max: number) => ({ range: [min, max] as const })
export const percent = upTo(100)
