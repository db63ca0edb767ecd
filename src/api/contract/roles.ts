export { permissions } from '../../access/permissions.ts'
