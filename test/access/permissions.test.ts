import { describe, expect, test } from 'vitest'
import { actions, may } from '../../src/access/permissions.ts'
import { mayOrder, roleSchema, serverScope } from '../../src/access/scope.ts'

/** Written out by hand, cell by cell: what a role may do is a promise, not a computation. */
const promised = {
  admin: { read: true, install: true, order: true, manage: true, prune: true, replay: true, administrate: true },
  operator: { read: true, install: true, order: true, manage: true, prune: true, replay: true, administrate: false },
  technician: { read: true, install: true, order: true, manage: true, prune: false, replay: false, administrate: false },
  agent: { read: true, install: true, order: false, manage: false, prune: false, replay: false, administrate: false },
  integrator: { read: true, install: false, order: false, manage: false, prune: false, replay: false, administrate: false },
  reader: { read: true, install: false, order: false, manage: false, prune: false, replay: false, administrate: false },
} as const

const cells = roleSchema.options.flatMap((role) => actions.map((action) => ({ role, action, allowed: promised[role][action] })))

describe('permissions', () => {
  test.for(cells)('$role may $action: $allowed', ({ role, action, allowed }) => {
    expect(may({ ...serverScope, role }, action)).toBe(allowed)
  })

  test('mayOrder says the same as the table', () => {
    for (const role of roleSchema.options) expect(mayOrder({ ...serverScope, role })).toBe(promised[role].order)
  })
})
