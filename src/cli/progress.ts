import type { Session } from './session.ts'

export interface Progress {
  /** whether a bar is on the terminal */
  shown: boolean
  /** one more is done; `text` names it */
  step: (text: string) => void
  /** so many are done */
  at: (value: number, text: string) => void
  stop: () => void
}

/** A bar on the terminal for what takes a while; nothing where nobody looks, or for so few that it would only flicker. */
export async function progress(session: Session, total: number, least = 4): Promise<Progress> {
  const nobody = { shown: false, step: () => {}, at: () => {}, stop: () => {} }
  const looked = session.io.isTerminal && process.stderr.isTTY === true && session.options.json !== true
  if (!looked || total < least) return nobody
  const { default: library } = await import('cli-progress')
  const bar = new library.SingleBar({
    format: '[{bar}] {value} / {total}  {text}',
    barCompleteChar: '#',
    barIncompleteChar: '-',
    barsize: 26,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  })
  bar.start(total, 0, { text: '' })
  return {
    shown: true,
    step: (text) => bar.increment(1, { text }),
    at: (value, text) => bar.update(value, { text }),
    stop: () => bar.stop(),
  }
}

/** How many are done before a line tells it, and after how many ms at the latest. */
const [often, late] = [50, 10_000]

/** A bar on a terminal; elsewhere a line on standard error now and then, so that nobody takes it for dead. */
export async function steps(session: Session, total: number): Promise<Pick<Progress, 'step' | 'stop'>> {
  const bar = await progress(session, total)
  let done = 0
  let told = { done: 0, at: session.io.now().getTime() }
  return {
    step(model) {
      done += 1
      bar.step(model)
      const now = session.io.now().getTime()
      if (bar.shown || (done - told.done < often && now - told.at < late)) return
      told = { done, at: now }
      session.io.err(`${session.words.text('import.progress', { done, total, model })}\n`)
    },
    stop: () => bar.stop(),
  }
}
