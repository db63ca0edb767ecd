import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'

/** ms without a change before the next run: an editor writes a file in several steps */
const quiet = 150

/**
 * Runs now, and again after changes below a folder, one run at a time, until the signal; a change during a run is followed
 * by another run. `run` must not throw.
 */
export async function watchFolders(folder: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  let changed: (() => void) | undefined
  let pending = false
  const note = () => {
    pending = true
    changed?.()
  }
  const watched = new WatchedFolders(folder, note)
  signal.addEventListener('abort', note, { once: true })
  try {
    while (!signal.aborted) {
      pending = false
      watched.look()
      await run()
      if (!pending && !signal.aborted) {
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
      while (pending && !signal.aborted) {
        pending = false
        await new Promise((resolve) => setTimeout(resolve, quiet))
      }
    }
  } finally {
    watched.close()
  }
}

/**
 * Each folder by itself, never a file: an editor that writes a new file and renames it over the old one takes the old one's
 * watch along, Node's own recursive watching on Linux included.
 */
class WatchedFolders {
  private readonly root: string
  private readonly note: () => void
  private readonly watchers = new Map<string, { inode: number; watcher: FSWatcher }>()

  constructor(root: string, note: () => void) {
    this.root = root
    this.note = note
  }

  /** Takes up folders that are new, and lets those go that are not there any more. */
  look(): void {
    const found = foldersBelow(this.root)
    for (const [folder, { inode, watcher }] of this.watchers) {
      // One that was put in the place of another has the same name.
      if (found.get(folder) === inode) continue
      watcher.close()
      this.watchers.delete(folder)
    }
    for (const [folder, inode] of found) if (!this.watchers.has(folder)) this.add(folder, inode)
  }

  close(): void {
    for (const { watcher } of this.watchers.values()) watcher.close()
    this.watchers.clear()
  }

  private add(folder: string, inode: number): void {
    try {
      const watcher = watch(folder, this.note)
      // One that is replaced while it is looked at is found again by the next look.
      const lost = () => {
        watcher.close()
        if (this.watchers.get(folder)?.watcher === watcher) this.watchers.delete(folder)
        this.note()
      }
      watcher.on('error', lost)
      this.watchers.set(folder, { inode, watcher })
    } catch (thrown) {
      // Gone since it was found; that there may be no more watchers is for the one who watches to know.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
    }
  }
}

/** The folder of models, those of the vendors and of their models, with their inodes. */
function foldersBelow(folder: string, depth = 2): Map<string, number> {
  try {
    const found = statSync(folder)
    if (!found.isDirectory()) return new Map()
    const inside = depth === 0 ? [] : readdirSync(folder).filter((name) => !name.startsWith('.'))
    return new Map([[folder, found.ino], ...inside.flatMap((name) => [...foldersBelow(join(folder, name), depth - 1)])])
  } catch {
    return new Map()
  }
}
