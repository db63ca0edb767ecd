import { textOf } from './read-value.ts'
import type { SourceFiles } from './source-files.ts'

/** Where a checkout comes from: the address that git has for it, without any name or password in it; else the folder's name. */
export function sourceOf(files: SourceFiles): string {
  return remoteOf(files) ?? files.name
}

function remoteOf(files: SourceFiles): string | undefined {
  try {
    const [, said] = /^[ \t]*url[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(files.text('.git/config') ?? '') ?? []
    if (said === undefined) return undefined
    const [, host, path] = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(said) ?? []
    const url = new URL(host === undefined ? said : `ssh://${host}/${path}`)
    url.username = ''
    url.password = ''
    url.search = ''
    return url.protocol === 'file:' ? undefined : textOf(`${url.host}${url.pathname.replace(/\.git$/, '')}`)
  } catch {
    return undefined
  }
}
