import * as first from './0001-first.ts'
import * as deadLetterOnce from './0002-dead-letter-once.ts'
import * as stepCodes from './0003-order-step-codes.ts'
import * as orderIndices from './0004-order-indices.ts'
import * as orderRequest from './0005-order-request.ts'
import * as deviceSerial from './0006-device-serial.ts'
import * as provisioning from './0007-provisioning.ts'
import * as keysOfPlans from './0008-keys-of-plans.ts'
import * as deadLetterModel from './0009-dead-letter-model.ts'
import type { Migration } from './migration-target.ts'

/** Forward only, in this order; one that was released is never changed again. */
export const migrations: readonly Migration[] = [
  { name: '0001-first', up: first.up },
  { name: '0002-dead-letter-once', up: deadLetterOnce.up },
  { name: '0003-order-step-codes', up: stepCodes.up },
  { name: '0004-order-indices', up: orderIndices.up },
  { name: '0005-order-request', up: orderRequest.up },
  { name: '0006-device-serial', up: deviceSerial.up },
  { name: '0007-provisioning', up: provisioning.up },
  { name: '0008-keys-of-plans', up: keysOfPlans.up },
  { name: '0009-dead-letter-model', up: deadLetterModel.up },
]
