import { destination, type Logger, pino } from 'pino'

/**
 * JSON lines on standard error: standard output belongs to people. Fields that could carry a secret or a person's
 * address are removed whatever room wrote them.
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    },
    destination({ fd: 2, sync: true }),
  )
}

const secretFields = ['token', 'password', 'authorization', 'appKey', 'nwkKey', 'genAppKey', 'address']
