// The face of service/: the node as a service of the machine, under the manager that the machine has.

export { describeService } from './describe.ts'
export { findInstalled, install, stateOf, uninstall } from './installation.ts'
export { managerOf } from './managers.ts'
export type { Installed } from './installation.ts'
export type { ManagedState, Manager, Scope, Service } from './service.ts'
