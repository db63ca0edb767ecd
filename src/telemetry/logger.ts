import { type DestinationStream, destination, type Logger, pino } from 'pino'

/**
 * JSON lines on standard error: standard output belongs to people. Fields that could carry a secret or a person's
 * address are removed whatever room wrote them.
 */
export function createLogger(level: string, to: DestinationStream = destination({ fd: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    },
    to,
  )
}

const secretFields = ['token', 'password', 'authorization', 'appKey', 'nwkKey', 'genAppKey', 'address']
