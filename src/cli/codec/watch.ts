import { watch } from 'node:fs'

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
  const watcher = watch(folder, { recursive: true }, note)
  // A folder that is replaced while it is looked at: what is there then is told by the next run.
  watcher.on('error', note)
  signal.addEventListener('abort', note, { once: true })
  try {
    while (!signal.aborted) {
      pending = false
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
    watcher.close()
  }
}
