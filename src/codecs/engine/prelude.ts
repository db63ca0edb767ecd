import { callKind } from './call-stream.ts'
import { dispatcher, planNumbers } from './dispatcher.ts'
import { limits } from './limits.ts'
import { realm } from './realm.ts'
import { makeBuffer } from './realm-buffer.ts'
import { makeFrameClock } from './realm-clock.ts'
import { addTools } from './realm-tools.ts'
import { controlPlaces, resultCodes } from './result-codes.ts'
import { makeResultWriter } from './result-writer.ts'

const constants = JSON.stringify({ limits, codes: resultCodes, places: controlPlaces, kinds: callKind, planNumbers })

/** Run in each codec's realm before the codec; gives its `Realm`. */
export const realmSource = `(() => { 'use strict'
return (${realm})({
  kinds: ${JSON.stringify(callKind)}, makeFrameClock: ${makeFrameClock}, addTools: ${addTools}, makeBuffer: ${makeBuffer},
})
})()`

/** Run once in each isolate; gives what makes its dispatcher from the shared buffers. */
export const dispatcherSource = `(() => { 'use strict'
return (buffers) => (${dispatcher})({ ...${constants}, makeResultWriter: ${makeResultWriter} }, buffers)
})()`
