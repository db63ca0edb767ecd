// A process that starts an engine, tells the pids of its children and waits to be killed.
import { pino } from 'pino'
import { CodecEngine } from '../../../../src/codecs/engine/codec-engine.ts'

const engine = new CodecEngine({ logger: pino({ level: 'silent' }), processes: 1 })
await engine.start()
process.stdout.write(JSON.stringify(engine.pids()))
setInterval(() => {}, 1_000)
