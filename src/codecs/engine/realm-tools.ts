/** What codecs of other platforms expect to find. Its text is compiled inside the realm, before the codec. */
export function addTools(): void {
  const scope: Record<string, unknown> = globalThis as never
  const silent = () => {}
  scope.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }
  const module = { exports: {} }
  scope.module = module
  scope.exports = module.exports
}
