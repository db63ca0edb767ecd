import { OndineError } from '../../errors/ondine-error.ts'
import { encryptTo } from '../../formats/age.ts'
import { writeDelivery } from '../../provisioning/suppliers/delivery-files.ts'
import { keepProfile } from '../../provisioning/suppliers/supplier-profile.ts'
import { recipientOf } from '../../provisioning/territory/territory-folder.ts'
import type { Session } from '../session.ts'
import type { Checked, ImportOptions } from './look.ts'
import { aboutFiles, counts, lookedAt } from './shown.ts'

/** Writes table, keys and report, and keeps what the supplier's columns are. Rejects with `delivery.…` before anything is written. */
export async function write(session: Session, checked: Checked, { territory, replace, dropMissing }: ImportOptions): Promise<void> {
  const { rows, paths, supplier, understood, model, dropped } = checked
  if (paths === null) return
  if (dropped !== null && dropMissing !== true) {
    const { table: file, count, first, free } = dropped
    const isEmpty = rows.every(({ device }) => device === null)
    throw isEmpty
      ? new OndineError('delivery.would-empty', { file, count, first })
      : new OndineError('delivery.would-drop', { file, count, first, free })
  }
  const recipient = await recipientOf(territory)
  const withoutModel = rows.filter(({ device }) => device !== null && device.model === null).length
  if (withoutModel > 0) throw new OndineError('delivery.no-model', { count: withoutModel })
  const { language } = session
  await writeDelivery({ territory, paths, rows, recipient, encrypt: encryptTo, language, replace: replace === true })
  const [first] = understood.devices
  const isNew = supplier !== null && understood.profile === null
  const profile =
    isNew && first !== undefined
      ? await keepProfile(territory, supplier, { columns: first.columns, keys: understood.keys[0]?.columns ?? null, model })
      : null
  const written = counts(rows)
  const isWritten = written.taken > 0 || dropped !== null
  const files = isWritten ? paths : { report: paths.report }
  session.answer(
    { file: understood.delivery.file, ...written, ...files, profile, ...(replace === true ? { dropped: dropped?.count ?? 0 } : {}) },
    () => [...lookedAt(session, checked), ...aboutFiles(session, isWritten ? written.taken : null, paths, profile, territory)],
  )
}
