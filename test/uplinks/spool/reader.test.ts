import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { event, SpoolFixture, texts } from './spool-fixture.ts'

test('a segment that cannot be opened for a moment costs nothing: what was read before it is read again', async () => {
  const fixture = await SpoolFixture.make()
  const spool = await fixture.start({ segmentBytes: 1 })
  for (const text of ['a', 'b', 'c']) await spool.append([event(text)])
  const second = join(fixture.folder, (await fixture.files('.spool'))[1] ?? '')
  await rename(second, `${second}.away`)
  const reader = spool.look(0)
  await expect(reader.read(10)).rejects.toMatchObject({ code: 'ENOENT' })
  await rename(`${second}.away`, second)
  expect(texts(await reader.read(10))).toEqual(['a', 'b', 'c'])
  await reader.close()
})
