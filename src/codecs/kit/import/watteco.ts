import { parseJson5 } from '../../../formats/json5.ts'
import { readExamples } from './actility.ts'
import { conventionOf } from './convention.ts'
import type { Entry, ImportedModel, Layout } from './layout.ts'
import { fieldsOf, textOf } from './read-value.ts'
import { readSource } from './source.ts'
import type { SourceFiles } from './source-files.ts'

/** Watteco Codec-API: `distrib/D/{main.js, examples.json, metadata.json}` as released; `devices/D/` has the same while it is worked on. */
export const wattecoLayout: Layout = {
  name: 'watteco',
  recognises: (files) => roots.some((root) => files.folders(root).some((device) => isDevice(files, `${root}/${device}`))),
  entries(files) {
    const found = new Map<string, Entry>()
    for (const root of roots) {
      for (const device of files.folders(root)) {
        const path = `${root}/${device}`
        if (found.has(device) || !isDevice(files, path)) continue
        found.set(device, { vendor: 'watteco', model: device, path, read: () => readDevice(files, path, device) })
      }
    }
    return [...found.values()].sort((a, b) => (a.model < b.model ? -1 : 1))
  },
}

const roots = ['distrib', 'devices'] as const

function isDevice(files: SourceFiles, path: string): boolean {
  const names = files.files(path)
  return names.includes('main.js') && names.includes('examples.json')
}

function readDevice(files: SourceFiles, path: string, device: string): ImportedModel {
  const file = `${path}/main.js`
  const source = readSource(files, file)
  const { vectors, unread } = readExamples(files, `${path}/examples.json`)
  return {
    title: `Watteco ${titleOf(files, path) ?? device}`,
    vendor: 'Watteco',
    codecs: [{ parts: [{ path: file, source, entries: 'all' }], convention: conventionOf('ts013', vectors), firmware: [], vectors }],
    profile: null,
    euiPrefixes: [],
    sources: [],
    unread,
    otherCodecs: [],
  }
}

function titleOf(files: SourceFiles, path: string): string | undefined {
  try {
    return textOf(fieldsOf(parseJson5(files.text(`${path}/metadata.json`) ?? '{}', path)).name)
  } catch {
    return undefined
  }
}
