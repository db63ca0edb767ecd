import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OndineError } from '../../errors/ondine-error.ts'

/** Makes the creation, renaming or removal of files in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces a file as a whole: after a crash it holds the old or the new text, never a part. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  const handle = await open(draft, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}

/** `FileHandle.write` may write less than asked, on a disk that fills up for instance. */
export async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Whether so much can be written: a file that is gone at once. Rejects as the disk does. */
export async function writeProbe(
  path: string,
  bytes: Buffer,
  disk: { write(handle: FileHandle, bytes: Buffer, position: number): Promise<void>; sync(handle: FileHandle): Promise<void> },
): Promise<void> {
  const handle = await open(path, 'w')
  try {
    await disk.write(handle, bytes, 0)
    await disk.sync(handle)
  } finally {
    await handle.close()
    await rm(path, { force: true })
  }
}

const pageBytes = 4096

/** Up to `length` bytes from `position`, fewer only at the end of the file. A place that the disk cannot read any more reads as zeros. */
export async function readAt(handle: Pick<FileHandle, 'read'>, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let done = 0
  let most = length
  while (done < length) {
    const wanted = Math.min(most, length - done)
    try {
      const { bytesRead } = await handle.read(bytes, done, wanted, position + done)
      if (bytesRead === 0) break
      done += bytesRead
    } catch (error) {
      if (!hasCode(error, 'EIO')) throw error
      if (wanted > pageBytes) {
        // One bad block must not take what stands around it: the rest is read page by page.
        most = pageBytes
        continue
      }
      bytes.fill(0, done, done + wanted)
      done += wanted
    }
  }
  return bytes.subarray(0, done)
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/**
 * One process per folder. Node has no flock, so the lock is SQLite's on an otherwise empty file: the kernel releases it
 * with the process, however it ends, and neither reused process ids nor containers that share the folder deceive it.
 */
export class FolderLock {
  private database: DatabaseSync | null = null

  /** Throws `spool.taken`, or `spool.unreadable` when the file cannot be made. */
  take(folder: string, file: string): void {
    const database = openDatabase(file)
    try {
      database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
    } catch (cause) {
      database.close()
      throw new OndineError('spool.taken', { folder }, { cause })
    }
    this.database = database
  }

  release(): void {
    this.database?.close()
    this.database = null
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OndineError('spool.unreadable', { file, reason }, { cause })
  }
}
