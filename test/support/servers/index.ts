export { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from './influxdb.ts'
export { startMosquitto } from './mosquitto.ts'
export { startPostgres } from './postgres.ts'
export { startRedis } from './redis.ts'
