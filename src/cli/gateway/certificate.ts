import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

/** `ondine gateway certificate`: into files that only their owner reads; nothing of them is shown. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.gateway-certificate'))
    .argument('<gatewayId>', words.text('help.arg-gateway'))
    .requiredOption('--out <folder>', words.text('help.opt-certificate-out'))
    .action(async (gatewayId: string, { out }: { out: string }) => {
      const files = namesIn(out, gatewayId)
      await refuseExisting(Object.values(files))
      const client = await session.client()
      const made = await client.life.gatewayCertificate({ gatewayId })
      await mkdir(out, { recursive: true, mode: 0o700 })
      await written(files.key, made.privateKey)
      await written(files.certificate, made.certificate)
      await written(files.ca, made.ca)
      const told = { gatewayId: made.gatewayId, files, expiresAt: made.expiresAt }
      session.answer(told, () => [
        ...Object.values(files).map((file) => words.text('gateway.written', { file })),
        ...(made.expiresAt === null ? [] : [words.text('gateway.expires', { time: localTime(made.expiresAt) })]),
      ])
    })
  withExamples(command, session, ['ondine gateway certificate 7076ff0056081234 --out certificates'])
}

function namesIn(out: string, gatewayId: string) {
  const id = gatewayId.replace(/[^0-9a-z]/gi, '').toLowerCase()
  return { key: join(out, `${id}.key`), certificate: join(out, `${id}.crt`), ca: join(out, `${id}.ca.crt`) }
}

/** Looked at before another certificate is made; the writing looks again. */
async function refuseExisting(files: readonly string[]): Promise<void> {
  const { existsSync } = await import('node:fs')
  const there = files.find((file) => existsSync(file))
  if (there !== undefined) throw new OndineError('cli.file-there', { file: there })
}

async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600, flush: true })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')
      throw new OndineError('cli.file-there', { file }, { cause: thrown })
    throw thrown
  }
}
