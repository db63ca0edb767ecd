import { statfs } from 'node:fs/promises'
import { hasCode } from './files.ts'

/**
 * plenty; scarce: segments that every consumer has passed go before their time; none: no event is taken any more, so that
 * the consumers' own files (cursors, databases) have what they need to work off what is there.
 */
export type Room = 'plenty' | 'scarce' | 'none'

/** Of the reserve, what is left to others once the spool takes nothing more. */
const shareOfOthers = 8
const askEveryMs = 1_000

/** How much room the disk of a folder has, asked at most once a second. */
export class DiskRoom {
  private readonly folder: string
  private readonly reserveBytes: number
  private readonly free: (folder: string) => Promise<number>
  private readonly now: () => number
  private askedMs = Number.NEGATIVE_INFINITY
  private answer: Room = 'plenty'

  /** `reserveBytes`: to be kept free on the disk; 0: none. `free`: bytes that we may still write. */
  constructor(folder: string, reserveBytes: number, now: () => number, free: (folder: string) => Promise<number> = freeBytes) {
    this.folder = folder
    this.reserveBytes = reserveBytes
    this.now = now
    this.free = free
  }

  async look(): Promise<Room> {
    if (this.reserveBytes === 0) return 'plenty'
    const now = this.now()
    if (now - this.askedMs < askEveryMs && now >= this.askedMs) return this.answer
    this.askedMs = now
    this.answer = await this.ask()
    return this.answer
  }

  /** What a moment ago was so need not be so any more: segments have gone. */
  forget(): void {
    this.askedMs = Number.NEGATIVE_INFINITY
  }

  /** A file system that does not tell shows itself when a write fails. */
  private async ask(): Promise<Room> {
    const free = await this.free(this.folder).catch(() => Number.POSITIVE_INFINITY)
    if (free >= this.reserveBytes) return 'plenty'
    return free >= this.reserveBytes / shareOfOthers ? 'scarce' : 'none'
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Errors of a full disk, a quota and a limit of the size of files. */
export function isFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')
}
