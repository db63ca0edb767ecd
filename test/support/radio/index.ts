export { Device, type Received } from './device.ts'
export { Gateway, type Signal } from './gateway.ts'
export { until } from './until.ts'
