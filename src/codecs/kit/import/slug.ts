import { createHash } from 'node:crypto'

/** A name as a folder of the registry: `Triphas'O (v2)` → `triphaso-v2`. A name without any letter of ours becomes a number that stays the same. */
export function slugOf(name: string): string {
  const plain = name
    .slice(0, 300)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’`]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
    .replace(/\.{2,}/g, '.')
    .slice(0, 80)
    .replace(/[-._]+$/, '')
  return plain === '' ? `x${createHash('sha256').update(name).digest('hex').slice(0, 8)}` : plain
}
