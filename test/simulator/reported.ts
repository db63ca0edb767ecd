import { expect } from 'vitest'
import { type MappedReading, normalise } from '../../src/codecs/normalise.ts'
import type { SimulatedDevice } from '../../src/simulator/fleet.ts'
import type { PayloadValues } from '../../src/simulator/payload-values.ts'
import { plainCodec, readModel, slugs } from '../codecs/plain-codec.ts'

/** Every model with its codec, and its simulate.js where it has one. */
export const models = new Map(
  slugs.map((slug) => {
    const model = readModel(slug)
    return [slug, { model, codec: plainCodec(model.codec), simulate: model.simulate === null ? undefined : plainCodec(model.simulate) }]
  }),
)

/** What a reader of the fleet would see of one frame: through the model's own simulate.js, codec and mapping. */
export function readingsOf(simulated: SimulatedDevice, values: PayloadValues, time: number): MappedReading[] {
  const { model, codec, simulate } = models.get(simulated.model)!
  const { fPort, bytes } = simulate!('encodeUplink', values)
  const { data, errors } = codec('decodeUplink', { fPort, bytes, recvTime: new Date(time), variables: {} })
  expect(errors, simulated.model).toBeUndefined()
  const parametersOf = (channel: string) => simulated.channels.find((one) => one.channel === channel)?.parameters ?? simulated.parameters
  return normalise(model, data, { receivedAt: new Date(time).toISOString(), parameters: parametersOf })
}
