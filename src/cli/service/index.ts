// The face of service/: the node as a service of the machine, under the manager that the machine has.

export { describeService } from './describe.ts'
export { findInstalled, install, restart, stateOf, uninstall } from './installation.ts'
export { refuseUnready, waitForNode } from './its-node.ts'
export { managerOf } from './managers.ts'
export type { Installed } from './installation.ts'
export type { ManagedState, Manager, Scope, Service } from './service.ts'
