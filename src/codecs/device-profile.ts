import { z } from 'zod'

/** `device-profiles/<vendor>/<model>.yaml`: the LoRaWAN side of a model, enough to create its device profile on a network server. */
export const deviceProfileSchema = z.strictObject({
  title: z.string(),
  region: z.enum(['EU868']),
  macVersion: z.enum(['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.1.0']),
  /** revision of the regional parameters: letters up to LoRaWAN 1.0.3, RP002 from 1.0.4 on */
  regionalParameters: z.enum(['A', 'B', 'RP002-1.0.0', 'RP002-1.0.1', 'RP002-1.0.2', 'RP002-1.0.3', 'RP002-1.0.4']),
  class: z.enum(['A', 'B', 'C']),
  supportsOtaa: z.boolean(),
  /** seconds between uplinks as the device leaves the factory, or as we advise to set it */
  expectedInterval: z.int().positive(),
})
export type DeviceProfile = z.infer<typeof deviceProfileSchema>
