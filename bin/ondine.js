#!/usr/bin/env node
// Only dynamic imports and plain syntax: an older Node must be able to read this file far enough to say what it lacks.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `ondine needs Node 24 or newer, and this is Node ${process.versions.node}: start it with npx or npm, which bring their own.`,
  )
  process.exitCode = 2
} else {
  start()
}

async function start() {
  const fs = await import('node:fs')
  const { enableCompileCache } = await import('node:module')
  const { fileURLToPath } = await import('node:url')
  // Beside the program: only who may change the program may change what is run of it. Where it cannot be written, there is none.
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/ondine', import.meta.url)))
  await import(mainFile(fs))
}

/** The build while it is as new as the sources, else the sources: a clone works without a build. */
function mainFile(fs) {
  const source = new URL('../src/', import.meta.url)
  const built = new URL('../dist/main.js', import.meta.url)
  if (!fs.existsSync(built)) return new URL('main.ts', source).href
  if (!fs.existsSync(source)) return built.href
  const age = fs.statSync(built).mtimeMs
  const files = fs.readdirSync(source, { recursive: true })
  const isOld = files.some((file) => file.endsWith('.ts') && fs.statSync(new URL(file, source)).mtimeMs > age)
  return isOld ? new URL('main.ts', source).href : built.href
}
