import type { Command } from 'commander'
import type { WordsKey } from '../language/translator.ts'
import type { Session } from './session.ts'

/** Gives a command its options, its subcommands and what it does. */
export type Build = (command: Command, session: Session) => void

interface Group {
  name: string
  summary: Extract<WordsKey, `help.${string}`>
  /** has no subcommands */
  alone?: true
  /** its file is read only when it is asked for: `ondine --help` must answer at once */
  load: () => Promise<{ build: Build }>
}

export const groups: readonly Group[] = [
  { name: 'start', summary: 'help.start', alone: true, load: () => import('./groups/start.ts') },
  { name: 'status', summary: 'help.status', alone: true, load: () => import('./groups/status.ts') },
  { name: 'doctor', summary: 'help.doctor', alone: true, load: () => import('./groups/doctor.ts') },
  { name: 'config', summary: 'help.config-group', load: () => import('./groups/config.ts') },
  { name: 'init', summary: 'help.init', alone: true, load: () => import('./groups/init.ts') },
  { name: 'import', summary: 'help.import', alone: true, load: () => import('./groups/import.ts') },
  { name: 'plan', summary: 'help.plan', alone: true, load: () => import('./groups/plan.ts') },
  { name: 'apply', summary: 'help.apply', alone: true, load: () => import('./groups/apply.ts') },
  { name: 'jobs', summary: 'help.jobs', load: () => import('./groups/jobs.ts') },
  { name: 'adopt', summary: 'help.adopt', alone: true, load: () => import('./groups/adopt.ts') },
  { name: 'drift', summary: 'help.drift', alone: true, load: () => import('./groups/drift.ts') },
  { name: 'pull', summary: 'help.pull', alone: true, load: () => import('./groups/pull.ts') },
  { name: 'device', summary: 'help.device', load: () => import('./groups/device.ts') },
  { name: 'gateway', summary: 'help.gateway', load: () => import('./groups/gateway.ts') },
  { name: 'reading', summary: 'help.reading', load: () => import('./groups/reading.ts') },
  { name: 'deadletters', summary: 'help.deadletters', load: () => import('./groups/deadletters.ts') },
  { name: 'replay', summary: 'help.replay', load: () => import('./groups/replay.ts') },
  { name: 'command', summary: 'help.command', load: () => import('./groups/command.ts') },
  { name: 'codec', summary: 'help.codec', load: () => import('./groups/codec.ts') },
  { name: 'token', summary: 'help.access-token', load: () => import('./groups/token.ts') },
]
