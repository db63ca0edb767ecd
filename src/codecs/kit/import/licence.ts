import { fieldsOf, textOf } from './read-value.ts'
import type { SourceFiles } from './source-files.ts'

const licenceFile = /^(licen[cs]e|copying)([.-].*)?$/i
const noLicence = 'none found'

/** The licence of a file of a catalogue: of its own folder, else of the nearest above it; an SPDX identifier where the text is known. */
export function licenceOf(files: SourceFiles, path: string): string {
  const steps = path.split('/')
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const folder = steps.slice(0, depth).join('/')
    const found = inFolder(files, folder)
    if (found !== null) return found
  }
  return noLicence
}

/** That of a device described in one file, its codecs in others; an SPDX expression where they have several. */
export function licenceOfAll(files: SourceFiles, paths: readonly string[]): string {
  const found = new Set(paths.map((path) => licenceOf(files, path)))
  if (found.size > 1) found.delete(noLicence)
  return [...found].map((licence) => (found.size > 1 && / OR /.test(licence) ? `(${licence})` : licence)).join(' AND ')
}

function inFolder(files: SourceFiles, folder: string): string | null {
  const names = files.files(folder)
  const file = names.find((name) => licenceFile.test(name))
  const text = file === undefined ? null : files.text(`${folder}/${file}`)
  if (text !== null) return spdxOf(text) ?? `see ${[folder, file].filter(Boolean).join('/')}`
  return names.includes('package.json') ? inPackage(files.text(`${folder}/package.json`) ?? '') : null
}

function inPackage(text: string): string | null {
  try {
    const { license } = fieldsOf(JSON.parse(text))
    const said = textOf(license)
    return said === undefined || !/^[\w.+ ()-]{1,60}$/.test(said) || /^(UNLICENSED|SEE )/i.test(said) ? null : said
  } catch {
    return null
  }
}

/** Characters of a licence that are read: it says what it is at its beginning. */
const longest = 20_000

/** By the words that only that licence begins with. */
const known: readonly [string, RegExp][] = [
  ['Apache-2.0', /Apache License,?\s+Version 2\.0/i],
  ['AGPL-3.0-only', /GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['LGPL-3.0-only', /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['LGPL-2.1-only', /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/i],
  ['GPL-3.0-only', /GNU GENERAL PUBLIC LICENSE\s+Version 3/i],
  ['GPL-2.0-only', /GNU GENERAL PUBLIC LICENSE\s+Version 2/i],
  ['MPL-2.0', /Mozilla Public License,?\s+(Version|v\.)\s*2\.0/i],
  ['EUPL-1.2', /European Union Public Licence\s+v\. ?1\.2/i],
  ['BSD-3-Clause', /Redistribution and use in source and binary forms[\s\S]*Neither the name/i],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/i],
  ['ISC', /Permission to use, copy, modify, and(\/or)? distribute this software for any purpose with or without fee/i],
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining a copy/i],
  ['Unlicense', /This is free and unencumbered software released into the public domain/i],
  ['CC0-1.0', /CC0 1\.0 Universal/i],
]

function spdxOf(text: string): string | null {
  const head = text.slice(0, longest)
  const named = /SPDX-License-Identifier:\s*([\w.+-]+)/.exec(head)?.[1]
  return named ?? known.find(([, words]) => words.test(head))?.[0] ?? null
}
