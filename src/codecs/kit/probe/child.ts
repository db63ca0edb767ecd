/**
 * The probe's child process: takes a job as a line of JSON, gives its answer as one. Arguments: the files of isolated-vm,
 * of the QuickJS library and of its build, which could not be searched for under Node's permissions.
 */
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { QuickJSWASMModule } from 'quickjs-emscripten-core'
import { inChirpstack } from './in-chirpstack.ts'
import { inV8 } from './in-v8.ts'
import type { ChirpstackAnswer, ProbeJob, V8Answer } from './job.ts'

const [isolatedVm = '', library = '', build = ''] = process.argv.slice(2)
const require = createRequire(import.meta.url)
let loaded: Promise<QuickJSWASMModule> | undefined
const quickJs = {
  take() {
    loaded ??= loadQuickJs()
    return loaded
  },
  spoilt() {
    loaded = undefined
  },
}

function loadQuickJs(): Promise<QuickJSWASMModule> {
  const { newQuickJSWASMModuleFromVariant }: typeof import('quickjs-emscripten-core') = require(library)
  const { default: variant }: typeof import('@jitl/quickjs-ng-wasmfile-release-sync') = require(build)
  return newQuickJSWASMModuleFromVariant(variant)
}

async function answer(job: ProbeJob): Promise<V8Answer | ChirpstackAnswer> {
  return job.task === 'v8' ? inV8(require(isolatedVm), job) : inChirpstack(quickJs, job)
}

// A codec's own errors are told in the answer; what breaks the probe itself ends it, and the parent says so.
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
}
