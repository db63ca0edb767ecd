import type { Role, Scope } from './scope.ts'

/**
 * read: see inventory, readings, orders and audit rows · install: bind devices to assets · order: send commands
 * manage: change the rest of the inventory, provision devices and gateways, replay dead letters · prune: delete from the network
 * what a territory declares no more · replay: decode frames of the past again, which replaces readings · administrate: tokens and tenants
 */
export const actions = ['read', 'install', 'order', 'manage', 'prune', 'replay', 'administrate'] as const
export type Action = (typeof actions)[number]

/** Which role may do what; where and on whose things is said by the rest of the scope. */
export const permissions: Readonly<Record<Role, readonly Action[]>> = {
  admin: ['read', 'install', 'order', 'manage', 'prune', 'replay', 'administrate'],
  operator: ['read', 'install', 'order', 'manage', 'prune', 'replay'],
  technician: ['read', 'install', 'order', 'manage'],
  agent: ['read', 'install'],
  integrator: ['read'],
  reader: ['read'],
}

export function may(scope: Scope, action: Action): boolean {
  return permissions[scope.role].includes(action)
}
