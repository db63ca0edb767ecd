import { message, type Words } from '../message.ts'

const words = (en: string, fr: string): Words => ({ en, fr })

/** What `ondine replay` says, help included. */
export const replayWords = {
  'help.replay': words('decode stored frames again, by today’s codec', 'décoder à nouveau les trames gardées, avec le codec d’aujourd’hui'),
  'help.replay-list': words('replays, newest first', 'les rejeux, les plus récents d’abord'),
  'help.replay-show': words('how far a replay is, and what it found', 'où en est un rejeu, et ce qu’il a trouvé'),
  'help.replay-stop': words('end a replay; what it replaced stays', 'arrêter un rejeu ; ce qui est remplacé le reste'),
  'help.arg-replay': words('number of the replay', 'numéro du rejeu'),
  'help.opt-replay-model': words('whose frames', 'le modèle dont les trames sont rejouées'),
  'help.opt-replay-from': words('readings from this date or time on', 'relevés à partir de cette date ou heure'),
  'help.opt-replay-to': words(
    'readings before this date or time; left out: up to now',
    'relevés avant cette date ou heure ; omis : jusqu’à maintenant',
  ),
  'help.opt-replay-device': words('only this device; may be given again', 'seulement cet appareil ; peut être répété'),
  'help.opt-replay-dry-run': words('only say what would change, with ten examples', 'dire seulement ce qui changerait, avec dix exemples'),
  'help.opt-replay-alarms': words(
    'raise and clear alarms by what was replaced',
    'lever et éteindre les alarmes d’après ce qui est remplacé',
  ),
  'help.opt-replay-readings': words(
    'send reading messages of what was replaced again',
    'renvoyer les messages reading de ce qui est remplacé',
  ),
  'replay.running': words('under way', 'en cours'),
  'replay.done': words('done', 'terminé'),
  'replay.stopped': words('stopped', 'arrêté'),
  'replay.failed': words('failed', 'échoué'),
  'replay.changed': words('changed', 'modifié'),
  'replay.appeared': words('new', 'nouveau'),
  'replay.vanished': words('gone', 'disparu'),
  'replay.dry-word': words('dry run', 'essai à blanc'),
  'replay.dry': message<{ number: number; state: string }>({
    en: (c) => `Replay ${c.number}, a dry run, ${c.state}: nothing was changed`,
    fr: (c) => `Rejeu ${c.number}, essai à blanc, ${c.state} : rien n’a été changé`,
  }),
  'replay.ended': message<{ number: number; state: string }>({
    en: (c) => `Replay ${c.number}: ${c.state}`,
    fr: (c) => `Rejeu ${c.number} : ${c.state}`,
  }),
  'replay.span': message<{ from: string; to: string; devices: string; frames: string }>({
    en: (c) => `  from ${c.from} to ${c.to}, devices: ${c.devices}, frames: ${c.frames}`,
    fr: (c) => `  du ${c.from} au ${c.to}, appareils : ${c.devices}, trames : ${c.frames}`,
  }),
  'replay.counts': message<{ changed: string; appeared: string; vanished: string; unchanged: string }>({
    en: (c) => `  readings changed: ${c.changed}, new: ${c.appeared}, gone: ${c.vanished}, as they were: ${c.unchanged}`,
    fr: (c) => `  relevés modifiés : ${c.changed}, nouveaux : ${c.appeared}, disparus : ${c.vanished}, inchangés : ${c.unchanged}`,
  }),
  'replay.kept': message<{ kept: string }>({
    en: (c) => `  left as they are, because their frame is not kept any more or cannot be decoded: ${c.kept}`,
    fr: (c) => `  laissés tels quels, leur trame n’étant plus gardée ou pas décodable : ${c.kept}`,
  }),
  'replay.undecoded': message<{ undecoded: string }>({
    en: (c) => `  frames that cannot be decoded today: ${c.undecoded}. See ondine codec list`,
    fr: (c) => `  trames non décodables aujourd’hui : ${c.undecoded}. Voir ondine codec list`,
  }),
  'replay.rejected': message<{ rejected: string }>({
    en: (c) => `  refused by the database, the former ones were put back: ${c.rejected}`,
    fr: (c) => `  refusés par la base, les anciens ont été remis : ${c.rejected}`,
  }),
  'replay.bar': message<{ frames: string; rate: string; left: string }>({
    en: (c) => `${c.frames} frames${c.rate === '' ? '' : `  ${c.rate}/s`}  ${c.left}`,
    fr: (c) => `${c.frames} trames${c.rate === '' ? '' : `  ${c.rate}/s`}  ${c.left}`,
  }),
  'replay.left': message<{ number: number }>({
    en: (c) => `Replay ${c.number} goes on by itself. Follow it with ondine replay show ${c.number}`,
    fr: (c) => `Le rejeu ${c.number} continue seul. Suivez-le avec ondine replay show ${c.number}`,
  }),
  'replay.ask': message<{ count: string }>({
    en: (c) => `Replace these readings (${c.count})?`,
    fr: (c) => `Remplacer ces relevés (${c.count}) ?`,
  }),
  'replay.needs': words('Which frames? Give --model and --from', 'Quelles trames ? Donnez --model et --from'),
  'replay.bad-time': message<{ text: string }>({
    en: (c) => `${c.text} is neither a date (2026-11-22) nor a time with its zone (2026-11-22T06:00:00Z)`,
    fr: (c) => `${c.text} n’est ni une date (2026-11-22) ni une heure avec son fuseau (2026-11-22T06:00:00Z)`,
  }),
  'status.frames': words('raw frames', 'trames brutes'),
  'status.frames-kept': message<{ kept: string; megabytes: string; since: string }>({
    en: (c) => `${c.kept} since ${c.since}, ${c.megabytes} MB`,
    fr: (c) => `${c.kept} depuis le ${c.since}, ${c.megabytes} Mo`,
  }),
  'status.swept': message<{ at: string; dropped: string }>({
    en: (c) => `${c.at}, frames dropped: ${c.dropped}`,
    fr: (c) => `${c.at}, trames supprimées : ${c.dropped}`,
  }),
  'status.retention': words('retention', 'conservation'),
}
