export { Device } from './device.ts'
export { Gateway } from './gateway.ts'
export { until } from './until.ts'
