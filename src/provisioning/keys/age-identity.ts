import { type AgeIdentity, newIdentity, recipientOf } from '../../formats/age.ts'
import { keptSecret } from './data-key.ts'

/**
 * To whom suppliers' keys are encrypted, and what opens them: `<dataDir>/age.key` (mode 0600), an identity file as age itself
 * writes them, made at the first call. Rejects with `vault.key-file-damaged` and `age.identity-malformed`.
 */
export async function ageIdentity(dataDir: string): Promise<AgeIdentity> {
  const text = await keptSecret(dataDir, 'age', { make: identityFile, fits: (kept) => identityIn(kept) !== undefined })
  const identity = identityIn(text) ?? ''
  return { identity, recipient: await recipientOf(identity) }
}

async function identityFile(): Promise<string> {
  const { identity, recipient } = await newIdentity()
  return `# public key: ${recipient}\n${identity}\n`
}

function identityIn(text: string): string | undefined {
  return text.split(/\r?\n/).find((line) => /^AGE-SECRET-KEY-1[0-9A-Z]+$/.test(line))
}
