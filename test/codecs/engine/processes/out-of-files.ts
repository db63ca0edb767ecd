/** Its children die while no file descriptor is left for new ones; prints what a frame gives once there are some again. */
import { closeSync, openSync } from 'node:fs'
import type { CodecEngineEvent } from '../../../../src/codecs/engine/codec-engine.ts'
import { goodCodec, Sources, startEngine } from '../engine-support.ts'

const events: CodecEngineEvent[] = []
const sources = new Sources().set('acme/good', goodCodec)
const engine = await startEngine({ events })
const held: number[] = []
try {
  for (;;) held.push(openSync('/dev/null', 'r'))
} catch {
  for (const pid of engine.pids()) process.kill(pid, 'SIGKILL')
}
while (!events.some((event) => event.type === 'child-gone' && event.reason.includes('EMFILE')))
  await new Promise((resolve) => setTimeout(resolve, 20))
for (const file of held) closeSync(file)
console.log(JSON.stringify(await engine.decode([sources.frame('acme/good')])))
await engine.stop()
