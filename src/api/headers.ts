import type { NextFunction, Request, Response } from 'express'

/** Headers of every answer. The API is never kept by a cache and never shown in a frame. */
export function safeHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  })
  next()
}

/** The documentation has its style in itself, and nothing else. */
export const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** From this machine and not through a proxy: a proxy on the same host makes every stranger look like one of us. */
export function isLocal(request: Request): boolean {
  const address = request.socket.remoteAddress ?? ''
  const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return !proxied && (address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.'))
}
