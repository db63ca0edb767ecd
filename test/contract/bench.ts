import type { Connection } from '../../src/adapters/chirpstack/wire/grpc.ts'
import { ChirpstackApi } from '../support/chirpstack-api.ts'
import type { ContractNetwork, ContractSubject } from './network.ts'

/** A fresh tenant, application and profile for one test of calls, with ids that no other test uses. */
export interface Bench {
  api: ChirpstackApi
  call: Connection['call']
  tenantId: string
  applicationId: string
  profileId: string
  /** a new one at each call */
  eui(): string
  /** the words of the database */
  database: ContractSubject['database']
}

let count = 0

export async function openBench(network: ContractNetwork, subject: ContractSubject): Promise<Bench> {
  const api = new ChirpstackApi(network.connect())
  const tenantId = await api.createTenant({ name: 'Tours' })
  const applicationId = await api.createApplication({ tenantId, name: 'water' })
  const profileId = await api.createProfile({ tenantId, name: 'class A' })
  const eui = () => {
    count += 1
    return `70b3d5e75f${count.toString(16).padStart(6, '0')}`
  }
  return { api, call: api.connection.call.bind(api.connection), tenantId, applicationId, profileId, eui, database: subject.database }
}
