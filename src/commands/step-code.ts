/** What a step of an order tells: its code, and the names of the facts that its sentence is made of. */
export const stepFacts = {
  'accepted-by': ['account'],
  /** ends the effect of another order */
  'return-order': [],
  'handed-over': [],
  'in-queue': [],
  /** after a hand-over that nobody answered */
  'found-in-queue': [],
  'not-in-queue': [],
  /** the network server empties a device's queue when it joins, where its device profile says so */
  'lost-at-join': [],
  'sent-by-gateway': ['gateway', 'fCnt'],
  confirmed: [],
  'not-confirmed': [],
  'not-confirmed-before-expiry': [],
  /** ended by the network server */
  'expired-in-queue': [],
  /** never handed over */
  'expired-unsent': [],
  /** handed over, and nothing heard since */
  'expired-unreported': [],
  /** handed over perhaps: the network server could not be asked */
  'expired-unknown': [],
  'too-long': ['answer'],
  /** a remark: the network server tries again */
  'gateway-refused': ['answer'],
  /** `error` is the code of an error, whose own facts stand beside it */
  refused: ['error'],
  /** a return order whose order was never transmitted */
  'nothing-to-end': [],
  /** a return order whose effect a later order has replaced */
  superseded: ['by'],
  /** free text, of steps written before there were codes */
  note: ['text'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type StepCode = keyof typeof stepFacts
export const stepCodes = Object.keys(stepFacts).filter((code): code is StepCode => Object.hasOwn(stepFacts, code))

/** The facts of one code, and what else is known. */
export type StepContext<C extends StepCode> = Readonly<
  Record<string, string | number> & Record<(typeof stepFacts)[C][number], string | number>
>
