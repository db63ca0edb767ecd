/** The tables of provisioning as kysely sees them; what holds of those of `schema.ts` holds of these. */
export interface ProvisioningTables {
  provisioning_memory: MemoryTable
  provisioning_sealed_key: SealedKeyTable
  provisioning_plan: PlanTable
  provisioning_plan_row: PlanRowTable
  provisioning_step: StepTable
  provisioning_job: JobTable
  provisioning_journal: JournalTable
  provisioning_counter: { name: string; last: number }
}

export interface MemoryTable {
  kind: string
  key: string
  /** slug */
  tenant: string
  network_id: string
  owner: string | null
  fingerprint: string
  keys: string | null
  updated_at: string | null
  /** JSON */
  written: string
}

/** By device and fingerprint. */
interface SealedKeyTable {
  dev_eui: string
  fingerprint: string
  sealed: string
  sealed_at: string
}

export interface PlanTable {
  id: string
  created_at: string
  account: string
  /** JSON: slugs */
  tenants: string
  owner: string
  basis: string
  /** JSON */
  guards: string
  /** JSON */
  others: string
  /** JSON */
  counts: string
  steps: number
  rows: number
  /** 0: its steps and rows are being written or dropped */
  complete: number
}

export interface PlanRowTable {
  plan_id: string
  position: number
  outcome: string
  /** position of its step; null: nothing to do */
  step: number | null
  /** JSON */
  row: string
}

export interface StepTable {
  /** id of a plan, or of a job whose steps are of no plan */
  list_id: string
  position: number
  /** the one it is of; null: of none, or of several */
  dev_eui: string | null
  /** fingerprint of the sealed keys of this device that it needs */
  keys: string | null
  /** JSON */
  step: string
}

export interface JobTable {
  id: string
  number: number
  list_id: string
  action: string
  /** slug */
  tenant: string | null
  subject: string
  account: string
  /** JSON */
  scope: string
  state: string
  all_or_nothing: number
  again: number
  created_at: string
  started_at: string | null
  ended_at: string | null
  total: number
  done: number
  failed: number
}

/** A step that was not begun has no line. */
interface JournalTable {
  job_id: string
  position: number
  state: string
  attempts: number
  /** JSON */
  problem: string | null
}
