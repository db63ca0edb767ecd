import { createHash, randomBytes } from 'node:crypto'

/** `ond_` and 256 bits in base64url. */
const tokenPattern = /^ond_[A-Za-z0-9_-]{43}$/

export function newToken(): string {
  return `ond_${randomBytes(32).toString('base64url')}`
}

export function isToken(text: string): boolean {
  return tokenPattern.test(text)
}

/** SHA-256 in hexadecimal. 256 random bits need no salt and no slow hash: there is nothing to guess. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
