import type { Command, Order } from '../api/contract/commands.ts'
import type { Translator } from '../language/translator.ts'
import { localTime } from './time.ts'

/** An order's command in words: `dim to 40 %`. */
export function commandText(words: Translator, { command, timeZone }: Pick<Order, 'command' | 'timeZone'>): string {
  switch (command.type) {
    case 'dim':
      return words.text('order.dim', { level: command.level })
    case 'switch':
      return words.text(command.on ? 'order.switch-on' : 'order.switch-off')
    case 'open':
      return words.text('order.open', { minutes: command.minutes })
    case 'set-interval':
      return words.text('order.set-interval', { seconds: command.seconds })
    case 'set-clock':
      return words.text('order.set-clock', { time: localTime(command.time, timeZone) })
    case 'raw':
      return words.text('order.raw', { fPort: command.fPort, hex: command.hex })
    default:
      return words.text(`order.${command.type}`)
  }
}

/** What will happen, with dates, times and offsets of where the device is: a person reads it before the device does it. */
export function orderLines(words: Translator, order: Order, now: Date): string[] {
  const time = (iso: string) => localTime(iso, order.timeZone)
  const expires = time(order.expiresAt)
  const waits = Date.parse(order.notBefore) > now.getTime()
  return [
    words.text('order.accepted', { number: order.number, what: commandText(words, order), asset: order.asset }),
    `  ${waits ? words.text('order.not-before', { from: time(order.notBefore), expires }) : words.text('order.now', { expires })}`,
    ...(order.until === null ? [] : [`  ${words.text('order.until', { until: time(order.until) })}`]),
    ...(order.until === null && stays.has(order.command.type) ? [`  ${words.text('order.endless')}`] : []),
  ]
}

/** Commands whose effect lasts until something ends it. */
const stays: ReadonlySet<Command['type']> = new Set(['dim', 'switch'])

/** One change of an order. */
export function stepLine(words: Translator, step: Order['steps'][number], { timeZone }: Pick<Order, 'timeZone'>): string {
  const told = words.step(step.code, step.context)
  return `  ${localTime(step.time, timeZone)}  ${words.text(`state.${step.state}`)}${told === '' ? '' : `  (${told})`}`
}

/** Has the order come to its end? A gateway's emission is the end of an order that no device confirms. */
export function isEnded({ state, confirmed }: Order): boolean {
  return ended.has(state) || (state === 'transmitted' && !confirmed)
}

export function isDone({ state, confirmed }: Order): boolean {
  return state === 'acknowledged' || (state === 'transmitted' && !confirmed)
}

const ended: ReadonlySet<Order['state']> = new Set(['acknowledged', 'expired', 'refused', 'failed', 'cancelled'])
