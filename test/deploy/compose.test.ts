import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkConfig } from '../../src/config/load.ts'
import { parseYaml } from '../../src/formats/yaml.ts'

const root = resolve(import.meta.dirname, '../..')
const serviceSchema = z.object({
  image: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
})
const compose = z
  .object({ services: z.record(z.string(), serviceSchema) })
  .parse(parseYaml(readFileSync(join(root, 'compose.yaml'), 'utf8'), 'compose.yaml'))

const composeCommand = spawnSync('docker', ['compose', 'version']).status === 0

test.skipIf(!composeCommand)('docker compose accepts the file', () => {
  const env = join(mkdtempSync(join(tmpdir(), 'ondine-compose-')), 'env')
  writeFileSync(env, readFileSync(join(root, 'deploy/env.example'), 'utf8').replaceAll(/=$/gm, '=x'))
  const { status, stderr } = spawnSync('docker', ['compose', '--env-file', env, 'config', '--quiet'], { cwd: root, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
})

test('every file that is mounted exists', () => {
  const mounted = Object.values(compose.services).flatMap((service) => service.volumes.filter((volume) => volume.startsWith('./')))
  expect(mounted.length).toBeGreaterThan(3)
  for (const volume of mounted) expect(existsSync(join(root, volume.split(':')[0]!)), volume).toBe(true)
})

test('only gateways are reachable from outside the host', () => {
  const published = Object.entries(compose.services).flatMap(([name, service]) => service.ports.map((port) => `${name} ${port}`))
  expect(published.filter((port) => !port.includes(' 127.0.0.1:'))).toEqual(['chirpstack-gateway-bridge 1700:1700/udp'])
})

test('the environment it gives to ondine is a valid configuration', () => {
  const environment = Object.fromEntries(
    Object.entries(compose.services.ondine!.environment).map(([key, value]) => [key, value.replaceAll(/\$\{[^}]*\}/g, 'x')]),
  )
  const file = join(mkdtempSync(join(tmpdir(), 'ondine-compose-')), 'ondine.yaml')
  writeFileSync(file, '')
  expect(checkConfig({ file, environment })).toMatchObject({ config: { store: { kind: 'influxdb2' }, metadata: { kind: 'postgresql' } } })
})
